"""Small values in SQLite, such as the tokens of workspaces: never logged."""

import sqlite3
import time
from collections.abc import Callable
from functools import partial

from askwell.sqlite import File

SCHEMA = """
CREATE TABLE IF NOT EXISTS kept_values (
  key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_values_by_expiry ON kept_values (expires);
"""
_OVER = "DELETE FROM kept_values WHERE expires <= ?"
_PUT = "INSERT OR REPLACE INTO kept_values (key, value, expires) VALUES (?, ?, ?)"


class SQLiteValues:
    """Keep text by key; a `ValueStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def put(self, key: str, value: str, *, seconds: float | None = None) -> None:
        """Keep a value, and drop those whose time is over."""
        now = self._now()
        expires = None if seconds is None else now + seconds
        await self._file.write((_OVER, (now,)), (_PUT, (key, value, expires)))

    async def get(self, key: str) -> str | None:
        """Return a value, or None where none is kept."""
        query = "SELECT value FROM kept_values WHERE key = ? AND (expires IS NULL OR expires > ?)"
        rows = await self._file.read(query, (key, self._now()))
        return str(rows[0][0]) if rows else None

    async def take(self, key: str) -> str | None:
        """Forget a value and return it; of several who ask, one gets it."""
        return await self._file.transact(partial(_taken, key, self._now()))


def _taken(key: str, now: float, connection: sqlite3.Connection) -> str | None:
    connection.execute(_OVER, (now,))
    delete = "DELETE FROM kept_values WHERE key = ? RETURNING value"
    row = connection.execute(delete, (key,)).fetchone()
    return str(row[0]) if row else None
