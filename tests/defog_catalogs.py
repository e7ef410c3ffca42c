"""Catalogs of the development databases, made from their rows, and values found in questions."""

import re
from functools import cache
from typing import Any

import duckdb

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table, Value, ValueSet
from askwell.domain.recall import LinkedValue
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


def linked(question: str, known: Catalog) -> list[LinkedValue]:
    """Return every stored text that stands in a question, without further thought."""
    return [
        LinkedValue(
            phrase=found.group(),
            column=ColumnRef(table=table.name, column=column.name),
            stored=value.stored,
        )
        for table in known.tables
        for column in table.columns
        for value in (column.values.values if column.values else ())
        if len(str(value.stored)) > 1 and (found := _said(str(value.stored), question))
    ]


def _said(stored: str, question: str) -> re.Match[str] | None:
    return re.search(rf"(?<![a-z0-9]){re.escape(stored)}(?![a-z0-9])", question, re.IGNORECASE)
