"""Votes in SQLite, for 90 days."""

import time
from collections.abc import Callable
from datetime import timedelta

from askwell.domain.kept import Vote
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS votes (
  answer TEXT NOT NULL, person TEXT NOT NULL, expires REAL NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (answer, person)
);
CREATE INDEX IF NOT EXISTS votes_by_expiry ON votes (expires);
"""
_KEPT_SECONDS = timedelta(days=90).total_seconds()


class SQLiteVotes:
    """Keep one vote a person and answer; a `VoteStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def put(self, vote: Vote) -> None:
        """Keep a vote, and drop those whose time is over."""
        now = self._now()
        await self._file.write(
            ("DELETE FROM votes WHERE expires <= ?", (now,)),
            (
                "INSERT OR REPLACE INTO votes (answer, person, expires, body) VALUES (?, ?, ?, ?)",
                (vote.answer, vote.person, now + _KEPT_SECONDS, encode(vote)),
            ),
        )

    async def of(self, answer: str) -> tuple[Vote, ...]:
        """Return all votes on an answer, the oldest first."""
        query = "SELECT body FROM votes WHERE answer = ? AND expires > ? ORDER BY rowid"
        rows = await self._file.read(query, (answer, self._now()))
        votes = (records.vote(decode(body)) for (body,) in rows)
        return tuple(vote for vote in votes if vote is not None)
