"""A local Slack where people ask at once, and how long they waited for what."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from askwell.playground import Channel, Message, Slack, User
from askwell.playground.delivery import Line
from askwell.slack.events import turn_of
from askwell.slack.manifest import manifest
from askwell.slack.posting import ANSWER
from benchmarks.questions import QUESTIONS

_CHANNELS = 10
_BY_MENTION = 2  # the first questions of a thread name askwell; the later ones need not
_PATIENCE_SECONDS = 200.0
_LOOK_SECONDS = 0.1


@dataclass
class Timed:
    """Hand events over to the app, and note how many seconds each took until its ack."""

    line: Line
    acks: list[float] = field(default_factory=list)

    async def send(
        self, kind: str, payload: dict[str, Any], attempt: int, reason: str | None
    ) -> Any:
        """Send as the line does."""
        began = time.perf_counter()
        answer = await self.line.send(kind, payload, attempt, reason)
        self.acks.append(time.perf_counter() - began)
        return answer


@dataclass(frozen=True)
class Waited:
    """Hold how many seconds people waited, and how often each question was answered.

    `acks` are those of the mentions, which come all at once; `statuses` are each thread's first.
    """

    acks: list[float]
    statuses: list[float]
    answers: list[float]
    times: list[int]
    again: int
    seconds: float


@dataclass(frozen=True)
class Asked:
    """Hold a question, its turn, and when it was asked."""

    message: Message
    turn: str
    at: float


@dataclass
class Workspace:
    """Be the people of a company in their channels."""

    slack: Slack
    line: Timed
    people: Sequence[User]
    channels: Sequence[Channel]

    async def ask(self, threads: int, each: int) -> Waited:
        """Let people ask in new threads, `each` questions in one; wait for all the answers.

        All mentions come at once, each as two events; the other questions when those are acked.
        """
        self.line.acks.clear()
        self.slack.log.calls.clear()
        self.slack.delivery.events.clear()
        roots = [await self._asks(n, 0) for n in range(threads)]
        asked = [*roots, *[await self._asks(n, 1, roots[n]) for n in range(threads) if each > 1]]
        await self.slack.settled()
        acks = self.line.acks[:]
        for at in range(_BY_MENTION, each):
            asked += [await self._asks(n, at, roots[n]) for n in range(threads)]
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(self._answered().keys() & {one.turn for one in asked}) < len(asked):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
        return self._waited(asked, roots, acks)

    def _waited(self, asked: Sequence[Asked], roots: Sequence[Asked], acks: list[float]) -> Waited:
        answered, statuses = self._answered(), self._statuses()
        return Waited(
            acks=acks,
            statuses=[statuses[one.message.ts] - one.at for one in roots],
            answers=[answered[one.turn] - one.at for one in asked],
            times=[self._times(one) for one in asked],
            again=sum(event.attempts - 1 for event in self.slack.delivery.events),
            seconds=max(answered.values()) - roots[0].at,
        )

    def _statuses(self) -> dict[str, float]:
        """Return when each thread had its first status."""
        found: dict[str, float] = {}
        for call in self.slack.log.named("assistant.threads.setStatus"):
            if call.ok and call.arguments.get("status"):
                found.setdefault(str(call.arguments["thread_ts"]), call.at + (call.seconds or 0.0))
        return found

    def _answered(self) -> dict[str, float]:
        """Return when each turn's answer was there."""
        return {
            turn: call.at + (call.seconds or 0.0)
            for method in ("chat.postMessage", "chat.update")
            for call in self.slack.log.named(method)
            if call.ok and (turn := _turn(call.arguments.get("metadata")))
        }

    def _times(self, asked: Asked) -> int:
        """Count the answers to a question; a stream that was left open counts as well."""
        posts = self.slack.answers(asked.message)
        marked = sum(_turn(post.metadata) == asked.turn for post in posts)
        return marked + sum(self.slack.workspace.streaming(post) for post in posts if post.stream)

    async def _asks(self, thread: int, at: int, root: Asked | None = None) -> Asked:
        user = self.people[(thread * 7 + at) % len(self.people)]
        channel = self.channels[thread % len(self.channels)]
        text = QUESTIONS[(thread * 5 + at) % len(QUESTIONS)]
        say = self.slack.mentions if at < _BY_MENTION else self.slack.says
        message = await say(user, channel, text, root.message if root else None)
        identity = f"{channel.team}:{channel.id}:{message.ts}:question"
        return Asked(message, turn_of(identity), time.monotonic())


async def moved_in(emails: Sequence[str]) -> Workspace:
    """Start a local Slack with these people, all of them in each of its private channels."""
    slack = await Slack.start(manifest())
    line = Timed(slack.delivery.line)
    slack.delivery.line = line
    add = slack.workspace.add_user
    people = [add(e.partition("@")[0], email=e, locale="ko-KR") for e in emails]
    members = [slack.bot, *(one.id for one in people)]
    names = [f"team-{n}" for n in range(_CHANNELS)]
    channels = [slack.workspace.add_channel(name, "private", [*members]) for name in names]
    return Workspace(slack, line, people, channels)


def _turn(metadata: Mapping[str, Any] | str | None) -> str:
    """Return whose answer a message is; empty where it is none."""
    mark = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    payload = mark.get("event_payload", {})
    return str(payload["turn"]) if payload.get("part") == ANSWER else ""
