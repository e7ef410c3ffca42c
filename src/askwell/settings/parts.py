"""Settings that belong together: of Slack, AWS, retrieval, the model, the warehouse."""

import re
from collections.abc import Mapping

from askwell.errors import Misconfigured
from askwell.settings.checks import address, count, named, plain_address, token
from askwell.settings.nouns import AWSSettings, SearchSettings, SlackSettings

_LAST_PORT = 65_535
_WAREHOUSES = ("duckdb:///", "postgresql://", "postgres://")


def aws(raw: Mapping[str, str]) -> AWSSettings:
    """Return the settings of table, bucket and queue."""
    table = named(raw, "ASKWELL_STORES", r"dynamodb:([\w.-]{3,255})", "dynamodb:askwell")
    pattern, example = r"sqs:(https?://\S+\.fifo)", "sqs:https://sqs.REGION.amazonaws.com/ID/N.fifo"
    queue_url = named(raw, "ASKWELL_INBOX", pattern, example)
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


def search(raw: Mapping[str, str]) -> SearchSettings:
    """Return the settings of retrieval."""
    url = raw["ASKWELL_SEARCH"]
    if url and not re.fullmatch(r"opensearch:https?://\S+", url):
        raise Misconfigured("ASKWELL_SEARCH is no address. Write e.g. opensearch:https://host.")
    auth = raw["ASKWELL_SEARCH_AUTH"]
    if auth not in ("none", "sigv4", "sigv4-serverless"):
        raise Misconfigured(
            f"ASKWELL_SEARCH_AUTH is {auth!r}. Write none, sigv4 or sigv4-serverless."
        )
    if auth != "none" and not raw["ASKWELL_AWS_REGION"]:
        raise Misconfigured("ASKWELL_SEARCH_AUTH signs for a region. Set ASKWELL_AWS_REGION.")
    embedder, length = _embedder(raw["ASKWELL_EMBEDDINGS"])
    return SearchSettings(
        url=url.removeprefix("opensearch:"),
        auth=auth,
        embedder=embedder,
        length=length,
        embedder_url=plain_address("ASKWELL_EMBEDDINGS_URL", raw["ASKWELL_EMBEDDINGS_URL"]),
        reranker=named(raw, "ASKWELL_RERANKER", r"bedrock:(\S+)", "bedrock:cohere.rerank-v3-5:0"),
    )


def _embedder(text: str) -> tuple[tuple[str, str] | None, int | None]:
    """Return the door and the model, and the length of its vectors where one is given."""
    found = re.fullmatch(r"(bedrock|openai):([^@\s]+)(?:@(\d+))?", text)
    lacks_length = found is not None and found[1] == "openai" and not found[3]
    if text and (not found or lacks_length):
        raise Misconfigured(
            f"ASKWELL_EMBEDDINGS is {text!r}. Write e.g. bedrock:cohere.embed-multilingual-v3, or"
            " openai:NAME@LENGTH with the length of the model's vectors."
        )
    if not found:
        return None, None
    return (found[1], found[2]), int(found[3]) if found[3] else None


def slack(raw: Mapping[str, str]) -> SlackSettings:
    """Return the settings for Slack."""
    mode, port = raw["ASKWELL_SLACK_MODE"], count(raw, "ASKWELL_SLACK_PORT")
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
        parallel=count(raw, "ASKWELL_SLACK_PARALLEL"),
        bot_token=token(raw, "ASKWELL_SLACK_BOT_TOKEN", "xoxb-"),
        app_token=token(raw, "ASKWELL_SLACK_APP_TOKEN", "xapp-"),
        signing_secret=raw["ASKWELL_SLACK_SIGNING_SECRET"],
        client_id=raw["ASKWELL_SLACK_CLIENT_ID"],
        client_secret=raw["ASKWELL_SLACK_CLIENT_SECRET"],
        host=raw["ASKWELL_SLACK_HOST"],
        port=port,
        api_url=address("ASKWELL_SLACK_API_URL", raw["ASKWELL_SLACK_API_URL"]),
    )


def health_port(text: str) -> int:
    """Return the port of the probes; 0 for none."""
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise Misconfigured(f"ASKWELL_HEALTH_PORT is {text!r}. Write a port, or 0 for none.")
    return int(text)


def warehouse(url: str) -> str:
    """Return the URL of a warehouse that askwell can open; nothing of another is shown."""
    if url and not url.startswith(_WAREHOUSES):
        # Nothing of the URL but its scheme is shown: it may hold a password.
        scheme = re.match(r"[a-z][a-z0-9+]*(?=://)", url)
        shown = f"{scheme[0]}://…, which askwell cannot open" if scheme else "no URL"
        raise Misconfigured(
            f"ASKWELL_WAREHOUSE_URL is {shown}. Write duckdb:/// and the path of a file, e.g."
            " duckdb:////srv/shop.duckdb, or postgresql://role:password@host:5432/database."
        )
    return url


def model(raw: Mapping[str, str], setting: str) -> str:
    """Return the name of a model behind the name of its door."""
    name = raw[setting]
    if name and not re.fullmatch(r"(openai|bedrock):\S+", name):
        raise Misconfigured(
            f"{setting} is {name!r}. Write openai: and a model's name, or bedrock: and a"
            " model's ID, e.g. openai:qwen2.5-coder-7b; or leave it empty."
        )
    return name


def fallback(raw: Mapping[str, str]) -> str:
    """Return the second model, which must be behind the door of the first."""
    name = model(raw, "ASKWELL_MODEL_FALLBACK")
    if name and name.split(":")[0] != raw["ASKWELL_MODEL"].split(":")[0]:
        raise Misconfigured(
            f"ASKWELL_MODEL_FALLBACK is {name!r}. Write one of the kind of ASKWELL_MODEL."
        )
    return name


def guardrail(raw: Mapping[str, str]) -> str:
    """Return a guardrail with its version."""
    name = raw["ASKWELL_MODEL_GUARDRAIL"]
    named = re.fullmatch(r"\S+:(\d+|DRAFT)", name)
    if name and not (named and raw["ASKWELL_MODEL"].startswith("bedrock:")):
        raise Misconfigured(
            f"ASKWELL_MODEL_GUARDRAIL is {name!r}. Write ID:VERSION, beside a bedrock: model."
        )
    return name
