"""A local Slack with the demo company's people, and askwell's worker in it, with real parts."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from askwell import wiring
from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER
from askwell.domain.noun import Message as Said
from askwell.domain.rights import Asker
from askwell.inbox.sqlite import SQLiteInbox
from askwell.playground import Channel, Message, Slack, User
from askwell.settings import Settings
from askwell.slack.events import Event
from askwell.slack.posting import slack_client
from askwell.slack.worker import Worker
from askwell.wiring.slack import open_inbox, slack_means


class Roster:
    """Know people by Slack's own lists and the policy."""

    def __init__(self, app: wiring.Askwell) -> None:
        self.app = app

    async def asker(self, client: AsyncWebClient, team: str, user: str) -> Asker | Said:
        found = (await client.users_info(user=user, include_locale=True))["user"]
        if found["is_bot"] or found.get("is_restricted") or found["team_id"] != team:
            return Said(text="I answer people only.")
        asker = self.app.policy.asker(found["profile"].get("email", ""))
        language = "ko" if found["locale"].startswith("ko") else "en"
        return asker.model_copy(update={"language": asker.language or language})

    async def members(self, client: AsyncWebClient, channel: str) -> Sequence[str]:
        return list((await client.conversations_members(channel=channel))["members"])


@dataclass
class House:
    """Hold everything of one test; `general` is a private channel of analysts only."""

    slack: Slack
    settings: Settings
    app: wiring.Askwell
    inbox: SQLiteInbox
    worker: Worker
    jiwoo: User
    minseo: User
    hajun: User
    general: Channel
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def event(self, question: Message, **more: Any) -> Event:
        """Return what a listener makes of a message."""
        kind = self.slack.channel_of(question.channel).kind
        given = {
            "kind": "question",
            "team": self.slack.installation.team,
            "channel": question.channel,
            "channel_type": {"public": "channel", "private": "group", "im": "im"}[kind],
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
    return replace(demo, home=home, rows=1_000)


@asynccontextmanager
async def opened(settings: Settings, slack: Slack, *, lease: float = 60.0) -> AsyncIterator[House]:
    """Open askwell beside a local Slack."""
    app = wiring.open_askwell(settings)
    inbox = open_inbox(app, lease=lease)
    async with aiohttp.ClientSession() as session:
        client = slack_client(slack.token, slack.base_url, session)

        async def client_of(team: str, enterprise: str) -> AsyncWebClient:
            return client

        worker = Worker(slack_means(app, client_of, Roster(app)), inbox)
        jiwoo, minseo, hajun = (
            slack.workspace.add_user(name, email=email, locale="ko-KR")
            for name, email in (
                ("jiwoo", ANALYST),
                ("minseo", MARKETER),
                ("hajun", PARTNER_MANAGER),
            )
        )
        general = slack.workspace.add_channel("general", "private", [jiwoo.id, slack.bot])
        house = House(slack, settings, app, inbox, worker, jiwoo, minseo, hajun, general)
        yield house
        await worker.close()
        await inbox.close()
        await app.close()
