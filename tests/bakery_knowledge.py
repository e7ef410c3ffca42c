"""Rise Bakery's warehouse and catalog, made once for all knowledge tests."""

import asyncio
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from askwell.domain.catalog import Catalog
from askwell.knowledge.learn import learn
from askwell.knowledge.reading import Run
from askwell.warehouses import FoundTable
from askwell.warehouses.duckdb import DuckDB
from companies import bakery

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a thread of its own, also for an async test, whose loop is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@cache
def warehouse() -> Path:
    return bakery.build(Path(tempfile.mkdtemp(prefix="askwell-bakery-")) / "bakery.duckdb")


@cache
def found() -> tuple[FoundTable, ...]:
    async def tables() -> tuple[FoundTable, ...]:
        door = DuckDB(warehouse())
        try:
            return await door.tables()
        finally:
            await door.close()

    return finished(tables())


def runner(asked: list[str]) -> Run:
    async def run(sql: str) -> list[tuple]:
        asked.append(sql)
        with duckdb.connect(str(warehouse()), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return run


@cache
def catalog(dbt_project: Path = bakery.DBT_PROJECT) -> Catalog:
    learned = finished(
        learn(found(), runner([]), dbt_project=dbt_project, knowledge=bakery.KNOWLEDGE)
    )
    return learned.catalog
