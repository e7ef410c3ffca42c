"""Every setting: its name, its default, what it is for. The only reader of the environment."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from askwell.domain.noun import Language
from askwell.errors import Misconfigured


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
        "ASKWELL_AWS_REGION", "", "AWS region of table, bucket and queue. Empty: as AWS is set."
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


_LAST_PORT = 65_535
_WAREHOUSES = ("duckdb:///", "postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Hold the settings for Slack; which of them are needed, the mode says."""

    mode: Literal["socket", "http"]
    role: Literal["listener", "worker", "both"]
    parallel: int
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    host: str
    port: int
    api_url: str


@dataclass(frozen=True, slots=True)
class AWSSettings:
    """Hold the settings of what AWS keeps; an empty name means that a file at home does."""

    table: str
    bucket: str
    queue_url: str
    region: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the settings, parsed and checked; `is_demo`: they are the demo company's."""

    home: Path
    warehouse_url: str = field(repr=False)  # it may hold a password
    dbt_project: Path | None
    knowledge: Path | None
    policy: Path | None
    model: str
    model_url: str
    model_key: str = field(repr=False)
    model_region: str
    model_fallback: str
    model_guardrail: str
    model_seconds: float
    model_tokens: int
    today: date | None
    time_zone: str
    language: Language
    rows: int
    export_rows: int
    query_seconds: float
    query_cost: float | None
    query_memory: str
    result_hours: float
    aws: AWSSettings
    slack: SlackSettings
    health_port: int
    is_demo: bool = False


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings.

    Raises:
        Misconfigured: a setting is wrong; the message names it and what to write instead.
    """
    given = os.environ if environ is None else environ
    raw = {s.name: given.get(s.name, "").strip() or s.default for s in SETTINGS}
    return Settings(
        home=Path(raw["ASKWELL_HOME"]).expanduser(),
        warehouse_url=_warehouse(raw["ASKWELL_WAREHOUSE_URL"]),
        dbt_project=_existing(raw, "ASKWELL_DBT_PROJECT", Path.is_dir, "folder"),
        knowledge=_existing(raw, "ASKWELL_KNOWLEDGE", Path.is_dir, "folder"),
        policy=_existing(raw, "ASKWELL_POLICY", Path.is_file, "file"),
        model=_model(raw, "ASKWELL_MODEL"),
        model_url=_model_url(raw["ASKWELL_MODEL_URL"]),
        model_key=raw["ASKWELL_MODEL_KEY"],
        model_region=raw["ASKWELL_MODEL_REGION"],
        model_fallback=_fallback(raw),
        model_guardrail=_guardrail(raw),
        model_seconds=_number(raw, "ASKWELL_MODEL_SECONDS"),
        model_tokens=_count(raw, "ASKWELL_MODEL_TOKENS"),
        today=_day(raw["ASKWELL_TODAY"]),
        time_zone=_zone(raw["ASKWELL_TIMEZONE"]),
        language=_language(raw["ASKWELL_LANGUAGE"]),
        rows=_count(raw, "ASKWELL_ROWS"),
        export_rows=_count(raw, "ASKWELL_EXPORT_ROWS"),
        query_seconds=_number(raw, "ASKWELL_QUERY_SECONDS"),
        query_cost=_number(raw, "ASKWELL_QUERY_COST") if raw["ASKWELL_QUERY_COST"] else None,
        query_memory=_memory(raw["ASKWELL_QUERY_MEMORY"]),
        result_hours=_number(raw, "ASKWELL_RESULT_HOURS"),
        aws=_aws(raw),
        slack=_slack(raw),
        health_port=_health_port(raw["ASKWELL_HEALTH_PORT"]),
    )


def _aws(raw: Mapping[str, str]) -> AWSSettings:
    table = _named(raw, "ASKWELL_STORES", r"dynamodb:([\w.-]{3,255})", "dynamodb:askwell")
    pattern, example = r"sqs:(https?://\S+\.fifo)", "sqs:https://sqs.REGION.amazonaws.com/ID/N.fifo"
    queue_url = _named(raw, "ASKWELL_INBOX", pattern, example)
    if queue_url and not table:
        raise Misconfigured(
            "ASKWELL_INBOX is a queue, which needs a table beside it. Set ASKWELL_STORES, e.g. to"
            " dynamodb:askwell."
        )
    return AWSSettings(
        table=table,
        bucket=raw["ASKWELL_STORES_BUCKET"],
        queue_url=queue_url,
        region=raw["ASKWELL_AWS_REGION"],
    )


def _named(raw: Mapping[str, str], name: str, pattern: str, example: str) -> str:
    """Return what stands behind the engine's name; empty where nothing is set."""
    found = re.fullmatch(pattern, raw[name])
    if raw[name] and not found:
        raise Misconfigured(f"{name} is {raw[name]!r}. Write e.g. {example}, or leave it empty.")
    return found[1] if found else ""


def _slack(raw: Mapping[str, str]) -> SlackSettings:
    mode, port = raw["ASKWELL_SLACK_MODE"], _count(raw, "ASKWELL_SLACK_PORT")
    if mode not in ("socket", "http"):
        raise Misconfigured(f"ASKWELL_SLACK_MODE is {mode!r}. Write socket or http.")
    role = raw["ASKWELL_SLACK_ROLE"]
    if role not in ("listener", "worker", "both"):
        raise Misconfigured(f"ASKWELL_SLACK_ROLE is {role!r}. Write listener, worker or both.")
    if port > _LAST_PORT:
        raise Misconfigured(f"ASKWELL_SLACK_PORT is {port}. Write a port from 1 to {_LAST_PORT}.")
    return SlackSettings(
        mode="http" if mode == "http" else "socket",
        role="both" if role == "both" else "worker" if role == "worker" else "listener",
        parallel=_count(raw, "ASKWELL_SLACK_PARALLEL"),
        bot_token=_token(raw, "ASKWELL_SLACK_BOT_TOKEN", "xoxb-"),
        app_token=_token(raw, "ASKWELL_SLACK_APP_TOKEN", "xapp-"),
        signing_secret=raw["ASKWELL_SLACK_SIGNING_SECRET"],
        client_id=raw["ASKWELL_SLACK_CLIENT_ID"],
        client_secret=raw["ASKWELL_SLACK_CLIENT_SECRET"],
        host=raw["ASKWELL_SLACK_HOST"],
        port=port,
        api_url=_address("ASKWELL_SLACK_API_URL", raw["ASKWELL_SLACK_API_URL"]),
    )


