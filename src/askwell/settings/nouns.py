"""The settings, parsed and checked."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from askwell.domain.noun import Language


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
class SearchSettings:
    """Hold the settings of retrieval; an empty `url`, `embedder` or `reranker` is askwell's own.

    `embedder` and `reranker`: the door and the model's name; `length` of its vectors, where it
    is not the model's own.
    """

    url: str = field(repr=False)  # it may hold a password
    auth: str
    embedder: tuple[str, str] | None
    length: int | None
    embedder_url: str
    reranker: str


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
    search: SearchSettings
    slack: SlackSettings
    health_port: int
    is_demo: bool = False
