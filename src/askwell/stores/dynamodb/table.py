"""The one table: calls in threads, what is over is gone, bodies wherever they fit."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial, wraps
from math import ceil
from typing import Any, Concatenate, ParamSpec, TypeVar

from askwell.aws import Unmet
from askwell.errors import Transient
from askwell.stores.dynamodb.bodies import Attributes, Bucket, pack, unpack
from askwell.stores.dynamodb.failures import translated
from askwell.stores.dynamodb.keys import Key
from askwell.stores.encoding import decode, encode

# In every item, so that a later layout can be told apart; see `encoding.restore`.
LAYOUT = 1
CONCURRENT = 16
_IN_ONE_BATCH = 100
_BATCH_PAUSES = (0.05, 0.2, 0.8, 0.0)
_SECOND = 10**9

P = ParamSpec("P")
T = TypeVar("T")
Read = Callable[[object], T | None]


def threaded(
    work: Callable[Concatenate["Table", P], T],
) -> Callable[Concatenate["Table", P], Coroutine[Any, Any, T]]:
    """Let a blocking method be awaited; it runs in one of the table's threads."""

    @wraps(work)
    async def waited(table: "Table", /, *arguments: P.args, **named: P.kwargs) -> T:
        return await table.in_thread(partial(work, table, *arguments, **named))

    return waited


