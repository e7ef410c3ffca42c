"""Turns in SQLite."""

from askwell.domain.turn import Turn
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thread TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of_thread ON turns (thread, number);
"""


class SQLiteTurns:
    """Keep the conversation memory; a `TurnStore`."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def write(self, turn: Turn) -> None:
        """Write a turn, once."""
        insert = "INSERT OR IGNORE INTO turns (id, thread, body) VALUES (?, ?, ?)"
        await self._file.write((insert, (turn.id, turn.thread, encode(turn))))

    async def latest(self, thread: str, *, limit: int = 1) -> tuple[Turn, ...]:
        """Return the newest turns of a thread, newest first."""
        query = "SELECT body FROM turns WHERE thread = ? ORDER BY number DESC LIMIT ?"
        rows = await self._file.read(query, (thread, limit))
        turns = (records.turn(decode(body)) for (body,) in rows)
        return tuple(turn for turn in turns if turn is not None)
