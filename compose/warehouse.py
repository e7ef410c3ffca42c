"""Load the demo company into PostgreSQL, for compose.yaml: `python warehouse.py URL [SCALE]`."""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from askwell import demo

_SCHEMA, _READER = "main", "reader"
_OTHER_NAMES = {"TINYINT": "smallint", "VARCHAR": "text"}
_COLUMNS = """
SELECT table_name, column_name, data_type FROM duckdb_columns()
WHERE NOT internal ORDER BY table_name, column_index
"""


def main(url: str, scale: float) -> None:
    """Build the demo company up to yesterday, copy it, and let a reader in who may only read."""
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(url) as postgres:
        if _is_loaded(postgres):
            return
        file = Path(folder, "demo.duckdb")
        demo.build(file, scale=scale, end=date.today() - timedelta(days=1))
        with duckdb.connect(str(file), read_only=True) as source:
            for table, columns in _tables(source).items():
                postgres.execute(_create(table, columns))
                _copy(source, postgres, table, Path(folder, "rows.csv"))
        _let_in(postgres)


def _is_loaded(postgres: psycopg.Connection) -> bool:
    found = postgres.execute("SELECT to_regnamespace(%s)", [_SCHEMA]).fetchone()
    if found and found[0]:
        return True
    postgres.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(_SCHEMA)))
    return False


def _tables(source: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in source.execute(_COLUMNS).fetchall():
        tables.setdefault(table, {})[column] = _OTHER_NAMES.get(kind, kind)
    return tables


def _create(table: str, columns: dict[str, str]) -> sql.Composed:
    listed = (sql.Identifier(name) + sql.SQL(f" {kind}") for name, kind in columns.items())
    return sql.SQL("CREATE TABLE {} ({})").format(
        sql.Identifier(_SCHEMA, table), sql.SQL(", ").join(listed)
    )


def _copy(
    source: duckdb.DuckDBPyConnection, postgres: psycopg.Connection, table: str, file: Path
) -> None:
    source.execute(f"COPY \"{table}\" TO '{file}' (FORMAT csv, HEADER false)")
    into = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(_SCHEMA, table))
    with postgres.cursor().copy(into) as copy, file.open("rb") as rows:
        while some := rows.read(1 << 20):
            copy.write(some)
    postgres.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(_SCHEMA, table)))


def _let_in(postgres: psycopg.Connection) -> None:
    names = {"schema": sql.Identifier(_SCHEMA), "reader": sql.Identifier(_READER)}
    if not postgres.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_READER]).fetchone():
        # A password for a demo, on a network of its own.
        role = sql.SQL("CREATE ROLE {reader} LOGIN PASSWORD 'reader'")
        postgres.execute(role.format(**names))
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {reader}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}",
    ):
        postgres.execute(sql.SQL(statement).format(**names))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