def _health_port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise Misconfigured(f"ASKWELL_HEALTH_PORT is {text!r}. Write a port, or 0 for none.")
    return int(text)


def _token(raw: Mapping[str, str], name: str, start: str) -> str:
    """Check without showing it; two kinds of tokens are easily taken for each other."""
    if raw[name] and not raw[name].startswith(start):
        raise Misconfigured(f"{name} is no such token. Write the one that begins with {start}")
    return raw[name]


def _address(name: str, url: str) -> str:
    if not re.fullmatch(r"https?://[^\s@?]+", url):
        raise Misconfigured(f"{name} is no plain address. Write e.g. https://slack.com/api/.")
    return url if url.endswith("/") else f"{url}/"


def table() -> str:
    """Return the Markdown table of all settings, for the README."""
    shown = {s.name: f"`{s.default}`" if s.default else "" for s in SETTINGS}
    rows = [f"| `{s.name}` | {shown[s.name]} | {s.help} |" for s in SETTINGS]
    return "\n".join(["| setting | default | what it is for |", "| --- | --- | --- |", *rows])


def _warehouse(url: str) -> str:
    if url and not url.startswith(_WAREHOUSES):
        # Nothing of the URL but its scheme is shown: it may hold a password.
        scheme = re.match(r"[a-z][a-z0-9+]*(?=://)", url)
        shown = f"{scheme[0]}://…, which askwell cannot open" if scheme else "no URL"
        raise Misconfigured(
            f"ASKWELL_WAREHOUSE_URL is {shown}. Write duckdb:/// and the path of a file, e.g."
            " duckdb:////srv/shop.duckdb, or postgresql://role:password@host:5432/database."
        )
    return url


def _model(raw: Mapping[str, str], setting: str) -> str:
    name = raw[setting]
    if name and not re.fullmatch(r"(openai|bedrock):\S+", name):
        raise Misconfigured(
            f"{setting} is {name!r}. Write openai: and a model's name, or bedrock: and a"
            " model's ID, e.g. openai:qwen2.5-coder-7b; or leave it empty."
        )
    return name


def _fallback(raw: Mapping[str, str]) -> str:
    name = _model(raw, "ASKWELL_MODEL_FALLBACK")
    if name and name.split(":")[0] != raw["ASKWELL_MODEL"].split(":")[0]:
        raise Misconfigured(
            f"ASKWELL_MODEL_FALLBACK is {name!r}. Write one of the kind of ASKWELL_MODEL."
        )
    return name


def _guardrail(raw: Mapping[str, str]) -> str:
    name = raw["ASKWELL_MODEL_GUARDRAIL"]
    named = re.fullmatch(r"\S+:(\d+|DRAFT)", name)
    if name and not (named and raw["ASKWELL_MODEL"].startswith("bedrock:")):
        raise Misconfigured(
            f"ASKWELL_MODEL_GUARDRAIL is {name!r}. Write ID:VERSION, beside a bedrock: model."
        )
    return name


def _model_url(url: str) -> str:
    """Check without showing: somebody may have put a password into it."""
    try:
        parts = urlsplit(url)
        plain = "@" not in parts.netloc and not parts.query
        fine = parts.scheme in ("http", "https") and parts.hostname and plain
    except ValueError:
        fine = False
    if url and not fine:
        raise Misconfigured(
            "ASKWELL_MODEL_URL is no plain address. Write e.g. http://127.0.0.1:8000/v1;"
            " a key goes into ASKWELL_MODEL_KEY."
        )
    return url


def _existing(
    raw: Mapping[str, str], name: str, holds: Callable[[Path], bool], kind: str
) -> Path | None:
    if not raw[name]:
        return None
    path = Path(raw[name]).expanduser()
    if not holds(path):
        raise Misconfigured(f"{name} is {raw[name]!r}. Write the path of a {kind} that exists.")
    return path


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misconfigured(
            f"ASKWELL_TODAY is {text!r}. Write a day such as 2024-02-29, or leave it empty."
        ) from None


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        raise Misconfigured(
            f"ASKWELL_TIMEZONE is {name!r}. Write an IANA name such as Asia/Seoul."
        ) from None


def _language(name: str) -> Language:
    if name not in ("ko", "en"):
        raise Misconfigured(f"ASKWELL_LANGUAGE is {name!r}. Write ko or en.")
    return "ko" if name == "ko" else "en"


def _number(raw: Mapping[str, str], name: str) -> float:
    try:
        value = float(raw[name])
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise Misconfigured(f"{name} is {raw[name]!r}. Write a number above 0.")
    return value


def _count(raw: Mapping[str, str], name: str) -> int:
    if not (raw[name].isdecimal() and int(raw[name]) > 0):
        raise Misconfigured(f"{name} is {raw[name]!r}. Write a whole number above 0.")
    return int(raw[name])


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d*\s?[MGT]B", text):
        raise Misconfigured(f"ASKWELL_QUERY_MEMORY is {text!r}. Write e.g. 500MB or 2GB.")
    return text
