"""What the data itself says: how many rows, and which values in text columns with few."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlglot import exp

from askwell.domain.catalog import Column, ColumnRef, Table
from askwell.domain.noun import Scalar
from askwell.knowledge.tables import Profile
from askwell.sql.parse import render

MAX_VALUES = 200
MAX_CHARACTERS = 100
_TEXT = ("varchar", "char", "text", "string", "enum", "nvarchar", "bpchar", "character")


class Run(Protocol):
    """Run one SELECT through the query door, as the system, and return its rows."""

    async def __call__(self, sql: str) -> Sequence[tuple[Scalar, ...]]:
        """Return the rows of `sql`."""
        ...


async def profile(tables: Iterable[Table], run: Run, dialect: str) -> Profile:
    """Return the row counts, and the values of text columns that hold at most MAX_VALUES.

    Personal and sensitive columns, keys, and columns whose values dbt lists are not read.
    """
    rows: dict[str, int] = {}
    values: dict[ColumnRef, tuple[Scalar, ...]] = {}
    for table in tables:
        rows[table.name] = await _count(table, run, dialect)
        for column in table.columns:
            if _is_worth_reading(column):
                seen = await _distinct(table, column, run, dialect)
                if 0 < len(seen) <= MAX_VALUES:
                    values[ColumnRef(table=table.name, column=column.name)] = seen
    return Profile(rows=rows, values=values)


def _is_worth_reading(column: Column) -> bool:
    is_private = column.pii or column.sensitive
    is_key = column.primary_key or column.references is not None
    is_listed = column.values is not None and column.values.complete
    return column.type.startswith(_TEXT) and not (is_private or is_key or is_listed)


async def _count(table: Table, run: Run, dialect: str) -> int:
    sql = render(exp.select(exp.Count(this=exp.Star())).from_(_source(table)), dialect)
    return int(str((await run(sql))[0][0]))


async def _distinct(table: Table, column: Column, run: Run, dialect: str) -> tuple[Scalar, ...]:
    """Return the values in order; one more than MAX_VALUES where there are too many."""
    name = exp.column(column.name)
    query = exp.select(name).distinct().from_(_source(table)).where(name.is_(exp.null()).not_())
    rows = await run(render(query.order_by(name).limit(MAX_VALUES + 1), dialect))
    return tuple(row[0] for row in rows if len(str(row[0])) <= MAX_CHARACTERS)


def _source(table: Table) -> exp.Table:
    return exp.table_(table.name, db=table.schema_name or None)
