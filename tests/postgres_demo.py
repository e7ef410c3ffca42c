"""The demo company's warehouse in PostgreSQL, row by row as DuckDB has it."""

import tempfile
from pathlib import Path

import duckdb
import psycopg
from psycopg.sql import SQL, Identifier

import postgres_server
from postgres_server import Server

_TYPES = {"VARCHAR": "text", "TINYINT": "smallint", "DOUBLE": "double precision"}


def moved(warehouse: Path, server: Server, database: str, sql: str = "") -> str:
    """Copy a DuckDB file into a new database, change it by `sql`; return its reader's URL."""
    server.create(database)
    with (
        duckdb.connect(str(warehouse), read_only=True) as source,
        psycopg.connect(server.url(database, "postgres"), autocommit=True) as target,
        tempfile.TemporaryDirectory() as folder,
    ):
        for (table,) in source.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            _move(source, target, table, Path(folder) / "rows.csv")
    server.run(database, sql + postgres_server._READS)
    return server.url(database)


def _move(
    source: duckdb.DuckDBPyConnection, target: psycopg.Connection, table: str, file: Path
) -> None:
    columns = source.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
    typed = SQL(", ").join(
        SQL("{} " + _TYPES.get(kind, kind)).format(Identifier(name)) for name, kind in columns
    )
    target.execute(SQL("CREATE TABLE {} ({})").format(Identifier(table), typed))
    source.execute(f"COPY {table} TO '{file}' (HEADER false, NULLSTR '\\N')")
    copy = SQL("COPY {} FROM STDIN (FORMAT csv, NULL '\\N')").format(Identifier(table))
    with target.cursor().copy(copy) as rows:
        rows.write(file.read_bytes())
