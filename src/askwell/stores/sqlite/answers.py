"""Answers in SQLite, for 90 days."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from askwell.domain.kept import KeptAnswer
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  id TEXT PRIMARY KEY, asker TEXT NOT NULL, asked REAL NOT NULL, expires REAL NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_of_asker ON answers (asker, asked);
CREATE INDEX IF NOT EXISTS answers_by_expiry ON answers (expires);
"""
_KEPT_SECONDS = timedelta(days=90).total_seconds()
_OVER = "DELETE FROM answers WHERE expires <= ?"
_INSERT = "INSERT INTO answers (id, asker, asked, expires, body) VALUES (?, ?, ?, ?, ?)"
_ADD = f"{_INSERT} ON CONFLICT (id) DO NOTHING"
_PUT = f"""
{_INSERT} ON CONFLICT (id) DO UPDATE SET
  asker = excluded.asker, asked = excluded.asked, expires = excluded.expires, body = excluded.body
"""
_RECENT = """
SELECT body FROM answers WHERE asker = ? AND expires > ? ORDER BY asked DESC, rowid DESC LIMIT ?
"""


class SQLiteAnswers:
    """Keep answers by turn id; an `AnswerStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def put(self, kept: KeptAnswer) -> None:
        """Keep an answer, and drop those whose time is over."""
        over, row = await self._row(kept)
        await self._file.write((_OVER, over), (_PUT, row))

    async def add(self, kept: KeptAnswer) -> KeptAnswer:
        """Keep an answer where none is kept under its id; return the one that is kept."""
        over, row = await self._row(kept)
        await self._file.write((_OVER, over), (_ADD, row))
        return await self.get(kept.id) or kept

    async def get(self, answer: str) -> KeptAnswer | None:
        """Return an answer, or None where none is kept."""
        query = "SELECT body FROM answers WHERE id = ? AND expires > ?"
        rows = await self._file.read(query, (answer, self._now()))
        return await asyncio.to_thread(_kept, rows[0][0]) if rows else None

    async def recent(self, asker: str, *, limit: int = 5) -> tuple[KeptAnswer, ...]:
        """Return a person's newest answers, newest first."""
        rows = await self._file.read(_RECENT, (asker, self._now(), limit))
        answers = [await asyncio.to_thread(_kept, body) for (body,) in rows]
        return tuple(kept for kept in answers if kept is not None)

    async def _row(self, kept: KeptAnswer) -> tuple[tuple[float], tuple[object, ...]]:
        now = self._now()
        # A thousand rows take a while: not on the event loop.
        body = await asyncio.to_thread(encode, kept)
        asked = kept.asked.timestamp()
        return (now,), (kept.id, kept.asker, asked, now + _KEPT_SECONDS, body)


def _kept(body: str) -> KeptAnswer | None:
    return records.answer(decode(body))
