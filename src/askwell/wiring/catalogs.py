"""The catalog between processes: who learns publishes it, who answers follows it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from askwell.domain.catalog import Catalog
from askwell.errors import AskwellError, Misconfigured
from askwell.knowledge import catalog as catalogs
from askwell.settings import Settings
from askwell.stores import KnowledgeStore
from askwell.wiring.app import Askwell, open_askwell
from askwell.wiring.stores import open_stores

_LOG = logging.getLogger("askwell")

CATALOG = "catalog.json"
_KIND, _NAME = "catalog", "company"
LOOK_SECONDS = 60.0


async def publish(settings: Settings, catalog: Catalog, knowledge: KnowledgeStore) -> None:
    """Write a catalog home; where workers are on other machines, publish it for them first.

    Raises:
        Conflict: somebody published another one meanwhile.
    """
    if settings.aws.table:
        newest, body = await knowledge.newest(_KIND, _NAME), catalog.model_dump_json()
        if newest is None or newest.body != body:
            after = newest.version if newest else 0
            await knowledge.publish(_KIND, _NAME, body, after=after)
    await asyncio.to_thread(catalogs.save, catalog, settings.home / CATALOG)


async def open_newest(settings: Settings) -> Askwell:
    """Open askwell with the newest catalog; where one is published, that is brought home first.

    Raises:
        Misconfigured: as `open_askwell` and `fetch`; Transient: the store does not answer.
    """
    await bring_home(settings)
    return open_askwell(settings)


async def bring_home(settings: Settings) -> None:
    """Bring the newest published catalog home before askwell is opened; raises as `fetch` does."""
    if settings.aws.table:
        stores = open_stores(settings)
        try:
            await fetch(settings, stores.knowledge)
        finally:
            stores.close()


async def fetch(settings: Settings, knowledge: KnowledgeStore, *, after: int = 0) -> int:
    """Bring the newest published catalog home, where one is newer than `after`; return its number.

    Raises:
        Misconfigured: another version of askwell published it; Transient.
    """
    newest = await knowledge.newest(_KIND, _NAME, after=after) if settings.aws.table else None
    if newest:
        settings.home.mkdir(parents=True, exist_ok=True)
        found = await asyncio.to_thread(_read, newest.body)
        await asyncio.to_thread(catalogs.save, found, settings.home / CATALOG)
    return newest.version if newest else after


@asynccontextmanager
async def following(app: Askwell, *, seconds: float = LOOK_SECONDS) -> AsyncIterator[None]:
    """Take up each new catalog meanwhile; what fails is tried again."""
    task = asyncio.create_task(_follow(app, seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(app: Askwell, seconds: float) -> None:
    seen, path = 0, app.settings.home / CATALOG
    written = _written(path)
    while True:
        await asyncio.sleep(seconds)
        try:
            seen = await fetch(app.settings, app.stores.knowledge, after=seen)
            before, written = written, _written(path)
            if written == before:
                continue
            found = await asyncio.to_thread(catalogs.load, path)
            if found.version != app.catalog.version:
                await app.take_up(found)
                _LOG.info("took up catalog %s", found.version)
        except AskwellError as error:
            _LOG.warning("no newer catalog: %s", error)


def _written(path: Path) -> int:
    """Return when a file was written; 0 where it is gone."""
    return path.stat().st_mtime_ns if path.exists() else 0


def _read(body: str) -> Catalog:
    try:
        return Catalog.model_validate_json(body)
    except ValueError as error:
        raise Misconfigured(
            "The published catalog was written by another version of askwell; run `askwell learn`"
            " again."
        ) from error
