"""One database under evaluation, with who answers on it."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace

from askwell.domain.rights import Rights
from askwell.errors import Misconfigured
from askwell.evaluation.bare import bare, bare_rounds, ddl
from askwell.evaluation.conversing import conversing
from askwell.evaluation.run import Agent, Bench, Fetch
from askwell.rights import everything, readable
from askwell.settings import Settings
from askwell.warehouses import Rows
from askwell.wiring.app import Askwell, open_askwell
from askwell.wiring.learning import learn

_DATABASE = "{database}"
_EVALUATOR = "evaluation@localhost"
_EVALUATED_ROWS = 10_000


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
