"""Answers in SQLite, for 90 days."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from askwell.domain.answer import Answer
from askwell.domain.kept import KeptAnswer
from askwell.sqlite import File
from askwell.stores.encoding import decode, encode, restore

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  id TEXT PRIMARY KEY, asker TEXT NOT NULL, asked REAL NOT NULL, expires REAL NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_of_asker ON answers (asker, asked);
CREATE INDEX IF NOT EXISTS answers_by_expiry ON answers (expires);
"""
_KEPT_SECONDS = timedelta(days=90).total_seconds()
_PUT = """
INSERT INTO answers (id, asker, asked, expires, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  asker = excluded.asker, asked = excluded.asked, expires = excluded.expires, body = excluded.body
"""
_RECENT = """
SELECT body FROM answers WHERE asker = ? AND expires > ? ORDER BY asked DESC, rowid DESC LIMIT ?
"""
# What can be missed when its older layout cannot be read any more. Where `reads` is missing,
# nobody is taken to have been allowed to see the answer.
_OF_ANSWER = ("intent", "path", "calls", "usage", "freshness", "timings_ms", "chart")
_OF_KEPT = ("reads", "draft", "choices")


class SQLiteAnswers:
    """Keep answers by turn id; an `AnswerStore`."""

    def __init__(self, file: File, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    async def put(self, kept: KeptAnswer) -> None:
        """Keep an answer, and drop those whose time is over."""
        now = self._now()
        # A thousand rows take a while: not on the event loop.
        body = await asyncio.to_thread(encode, kept)
        asked = kept.asked.timestamp()
        await self._file.write(
            ("DELETE FROM answers WHERE expires <= ?", (now,)),
            (_PUT, (kept.id, kept.asker, asked, now + _KEPT_SECONDS, body)),
        )

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


def _kept(body: str) -> KeptAnswer | None:
    data = decode(body)
    if not isinstance(data, dict):
        return None
    answer = restore(Answer, data.get("answer"), without=_OF_ANSWER)
    return restore(KeptAnswer, {**data, "answer": answer}, without=_OF_KEPT)
