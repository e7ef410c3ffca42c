"""How new the data is, read when an answer needs it and kept for some minutes."""

import asyncio
from collections.abc import Iterable, MutableMapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlglot import exp

from askwell.domain.catalog import FreshnessRule, Table
from askwell.domain.clock import Clock
from askwell.domain.noun import Label, Message, Scalar
from askwell.domain.result import Freshness
from askwell.knowledge.reading import Run
from askwell.sql.parse import render

KEPT = timedelta(minutes=5)

Cache = MutableMapping[str, tuple[datetime, datetime | None]]  # table -> when read, newest row


async def measure(
    tables: Iterable[Table], run: Run, clock: Clock, cache: Cache, *, dialect: str = "duckdb"
) -> tuple[Freshness, ...]:
    """Return how new each table is that has a rule; times in the company's zone.

    `cache` is kept by the caller between answers.

    Raises:
        BadQuery: the warehouse cannot read a `loaded_at` column.
    """
    ruled = [(t, t.freshness) for t in tables if t.freshness]
    newest = await asyncio.gather(*(_newest(t, r, run, clock, cache, dialect) for t, r in ruled))
    now = clock.now()
    return tuple(
        _judged(table, rule, at, now) for (table, rule), at in zip(ruled, newest, strict=True)
    )


async def _newest(
    table: Table, rule: FreshnessRule, run: Run, clock: Clock, cache: Cache, dialect: str
) -> datetime | None:
    now = clock.now()
    read_at, newest = cache.get(table.name, (None, None))
    if read_at is not None and timedelta(0) <= now - read_at < KEPT:
        return newest
    source = exp.table_(table.name, db=table.schema_name or None)
    query = exp.select(exp.Max(this=exp.column(rule.loaded_at))).from_(source)
    rows = await run(render(query, dialect))
    column = table.column(rule.loaded_at)
    stored_in = ZoneInfo(column.time_zone) if column and column.time_zone else clock.zone
    newest = _moment(rows[0][0] if rows else None, stored_in, clock.zone)
    cache[table.name] = now, newest
    return newest


def _moment(stored: Scalar, stored_in: tzinfo, zone: tzinfo) -> datetime | None:
    """Return a stored time in `zone`; a day counts as loaded at its end."""
    if isinstance(stored, str):
        stored = datetime.fromisoformat(stored)
    if isinstance(stored, datetime):
        aware = stored if stored.tzinfo else stored.replace(tzinfo=stored_in)
        return aware.astimezone(zone)
    if isinstance(stored, date):
        return datetime.combine(stored + timedelta(days=1), time(), stored_in).astimezone(zone)
    return None


def _judged(
    table: Table, rule: FreshnessRule, loaded_at: datetime | None, now: datetime
) -> Freshness:
    allowed = rule.warn_after or rule.error_after
    old = allowed is not None and (
        loaded_at is None or now.astimezone(UTC) - loaded_at.astimezone(UTC) > allowed
    )
    message = _message(table, loaded_at) if old else None
    return Freshness(table=table.name, loaded_at=loaded_at, stale=old, message=message)


def _message(table: Table, loaded_at: datetime | None) -> Message:
    label = table.label if table.label != Label() else Label(ko=table.name, en=table.name)
    if loaded_at is None:
        return Message(text="{table} has no data yet.", values={"table": label})
    return Message(
        text="The data of {table} is late: its newest rows are of {day}.",
        values={"table": label, "day": loaded_at.date()},
    )
