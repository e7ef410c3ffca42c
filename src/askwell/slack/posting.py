"""What is posted in Slack: each part of an answer once, whatever fails in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from askwell.domain.delivery import Posted
from askwell.domain.noun import Noun
from askwell.errors import Transient
from askwell.slack.blocks import SlackMessage
from askwell.slack.doors import Ledger
from askwell.slack.lease import Lease

Boundary = Callable[[str], Awaitable[None]]
Json = dict[str, Any]
T = TypeVar("T")

_LOG = logging.getLogger("askwell")

EVENT_TYPE = "askwell_post"
ANSWER = "answer"  # the one message in the thread: the answer, where it went, or an apology
POST_SECONDS = 30.0  # the longest that one call may take, its waits for a rate included
_PAUSES = (0.5, 2.0)  # seconds between attempts
_LATE = (1.0, 2.0, 4.0)  # seconds between looks for a post whose call got no answer
_CALL_SECONDS = 10
_RATE_RETRIES = 20
_PAGE = 200
_STREAMED = {"plan", "task_card", "markdown"}
_NOT_STREAMING = "message_not_in_streaming_state"
_TRANSIENT = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
}
_GONE = {
    "account_inactive",
    "channel_not_found",
    "is_archived",
    "message_not_found",
    "not_in_channel",
    "thread_not_found",
    "token_revoked",
}


class Unanswered(Transient):
    """Say that a call got no answer: Slack may have done it, or may do so a little later."""


class Where(Noun):
    """Be a place for a message: a channel, and a thread in it where there is one."""

    channel: str
    thread: str = ""


class Bot(Noun):
    """Be who askwell is in one workspace."""

    user: str
    bot: str


async def nothing(_name: str) -> None:
    """Pass a boundary; tests stop there."""


def slack_client(
    token: str,
    base_url: str = AsyncWebClient.BASE_URL,
    session: aiohttp.ClientSession | None = None,
) -> AsyncWebClient:
    """Return a client that waits where Slack says so, and repeats nothing else by itself.

    A call whose answer got lost may have been done: only who looks first may repeat it.
    """
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        timeout=_CALL_SECONDS,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_RATE_RETRIES)],
    )


def impatient(client: AsyncWebClient) -> AsyncWebClient:
    """Return a client that waits for no rate: for what is not worth to keep an answer waiting."""
    return AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        session=client.session,
        timeout=client.timeout,
        retry_handlers=[],
    )


async def who_am_i(client: AsyncWebClient) -> Bot:
    """Return who a token belongs to."""
    found = await asked(client.auth_test(), POST_SECONDS)
    return Bot(user=str(found["user_id"]), bot=str(found.get("bot_id") or ""))


def is_gone(error: SlackApiError) -> bool:
    """Tell whether there is no place for an answer any more."""
    return code_of(error) in _GONE


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for an error; empty where it said none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _status_of(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _wait_of(error: SlackApiError) -> float | None:
    headers = getattr(error.response, "headers", None) or {}
    waits = [str(value) for name, value in headers.items() if name.lower() == "retry-after"]
    return float(waits[0]) if waits and waits[0].isdecimal() else None


async def asked(call: Awaitable[AsyncSlackResponse], seconds: float) -> AsyncSlackResponse:
    """Return what Slack answered.

    Raises:
        Unanswered: no answer within `seconds`. Transient: a fault at Slack's; either way it may
            have been done.
        SlackApiError: Slack refused it.
    """
    try:
        async with asyncio.timeout(seconds):
            return await call
    except SlackApiError as error:
        if code_of(error) in _TRANSIENT or _status_of(error) >= 429:
            said = code_of(error) or _status_of(error)
            raise Transient(f"Slack: {said}", after=_wait_of(error)) from error
        raise
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise Unanswered(f"Slack: {type(error).__name__}") from error


@dataclass(slots=True)
class Desk:
    """Post the parts of one question, each once.

    `since`: nothing was posted for it before this ts. `known`: what the ledger has of it.
    `must_look`: something may have been posted that the ledger does not know. `late`: the parts
    for which a call got no answer, each as often as that.
    """

    client: AsyncWebClient
    ledger: Ledger
    lease: Lease
    turn: str
    bot: Bot
    since: str
    must_look: bool = False
    known: dict[str, Posted] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    boundary: Boundary = nothing
    seconds: float = POST_SECONDS

    async def claim(self) -> None:
        """Take the question over.

        Raises:
            LostLease: another worker has it.
        """
        posted = await self.ledger.claim(self.turn, self.lease.delivery.fence)
        self.known = {p.part: p for p in posted}

    async def call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncSlackResponse:
        """Call Slack, if the lease outlasts the call; raises as `asked` does, and LostLease."""
        self.lease.must_outlast(self.seconds)
        return await asked(method(**arguments), self.seconds)

    async def post(self, part: str, message: SlackMessage, where: Where) -> Posted:
        """Post a part, or finish what is there of it; raises as `insist` does."""
        return await self.insist(lambda: self._once(part, message, where))

    async def insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try a few times; once it is not known what Slack did, attempts must look first.

        Raises:
            Transient: Slack does not answer; LostLease: the lease is over; SlackApiError.
        """
        for pause in _PAUSES:
            try:
                return await attempt()
            except Transient as error:
                self.must_look = True
                await asyncio.sleep(error.after or pause)
        try:
            return await attempt()
        except Unanswered:
            await asyncio.sleep(sum(_LATE))  # so that the next worker finds what is late
            raise

    async def _once(self, part: str, message: SlackMessage, where: Where) -> Posted:
        there = await self.look_up(part, where)
        if there is None:
            ts = await self._sent(part, message, where)
            posted = await self.record(part, where.channel, ts)
        else:
            if there.state == "open":
                await self._finished(there, message)
            posted = await self.record(part, there.channel, there.ts)
        await self._alone(posted, where, expected=self.late.count(part) - (there is not None))
        return posted

    async def look_up(self, part: str, where: Where) -> Posted | None:
        """Return what is there of a part, as far as it may be; one that is late is waited for."""
        if part in self.known or not self.must_look:
            return self.known.get(part)
        for pause in _LATE if part in self.late else ():
            if there := await self.find(part, where):
                return there
            await asyncio.sleep(pause)
        return await self.find(part, where)

    async def _alone(self, posted: Posted, where: Where, *, expected: int) -> None:
        """Take away what Slack did so late that a part stands there twice."""
        for pause in _LATE if expected > 0 else ():
            await asyncio.sleep(pause)
            try:
                twins = [ts async for ts in self._twins(posted, where)]
                for ts in twins:
                    await self._taken_away(posted.channel, ts)
            except (SlackApiError, Transient) as error:
                _LOG.warning("a second post may stay: %s", error)
            else:
                if len(twins) >= expected:
                    return

    async def _twins(self, posted: Posted, where: Where) -> AsyncIterator[str]:
        async for message in self.own(where):
            mark = message.get("metadata") or {}
            lost = posted.part == ANSWER and not mark and _is_stream(message)
            if message["ts"] != posted.ts and (lost or mark == self._mark(posted.part)):
                yield str(message["ts"])

    async def _taken_away(self, channel: str, ts: str) -> None:
        with suppress(SlackApiError):  # most are no streams
            await self.call(self.client.chat_stopStream, channel=channel, ts=ts)
        await self.call(self.client.chat_delete, channel=channel, ts=ts)

    async def record(
        self, part: str, channel: str, ts: str, state: Literal["open", "done"] = "done"
    ) -> Posted:
        """Write down that a part was posted; raises LostLease and Transient as the ledger does."""
        posted = Posted(question=self.turn, part=part, channel=channel, ts=ts, state=state)
        if self.known.get(part) != posted:
            await self.ledger.record(posted, self.lease.delivery.fence)
            self.known[part] = posted
        return posted

    async def _sent(self, part: str, message: SlackMessage, where: Where) -> str:
        await self.boundary("before_send")
        with self._noting(part):
            sent = await self.call(
                self.client.chat_postMessage,
                channel=where.channel,
                thread_ts=where.thread or None,
                text=message.text,
                blocks=list(message.blocks),
                metadata=self._mark(part),
                unfurl_links=False,
                unfurl_media=False,
            )
        await self.boundary("read_unrecorded")
        return str(sent["ts"])

    @contextmanager
    def _noting(self, part: str) -> Iterator[None]:
        """Note where it is not known what Slack did."""
        try:
            yield
        except Transient as error:
            self.must_look = True
            if isinstance(error, Unanswered):
                self.late.append(part)
            raise

    def _mark(self, part: str) -> Json:
        return {"event_type": EVENT_TYPE, "event_payload": {"turn": self.turn, "part": part}}

    async def start_stream(self, chunks: Sequence[Json], where: Where, team: str, user: str) -> str:
        """Open the answer's message as a stream for one person; return its ts.

        Raises:
            Transient: it is not known whether there is a stream now; LostLease; SlackApiError.
        """
        with self._noting(ANSWER):
            started = await self.call(
                impatient(self.client).chat_startStream,
                channel=where.channel,
                thread_ts=where.thread,
                recipient_team_id=team,
                recipient_user_id=user,
                task_display_mode="plan",
                chunks=list(chunks),
            )
        ts = str(started["ts"])
        await self.record(ANSWER, where.channel, ts, "open")
        await self.boundary("stream_open")
        return ts

    async def append(self, channel: str, ts: str, chunks: Sequence[Json]) -> None:
        """Add to an open stream."""
        append = impatient(self.client).chat_appendStream
        await self.call(append, channel=channel, ts=ts, chunks=list(chunks))

    async def _finished(self, stream: Posted, message: SlackMessage) -> None:
        """Stop a stream, and make the message what a single post would be; both can be repeated."""
        final = {
            "channel": stream.channel,
            "ts": stream.ts,
            "blocks": list(message.blocks),
            "metadata": self._mark(stream.part),
        }
        await self.boundary("before_send")
        try:
            await self.call(self.client.chat_stopStream, **final)
        except SlackApiError as error:
            if code_of(error) != _NOT_STREAMING:
                raise
        # A stream has no text of its own for notifications and screen readers.
        await self.call(self.client.chat_update, **final, text=message.text)
        await self.boundary("read_unrecorded")

    async def find(self, part: str, where: Where) -> Posted | None:
        """Return what is there of a part: by its mark, or as a stream that nobody finished."""
        stream: Posted | None = None
        async for message in self.own(where):
            place = {"question": self.turn, "part": part, "channel": where.channel}
            mark = message.get("metadata") or {}
            if mark == self._mark(part):
                state: Literal["open", "done"] = "done" if message.get("text") else "open"
                return Posted(**place, ts=message["ts"], state=state)
            if part == ANSWER and not stream and not mark and _is_stream(message):
                stream = Posted(**place, ts=message["ts"], state="open")
        return stream

    async def own(self, where: Where) -> AsyncIterator[Json]:
        """Yield what askwell itself posted there since the question."""
        cursor = ""
        while True:
            page = await self._page(where, cursor)
            for message in page["messages"]:
                if message["ts"] > self.since and self._is_own(message):
                    yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def _page(self, where: Where, cursor: str) -> AsyncSlackResponse:
        asked_for = {
            "channel": where.channel,
            "oldest": self.since,
            "include_all_metadata": True,
            "limit": _PAGE,
            **({"cursor": cursor} if cursor else {}),
        }
        if where.thread:
            replies = self.client.conversations_replies
            return await self.call(replies, ts=where.thread, **asked_for)
        return await self.call(self.client.conversations_history, **asked_for)

    def _is_own(self, message: Json) -> bool:
        by_bot = bool(self.bot.bot) and message.get("bot_id") == self.bot.bot
        return by_bot or message.get("user") == self.bot.user


def _is_stream(message: Json) -> bool:
    """Tell a stream from other posts without a mark, such as files: it has nothing else in it."""
    kinds = {block["type"] for block in message.get("blocks") or []}
    return not message.get("files") and kinds <= _STREAMED
