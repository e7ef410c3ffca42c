"""Settings to concrete doors; drivers are imported only where they are set."""

from pathlib import Path

from askwell.domain.clock import Clock
from askwell.errors import Misconfigured
from askwell.knowledge.index import Index
from askwell.language import Tokenizer
from askwell.models import Model
from askwell.models.fallback import Fallback
from askwell.models.limited import Limited
from askwell.query import QueryDoor
from askwell.settings import Settings
from askwell.warehouses import Warehouse
from askwell.wiring.stores import Stores, open_stores


def warehouse_file(settings: Settings) -> Path:
    """Return the file of the embedded warehouse."""
    return Path(settings.warehouse_url.removeprefix("duckdb:///")).expanduser()


def doors(settings: Settings, clock: Clock) -> tuple[Warehouse, Stores, QueryDoor]:
    """Open the warehouse, askwell's own memory, and the query door over both."""
    scheme = settings.warehouse_url.split("://")[0]
    opened = _WAREHOUSES[scheme](settings, str(clock.zone))
    stores = open_stores(settings)
    return opened, stores, QueryDoor(opened, stores.results, stores.audit, clock)


def _duckdb(settings: Settings, time_zone: str) -> Warehouse:
    from askwell.warehouses.duckdb import DuckDB

    hint = (
        "run `askwell demo` to build the demo's"
        if settings.is_demo
        else "write the path of an existing DuckDB file into ASKWELL_WAREHOUSE_URL"
    )
    return DuckDB(
        warehouse_file(settings),
        time_zone=time_zone,
        memory=settings.query_memory,
        missing_hint=hint,
    )


def _postgres(settings: Settings, time_zone: str) -> Warehouse:
    try:
        from askwell.warehouses.postgres import Postgres
    except ImportError as error:
        raise Misconfigured(
            "ASKWELL_WAREHOUSE_URL is PostgreSQL's, whose driver is missing; run"
            " `pip install 'askwell[postgres]'`."
        ) from error
    return Postgres(settings.warehouse_url, time_zone=time_zone)


def model(settings: Settings) -> Model | None:
    """Return the model that is set, or None.

    Raises:
        Misconfigured: its driver is not installed.
    """
    if not settings.model:
        return None
    door, _, name = settings.model.partition(":")
    try:
        opened = _MODELS[door](settings, name)
        if settings.model_fallback:
            second = settings.model_fallback.partition(":")[2]
            opened = Fallback(opened, _MODELS[door](settings, second))
        return Limited(opened)
    except ImportError as error:
        raise Misconfigured(
            f"ASKWELL_MODEL is {settings.model!r}, whose driver is missing; run"
            f" `pip install 'askwell[{door},search]'`."
        ) from error


def index(settings: Settings, tokenizer: Tokenizer) -> Index:
    """Return the search index, which is kept beside the catalog."""
    from askwell.models.usem3 import USEM3
    from askwell.search.embedded import EmbeddedSearch

    return Index(EmbeddedSearch(settings.home / "index", tokenizer), USEM3(), tokenizer)


def _openai(settings: Settings, name: str) -> Model:
    from askwell.models.openai import OpenAI

    return OpenAI(
        name,
        settings.model_url,
        settings.model_key,
        settings.model_seconds,
        settings.model_tokens,
    )


def _bedrock(settings: Settings, name: str) -> Model:
    from askwell.models.bedrock import Bedrock

    return Bedrock(
        name,
        settings.model_region,
        settings.model_url,
        settings.model_seconds,
        settings.model_tokens,
        settings.model_guardrail,
    )


# By what stands before the colon of ASKWELL_MODEL.
_MODELS = {"openai": _openai, "bedrock": _bedrock}
# By the scheme of ASKWELL_WAREHOUSE_URL.
_WAREHOUSES = {"duckdb": _duckdb, "postgresql": _postgres, "postgres": _postgres}
