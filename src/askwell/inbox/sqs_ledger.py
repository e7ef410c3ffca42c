"""What SQS cannot keep, in a DynamoDB table: who was here within 24 hours, fences, dead letters.

Three kinds of items, in a table with the keys `pk` and `sk` and a `ttl`:

    EVENT#<identity>   EVENT                  received, fence, held, tries, ended
    GROUP#<group>      <received>#<identity>  what waits, the oldest first
    DEAD               <died>#<identity>      dead letters

`fence` grows with each delivery; `held` is that of whoever has the event now. `ended` says how
an event ended: what SQS delivers after that is dropped.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from askwell.aws import Unmet
from askwell.domain.delivery import DeadLetter, Delivery
from askwell.inbox.sqs_calls import Calls
from askwell.inbox.sqs_queue import Message

_REMEMBERED_SECONDS = timedelta(hours=24).total_seconds()
# Longer than SQS keeps a message: whatever it may still deliver is known here.
_KEPT_SECONDS = timedelta(days=15).total_seconds()
_BURIED_SECONDS = timedelta(days=90).total_seconds()

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Say whether an event is new, when it was first received, and whether it was delivered.

    What was never delivered may be missing in the queue: whoever put it may have died.
    """

    is_new: bool
    received: float
    was_delivered: bool


