"""What is known and may be edited, in SQLite: a version is written once, and none is lost."""

import sqlite3
from functools import partial

from askwell.errors import Conflict
from askwell.sqlite import File
from askwell.stores import Published

SCHEMA = """
CREATE TABLE IF NOT EXISTS knowledge (
  kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (kind, name, version)
);
"""
_NEWEST = """
SELECT version, body FROM knowledge WHERE kind = ? AND name = ? AND version > ?
ORDER BY version DESC LIMIT 1
"""
_LAST = "SELECT coalesce(max(version), 0) FROM knowledge WHERE kind = ? AND name = ?"
_INSERT = "INSERT INTO knowledge (kind, name, version, body) VALUES (?, ?, ?, ?)"


class SQLiteKnowledge:
    """Keep versions of what is known; a `KnowledgeStore`."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def newest(self, kind: str, name: str, *, after: int = 0) -> Published | None:
        """Return the newest version, or None where none is newer than `after`."""
        rows = await self._file.read(_NEWEST, (kind, name, after))
        return Published(*rows[0]) if rows else None

    async def publish(self, kind: str, name: str, body: str, *, after: int) -> int:
        """Write the version that follows `after`, and return its number.

        Raises:
            Conflict: `after` is not the newest version.
        """
        return await self._file.transact(partial(_published, kind, name, body, after))


def _published(kind: str, name: str, body: str, after: int, connection: sqlite3.Connection) -> int:
    (last,) = connection.execute(_LAST, (kind, name)).fetchone()
    if last < after:
        raise Conflict(f"{kind} {name} has no version {after}; read it again")
    if last > after:
        raise Conflict(f"{kind} {name} was changed by somebody else; read it again")
    connection.execute(_INSERT, (kind, name, after + 1, body))
    return after + 1
