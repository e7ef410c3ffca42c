"""Results in SQLite, until their time is over."""

import time
from collections.abc import Callable

from askwell.domain.result import Result
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS results (id TEXT PRIMARY KEY, expires REAL NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS results_by_expiry ON results (expires);
"""


class SQLiteResults:
    """Keep rows by result id, for a time; a `ResultStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def put(self, result: Result, *, seconds: float) -> None:
        """Keep a result for `seconds`, and drop those whose time is over."""
        now = self._now()
        await self._file.write(
            ("DELETE FROM results WHERE expires <= ?", (now,)),
            (
                "INSERT OR REPLACE INTO results (id, expires, body) VALUES (?, ?, ?)",
                (result.id, now + seconds, encode(result)),
            ),
        )

    async def get(self, result_id: str) -> Result | None:
        """Return a result, or None once its time is over."""
        query = "SELECT body FROM results WHERE id = ? AND expires > ?"
        rows = await self._file.read(query, (result_id, self._now()))
        return records.result(decode(rows[0][0])) if rows else None