class Table:
    """Hold the table that all stores share; `now` is the time in seconds.

    Every awaited method raises Transient where DynamoDB or S3 is throttled or out of reach,
    and Misconfigured where the table is not there or not as it must be.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        bucket: Bucket | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self.name = name
        self.bucket = bucket
        self.now = now
        self._threads = ThreadPoolExecutor(CONCURRENT, "dynamodb")
        self._last = 0
        self._ticking = threading.Lock()

    def stamp(self) -> str:
        """Return the time as text that sorts; no two of one process are equal."""
        with self._ticking:
            self._last = max(int(self.now() * _SECOND), self._last + 1)
            seconds, rest = divmod(self._last, _SECOND)
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"

    def ends(self, seconds: float) -> Attributes:
        """Return the value of `ttl` for what is kept for `seconds`."""
        return {"N": str(ceil(self.now() + seconds))}

    def is_over(self, item: Attributes) -> bool:
        """Tell whether an item's time is over; DynamoDB deletes it some days later."""
        return "ttl" in item and float(item["ttl"]["N"]) <= self.now()

    @threaded
    def put(
        self,
        key: Key,
        body: object,
        *,
        seconds: float | None = None,
        is_new: bool = False,
        texts: Mapping[str, str] = {},
    ) -> None:
        """Write a record with further attributes, `texts`, whole or not at all.

        `seconds`: how long it is kept; None: for good. `is_new`: only where nothing is there.

        Raises:
            Unmet: something is there.
            TooLarge: no item can hold it, and there is no bucket.
        """
        item = keyed(key) | {"v": {"N": str(LAYOUT)}}
        item |= {name: {"S": text} for name, text in texts.items()}
        item |= {"ttl": self.ends(seconds)} if seconds is not None else {}
        item |= pack(encode(body), seconds, self.bucket)
        self.call("put_item", Item=item, **(_ONLY_NEW if is_new else {}))

    @threaded
    def get(self, key: Key, read: Read[T]) -> T | None:
        """Return what `read` makes of a record's body; None where none is there."""
        found = self.call("get_item", Key=keyed(key), ConsistentRead=True)
        return self.made_of(found["Item"], read) if "Item" in found else None

    @threaded
    def has(self, key: Key) -> bool:
        """Tell whether a record is there, without its body."""
        found = self.call("get_item", Key=keyed(key), ConsistentRead=True, **_ONLY_TTL)
        return "Item" in found and not self.is_over(found["Item"])

    @threaded
    def take(self, key: Key, read: Read[T]) -> T | None:
        """Delete a record, and return what `read` makes of it; of several, one gets it."""
        try:
            found = self.call("delete_item", Key=keyed(key), ReturnValues="ALL_OLD", **_ONLY_OLD)
        except Unmet:
            return None
        return self.made_of(found["Attributes"], read)

    @threaded
    def update(self, key: Key, expressions: Attributes) -> Attributes:
        """Change an item as boto3's `update_item` does; return it as it is then.

        Raises:
            Unmet: the condition does not hold; with the item that is there.
        """
        found = self.call("update_item", Key=keyed(key), **_BOTH_ENDS, **expressions)
        return dict(found["Attributes"])

    @threaded
    def newest(self, read: Read[T], limit: int, query: Attributes) -> tuple[T, ...]:
        """Return at most `limit` records of one partition, in descending order."""
        items = self._items(limit, ConsistentRead=True, ScanIndexForward=False, **query)
        return self._all_made_of(items, read)

    @threaded
    def every(self, read: Read[T], query: Attributes) -> tuple[T, ...]:
        """Return all records that a query of one partition finds."""
        return self._all_made_of(self._items(None, ConsistentRead=True, **query), read)

    @threaded
    def of_index(self, read: Read[T], limit: int, query: Attributes) -> tuple[T, ...]:
        """Return at most `limit` records that a global index knows, in descending order.

        The index has only keys, and may be a moment behind; the records are as they are now.
        """
        found = self._items(limit, ScanIndexForward=False, **query)
        order = [key_of(item) for item in found]
        there = {key_of(item): item for item in self._batch(order)}
        return self._all_made_of((there[key] for key in order if key in there), read)

    @threaded
    def ask(self, ask: Callable[[Any], T]) -> T:
        """Ask something else of the client."""
        with translated(f"table {self.name}"):
            return ask(self.client)

    def close(self) -> None:
        """End when what is being written is written."""
        self._threads.shutdown()
        self.client.close()
        if self.bucket:
            self.bucket.client.close()

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread; what has begun is not cancelled."""
        try:
            job = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError as error:
            raise Transient(f"table {self.name} is closed") from error
        return await job

    def call(self, operation: str, **arguments: Any) -> Attributes:
        """Call the client, blocking; raises as `failures.translated` does."""
        with translated(f"table {self.name}"):
            call = getattr(self.client, operation)
            return dict(call(TableName=self.name, **arguments))

    def made_of(self, item: Attributes, read: Read[T]) -> T | None:
        """Return what `read` makes of an item's body; None once its time is over."""
        body = None if self.is_over(item) else unpack(item, self.bucket)
        return read(decode(body)) if body is not None else None

    def _all_made_of(self, items: Iterable[Attributes], read: Read[T]) -> tuple[T, ...]:
        made = (self.made_of(item, read) for item in items)
        return tuple(one for one in made if one is not None)

    def _items(self, limit: int | None, **query: Any) -> Iterator[Attributes]:
        """Query page by page: each is at most 1 MB."""
        left, start = limit, dict[str, Any]()
        while left is None or left > 0:
            most = {} if left is None else {"Limit": left}
            page = self.call("query", **query, **most, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            left = None if left is None else left - len(page["Items"])

    def _batch(self, keys: Sequence[Key]) -> Iterator[Attributes]:
        for first in range(0, len(keys), _IN_ONE_BATCH):
            wanted = [keyed(key) for key in keys[first : first + _IN_ONE_BATCH]]
            yield from self._gotten({self.name: {"Keys": wanted, "ConsistentRead": True}})

    def _gotten(self, wanted: Attributes) -> Iterator[Attributes]:
        """Get a batch; what DynamoDB left out, because it was busy or over 16 MB, again."""
        for pause in _BATCH_PAUSES:
            with translated(f"table {self.name}"):
                got = self.client.batch_get_item(RequestItems=wanted)
            found = got["Responses"].get(self.name, ())
            yield from found
            wanted = got.get("UnprocessedKeys")
            if not wanted:
                return
            time.sleep(0 if found else pause)
        raise Transient(f"table {self.name} is busy", attempts=len(_BATCH_PAUSES))


_ONLY_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
_ONLY_OLD = {"ConditionExpression": "attribute_exists(pk)"}
_ONLY_TTL = {"ProjectionExpression": "pk, #ttl", "ExpressionAttributeNames": {"#ttl": "ttl"}}
_BOTH_ENDS = {"ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def keyed(key: Key) -> Attributes:
    """Return a key as attributes."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def key_of(item: Attributes) -> Key:
    """Return the key of an item."""
    return Key(item["pk"]["S"], item["sk"]["S"])


def where(condition: str, index: str = "", **texts: str) -> Attributes:
    """Return what a query looks for, with the values that its condition names, as `:pk`."""
    values = {f":{name}": {"S": text} for name, text in texts.items()}
    in_index = {"IndexName": index} if index else {}
    return {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, **in_index}
