"""SQLite: turns, results and audit in one file, safe with several processes and kill -9."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from askwell.domain.noun import Scalar
from askwell.domain.result import Result
from askwell.domain.turn import Turn
from askwell.errors import Misconfigured
from askwell.stores.encoding import decode, encode

_WAIT_FOR_OTHERS_SECONDS = 10.0
_TRY_AGAIN_SECONDS = 0.02
_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thread TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of_thread ON turns (thread, number);
CREATE TABLE IF NOT EXISTS results (id TEXT PRIMARY KEY, expires REAL NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS results_by_expiry ON results (expires);
CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
"""
# What a turn can live without when its older layout cannot be read any more.
_DISPENSABLE = ("intent", "pending", "reads")


class Database:
    """Hold one SQLite file that the stores of this module share; calls run in threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(path)
        except (OSError, sqlite3.Error) as error:
            raise Misconfigured(
                f"cannot keep askwell's memory in {path}: {error}; "
                "set ASKWELL_HOME to a folder that can be written"
            ) from error

    async def write(self, *statements: tuple[str, Sequence[object]]) -> None:
        """Run all statements in one transaction."""
        await asyncio.to_thread(self._write, statements)

    async def read(self, sql: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        """Return the rows of a query."""
        return await asyncio.to_thread(self._read, sql, values)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _write(self, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
        with self._lock, self._connection:
            for sql, values in statements:
                self._connection.execute(sql, values)

    def _read(self, sql: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_FOR_OTHERS_SECONDS, check_same_thread=False)
    deadline = time.monotonic() + _WAIT_FOR_OTHERS_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_SCHEMA)
            return connection
        except sqlite3.OperationalError as error:
            # The switch to WAL does not wait for another process that is just doing it too.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_TRY_AGAIN_SECONDS)


class SQLiteTurns:
    """Keep the conversation memory; a `TurnStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, turn: Turn) -> None:
        """Write a turn, once."""
        insert = "INSERT OR IGNORE INTO turns (id, thread, body) VALUES (?, ?, ?)"
        await self._database.write((insert, (turn.id, turn.thread, encode(turn))))

    async def latest(self, thread: str, *, limit: int = 1) -> tuple[Turn, ...]:
        """Return the newest turns of a thread, newest first."""
        query = "SELECT body FROM turns WHERE thread = ? ORDER BY number DESC LIMIT ?"
        rows = await self._database.read(query, (thread, limit))
        return tuple(turn for (body,) in rows if (turn := _turn(body)) is not None)


class SQLiteResults:
    """Keep rows by result id, for a time; a `ResultStore`."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def put(self, result: Result, *, seconds: float) -> None:
        """Keep a result for `seconds`, and drop those whose time is over."""
        now = self._now()
        await self._database.write(
            ("DELETE FROM results WHERE expires <= ?", (now,)),
            (
                "INSERT OR REPLACE INTO results (id, expires, body) VALUES (?, ?, ?)",
                (result.id, now + seconds, encode(result)),
            ),
        )

    async def get(self, result_id: str) -> Result | None:
        """Return a result, or None once its time is over."""
        query = "SELECT body FROM results WHERE id = ? AND expires > ?"
        rows = await self._database.read(query, (result_id, self._now()))
        return Result.model_validate(decode(rows[0][0])) if rows else None


class SQLiteAudit:
    """Keep who read what; an `AuditStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, event: Mapping[str, Scalar]) -> None:
        """Append one event."""
        await self._database.write(("INSERT INTO audit (body) VALUES (?)", (encode(dict(event)),)))


def _turn(body: str) -> Turn | None:
    """Read a turn of this or another layout; None if not even its question can be read."""
    data = decode(body)
    if not isinstance(data, dict):
        return None
    known = {key: value for key, value in data.items() if key in Turn.model_fields}
    for dropped in ((), _DISPENSABLE):
        try:
            return Turn.model_validate({k: v for k, v in known.items() if k not in dropped})
        except ValidationError:
            continue
    return None