class Ledger:
    """Keep the inbox's records in a table; every method raises as `Calls` does."""

    def __init__(self, table: str, **where: Any) -> None:
        """Use a table; `where`: what `Calls` takes."""
        self._table = table
        self._calls = Calls("dynamodb", f"table {table}", **where)

    async def keep(self, identity: str, group: str, now: float) -> Kept:
        """Note an event, unless it was noted within 24 hours."""
        ends = _number(ceil(now + _KEPT_SECONDS))
        event = _event(identity) | {"received": _number(now), "tries": _number(0), "ttl": ends}
        try:
            await self._together(
                {
                    "Put": {
                        "Item": event,
                        "ConditionExpression": "attribute_not_exists(pk) OR received <= :old",
                        "ExpressionAttributeValues": {":old": _number(now - _REMEMBERED_SECONDS)},
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
                {"Put": {"Item": _waiting(group, now, identity) | {"ttl": ends}}},
            )
        except Unmet as unmet:
            old = unmet.old or event
            delivered = "fence" in old or "ended" in old
            return Kept(False, float(old["received"]["N"]), delivered)
        return Kept(True, now, False)

    async def lease(self, message: Message) -> tuple[int, int] | None:
        """Return the fence and the tries of a new delivery; None if the event has ended."""
        # The time, so that it grows from event to event as well; where another machine's clock
        # was ahead, one more than that.
        fence = time.time_ns() // 1000
        while True:
            try:
                item = await self._lease(message, fence)
            except Unmet as unmet:
                old = unmet.old or {}
                if "ended" in old:
                    return None
                fence = int(old["fence"]["N"]) + 1
            else:
                return fence, int(item["tries"]["N"])

    async def _lease(self, message: Message, fence: int) -> Item:
        changed = await self._calls.call(
            "update_item",
            TableName=self._table,
            Key=_event(message.identity),
            UpdateExpression=(
                "SET fence = :fence, held = :fence, received = if_not_exists(received, :received),"
                " #ttl = if_not_exists(#ttl, :ttl) ADD tries :one"
            ),
            ConditionExpression=(
                "attribute_not_exists(ended) AND (attribute_not_exists(fence) OR fence < :fence)"
            ),
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={
                ":fence": _number(fence),
                ":received": _number(message.received),
                ":ttl": _number(ceil(message.received + _KEPT_SECONDS)),
                ":one": _number(1),
            },
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return dict(changed["Attributes"])

    async def give_back(self, delivery: Delivery, *, was_tried: bool = True) -> bool:
        """End a lease; False if it is lost. What nobody got is no try."""
        undo = {} if was_tried else {":less": _number(-1)}
        try:
            await self._calls.call(
                "update_item",
                TableName=self._table,
                Key=_event(delivery.identity),
                UpdateExpression="REMOVE held" + (" ADD tries :less" if undo else ""),
                ConditionExpression="held = :held",
                ExpressionAttributeValues={":held": _number(delivery.fence)} | undo,
            )
        except Unmet:
            return False
        return True

    async def done(self, delivery: Delivery) -> bool:
        """Note that an event is done; False if the lease is lost."""
        return await self._ended(_end(delivery, "done"), delivery)

    async def bury(self, delivery: Delivery, letter: DeadLetter) -> bool:
        """Write a dead letter; False if the lease is lost."""
        return await self._ended(_end(delivery, "dead"), delivery, _dead(letter))

    async def adopt(self, message: Message, letter: DeadLetter) -> bool:
        """Write a dead letter of an event that SQS gave up; False if it has ended before."""
        update = {
            "Key": _event(message.identity),
            "UpdateExpression": "SET ended = :ended REMOVE held",
            "ConditionExpression": "attribute_not_exists(ended)",
            "ExpressionAttributeValues": {":ended": {"S": "dead"}},
        }
        return await self._ended(update, message, _dead(letter))

    async def waiting(self, group: str) -> tuple[str, ...]:
        """Return the identities of a group's events that have not ended, the oldest first."""
        items: list[Item] = []
        start: Item = {}
        while True:
            page = await self._query(f"GROUP#{group}", ConsistentRead=True, **start)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return tuple(item["sk"]["S"].partition("#")[2] for item in items)
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters, newest first."""
        found = await self._query("DEAD", ScanIndexForward=False, Limit=limit)
        return tuple(_letter(item) for item in found["Items"])

    async def check(self) -> None:
        """Look whether the table is there, and has its keys.

        Raises:
            Misconfigured: it is not, or has others.
        """
        await self._query("DEAD", Limit=1)

    def close(self) -> None:
        """End when what is being written is written."""
        self._calls.close()

    async def _query(self, pk: str, **more: Any) -> Item:
        return await self._calls.call(
            "query",
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            **more,
        )

    async def _ended(self, update: Item, of: Delivery | Message, *puts: Item) -> bool:
        waiting = {"Delete": {"Key": _waiting(of.group, of.received, of.identity)}}
        try:
            await self._together({"Update": update}, waiting, *puts)
        except Unmet:
            return False
        return True

    async def _together(self, *writes: Item) -> None:
        named = [
            {how: {"TableName": self._table, **write} for how, write in one.items()}
            for one in writes
        ]
        await self._calls.call("transact_write_items", TransactItems=named)


def _end(delivery: Delivery, ended: str) -> Item:
    return {
        "Key": _event(delivery.identity),
        "UpdateExpression": "SET ended = :ended REMOVE held",
        "ConditionExpression": "held = :held",
        "ExpressionAttributeValues": {":ended": {"S": ended}, ":held": _number(delivery.fence)},
    }


def _event(identity: str) -> Item:
    return {"pk": {"S": f"EVENT#{identity}"}, "sk": {"S": "EVENT"}}


def _waiting(group: str, received: float, identity: str) -> Item:
    return {"pk": {"S": f"GROUP#{group}"}, "sk": {"S": f"{received:017.6f}#{identity}"}}


def _dead(letter: DeadLetter) -> Item:
    """Return the write of a dead letter; its body is kept as text, as DynamoDB has no floats."""
    texts = ("identity", "group", "reference", "reason")
    key = {"pk": {"S": "DEAD"}, "sk": {"S": f"{letter.died:017.6f}#{letter.identity}"}}
    item = key | {name: {"S": getattr(letter, name)} for name in texts}
    item |= {"tries": _number(letter.tries), "died": _number(letter.died)}
    item |= {"body": {"S": json.dumps(letter.body)}}
    return {"Put": {"Item": item | {"ttl": _number(ceil(letter.died + _BURIED_SECONDS))}}}


def _letter(item: Item) -> DeadLetter:
    return DeadLetter(
        identity=item["identity"]["S"],
        group=item["group"]["S"],
        body=json.loads(item["body"]["S"]),
        tries=int(item["tries"]["N"]),
        reference=item["reference"]["S"],
        reason=item["reason"]["S"],
        died=float(item["died"]["N"]),
    )


def _number(value: float) -> Item:
    return {"N": repr(value)}
