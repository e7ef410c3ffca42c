"""Results in DynamoDB, until their time is over."""

from askwell.domain.result import Result
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table


class DynamoDBResults:
    """Keep rows by result id, for a time; a `ResultStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, result: Result, *, seconds: float) -> None:
        """Keep a result for `seconds`."""
        await self._table.put(keys.result(result.id), result, seconds=seconds)

    async def get(self, result_id: str) -> Result | None:
        """Return a result, or None once its time is over."""
        return await self._table.get(keys.result(result_id), records.result)
