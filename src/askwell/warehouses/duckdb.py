"""DuckDB: one file, opened read-only, locked down, and opened anew when it is replaced."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import duckdb

from askwell.domain.noun import Scalar
from askwell.errors import (
    AskwellError,
    BadQuery,
    Cancelled,
    Misconfigured,
    TimedOut,
    TooLarge,
    Transient,
)
from askwell.warehouses import FoundColumn, FoundTable, Plan, Rows
from askwell.warehouses.values import to_scalar

T = TypeVar("T")
Connection = Any  # duckdb's own stubs are not followed
Identity = tuple[int, int, int]

_SHUT_OFF = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",
}
_LOCK_WAITS = (0.1, 0.3, 0.9)
_INTERRUPT_EVERY = 0.05
_CONCURRENT_QUERIES = 8
_OPENING = threading.Lock()
_EXPLAIN = "EXPLAIN (FORMAT json)\n"

_ZONE_AND_LOCK = "SELECT current_setting('TimeZone'), current_setting('lock_configuration')"
_TABLES = """
SELECT schema_name, table_name, comment, estimated_size FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT schema_name, view_name, comment, NULL FROM duckdb_views() WHERE NOT internal
ORDER BY ALL
"""
_COLUMNS = """
SELECT schema_name, table_name, column_name, lower(data_type), coalesce(comment, '')
FROM duckdb_columns() WHERE NOT internal ORDER BY schema_name, table_name, column_index
"""
_KEYS = """
SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table,
  referenced_column_names
FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
"""


class DuckDB:
    """Run read-only SQL in threads on one DuckDB file; other processes may read it too.

    `time_zone` is the zone in which a TIMESTAMPTZ becomes a day. `memory` is in DuckDB's own
    notation; nothing spills to disk. `missing_hint` ends the error for a missing file.
    """

    dialect = "duckdb"

    def __init__(
        self,
        path: Path,
        *,
        time_zone: str = "UTC",
        threads: int = 2,
        memory: str = "1GB",
        missing_hint: str = "build it first, or write the path of an existing file",
    ) -> None:
        self._path = path
        self._zone = ZoneInfo(time_zone)
        self._config = _SHUT_OFF | {"threads": str(threads), "memory_limit": memory}
        self._missing_hint = missing_hint
        self._connection: Connection | None = None
        self._opened: Identity | None = None
        self._opening = asyncio.Lock()
        self._running: set[asyncio.Future[Any]] = set()
        self._threads = ThreadPoolExecutor(_CONCURRENT_QUERIES, thread_name_prefix="duckdb")

    async def tables(self) -> tuple[FoundTable, ...]:
        """Describe all tables and views of the file."""
        return await self._run(_describe)

    async def fetch(
        self, sql: str, parameters: Mapping[str, Scalar], *, max_rows: int, seconds: float
    ) -> Rows:
        """Run one SELECT; see the protocol for the errors."""

        def read(cursor: Connection) -> Rows:
            cursor.execute(sql, dict(parameters))
            return _rows(cursor, max_rows, self._zone)

        try:
            async with asyncio.timeout(seconds):
                return await self._run(read)
        except TimeoutError:
            raise TimedOut(
                f"the query ran longer than {seconds:g} seconds and was cancelled; "
                "ask for a shorter period or fewer groups"
            ) from None

    async def explain(self, sql: str, parameters: Mapping[str, Scalar]) -> Plan:
        """Return DuckDB's plan with its guesses; errors as in `fetch`."""

        def read(cursor: Connection) -> Plan:
            cursor.execute(f"{_EXPLAIN}{sql}", dict(parameters))
            return _plan(str(cursor.fetchall()[0][1]))

        try:
            return await self._run(read)
        except BadQuery as error:  # its first line is this door's own
            line = error.line and error.line - 1
            raise BadQuery(str(error), line=line, column=error.column) from error

    async def close(self) -> None:
        """Close the file once the running queries have ended."""
        async with self._opening:
            await self._drop_connection()
        self._threads.shutdown(wait=False)

    async def _run(self, work: Callable[[Connection], T]) -> T:
        cursor = await self._cursor()
        job = self._threads.submit(_work_and_close, work, cursor)
        running = asyncio.wrap_future(job)
        self._running.add(running)
        running.add_done_callback(self._ended)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # An interrupt that comes before DuckDB has begun is forgotten, so repeat it.
            while not (job.cancel() or running.done()):
                with suppress(duckdb.ConnectionException):  # closed just now: it is done
                    cursor.interrupt()
                await asyncio.wait([running], timeout=_INTERRUPT_EVERY)
            raise
        except duckdb.FatalException as error:
            self._opened = None
            raise Transient(f"DuckDB failed and will be opened anew: {error}") from error
        except duckdb.Error as error:
            raise _translate(error) from error

    def _ended(self, running: asyncio.Future[Any]) -> None:
        self._running.discard(running)
        if not running.cancelled():
            running.exception()  # an interrupted query's error has nobody else to fetch it

    async def _cursor(self) -> Connection:
        async with self._opening:
            if self._connection is None or self._opened != _identity(self._path):
                # As long as anybody in this process has the old file open, DuckDB hands it out.
                await self._drop_connection()
                self._connection = await self._open()
            return self._connection.cursor()

    async def _open(self) -> Connection:
        for wait in _LOCK_WAITS:
            with suppress(Transient):
                return await asyncio.to_thread(self._connect_alone)
            await asyncio.sleep(wait)
        return await asyncio.to_thread(self._connect_alone)

    def _connect_alone(self) -> Connection:
        # A cancelled opening goes on in its thread and shares the instance with the next one.
        with _OPENING:
            return self._connect()

    def _connect(self) -> Connection:
        self._opened = _identity(self._path)
        try:
            connection = duckdb.connect(str(self._path), read_only=True, config=self._config)
        except (duckdb.IOException, duckdb.ConnectionException) as error:
            raise self._not_opened(error) from error
        zone, locked = connection.execute(_ZONE_AND_LOCK).fetchone()
        if not locked:
            # Global, so that cursors have the zone too; after the lock nobody can change it.
            connection.execute("SET GLOBAL TimeZone = $zone", {"zone": self._zone.key})
            connection.execute("SET GLOBAL lock_configuration = true")
        elif zone != self._zone.key:
            raise Misconfigured(f"{self._path} is open in this process with time zone {zone}")
        return connection

    def _not_opened(self, error: Exception) -> AskwellError:
        if self._opened is None:
            return Misconfigured(f"there is no DuckDB file at {self._path}: {self._missing_hint}")
        if "lock" in str(error):
            return Transient(f"{self._path} is being written by another process; try again")
        problem = f"{self._path} cannot be read as a DuckDB file: {error}"
        return Misconfigured(f"{problem}; {self._missing_hint}")

    async def _drop_connection(self) -> None:
        if self._running:
            await asyncio.wait(self._running)
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _identity(path: Path) -> Identity | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns


def _work_and_close(work: Callable[[Connection], T], cursor: Connection) -> T:
    try:
        return work(cursor)
    finally:
        cursor.close()


def _rows(cursor: Connection, max_rows: int, zone: ZoneInfo) -> Rows:
    rows = cursor.fetchmany(max_rows + 1)
    return Rows(
        names=tuple(column[0] for column in cursor.description),
        types=tuple(str(column[1]).lower() for column in cursor.description),
        rows=tuple(tuple(to_scalar(v, zone) for v in row) for row in rows[:max_rows]),
        truncated=len(rows) > max_rows,
    )


def _plan(text: str) -> Plan:
    [top] = json.loads(text)
    guesses = [guess for guess in _guesses(top) if guess is not None]
    rows = next(iter(guesses), None)
    return Plan(text, rows, float(sum(guesses)) if guesses else None)


def _guesses(step: dict[str, Any]) -> Iterator[int | None]:
    """Yield how many rows each step is guessed to give, the last step first."""
    guess = step["extra_info"].get("Estimated Cardinality")
    yield int(guess) if guess else None
    for before in step["children"]:
        yield from _guesses(before)


def _translate(error: Exception) -> AskwellError:
    match error:
        case duckdb.OutOfMemoryException():
            return TooLarge(f"the query needs more memory than allowed: {error}")
        case duckdb.InterruptException():
            return Cancelled("the query was interrupted")
        case duckdb.IOException() | duckdb.ConnectionException():
            return Transient(str(error))
        case _:
            return _bad_query(str(error))


def _bad_query(text: str) -> BadQuery:
    """Keep what is said before the excerpt, and turn its caret into line and column."""
    message = text.split("\n\nLINE ")[0]
    found = re.search(r"LINE (\d+): (.*)\n( *)\^", text)
    if not found:
        return BadQuery(message)
    line, excerpt, indent = found.groups()
    cut = excerpt.startswith("...")
    column = None if cut else len(indent) - len(f"LINE {line}: ") + 1
    return BadQuery(message, line=int(line), column=column)


def _describe(cursor: Connection) -> tuple[FoundTable, ...]:
    keys = cursor.execute(_KEYS).fetchall()
    alone = [k for k in keys if len(k[3]) == 1]
    primary = {(s, t, c) for s, t, kind, names, *_ in keys if kind == "PRIMARY KEY" for c in names}
    unique = {(s, t, names[0]) for s, t, kind, names, *_ in alone if kind != "FOREIGN KEY"}
    references = {
        (s, t, names[0]): (to, to_names[0])
        for s, t, kind, names, to, to_names in alone
        if kind == "FOREIGN KEY"
    }
    columns: dict[tuple[str, str], list[FoundColumn]] = {}
    for schema, table, name, kind, comment in cursor.execute(_COLUMNS).fetchall():
        place = (schema, table, name)
        column = FoundColumn(
            name=name,
            type=kind,
            comment=comment,
            primary_key=place in primary,
            references=references.get(place),
            unique=place in unique,
        )
        columns.setdefault((schema, table), []).append(column)
    return tuple(
        FoundTable(table, schema, tuple(columns.get((schema, table), ())), comment or "", count)
        for schema, table, comment, count in cursor.execute(_TABLES).fetchall()
    )
