"""Rates in DynamoDB, shared by all processes: an item a minute."""

from datetime import timedelta

from askwell.aws import Unmet
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import LAYOUT, Table

_KEPT_SECONDS = timedelta(hours=1).total_seconds()
_SPEND = {
    "UpdateExpression": "SET #ttl = :ttl, v = :v ADD spent :one",
    "ConditionExpression": "attribute_not_exists(spent) OR spent < :most",
    "ExpressionAttributeNames": {"#ttl": "ttl"},
}


class DynamoDBBudget:
    """Share a rate between all processes; a `Budget`.

    Each process spends from the minute that its own clock shows.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    async def spend(self, name: str, *, per_minute: int) -> bool:
        """Take one of this minute's `per_minute` from the budget; False where none is left."""
        if per_minute < 1:
            return False
        values = {
            ":one": {"N": "1"},
            ":most": {"N": str(per_minute)},
            ":ttl": self._table.ends(_KEPT_SECONDS),
            ":v": {"N": str(LAYOUT)},
        }
        key = keys.budget(name, int(self._table.now() // 60))
        try:
            await self._table.update(key, _SPEND | {"ExpressionAttributeValues": values})
        except Unmet:
            return False
        return True
