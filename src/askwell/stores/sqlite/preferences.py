"""Preferences in SQLite."""

from askwell.domain.kept import Preference
from askwell.sqlite import File
from askwell.stores import records
from askwell.stores.encoding import decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS preferences (person TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


class SQLitePreferences:
    """Keep what people have set; a `PreferenceStore`."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def put(self, preference: Preference) -> None:
        """Keep a person's settings."""
        put = "INSERT OR REPLACE INTO preferences (person, body) VALUES (?, ?)"
        await self._file.write((put, (preference.person, encode(preference))))

    async def of(self, person: str) -> Preference:
        """Return a person's settings; the defaults where they set nothing."""
        rows = await self._file.read("SELECT body FROM preferences WHERE person = ?", (person,))
        kept = records.preference(decode(rows[0][0])) if rows else None
        return kept or Preference(person=person)
