"""Stops in DynamoDB, for a day: no turn takes longer."""

from datetime import timedelta

from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table

_KEPT_SECONDS = timedelta(days=1).total_seconds()


class DynamoDBStops:
    """Keep which turns somebody wants stopped; a `StopStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def ask(self, turn: str) -> None:
        """Ask for a turn to be stopped."""
        await self._table.put(keys.stop(turn), {}, seconds=_KEPT_SECONDS)

    async def asked(self, turn: str) -> bool:
        """Tell whether somebody asked for that; one look at one key."""
        return await self._table.has(keys.stop(turn))
