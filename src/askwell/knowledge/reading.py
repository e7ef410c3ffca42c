"""The few queries by which a table is looked at; all of them run through the query door."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from sqlglot import exp

from askwell.domain.catalog import Bound, Column, Table
from askwell.domain.noun import Scalar
from askwell.knowledge.kinds import KEYS, RANGED, kind_of
from askwell.sql.parse import render


class Run(Protocol):
    """Run one SELECT through the query door, as the system, and return its rows."""

    async def __call__(self, sql: str) -> Sequence[tuple[Scalar, ...]]:
        """Return the rows of `sql`."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Read one warehouse in its dialect."""

    run: Run
    dialect: str

    async def rows(self, query: exp.Query) -> Sequence[tuple[Scalar, ...]]:
        """Return the rows of a query.

        Raises:
            BadQuery, TooLarge, Refused: as the query door says.
        """
        return await self.run(render(query, self.dialect))


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what one aggregate query says of a column: `count` and `distinct` leave out nulls."""

    rows: int
    count: int
    distinct: int | None = None
    least: Bound = None
    greatest: Bound = None
    letters: float = 0.0

    @property
    def unique(self) -> bool:
        """Tell whether every value occurs once; nothing is known of a column without any."""
        return self.count > 0 and self.distinct == self.count


def source(table: Table, column_names: Iterable[str] = (), most: int | None = None) -> exp.Expr:
    """Return the table, or a subquery of its first `most` rows."""
    whole = exp.table_(table.name, db=table.schema_name or None)
    if most is None:
        return whole
    part = exp.select(*map(exp.column, column_names)).from_(whole).limit(most)
    return part.subquery("part")


async def count_rows(reader: Reader, table: Table) -> int:
    """Return how many rows a table has."""
    query = exp.select(exp.Count(this=exp.Star())).from_(source(table))
    return _whole((await reader.rows(query))[0][0])


async def measure(
    reader: Reader, table: Table, columns: Sequence[Column], most: int | None = None
) -> dict[str, Measured]:
    """Return what one query over all columns says of each, of the first `most` rows.

    Ranges only where the whole table is read: those of a part say nothing.
    """
    asked = [
        (column.name, what, told)
        for column in columns
        for what, told in _aggregates(column, ranged=most is None)
    ]
    part = source(table, [c.name for c in columns], most)
    everything = exp.Count(this=exp.Star())
    query = exp.select(everything, *(told for _, _, told in asked)).from_(part)
    rows, *values = (await reader.rows(query))[0]
    found: dict[str, dict[str, Scalar]] = {c.name: {} for c in columns}
    for (name, what, _), value in zip(asked, values, strict=True):
        found[name][what] = value
    return {name: _measured(_whole(rows), told) for name, told in found.items()}


async def measure_ranges(
    reader: Reader, table: Table, columns: Sequence[Column]
) -> dict[str, Measured]:
    """Return rows, values and ranges of a whole large table, without distinct values."""
    ranged = [c for c in columns if kind_of(c) in RANGED]
    asked = [(c.name, a(this=exp.column(c.name))) for c in ranged for a in (exp.Min, exp.Max)]
    query = exp.select(exp.Count(this=exp.Star()), *(told for _, told in asked))
    rows, *values = (await reader.rows(query.from_(source(table))))[0]
    return {
        c.name: Measured(
            _whole(rows), 0, least=bound(values[2 * i]), greatest=bound(values[2 * i + 1])
        )
        for i, c in enumerate(ranged)
    }


async def is_unique(reader: Reader, table: Table, column: Column) -> bool:
    """Tell whether every value of a column occurs once in the whole table."""
    name = exp.column(column.name)
    query = exp.select(exp.Count(this=name), _distinct(name)).from_(source(table))
    count, distinct = (await reader.rows(query))[0]
    return count == distinct


async def distinct_values(
    reader: Reader, table: Table, column: Column, most: int
) -> tuple[Scalar, ...]:
    """Return the values of the whole column in order, at most `most`."""
    name = exp.column(column.name)
    query = exp.select(name).distinct().from_(source(table)).where(_is_there(name))
    rows = await reader.rows(query.order_by(name).limit(most))
    return tuple(row[0] for row in rows)


async def frequent_values(
    reader: Reader, table: Table, column: Column, most: int, rows_read: int
) -> tuple[Scalar, ...]:
    """Return the most frequent values of the first `rows_read` rows, at most `most`."""
    name = exp.column(column.name)
    part = source(table, [column.name], rows_read)
    query = exp.select(name).from_(part).where(_is_there(name)).group_by(name)
    often = exp.Count(this=exp.Star())
    rows = await reader.rows(query.order_by(exp.Ordered(this=often, desc=True), name).limit(most))
    return tuple(row[0] for row in rows)


async def missing(
    reader: Reader, column: tuple[Table, str], key: tuple[Table, str], most: int
) -> tuple[int, int]:
    """Return how many values a column has, and how many of them the key has not.

    At most `most` different values of the first `most` hundred rows are looked at. The key
    holds each value once.
    """
    rows = source(column[0], [column[1]], most * 100)
    own, other = exp.column(column[1]), exp.column(key[1])
    some = exp.select(own).distinct().from_(rows).where(_is_there(own)).limit(most)
    keys = exp.select(other.as_("known")).from_(source(key[0])).subquery("theirs")
    mine, theirs = exp.column(column[1], "mine"), exp.column("known", "theirs")
    query = exp.select(exp.Count(this=exp.Star()), exp.Count(this=theirs))
    query = query.from_(some.subquery("mine"))
    query = query.join(keys, on=exp.EQ(this=mine, expression=theirs), join_type="left")
    total, known = (await reader.rows(query))[0]
    return _whole(total), _whole(total) - _whole(known)


def bound(value: Scalar) -> Bound:
    """Return a number, day or instant that JSON gives back as it was; None for all else."""
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | date):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _aggregates(column: Column, *, ranged: bool) -> Iterable[tuple[str, exp.Expr]]:
    name, kind = exp.column(column.name), kind_of(column)
    yield "count", exp.Count(this=name)
    if kind in KEYS:
        yield "distinct", _distinct(name)
    if kind == "text":
        yield "letters", exp.Avg(this=exp.Length(this=exp.cast(name, "text")))
    if ranged and kind in RANGED:
        yield "least", exp.Min(this=name)
        yield "greatest", exp.Max(this=name)


def _measured(rows: int, told: dict[str, Scalar]) -> Measured:
    distinct, letters = told.get("distinct"), told.get("letters")
    return Measured(
        rows=rows,
        count=_whole(told["count"]),
        distinct=None if distinct is None else _whole(distinct),
        least=bound(told.get("least")),
        greatest=bound(told.get("greatest")),
        letters=float(str(letters or 0)),
    )


def _distinct(name: exp.Expr) -> exp.Count:
    return exp.Count(this=exp.Distinct(expressions=[name]))


def _is_there(name: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=name.copy(), expression=exp.Null()))


def _whole(value: Scalar) -> int:
    return int(str(value))
