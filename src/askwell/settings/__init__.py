"""Every setting, read from the environment: the only place that reads it."""

import os
from collections.abc import Mapping
from pathlib import Path

from askwell.settings.checks import (
    count,
    day,
    existing,
    language,
    memory,
    number,
    plain_address,
    zone,
)
from askwell.settings.listed import SETTINGS, Setting, table
from askwell.settings.nouns import AWSSettings, SearchSettings, Settings, SlackSettings
from askwell.settings.parts import (
    aws,
    fallback,
    guardrail,
    health_port,
    model,
    search,
    slack,
    warehouse,
)

__all__ = [
    "SETTINGS",
    "AWSSettings",
    "SearchSettings",
    "Setting",
    "Settings",
    "SlackSettings",
    "load",
    "table",
]


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings.

    Raises:
        Misconfigured: a setting is wrong; the message names it and what to write instead.
    """
    given = os.environ if environ is None else environ
    raw = {s.name: given.get(s.name, "").strip() or s.default for s in SETTINGS}
    return Settings(
        home=Path(raw["ASKWELL_HOME"]).expanduser(),
        warehouse_url=warehouse(raw["ASKWELL_WAREHOUSE_URL"]),
        dbt_project=existing(raw, "ASKWELL_DBT_PROJECT", Path.is_dir, "folder"),
        knowledge=existing(raw, "ASKWELL_KNOWLEDGE", Path.is_dir, "folder"),
        policy=existing(raw, "ASKWELL_POLICY", Path.is_file, "file"),
        model=model(raw, "ASKWELL_MODEL"),
        model_url=plain_address("ASKWELL_MODEL_URL", raw["ASKWELL_MODEL_URL"]),
        model_key=raw["ASKWELL_MODEL_KEY"],
        model_region=raw["ASKWELL_MODEL_REGION"],
        model_fallback=fallback(raw),
        model_guardrail=guardrail(raw),
        model_seconds=number(raw, "ASKWELL_MODEL_SECONDS"),
        model_tokens=count(raw, "ASKWELL_MODEL_TOKENS"),
        today=day(raw["ASKWELL_TODAY"]),
        time_zone=zone(raw["ASKWELL_TIMEZONE"]),
        language=language(raw["ASKWELL_LANGUAGE"]),
        rows=count(raw, "ASKWELL_ROWS"),
        export_rows=count(raw, "ASKWELL_EXPORT_ROWS"),
        query_seconds=number(raw, "ASKWELL_QUERY_SECONDS"),
        query_cost=number(raw, "ASKWELL_QUERY_COST") if raw["ASKWELL_QUERY_COST"] else None,
        query_memory=memory(raw["ASKWELL_QUERY_MEMORY"]),
        result_hours=number(raw, "ASKWELL_RESULT_HOURS"),
        aws=aws(raw),
        search=search(raw),
        slack=slack(raw),
        health_port=health_port(raw["ASKWELL_HEALTH_PORT"]),
    )
