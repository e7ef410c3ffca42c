"""What is wrong with each door, for `askwell doctor`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

from pydantic import BaseModel

from askwell.errors import AskwellError
from askwell.inbox.sqlite import INBOX
from askwell.knowledge.index import Index
from askwell.models import Model, Request
from askwell.rights import load_policy
from askwell.settings import Settings
from askwell.wiring.app import Askwell, open_askwell
from askwell.wiring.catalogs import bring_home
from askwell.wiring.inbox import open_inbox

_SHOWN = 5


class _Heard(BaseModel):
    heard: bool


async def examine(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    """Yield each door with what is wrong with it, or an empty text."""
    yield "home folder", _problem(lambda: settings.home.mkdir(parents=True, exist_ok=True))
    yield "policy", _problem(lambda: load_policy(settings.policy) if settings.policy else None)
    if settings.aws.table:
        yield "published catalog", await _problem_of(lambda: bring_home(settings))
    try:
        app = open_askwell(settings)
    except AskwellError as error:
        yield "catalog", str(error)
        return
    yield f"catalog {app.catalog.version}", ""
    try:
        yield "warehouse", await _warehouse_problem(app)
        if app.model:
            yield f"model {app.model.name}", await _model_problem(app.model)
        if app.index:
            yield f"search with {app.index.embedder.name}", await _search_problem(app.index)
        yield "stores", await _problem_of(app.stores.check)
        if settings.aws.queue_url or (settings.home / INBOX).exists():
            yield "inbox", await _inbox_problem(settings)
    finally:
        await app.close()


async def _warehouse_problem(app: Askwell) -> str:
    try:
        found = {t.name for t in await app.door.tables()}
    except AskwellError as error:
        return str(error)
    missing = sorted({t.name for t in app.catalog.tables} - found)
    return f"tables are gone: {', '.join(missing)}; run `askwell learn`" if missing else ""


async def _model_problem(model: Model) -> str:
    request = Request("Answer with a JSON object.", "", "Do you hear me? Set `heard` to true.")
    try:
        await model.ask(request, _Heard)
    except AskwellError as error:
        return str(error)
    return ""


async def _search_problem(index: Index) -> str:
    try:
        indexed = await index.search.version()
        await index.embedder.embed(["Do you hear me?"], asked=True)
    except AskwellError as error:
        return str(error)
    return "" if indexed else "nothing is indexed yet; run `askwell learn`"


async def _inbox_problem(settings: Settings) -> str:
    """Return the questions that nobody could answer, with the numbers that people were told."""
    try:
        inbox = open_inbox(settings)
        try:
            await inbox.check()
            letters = await inbox.dead_letters(limit=_SHOWN + 1)
        finally:
            await inbox.close()
    except AskwellError as error:
        return str(error)
    told = [
        f"{letter.reference} ({datetime.fromtimestamp(letter.died, UTC):%Y-%m-%d %H:%M} UTC,"
        f" {letter.tries} tries): {letter.reason}"
        for letter in letters[:_SHOWN]
    ]
    more = " and more" if len(letters) > _SHOWN else ""
    return f"dead letters: {'; '.join(told)}{more}; see askwell.log" if told else ""


async def _problem_of(check: Callable[[], Awaitable[None]]) -> str:
    try:
        await check()
    except AskwellError as error:
        return str(error)
    return ""


def _problem(check: Callable[[], object]) -> str:
    try:
        check()
    except (AskwellError, OSError) as error:
        return str(error)
    return ""
