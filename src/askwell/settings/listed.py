"""Every setting: its name, its default, what it is for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """Describe one setting; the README's table is made from these."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("ASKWELL_HOME", "~/.askwell", "Folder for what askwell keeps: catalog, memory, demo."),
    Setting(
        "ASKWELL_WAREHOUSE_URL",
        "",
        "Where the data is: `duckdb:////srv/shop.duckdb` or "
        "`postgresql://role:password@host:5432/database`. Empty: the demo company.",
    ),
    Setting("ASKWELL_DBT_PROJECT", "", "Folder of the dbt project that describes the warehouse."),
    Setting(
        "ASKWELL_KNOWLEDGE",
        "",
        "Folder with company.yml, glossary.yml, verified/, contexts.yml, tables.yml,"
        " instructions.md.",
    ),
    Setting("ASKWELL_POLICY", "", "Policy file: who may read what. Empty: everybody, but no PII."),
    Setting(
        "ASKWELL_MODEL",
        "",
        "Model for what metrics cannot say: `openai:NAME` or `bedrock:ID`. Empty: none is used.",
    ),
    Setting(
        "ASKWELL_MODEL_URL",
        "",
        "Where the model is, e.g. `http://127.0.0.1:8000/v1`. Empty: OpenAI's or AWS's own.",
    ),
    Setting("ASKWELL_MODEL_KEY", "", "Key for an `openai:` model; local servers need none."),
    Setting("ASKWELL_MODEL_REGION", "", "AWS region of a `bedrock:` model. Empty: as AWS is set."),
    Setting("ASKWELL_MODEL_FALLBACK", "", "Model for when the first is throttled or down."),
    Setting("ASKWELL_MODEL_GUARDRAIL", "", "Guardrail of a `bedrock:` model, as `ID:VERSION`."),
    Setting("ASKWELL_MODEL_SECONDS", "60", "Longest that one model call may take, in all."),
    Setting("ASKWELL_MODEL_TOKENS", "2000", "Longest answer of the model, in tokens."),
    Setting(
        "ASKWELL_STORES",
        "",
        "Where askwell remembers: `dynamodb:TABLE`. Empty: a file in ASKWELL_HOME.",
    ),
    Setting(
        "ASKWELL_STORES_BUCKET", "", "S3 bucket for what is too large for the table. Empty: none."
    ),
    Setting(
        "ASKWELL_INBOX",
        "",
        "Where Slack's events wait: `sqs:` and the URL of a FIFO queue, beside DynamoDB. Empty: a"
        " file in ASKWELL_HOME.",
    ),
    Setting(
        "ASKWELL_SEARCH",
        "",
        "Where a model's questions find tables: `opensearch:https://host`, which may hold a login."
        " Empty: a file in ASKWELL_HOME.",
    ),
    Setting(
        "ASKWELL_SEARCH_AUTH",
        "none",
        "How OpenSearch knows askwell: `none` (or the address's login), `sigv4` by its AWS role,"
        " `sigv4-serverless` for a collection.",
    ),
    Setting(
        "ASKWELL_EMBEDDINGS",
        "",
        "Who makes the search's vectors: `bedrock:ID` or `openai:NAME@LENGTH`. Empty: a small"
        " model inside askwell.",
    ),
    Setting(
        "ASKWELL_EMBEDDINGS_URL",
        "",
        "Where an `openai:` embedder is. Empty: OpenAI's own; the key is ASKWELL_MODEL_KEY.",
    ),
    Setting(
        "ASKWELL_RERANKER",
        "",
        "Who looks at a search's hits again: `bedrock:ID`. Empty: features of their words.",
    ),
    Setting(
        "ASKWELL_AWS_REGION",
        "",
        "AWS region of table, bucket, queue, search and embeddings. Empty: as AWS is set.",
    ),
    Setting("ASKWELL_TODAY", "", "Pins today, e.g. `2024-02-29`. Empty: the real day."),
    Setting("ASKWELL_TIMEZONE", "", "The company's time zone. Empty: company.yml's, else Seoul."),
    Setting("ASKWELL_LANGUAGE", "ko", "`ko` or `en`: for questions in neither language."),
    Setting("ASKWELL_ROWS", "1000", "Most rows in an answer."),
    Setting("ASKWELL_EXPORT_ROWS", "100000", "Most rows in an exported file."),
    Setting("ASKWELL_QUERY_SECONDS", "30", "Longest that one query may run."),
    Setting("ASKWELL_QUERY_COST", "", "Highest guessed cost of a written query. Empty: any."),
    Setting("ASKWELL_QUERY_MEMORY", "2GB", "Most memory for the embedded warehouse's queries."),
    Setting("ASKWELL_RESULT_HOURS", "24", "How long an answer's rows are kept for follow-ups."),
    Setting("ASKWELL_SLACK_MODE", "socket", "How Slack's events come: `socket` or `http`."),
    Setting(
        "ASKWELL_SLACK_ROLE",
        "both",
        "What a process does: `listener` hears Slack, `worker` answers, `both`.",
    ),
    Setting("ASKWELL_SLACK_PARALLEL", "20", "How many threads one process answers side by side."),
    Setting("ASKWELL_SLACK_BOT_TOKEN", "", "Bot token, `xoxb-…`. Empty: workspaces install it."),
    Setting("ASKWELL_SLACK_APP_TOKEN", "", "App-level token for `socket`, `xapp-…`."),
    Setting("ASKWELL_SLACK_SIGNING_SECRET", "", "Signing secret for `http`."),
    Setting("ASKWELL_SLACK_CLIENT_ID", "", "Client ID, for workspaces to install it over `http`."),
    Setting("ASKWELL_SLACK_CLIENT_SECRET", "", "Client secret, beside the client ID."),
    Setting("ASKWELL_SLACK_HOST", "127.0.0.1", "Where `http` listens; `0.0.0.0` in a container."),
    Setting("ASKWELL_SLACK_PORT", "3000", "The port on which `http` listens."),
    Setting(
        "ASKWELL_HEALTH_PORT",
        "0",
        "Where `/live` and `/ready` answer, on the host of ASKWELL_SLACK_HOST. 0: nowhere.",
    ),
    Setting(
        "ASKWELL_SLACK_API_URL",
        "https://slack.com/api/",
        "Slack's Web API, e.g. that of a local Slack.",
    ),
)


def table() -> str:
    """Return the Markdown table of all settings, for the README."""
    shown = {s.name: f"`{s.default}`" if s.default else "" for s in SETTINGS}
    rows = [f"| `{s.name}` | {shown[s.name]} | {s.help} |" for s in SETTINGS]
    return "\n".join(["| setting | default | what it is for |", "| --- | --- | --- |", *rows])
