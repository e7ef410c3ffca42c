"""The ledger of posts in SQLite, for 7 days; every write compares fences."""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from askwell.domain.delivery import Posted
from askwell.errors import LostLease
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS claims (
  question TEXT PRIMARY KEY, fence INTEGER NOT NULL, expires REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS claims_by_expiry ON claims (expires);
CREATE TABLE IF NOT EXISTS posts (
  question TEXT NOT NULL REFERENCES claims ON DELETE CASCADE, part TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (question, part)
);
"""
_KEPT_SECONDS = timedelta(days=7).total_seconds()
_CLAIM = """
INSERT INTO claims (question, fence, expires) VALUES (?, ?, ?)
ON CONFLICT (question) DO UPDATE SET fence = excluded.fence, expires = excluded.expires
WHERE claims.fence <= excluded.fence
"""
_RECORD = """
INSERT INTO posts (question, part, body) VALUES (?, ?, ?)
ON CONFLICT (question, part) DO UPDATE SET body = excluded.body
"""


class SQLiteLedger:
    """Keep what was posted for a question; a `Ledger`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def claim(self, question: str, fence: int) -> tuple[Posted, ...]:
        """Take the question over, and return what was posted for it so far, in order.

        Raises:
            LostLease: a higher fence has claimed it.
        """
        return await self._file.transact(partial(_claimed, question, fence, self._now()))

    async def record(self, posted: Posted, fence: int) -> None:
        """Write down a post, or its new state.

        Raises:
            LostLease: a higher fence has claimed the question.
        """
        await self._file.transact(partial(_recorded, posted, fence, self._now()))


def _claimed(
    question: str, fence: int, now: float, connection: sqlite3.Connection
) -> tuple[Posted, ...]:
    _claim(question, fence, now, connection)
    query = "SELECT body FROM posts WHERE question = ? ORDER BY rowid"
    posts = (records.posted(decode(b)) for (b,) in connection.execute(query, (question,)))
    return tuple(posted for posted in posts if posted is not None)


def _recorded(posted: Posted, fence: int, now: float, connection: sqlite3.Connection) -> None:
    _claim(posted.question, fence, now, connection)
    connection.execute(_RECORD, (posted.question, posted.part, encode(posted)))


def _claim(question: str, fence: int, now: float, connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM claims WHERE expires <= ?", (now,))
    claim = connection.execute(_CLAIM, (question, fence, now + _KEPT_SECONDS))
    if not claim.rowcount:
        raise LostLease(f"{question} was claimed with a higher fence than {fence}")
