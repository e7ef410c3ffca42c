"""Settings to concrete doors; the only module that names them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from askwell.agent.parent import build as build_graph
from askwell.agent.state import Context
from askwell.conversation import Conversation
from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.noun import Scalar
from askwell.domain.recall import Recalled
from askwell.domain.result import Draft, Freshness, Result
from askwell.domain.rights import Asker, Rights
from askwell.errors import AskwellError, Misconfigured
from askwell.evaluation.bare import bare, bare_rounds, ddl
from askwell.evaluation.conversing import conversing
from askwell.evaluation.run import Agent, Bench, Fetch
from askwell.grounding.lexicon import surfaces
from askwell.grounding.read import Grounding
from askwell.knowledge import catalog as catalogs
from askwell.knowledge import freshness
from askwell.knowledge.index import Index
from askwell.knowledge.learn import Learned, build_catalog
from askwell.knowledge.learn import learn as learn_catalog
from askwell.knowledge.reading import Run
from askwell.knowledge.recall import Recaller
from askwell.language import Tokenizer
from askwell.metrics import Compiler
from askwell.models import Model
from askwell.models.limited import Limited
from askwell.query import Limits, QueryDoor, check
from askwell.rights import Policy, everything, load_policy, open_policy, readable
from askwell.settings import Settings
from askwell.stores.sqlite import Database, SQLiteAudit, SQLiteResults, SQLiteTurns
from askwell.warehouses import Rows, Warehouse

_DEFAULT_ZONE = "Asia/Seoul"
_PROFILE_ROWS = 10_000
_DATABASE = "{database}"
_EVALUATOR = "evaluation@localhost"
_EVALUATED_ROWS = 10_000


def warehouse_file(settings: Settings) -> Path:
    """Return the file of the embedded warehouse."""
    return Path(settings.warehouse_url.removeprefix("duckdb:///")).expanduser()


@dataclass(slots=True)
class Askwell:
    """Hold one running askwell: its doors, its catalog, and what is made for each asker."""

    settings: Settings
    warehouse: Warehouse
    database: Database
    door: QueryDoor
    catalog: Catalog
    policy: Policy
    clock: Clock
    tokenizer: Tokenizer
    limits: Limits
    model: Model | None = None
    index: Index | None = None
    graph: Any = field(default_factory=build_graph)
    _readers: dict[str, tuple[Catalog, Grounding, Recaller | None]] = field(default_factory=dict)
    _fresh: freshness.Cache = field(default_factory=dict)

    def conversation(self) -> Conversation:
        """Return the entrance for surfaces."""
        return Conversation(self.graph, self.context_of, self.settings.language)

    async def context_of(self, asker: Asker) -> Context:
        """Return what one asker's turn needs, cut to what they may read."""
        rights = self.policy.rights(asker, self.catalog)
        catalog, grounding, recaller = self._for(rights)
        return Context(
            catalog=catalog,
            rights=rights,
            asker=asker,
            clock=self.clock,
            grounding=grounding,
            compiler=Compiler(catalog),
            turns=SQLiteTurns(self.database),
            results=self.door.results,
            run=self._runner(rights, asker),
            guard=lambda draft: check(draft, catalog=self.catalog, rights=rights),
            explain=lambda draft: self.door.explain(draft, catalog=self.catalog, rights=rights),
            freshness=self._freshness,
            model=self.model,
            recall=self._recall(recaller) if recaller else None,
        )

    def _for(self, rights: Rights) -> tuple[Catalog, Grounding, Recaller | None]:
        known = self._readers.get(rights.fingerprint)
        if known is None:
            catalog = readable(self.catalog, rights)
            reader = Grounding(catalog, self.clock, self.tokenizer, self.settings.language)
            known = (catalog, reader, Recaller(catalog, self.index) if self.index else None)
            self._readers[rights.fingerprint] = known
        return known

    def _recall(self, recaller: Recaller) -> Callable[[str], Awaitable[Recalled]]:
        async def recall(question: str) -> Recalled:
            assert self.index is not None
            await self.index.refresh(self.catalog)
            return await recaller.recall(question)

        return recall

    def _runner(self, rights: Rights, asker: Asker) -> Callable[[Draft], Awaitable[Result]]:
        def run(draft: Draft) -> Awaitable[Result]:
            return self.door.run(
                draft, catalog=self.catalog, rights=rights, asker=asker.email, limits=self.limits
            )

        return run

    async def _freshness(self, names: tuple[str, ...]) -> tuple[Freshness, ...]:
        tables = [self.catalog.table_named[n] for n in names if n in self.catalog.table_named]
        run = system_run(self.door, self.catalog)
        return await freshness.measure(
            tables, run, self.clock, self._fresh, dialect=self.catalog.dialect
        )

    async def close(self) -> None:
        """Close the model, the warehouse and the memory."""
        if self.model:
            await self.model.close()
        if self.index:
            await self.index.search.close()
        await self.warehouse.close()
        self.database.close()


