"""Rates in SQLite, shared by all processes."""

import sqlite3
import time
from collections.abc import Callable
from functools import partial

from askwell.sqlite import File

SCHEMA = """
CREATE TABLE IF NOT EXISTS budgets (
  name TEXT PRIMARY KEY, minute INTEGER NOT NULL, spent INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS budgets_by_minute ON budgets (minute);
"""
# A clock that is set back goes on spending from the later minute.
_SPEND = """
INSERT INTO budgets (name, minute, spent) VALUES (:name, :minute, 1)
ON CONFLICT (name) DO UPDATE SET
  spent = CASE WHEN minute < excluded.minute THEN 1 ELSE spent + 1 END,
  minute = max(minute, excluded.minute)
WHERE minute < excluded.minute OR spent < :most
"""


class SQLiteBudget:
    """Share a rate between all processes; a `Budget`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def spend(self, name: str, *, per_minute: int) -> bool:
        """Take one of this minute's `per_minute` from the budget; False where none is left."""
        if per_minute < 1:
            return False
        minute = int(self._now() // 60)
        return await self._file.transact(partial(_spend, name, minute, per_minute))


def _spend(name: str, minute: int, most: int, connection: sqlite3.Connection) -> bool:
    connection.execute("DELETE FROM budgets WHERE minute < ?", (minute - 1,))
    values = {"name": name, "minute": minute, "most": most}
    return connection.execute(_SPEND, values).rowcount == 1
