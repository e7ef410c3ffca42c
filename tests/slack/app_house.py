"""askwell in a local Slack, whole: its manifest, its listeners and its worker, in either mode."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from house import OWNER

from askwell import wiring
from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER
from askwell.playground import Channel, Message, Slack, User
from askwell.settings import Settings
from askwell.slack.manifest import manifest
from askwell.wiring.slack_app import InSlack, in_slack

Mode = Literal["socket", "http"]
T = TypeVar("T")
PATIENCE = 20.0


@dataclass
class Office:
    """Hold a workspace where askwell is; `general` is a private channel of analysts."""

    slack: Slack
    app: wiring.Askwell
    here: InSlack
    settings: Settings
    jiwoo: User
    minseo: User
    hajun: User
    owner: User
    general: Channel
    public: Channel

    async def until(self, condition: Callable[[], T]) -> T:
        return await self.slack.until(condition, PATIENCE)

    async def answers(self, question: Message, many: int = 1) -> list[Message]:
        """Return what askwell posted after a question, once it is `many` messages."""

        def there() -> list[Message]:
            posts = [one for one in self.slack.answers(question) if one.ts > question.ts]
            return posts if len(posts) >= many and not any(_opens(p, self) for p in posts) else []

        found = await self.until(there)
        await self.quiet()
        return found

    async def quiet(self) -> None:
        """Wait until every event is taken and nothing is left to do."""
        await self.slack.settled()
        await self.here.ears.chores.settled()
        while self.here.worker._tasks:
            await self.until(lambda: not self.here.worker._tasks)


def _opens(message: Message, office: Office) -> bool:
    return bool(message.stream and office.slack.workspace.streaming(message))


def slack_settings(settings: Settings, slack: Slack, mode: Mode, **more: Any) -> Settings:
    given = {
        "mode": mode,
        "bot_token": slack.token,
        "app_token": slack.app.app_token,
        "signing_secret": slack.app.signing_secret,
        "client_id": slack.app.client_id,
        "client_secret": slack.app.client_secret,
        "port": 0,
        "api_url": slack.base_url,
    }
    return replace(settings, slack=replace(settings.slack, **{**given, **more}))


async def local_slack(**more: Any) -> Slack:
    return await Slack.start(manifest(), retry_after=(0.0, 0.05, 0.1), timeout=10.0, **more)


@asynccontextmanager
async def office_of(
    settings: Settings, slack: Slack, mode: Mode = "socket", **more: Any
) -> AsyncIterator[Office]:
    """Open askwell in a local Slack."""
    settings = slack_settings(settings, slack, mode, **more)
    app = wiring.open_askwell(settings)
    add = slack.workspace.add_user
    emails = {"jiwoo": ANALYST, "minseo": MARKETER, "hajun": PARTNER_MANAGER, "owner": OWNER}
    people = {name: add(name, email=email, locale="ko-KR") for name, email in emails.items()}
    general = slack.workspace.add_channel("general", "private", [people["jiwoo"].id, slack.bot])
    everybody = [*(p.id for p in people.values()), slack.bot]
    public = slack.workspace.add_channel("public", members=everybody)
    try:
        async with in_slack(app) as here:
            if here.address:
                await slack.use_http(f"{here.address}/slack/events")
            else:
                await slack.socket.connected()
            yield Office(slack, app, here, settings, **people, general=general, public=public)
    finally:
        await app.close()
