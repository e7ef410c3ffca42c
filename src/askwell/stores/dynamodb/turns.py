"""Turns in DynamoDB: one write each, without a read, and the newest of a thread in one query."""

from contextlib import suppress
from datetime import timedelta

from askwell.aws import Unmet
from askwell.domain.turn import Turn
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table, where

KEPT_SECONDS = timedelta(days=90).total_seconds()


class DynamoDBTurns:
    """Keep the conversation memory, for 90 days; a `TurnStore`."""

    def __init__(self, table: Table, *, seconds: float = KEPT_SECONDS) -> None:
        self._table = table
        self._seconds = seconds

    async def write(self, turn: Turn) -> None:
        """Write a turn, once; of two workers, the first one's stays."""
        key, at = keys.turn(turn.thread, turn.id), {"at": self._table.stamp()}
        with suppress(Unmet):
            await self._table.put(key, turn, seconds=self._seconds, is_new=True, texts=at)

    async def latest(self, thread: str, *, limit: int = 1) -> tuple[Turn, ...]:
        """Return the newest turns of a thread, newest first."""
        of_thread = where("pk = :pk", keys.BY_TIME, pk=keys.thread(thread))
        return await self._table.newest(records.turn, limit, of_thread)
