"""The inbox on an SQS FIFO queue, for workers on many machines, with a ledger in DynamoDB.

SQS keeps the events, their order within a group and the time of a lease. It forgets identities
after five minutes, and knows no fences: these are the ledger's, which has the last word. An event
is noted there first, and then sent: a repeat of one that was never delivered is sent again, as
whoever noted it may have died before it was sent; SQS drops it within five minutes, and after
that what the ledger knows as ended is dropped when it is delivered.

A lease is the message's visibility: whole seconds, which SQS counts. One that ran out cannot be
extended, but may end the event as long as nobody else has it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from math import ceil
from typing import Any

from botocore.session import Session

from askwell.domain.delivery import DeadLetter, Delivery
from askwell.errors import AskwellError, LostLease
from askwell.inbox.sqs_calls import POLL_SECONDS
from askwell.inbox.sqs_ledger import Ledger
from askwell.inbox.sqs_queue import Message, Queue, deduplication, must_fit

_LOG = logging.getLogger("askwell")

_IN_ONE_LEASE = 4  # polls, at least
_LOOKS = 10  # of ten dead letters each
_LOOK_SECONDS = 10
_SHORT = 0.5  # a wait that is none

Taker = asyncio.Future[Delivery | None]


class SQSInbox:
    """Keep events until they are done; an `Inbox`."""

    def __init__(
        self,
        queue: Queue,
        ledger: Ledger,
        *,
        lease: float = 60.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Use a queue and a table that are there; `lease`: how many seconds, rounded up."""
        self._queue = queue
        self._ledger = ledger
        self._lease_seconds = ceil(lease)
        self._poll_seconds = max(1, min(POLL_SECONDS, self._lease_seconds // _IN_ONE_LEASE))
        self._now = now
        self._handles: dict[int, str] = {}  # by fence
        self._putting: dict[str, asyncio.Task[bool]] = {}
        self._last_of: dict[str, asyncio.Future[None]] = {}
        self._line: deque[tuple[float, Taker]] = deque()
        self._poll: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def put(self, identity: str, group: str, body: Mapping[str, Any]) -> bool:
        """Keep an event durably; False if its identity was kept within the last 24 hours.

        Raises:
            Transient: it could not be written; the sender must send it again.
            TooLarge: it has more than 256 KB.
        """
        must_fit(identity, group, body)
        if known := self._putting.get(identity):
            await asyncio.shield(known)
            return False
        putting = self._begin(self._put(identity, group, dict(body)))
        self._putting[identity] = putting
        putting.add_done_callback(lambda _: self._putting.pop(identity))
        return await asyncio.shield(putting)

    async def take(self, *, wait: float = 0.0) -> Delivery | None:
        """Lease the oldest event whose group is free; wait up to `wait` seconds for one.

        Raises:
            Transient: SQS or DynamoDB does not answer.
        """
        taker: Taker = asyncio.get_running_loop().create_future()
        try:
            if wait < _SHORT:
                return await self._taken_at_once(taker)
            self._line.append((time.monotonic() + wait, taker))
            if self._poll is None or self._poll.done():
                self._poll = self._begin(self._poll_for_line())
            async with asyncio.timeout(wait):
                return await taker
        except (TimeoutError, asyncio.CancelledError) as ended:
            self._begin(self._forget(taker))
            if isinstance(ended, TimeoutError):
                return None
            raise

    async def extend(self, delivery: Delivery) -> Delivery:
        """Hold the lease for its full time again; return the delivery with its new end.

        Raises:
            LostLease: somebody else has it now.
        """
        until = self._now() + self._lease_seconds
        handle = self._handles.get(delivery.fence, "")
        if not handle or not await self._queue.hide(handle, self._lease_seconds):
            self._handles.pop(delivery.fence, None)
            raise _lost(delivery)
        return delivery.model_copy(update={"until": until})

    async def done(self, delivery: Delivery) -> None:
        """Forget the event's body; its identity stays known for 24 hours.

        Raises:
            LostLease: somebody else has it now.
        """
        handle = self._let_go(delivery, await self._ledger.done(delivery))
        await self._delete(handle)

    async def give_back(self, delivery: Delivery, *, after: float = 0.0) -> None:
        """End the lease; the event is delivered again after `after` seconds, before its group's.

        Raises:
            LostLease: somebody else has it now.
        """
        if handle := self._let_go(delivery, await self._ledger.give_back(delivery)):
            await self._queue.hide(handle, ceil(after))

    async def bury(self, delivery: Delivery, *, reference: str, reason: str) -> None:
        """Move an event that cannot be answered to the dead letters.

        Raises:
            LostLease: somebody else has it now.
        """
        letter = DeadLetter(
            **delivery.model_dump(include={"identity", "group", "body", "tries"}),
            reference=reference,
            reason=reason,
            died=self._now(),
        )
        handle = self._let_go(delivery, await self._ledger.bury(delivery, letter))
        await _tried(self._queue.send_dead(letter, delivery.received))
        await self._delete(handle)

    async def waiting(self, group: str) -> tuple[str, ...]:
        """Return the identities of a group's events that are not done, the oldest first.

        Raises:
            Transient: DynamoDB does not answer.
        """
        return await self._ledger.waiting(group)

    async def dead_letters(self, *, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters, newest first, with those that SQS gave up.

        Raises:
            Transient: SQS or DynamoDB does not answer.
        """
        for _ in range(_LOOKS):
            messages = await self._queue.dead(_LOOK_SECONDS)
            for message in messages:
                await self._ledger.adopt(message, self._given_up(message))
            if not messages:
                break
        return await self._ledger.dead_letters(limit)

    async def check(self) -> None:
        """Look whether the queue and the table are as they must be.

        Raises:
            Misconfigured: what is wrong, and what to set instead.
            Transient: SQS or DynamoDB does not answer.
        """
        await self._queue.check(self._lease_seconds)
        await self._ledger.check()

    async def close(self) -> None:
        """Write what waits to be written, and close; a poll that is under way ends first."""
        for _, taker in self._line:
            taker.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._queue.close()
        await asyncio.to_thread(self._ledger.close)

    # Putting

    async def _put(self, identity: str, group: str, body: dict[str, Any]) -> bool:
        """Note an event, and send it behind what was put into its group before."""
        before = self._last_of.get(group)
        own = self._last_of[group] = asyncio.get_running_loop().create_future()
        try:
            kept = await self._ledger.keep(identity, group, self._now())
            if before:
                await before
            if kept.was_delivered:
                return False
            sent = self._queue.send(Message(identity, group, body, kept.received, "", 0))
        finally:
            own.set_result(None)
            if self._last_of.get(group) is own:
                del self._last_of[group]
        await sent
        return kept.is_new

    # Taking

    async def _taken_at_once(self, taker: Taker) -> Delivery | None:
        fetching = self._begin(self._fetch([taker]))
        while await asyncio.shield(fetching) and not taker.done():
            fetching = self._begin(self._fetch([taker]))
        return taker.result() if taker.done() else None

    async def _poll_for_line(self) -> None:
        """Ask SQS for all of this process that wait, as many events at a time as they are."""
        while takers := self._in_line():
            left = max(until for until, _ in self._line) - time.monotonic()
            wait = min(self._poll_seconds, max(1, round(left)))
            try:
                await self._fetch(takers, wait)
            except AskwellError as error:
                for taker in self._in_line():
                    taker.set_exception(error)
            for until, taker in self._line:
                if not taker.done() and until - time.monotonic() < _SHORT:
                    taker.set_result(None)

    def _in_line(self) -> list[Taker]:
        self._line = deque((until, taker) for until, taker in self._line if not taker.done())
        return [taker for _, taker in self._line]

    async def _fetch(self, takers: Sequence[Taker], wait: int = 0) -> bool:
        """Let takers have what SQS hands out; False if that is nothing."""
        # SQS counts a lease from when it hands out, which is later than when it is asked.
        until = self._now() + self._lease_seconds
        messages = await self._queue.receive(len(takers), wait, self._lease_seconds)
        heads: dict[str, Message] = {}
        for message in messages:
            heads.setdefault(message.group, message)
        # One of a group at a time; the others come again, and not before it has ended.
        behind = [one for one in messages if heads[one.group] is not one]
        await asyncio.gather(
            *(self._hand_out(one, until, takers) for one in heads.values()),
            *(self._queue.hide(one.handle, 0) for one in behind),
        )
        return bool(messages)

    async def _hand_out(self, message: Message, until: float, takers: Sequence[Taker]) -> None:
        if all(taker.done() for taker in takers):
            await self._queue.hide(message.handle, 0)
            return
        try:
            leased = await self._ledger.lease(message)
        except AskwellError:
            await _tried(self._queue.hide(message.handle, 0))
            raise
        if leased is None:
            await self._delete(message.handle)
            return
        fence, tries = leased
        delivery = Delivery(
            identity=message.identity,
            group=message.group,
            body=message.body,
            tries=tries,
            fence=fence,
            received=message.received,
            until=until,
        )
        self._handles[fence] = message.handle
        taker = next((one for one in takers if not one.done()), None)
        if taker:
            taker.set_result(delivery)
        else:
            await self._untake(delivery)

    async def _untake(self, delivery: Delivery) -> None:
        """Undo a lease that nobody waits for any more, as if it had not been."""
        handle = self._handles.pop(delivery.fence)
        if await self._ledger.give_back(delivery, was_tried=False):
            await self._queue.hide(handle, 0)

    async def _forget(self, taker: Taker) -> None:
        """Let nobody serve a taker; what it has got already is put back."""
        if not taker.done():
            taker.cancel()
        elif not taker.cancelled() and not taker.exception() and (got := taker.result()):
            await _tried(self._untake(got))

    def _let_go(self, delivery: Delivery, is_held: bool) -> str:
        """Return the handle of a delivery that ends here; empty where another process has it."""
        handle = self._handles.pop(delivery.fence, "")
        if not is_held:
            raise _lost(delivery)
        return handle

    async def _delete(self, handle: str) -> None:
        """Delete a message of an event that has ended; if it is delivered again, it is then."""
        if handle:
            await _tried(self._queue.delete(handle))

    def _given_up(self, message: Message) -> DeadLetter:
        return DeadLetter(
            identity=message.identity,
            group=message.group,
            body=message.body,
            tries=message.receives,
            reference=deduplication(message.identity)[:8],
            reason="SQS gave it up: each worker that had it ended without a word",
            died=self._now(),
        )

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def open_inbox(
    queue_url: str,
    table: str,
    *,
    region: str = "",
    endpoint_url: str = "",
    table_endpoint_url: str = "",
    session: Session | None = None,
    **more: Any,
) -> SQSInbox:
    """Open the inbox on a queue and a table that are there; nothing is asked of AWS yet.

    Empty: as AWS is set. `endpoint_url`: another SQS than AWS's; `table_endpoint_url`: another
    DynamoDB. `more`: what `SQSInbox` takes.

    Raises:
        Misconfigured: no region.
    """
    queue = Queue(queue_url, region=region, endpoint_url=endpoint_url, session=session)
    ledger = Ledger(table, region=region, endpoint_url=table_endpoint_url, session=session)
    return SQSInbox(queue, ledger, **more)


def _lost(delivery: Delivery) -> LostLease:
    return LostLease(f"{delivery.identity} is no longer held by fence {delivery.fence}")


async def _tried(work: Any) -> None:
    """Do what may fail, because it is done when the lease runs out."""
    try:
        await work
    except AskwellError as error:
        _LOG.info("it is left to the end of a lease: %s", error)
