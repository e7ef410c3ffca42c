"""Votes in DynamoDB, beside their answers, for 90 days."""

from datetime import timedelta

from askwell.domain.kept import Vote
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table, where

_KEPT_SECONDS = timedelta(days=90).total_seconds()


class DynamoDBVotes:
    """Keep one vote a person and answer; a `VoteStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, vote: Vote) -> None:
        """Keep a vote; it replaces the person's earlier one."""
        await self._table.put(keys.vote(vote.answer, vote.person), vote, seconds=_KEPT_SECONDS)

    async def of(self, answer: str) -> tuple[Vote, ...]:
        """Return all votes on an answer, the oldest first."""
        pk, sk = keys.vote(answer)
        beside = where("pk = :pk AND begins_with(sk, :sk)", pk=pk, sk=sk)
        votes = await self._table.every(records.vote, beside)
        return tuple(sorted(votes, key=lambda vote: vote.at))
