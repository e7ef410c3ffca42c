"""Small values in DynamoDB, such as the tokens of workspaces: encrypted at rest, never logged."""

from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table


class DynamoDBValues:
    """Keep text by key; a `ValueStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, key: str, value: str, *, seconds: float | None = None) -> None:
        """Keep a value; it replaces the one under its key."""
        await self._table.put(keys.value(key), value, seconds=seconds)

    async def get(self, key: str) -> str | None:
        """Return a value, or None where none is kept."""
        return await self._table.get(keys.value(key), _text)

    async def take(self, key: str) -> str | None:
        """Forget a value and return it; of several who ask, one gets it."""
        return await self._table.take(keys.value(key), _text)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