def system_run(door: QueryDoor, catalog: Catalog) -> Run:
    """Return what runs askwell's own SQL, for learning and freshness."""
    rights = everything(catalog)

    async def run(sql: str) -> Sequence[tuple[Scalar, ...]]:
        limits = Limits(rows=_PROFILE_ROWS)
        return (await door.fetch(sql, catalog=catalog, rights=rights, limits=limits)).rows

    return run


def open_askwell(settings: Settings) -> Askwell:
    """Open everything that answering needs.

    Raises:
        Misconfigured: nothing was learned yet, or a file is broken.
    """
    path = settings.home / "catalog.json"
    if not path.exists():
        hint = "Run `askwell demo`" if settings.is_demo else "Run `askwell learn`"
        raise Misconfigured(f"askwell has learned nothing yet. {hint} first.")
    catalog = catalogs.load(path)
    zone = settings.time_zone or catalog.time_zone
    clock = Clock(zone, settings.today)
    warehouse, database, door = _doors(settings, clock)
    tokenizer = Tokenizer(surfaces(catalog))
    return Askwell(
        settings=settings,
        warehouse=warehouse,
        database=database,
        door=door,
        catalog=catalog,
        policy=load_policy(settings.policy) if settings.policy else open_policy(),
        clock=clock,
        tokenizer=tokenizer,
        model=_model(settings),
        index=_index(settings, tokenizer) if settings.model else None,
        limits=Limits(
            rows=settings.rows,
            seconds=settings.query_seconds,
            keep_seconds=timedelta(hours=settings.result_hours).total_seconds(),
        ),
    )


def _doors(settings: Settings, clock: Clock) -> tuple[Warehouse, Database, QueryDoor]:
    scheme = settings.warehouse_url.split("://")[0]
    opened = _WAREHOUSES[scheme](settings, str(clock.zone))
    database = Database(settings.home / "askwell.sqlite3")
    door = QueryDoor(opened, SQLiteResults(database), SQLiteAudit(database), clock)
    return opened, database, door


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


def _model(settings: Settings) -> Model | None:
    """Return the model that is set, or None.

    Raises:
        Misconfigured: its driver is not installed.
    """
    if not settings.model:
        return None
    door, _, name = settings.model.partition(":")
    try:
        return Limited(_MODELS[door](settings, name))
    except ImportError as error:
        raise Misconfigured(
            f"ASKWELL_MODEL is {settings.model!r}, whose driver is missing; run"
            f" `pip install 'askwell[{door},search]'`."
        ) from error


def _index(settings: Settings, tokenizer: Tokenizer) -> Index:
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
    )


# By what stands before the colon of ASKWELL_MODEL.
_MODELS = {"openai": _openai, "bedrock": _bedrock}
# By the scheme of ASKWELL_WAREHOUSE_URL.
_WAREHOUSES = {"duckdb": _duckdb, "postgresql": _postgres, "postgres": _postgres}


