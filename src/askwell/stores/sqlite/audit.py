"""The audit in SQLite."""

from collections.abc import Mapping

from askwell.domain.noun import Scalar
from askwell.sqlite import File
from askwell.stores.encoding import encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
"""


class SQLiteAudit:
    """Keep who read what; an `AuditStore`."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def record(self, event: Mapping[str, Scalar]) -> None:
        """Append one event."""
        await self._file.write(("INSERT INTO audit (body) VALUES (?)", (encode(dict(event)),)))
