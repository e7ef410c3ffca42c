"""Settings to concrete doors; drivers are imported only where they are set."""

from pathlib import Path

from askwell.domain.clock import Clock
from askwell.errors import Misconfigured
from askwell.knowledge.features import Features
from askwell.knowledge.index import Index
from askwell.language import Tokenizer
from askwell.models import Model
from askwell.models.embedder import Embedder
from askwell.models.fallback import Fallback
from askwell.models.limited import Limited
from askwell.models.reranker import Reranker
from askwell.query import QueryDoor
from askwell.search import Search
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
    """Return the search index, and who embeds and reranks for it.

    Raises:
        Misconfigured: a driver is not installed, or a name is wrong.
    """
    from askwell.search.embedded import EmbeddedSearch

    try:
        embedder, reranker = _embedder(settings), _reranker(settings, tokenizer)
        own = EmbeddedSearch(settings.home / "index", tokenizer, embedder=embedder.name)
        found = _opensearch(settings, tokenizer, own, embedder.name) if settings.search.url else own
    except ImportError as error:
        raise Misconfigured(
            "ASKWELL_SEARCH, ASKWELL_EMBEDDINGS or ASKWELL_RERANKER needs a driver that is"
            " missing; run `pip install 'askwell[search,opensearch,aws,openai]'`."
        ) from error
    return Index(found, embedder, tokenizer, reranker, is_shared=bool(settings.search.url))


def _opensearch(settings: Settings, tokenizer: Tokenizer, copy: Search, embedder: str) -> Search:
    from askwell.search.opensearch import OpenSearch
    from askwell.search.opensearch.client import opened
    from askwell.search.standby import Standby

    auth = settings.search.auth
    region = "" if auth == "none" else settings.aws.region
    serverless = auth == "sigv4-serverless"
    service = "aoss" if serverless else "es"
    client = opened(settings.search.url, aws_region=region, aws_service=service)
    first = OpenSearch(client, tokenizer, embedder=embedder, serverless=serverless)
    return Standby(first, copy)


def _embedder(settings: Settings) -> Embedder:
    search = settings.search
    if search.embedder is None:
        from askwell.models.usem3 import USEM3

        return USEM3()
    door, name = search.embedder
    if door == "openai":
        from askwell.models.openai_embedder import OpenAIEmbedder

        assert search.length is not None
        return OpenAIEmbedder(name, search.length, search.embedder_url, settings.model_key)
    from askwell.models.bedrock_embedder import BedrockEmbedder

    region = settings.aws.region
    return BedrockEmbedder(name, search.length or _BEDROCK_LENGTH, region)


def _reranker(settings: Settings, tokenizer: Tokenizer) -> Reranker:
    if not settings.search.reranker:
        return Features(tokenizer)
    from askwell.models.bedrock_reranker import BedrockReranker

    return BedrockReranker(settings.search.reranker, settings.aws.region)


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


_BEDROCK_LENGTH = 1_024
# By what stands before the colon of ASKWELL_MODEL.
_MODELS = {"openai": _openai, "bedrock": _bedrock}
# By the scheme of ASKWELL_WAREHOUSE_URL.
_WAREHOUSES = {"duckdb": _duckdb, "postgresql": _postgres, "postgres": _postgres}