async def learn(settings: Settings) -> Learned:
    """Learn from the sources and swap the new catalog in, whole.

    Raises:
        Misconfigured: a file is broken; the message names its line.
    """
    clock = Clock(settings.time_zone or _DEFAULT_ZONE, settings.today)
    warehouse, database, door = _doors(settings, clock)
    try:
        found = await door.tables()
        plain = await asyncio.to_thread(
            build_catalog, found, dbt_project=None, knowledge=None, dialect=warehouse.dialect
        )
        learned = await learn_catalog(
            found,
            system_run(door, plain),
            dbt_project=settings.dbt_project,
            knowledge=settings.knowledge,
            dialect=warehouse.dialect,
        )
        if settings.policy:
            _check_policy(load_policy(settings.policy), learned.catalog)
        catalogs.save(learned.catalog, settings.home / "catalog.json")
        return learned
    finally:
        await warehouse.close()
        database.close()


def _check_policy(policy: Policy, catalog: Catalog) -> None:
    for email in policy.people:
        policy.rights(policy.asker(email), catalog)


async def examine(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    """Yield each door with what is wrong with it, or an empty text."""
    yield "home folder", _problem(lambda: settings.home.mkdir(parents=True, exist_ok=True))
    yield "policy", _problem(lambda: load_policy(settings.policy) if settings.policy else None)
    try:
        app = open_askwell(settings)
    except AskwellError as error:
        yield "catalog", str(error)
        return
    yield f"catalog {app.catalog.version}", ""
    try:
        found = await app.door.tables()
        missing = sorted({t.name for t in app.catalog.tables} - {t.name for t in found})
        gone = f"tables are gone: {', '.join(missing)}; run `askwell learn`"
        yield "warehouse", gone if missing else ""
    except AskwellError as error:
        yield "warehouse", str(error)
    finally:
        await app.close()


def _problem(check: Callable[[], object]) -> str:
    try:
        check()
    except (AskwellError, OSError) as error:
        return str(error)
    return ""


@asynccontextmanager
async def bench(settings: Settings, database: str, agent: str) -> AsyncIterator[Bench]:
    """Open one database for an evaluation; it is learned first where it has no catalog.

    Raises:
        Misconfigured: there is no such agent or model, or the database cannot be learned.
    """
    rounds = None if agent == "askwell" else bare_rounds(agent)
    own = _of_database(settings, database)
    if not (own.home / "catalog.json").exists():
        await learn(own)
    app = open_askwell(own)
    try:
        asker = app.policy.asker(_EVALUATOR)
        if rounds is None:
            answers = conversing(app.conversation(), asker)
        else:
            answers = await _bare(app, app.policy.rights(asker, app.catalog), rounds)
        yield Bench(answers, _fetcher(app, everything(app.catalog)), app.catalog.dialect)
    finally:
        await app.close()


async def _bare(app: Askwell, rights: Rights, rounds: int) -> Agent:
    if app.model is None:
        raise Misconfigured("ASKWELL_MODEL is empty; a bare model needs one.")
    schema = ddl(await app.door.tables(), readable(app.catalog, rights))
    return bare(app.model, schema, app.catalog.dialect, _fetcher(app, rights), rounds=rounds)


def _of_database(settings: Settings, database: str) -> Settings:
    """Return the settings of one database, where the warehouse's URL leaves a place for it."""
    rows = max(settings.rows, _EVALUATED_ROWS)
    if _DATABASE not in settings.warehouse_url:
        return replace(settings, rows=rows)
    if not database:
        raise Misconfigured("ASKWELL_WAREHOUSE_URL has {database}; name one in every case.")
    knowledge = settings.knowledge / database if settings.knowledge else None
    return replace(
        settings,
        rows=rows,
        home=settings.home / "databases" / database,
        warehouse_url=settings.warehouse_url.replace(_DATABASE, database),
        knowledge=knowledge if knowledge and knowledge.is_dir() else None,
    )


def _fetcher(app: Askwell, rights: Rights) -> Fetch:
    def fetch(sql: str) -> Awaitable[Rows]:
        return app.door.fetch(sql, catalog=app.catalog, rights=rights, limits=app.limits)

    return fetch
