"""Stops in SQLite, for a day: no turn takes longer."""

import time
from collections.abc import Callable
from datetime import timedelta

from askwell.sqlite import File

SCHEMA = """
CREATE TABLE IF NOT EXISTS stops (turn TEXT PRIMARY KEY, expires REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stops_by_expiry ON stops (expires);
"""
_KEPT_SECONDS = timedelta(days=1).total_seconds()


class SQLiteStops:
    """Keep which turns somebody wants stopped; a `StopStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def ask(self, turn: str) -> None:
        """Ask for a turn to be stopped, and drop what was asked long ago."""
        now = self._now()
        await self._file.write(
            ("DELETE FROM stops WHERE expires <= ?", (now,)),
            (
                "INSERT OR REPLACE INTO stops (turn, expires) VALUES (?, ?)",
                (turn, now + _KEPT_SECONDS),
            ),
        )

    async def asked(self, turn: str) -> bool:
        """Tell whether somebody asked for that; one look at an index."""
        query = "SELECT 1 FROM stops WHERE turn = ? AND expires > ?"
        return bool(await self._file.read(query, (turn, self._now())))
