"""Catalogs of the development databases, made from their rows."""

from functools import cache
from typing import Any

import duckdb

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table, Value, ValueSet
from defog_cases import FOLDER

Held = dict[tuple[str, str], list[Any]]


@cache
def catalog(database: str) -> Catalog:
    """Return tables with their columns, keys and texts."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS public; SET schema = 'public'")
        connection.execute("CREATE MACRO to_char(day, form) AS monthname(day)")
        schema = (FOLDER / database / "schema.sql").read_text(encoding="utf-8")
        connection.execute(schema.replace("CURRENT_DATE", "DATE '2025-10-07'"))
        names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        described = {n: connection.execute(f'DESCRIBE "{n}"').fetchall() for n in names}
        held: Held = {
            (table, column): _held(connection, table, column)
            for table, columns in described.items()
            for column, *_ in columns
        }
    tables = (
        Table(name=table, columns=tuple(_column(table, c, kind, held) for c, kind, *_ in columns))
        for table, columns in described.items()
    )
    return Catalog(dialect="postgres", tables=tuple(tables))


def _held(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[Any]:
    query = f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
    return [row[0] for row in connection.execute(query).fetchall()]


def _column(table: str, name: str, kind: str, held: Held) -> Column:
    own = held[table, name]
    texts = tuple(Value(stored=v) for v in dict.fromkeys(own) if isinstance(v, str))
    return Column(
        name=name,
        type=kind.lower(),
        unique=len(set(own)) == len(own),
        references=_target(table, name, held),
        values=ValueSet(values=texts, complete=True) if texts else None,
    )


def _target(table: str, name: str, held: Held) -> ColumnRef | None:
    """Return the key of the table that a column is named after, if it holds all its values."""
    for (other, key), values in held.items():
        named = other != table and other in name and len(set(values)) == len(values)
        if named and held[table, name] and set(held[table, name]) <= set(values):
            return ColumnRef(table=other, column=key)
    return None
