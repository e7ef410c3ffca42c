"""A local Slack with the demo company's people, and askwell's worker in it, with real parts."""

import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from askwell import wiring
from askwell.conversation import Conversation
from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER, POLICY
from askwell.inbox import Inbox
from askwell.inbox.sqlite import SQLiteInbox
from askwell.playground import Channel, Message, Slack, User
from askwell.settings import Settings
from askwell.slack.events import Event
from askwell.slack.people import SlackPeople
from askwell.slack.posting import slack_client
from askwell.slack.respond import Means
from askwell.slack.worker import Worker
from askwell.wiring.inbox import open_inbox
from askwell.wiring.slack import slack_means

OWNER = "finance@moapay.example"  # of settlements


@dataclass
class House:
    """Hold everything of one test; `general` is a private channel of analysts only."""

    slack: Slack
    settings: Settings
    worker: Worker
    clock: "Later"
    jiwoo: User
    minseo: User
    hajun: User
    general: Channel

    @property
    def inbox(self) -> Inbox:
        return self.worker.inbox

    @property
    def conversation(self) -> Conversation:
        return self.worker.means.conversation

    def quickly(self, seconds: float) -> Means:
        """Return the worker's means, with streams that open after `seconds`."""
        return replace(self.worker.means, quick=seconds)

    def event(self, question: Message, **more: Any) -> Event:
        """Return what a listener makes of a message."""
        kind = self.slack.channel_of(question.channel).kind
        given = {
            "kind": "question",
            "team": self.slack.installation.team,
            "channel": question.channel,
            "channel_type": {"public": "channel", "private": "group"}.get(kind, kind),
            "ts": question.ts,
            "thread": question.root,
            "user": question.user,
            "text": question.text,
        }
        return Event(**{**given, **more})

    async def put(self, event: Event) -> bool:
        return await self.inbox.put(event.identity, event.group, event.model_dump())

    async def asks(self, user: User, channel: Channel, text: str, **more: Any) -> Message:
        """Let somebody ask, and put it into the inbox."""
        question = await self.slack.says(user, channel, text, more.pop("thread", None))
        assert await self.put(self.event(question, **more))
        return question

    async def answered(self, user: User, channel: Channel, text: str, **more: Any) -> Message:
        """Let somebody ask, and work until it is answered."""
        question = await self.asks(user, channel, text, **more)
        await self.worker.drain()
        return question

    def posts(self, question: Message) -> list[Message]:
        """Return what askwell posted in the thread since a question."""
        return [one for one in self.slack.answers(question) if one.ts > question.ts]


def home_of(demo: Settings, home: Path) -> Settings:
    """Return the demo's settings with a memory of its own."""
    home.mkdir(exist_ok=True)
    shutil.copy(demo.home / "catalog.json", home)
    policy = home / "policy.yml"
    known = POLICY.read_text("utf-8")
    policy.write_text(
        known.replace("people:", f"people:\n  {OWNER}: {{groups: [analysts]}}"), "utf-8"
    )
    return replace(demo, home=home, rows=1_000, policy=policy)


@dataclass
class Later:
    """Be a clock that a test can put forward, so that leases are over."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


@asynccontextmanager
async def working(
    settings: Settings,
    base_url: str,
    token: str,
    *,
    lease: float = 60.0,
    quick: float = 2.0,
    now: Callable[[], float] = time.time,
) -> AsyncIterator[Worker]:
    """Open askwell with a worker for one workspace."""
    app = wiring.open_askwell(settings)
    inbox = _inbox(settings, lease, now)
    async with aiohttp.ClientSession() as session:
        client = slack_client(token, base_url, session)

        async def client_of(team: str, enterprise: str) -> AsyncWebClient:
            return client

        means = replace(
            slack_means(app, client_of, SlackPeople(app.policy.asker)), quick=quick, look=60.0
        )
        worker = Worker(means, inbox, now=now)
        try:
            yield worker
        finally:
            await worker.close()
            await inbox.close()
            await app.close()


def _inbox(settings: Settings, lease: float, now: Callable[[], float]) -> Inbox:
    """Open the inbox that is set; no clock of a test's moves SQS."""
    if settings.aws.queue_url:
        return open_inbox(settings, lease=lease)
    return SQLiteInbox(settings.home / "inbox.sqlite3", lease=lease, now=now)


@asynccontextmanager
async def opened(settings: Settings, slack: Slack) -> AsyncIterator[House]:
    """Open askwell beside a local Slack."""
    clock = Later()
    async with working(settings, slack.base_url, slack.token, now=clock) as worker:
        jiwoo, minseo, hajun = (
            slack.workspace.add_user(name, email=email, locale="ko-KR")
            for name, email in (
                ("jiwoo", ANALYST),
                ("minseo", MARKETER),
                ("hajun", PARTNER_MANAGER),
            )
        )
        general = slack.workspace.add_channel("general", "private", [jiwoo.id, slack.bot])
        yield House(slack, settings, worker, clock, jiwoo, minseo, hajun, general)
