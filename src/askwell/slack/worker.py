"""Take questions out of the inbox and answer them, several threads side by side."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError

from askwell.domain.delivery import Delivery
from askwell.domain.rights import Asker
from askwell.errors import LostLease, Transient
from askwell.inbox import Inbox
from askwell.slack.blocks import apology
from askwell.slack.events import Event, turn_of
from askwell.slack.lease import Lease
from askwell.slack.posting import (
    ANSWER,
    POST_SECONDS,
    Bot,
    Boundary,
    Desk,
    is_gone,
    nothing,
    who_am_i,
)
from askwell.slack.respond import Means, is_meant, respond, spoken_in, thread_of

_LOG = logging.getLogger("askwell")

MOST_TRIES = 5
# What is worked out already is posted as soon as Slack answers again.
_MOST_TRIES_TO_POST = 50
_LONGEST_PAUSE = 60.0
_WAIT_SECONDS = 5.0
_GRACE_SECONDS = 5.0
_BEFORE_SECONDS = 5.0  # clocks differ


@dataclass(slots=True)
class Worker:
    """Answer what is in the inbox.

    `parallel`: how many questions at a time; `tries`: after how many a question is apologised
    for; `post_seconds`: the longest that one call of Slack's may take, less than a lease;
    `grace`: for how many seconds `close` lets work end. `failing`: since when the inbox does not
    answer, as `time.monotonic` says it; 0 while it does.
    """

    means: Means
    inbox: Inbox
    parallel: int = 20
    tries: int = MOST_TRIES
    post_seconds: float = POST_SECONDS
    grace: float = _GRACE_SECONDS
    boundary: Boundary = nothing
    failing: float = 0.0
    now: Callable[[], float] = time.time
    _bots: dict[str, Bot] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _closing: bool = False

    async def run(self) -> None:
        """Work until `close`."""
        slots = asyncio.Semaphore(self.parallel)
        while not self._closing:
            await slots.acquire()
            delivery = await self._taken(_WAIT_SECONDS)
            if delivery is None:
                slots.release()
            elif self._closing:
                await self._give_back(Lease(self.inbox, delivery, self.now), 0.0)
            else:
                self._begin(delivery).add_done_callback(lambda _: slots.release())

    async def drain(self) -> None:
        """Work until nothing is due, or until `close`."""
        while not self._closing:
            delivery = await self._taken(0.0)
            if delivery is not None:
                self._begin(delivery)
            elif not self._tasks:
                return
            if delivery is None or len(self._tasks) >= self.parallel:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Take nothing more; what does not end soon is given back."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, wait: float) -> Delivery | None:
        try:
            taken = await self.inbox.take(wait=wait)
        except Transient as error:
            self.failing = self.failing or time.monotonic()
            _LOG.warning("the inbox does not answer: %s", error)
            await asyncio.sleep(1.0)
            return None
        self.failing = 0.0
        return taken

    def _begin(self, delivery: Delivery) -> asyncio.Task[None]:
        task = asyncio.create_task(self._handle(Lease(self.inbox, delivery, self.now)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _handle(self, lease: Lease) -> None:
        try:
            await lease.during(self._work(lease))
            await self.inbox.done(lease.delivery)
        except LostLease as error:
            _LOG.info("%s", error)
        except asyncio.CancelledError:
            await self._give_back(lease, 0.0)
            raise
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it is tried again
            await self._failed(lease, error)

    async def _work(self, lease: Lease) -> None:
        event = Event.model_validate(lease.delivery.body)
        desk = await self._desk(lease, event)
        if lease.delivery.tries > self.tries and not await self.means.conversation.kept(desk.turn):
            raise RuntimeError("it ended the worker before")
        await respond(self.means, desk, event)

    async def _desk(self, lease: Lease, event: Event) -> Desk:
        client = await self.means.client_of(event.team, event.enterprise)
        if event.team not in self._bots:
            self._bots[event.team] = await who_am_i(client)
        received = f"{lease.delivery.received - _BEFORE_SECONDS:.6f}"
        desk = Desk(
            client=client,
            ledger=self.means.ledger,
            lease=lease,
            turn=event.text if event.kind == "share" else event.turn,
            bot=self._bots[event.team],
            since=event.ts if event.kind == "question" else received,
            must_look=lease.delivery.tries > 1,
            boundary=self.boundary,
            seconds=self.post_seconds,
        )
        await desk.claim()
        return desk

    async def _failed(self, lease: Lease, error: Exception) -> None:
        """Let it be tried again, later each time, or apologise and bury it."""
        try:
            if isinstance(error, SlackApiError) and is_gone(error):
                _LOG.info("no place for an answer: %s", error)
                await self.inbox.done(lease.delivery)
            elif await self._is_tried_again(lease, error):
                await self._give_back(lease, _pause(lease.delivery.tries))
            else:
                await lease.during(self._apologise(lease))
                await self._bury(lease, error)
        except LostLease as lost:
            _LOG.info("%s", lost)
        except Exception:  # noqa: BLE001  # not even an apology can be given now
            _LOG.exception("could not apologise; reference %s", _reference(lease))
            if lease.delivery.tries < _MOST_TRIES_TO_POST:
                await self._give_back(lease, _LONGEST_PAUSE)
            else:
                await self._bury(lease, error)

    async def _is_tried_again(self, lease: Lease, error: Exception) -> bool:
        tries = lease.delivery.tries
        _LOG.warning("try %s failed; reference %s", tries, _reference(lease), exc_info=error)
        if not isinstance(error, Transient):
            return tries < self.tries
        is_kept = await self.means.conversation.kept(turn_of(lease.delivery.identity)) is not None
        return tries < (_MOST_TRIES_TO_POST if is_kept else self.tries)

    async def _apologise(self, lease: Lease) -> None:
        """Say sorry, in place of the answer; where an answer is there, nothing is said."""
        event = Event.model_validate(lease.delivery.body)
        desk = await self._desk(lease, event)
        desk.must_look = True
        if event.kind == "share" or not await self._was_asked(lease, desk, event):
            return
        language = spoken_in(self.means, event)
        where = await thread_of(desk, event, language)
        try:
            await desk.post(ANSWER, apology(_reference(lease), language), where)
        except SlackApiError as refused:
            _LOG.warning("no apology with %s: %s", _reference(lease), refused)

    async def _was_asked(self, lease: Lease, desk: Desk, event: Event) -> bool:
        """Tell whether somebody waits for an answer; to read it ends no worker twice."""
        if event.is_addressed or ANSWER in desk.known:
            return True
        if lease.delivery.tries > self.tries + 1:
            return False
        asker = await self.means.people.asker(desk.client, event.team, event.user)
        return isinstance(asker, Asker) and await is_meant(self.means, event, asker)

    async def _bury(self, lease: Lease, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:500]
        bury = self.inbox.bury(lease.delivery, reference=_reference(lease), reason=reason)
        await _ended(bury)

    async def _give_back(self, lease: Lease, after: float) -> None:
        await _ended(self.inbox.give_back(lease.delivery, after=after))


async def _ended(change: Awaitable[None]) -> None:
    """End a lease; where that fails, it runs out, and the question is delivered again."""
    try:
        await change
    except (LostLease, Transient) as error:
        _LOG.info("a lease runs out: %s", error)


def _pause(tries: int) -> float:
    """Return how many seconds to wait before the next try: 2, 8, 32, then 60."""
    return min(_LONGEST_PAUSE, 2.0 * 4.0 ** min(tries - 1, 5))


def _reference(lease: Lease) -> str:
    """Return the number that people are told; the same however often it is tried."""
    return turn_of(lease.delivery.identity)[:8]
