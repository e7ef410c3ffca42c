"""Answers in DynamoDB, for 90 days; an index knows whose they are."""

from datetime import UTC, datetime, timedelta

from askwell.aws import Unmet
from askwell.domain.kept import KeptAnswer
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table, where

KEPT_SECONDS = timedelta(days=90).total_seconds()


class DynamoDBAnswers:
    """Keep answers by turn id; an `AnswerStore`."""

    def __init__(self, table: Table, *, seconds: float = KEPT_SECONDS) -> None:
        self._table = table
        self._seconds = seconds

    async def put(self, kept: KeptAnswer) -> None:
        """Keep an answer, or change what is kept under its id."""
        await self._write(kept, is_new=False)

    async def add(self, kept: KeptAnswer) -> KeptAnswer:
        """Keep an answer where none is kept under its id; return the one that is kept."""
        try:
            await self._write(kept, is_new=True)
        except Unmet:
            return await self.get(kept.id) or kept
        return kept

    async def get(self, answer: str) -> KeptAnswer | None:
        """Return an answer, or None where none is kept."""
        return await self._table.get(keys.answer(answer), records.answer)

    async def recent(self, asker: str, *, limit: int = 5) -> tuple[KeptAnswer, ...]:
        """Return a person's newest answers, newest first; one of this second may be missing."""
        of_person = where("person = :person", keys.BY_PERSON, person=keys.person(asker).pk)
        return await self._table.of_index(records.answer, limit, of_person)

    async def _write(self, kept: KeptAnswer, *, is_new: bool) -> None:
        listed = {"person": keys.person(kept.asker).pk, "asked": _sortable(kept.asked)}
        await self._table.put(
            keys.answer(kept.id), kept, seconds=self._seconds, is_new=is_new, texts=listed
        )


def _sortable(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
