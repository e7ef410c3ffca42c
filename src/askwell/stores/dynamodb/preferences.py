"""Preferences in DynamoDB."""

from askwell.domain.kept import Preference
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table


class DynamoDBPreferences:
    """Keep what people have set; a `PreferenceStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, preference: Preference) -> None:
        """Keep a person's settings."""
        await self._table.put(keys.person(preference.person), preference)

    async def of(self, person: str) -> Preference:
        """Return a person's settings; the defaults where they set nothing."""
        kept = await self._table.get(keys.person(person), records.preference)
        return kept or Preference(person=person)
