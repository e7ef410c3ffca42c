"""The ledger of posts in DynamoDB, for 7 days: one item a question, every write compares fences."""

from collections.abc import Sequence
from datetime import timedelta

from askwell.aws import Unmet
from askwell.domain.delivery import Posted
from askwell.errors import LostLease
from askwell.stores import records
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.bodies import Attributes
from askwell.stores.dynamodb.table import LAYOUT, Table
from askwell.stores.encoding import decode, encode

_KEPT_SECONDS = timedelta(days=7).total_seconds()
_NONE: Attributes = {"L": []}
# Posts are only ever appended; a later one of the same part is its new state.
_CLAIM = {
    "UpdateExpression": (
        "SET fence = :fence, #ttl = :ttl, v = :v,"
        " posts = list_append(if_not_exists(posts, :none), :posts)"
    ),
    "ConditionExpression": "attribute_not_exists(pk) OR (fence <= :fence AND #ttl > :now)",
    "ExpressionAttributeNames": {"#ttl": "ttl"},
}
# DynamoDB deletes what is over some days late.
_ANEW = {
    "UpdateExpression": "SET fence = :fence, #ttl = :ttl, v = :v, posts = :posts",
    "ConditionExpression": "attribute_not_exists(pk) OR #ttl <= :now",
    "ExpressionAttributeNames": {"#ttl": "ttl"},
}


class DynamoDBLedger:
    """Keep what was posted for a question; a `Ledger`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def claim(self, question: str, fence: int) -> tuple[Posted, ...]:
        """Take the question over, and return what was posted for it so far, in order.

        Raises:
            LostLease: a higher fence has claimed it.
        """
        return _posts(await self._append(question, fence, ()))

    async def record(self, posted: Posted, fence: int) -> None:
        """Write down a post, or its new state.

        Raises:
            LostLease: a higher fence has claimed the question.
        """
        await self._append(posted.question, fence, [{"S": encode(posted)}])

    async def _append(self, question: str, fence: int, posts: Sequence[Attributes]) -> Attributes:
        key, values = keys.ledger(question), self._values(fence, posts)
        none = {":none": _NONE}
        try:
            return await self._table.update(key, _CLAIM | _with(values | none))
        except Unmet as unmet:
            if unmet.old is None or not self._table.is_over(unmet.old):
                raise _lost(question, fence) from None
        try:
            return await self._table.update(key, _ANEW | _with(values))
        except Unmet:
            raise _lost(question, fence) from None

    def _values(self, fence: int, posts: Sequence[Attributes]) -> Attributes:
        return {
            ":fence": {"N": str(fence)},
            ":ttl": self._table.ends(_KEPT_SECONDS),
            ":now": {"N": str(int(self._table.now()))},
            ":v": {"N": str(LAYOUT)},
            ":posts": {"L": list(posts)},
        }


def _with(values: Attributes) -> Attributes:
    return {"ExpressionAttributeValues": values}


def _lost(question: str, fence: int) -> LostLease:
    return LostLease(f"{question} was claimed with a higher fence than {fence}")


def _posts(item: Attributes) -> tuple[Posted, ...]:
    read = (records.posted(decode(post["S"])) for post in item["posts"]["L"])
    return tuple({posted.part: posted for posted in read if posted is not None}.values())
