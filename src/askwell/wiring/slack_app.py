"""askwell in Slack: listeners, the inbox and a worker, in one process or in several."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from askwell.errors import Misconfigured
from askwell.inbox import Inbox
from askwell.settings import SlackSettings
from askwell.slack.app import build, socket_mode, web_client
from askwell.slack.ears import Ears
from askwell.slack.http import serving
from askwell.slack.install import (
    Credentials,
    ManyWorkspaces,
    OneWorkspace,
    Workspaces,
    install_pages,
)
from askwell.slack.manifest import scopes
from askwell.slack.people import SlackPeople
from askwell.slack.tokens import kept_tokens
from askwell.slack.worker import Worker
from askwell.wiring.app import Askwell
from askwell.wiring.inbox import open_inbox
from askwell.wiring.slack import slack_worker

_SILENT_SECONDS = 30.0
_FOR_ONE = {
    "socket": ("ASKWELL_SLACK_BOT_TOKEN", "ASKWELL_SLACK_APP_TOKEN"),
    "http": ("ASKWELL_SLACK_BOT_TOKEN", "ASKWELL_SLACK_SIGNING_SECRET"),
}
_FOR_MANY = (
    "ASKWELL_SLACK_SIGNING_SECRET",
    "ASKWELL_SLACK_CLIENT_ID",
    "ASKWELL_SLACK_CLIENT_SECRET",
)


@dataclass(frozen=True, slots=True)
class InSlack:
    """Be askwell in Slack: `address` is where it listens over HTTP, or empty.

    Where the role is a listener's, the worker is idle; a worker's hears nothing. `working` ends
    only with an error, or when it is closed.
    """

    ears: Ears
    inbox: Inbox
    worker: Worker
    working: asyncio.Future[None]
    hears: Callable[[], Awaitable[bool]] | None = None
    address: str = ""

    async def problems(self) -> tuple[str, ...]:
        """Name what keeps it from its work now; empty where it is ready."""
        failing = self.worker.failing
        silent = time.monotonic() - failing if failing else 0.0
        found = {
            "the worker has ended": self.working.done(),
            "the inbox does not answer": silent > _SILENT_SECONDS,
            "Slack is not connected": self.hears is not None and not await self.hears(),
        }
        return tuple(said for said, is_so in found.items() if is_so)


@asynccontextmanager
async def in_slack(
    askwell: Askwell, settings: SlackSettings | None = None
) -> AsyncIterator[InSlack]:
    """Listen to Slack, answer, or both; `settings` only where they are not askwell's own.

    Raises:
        Misconfigured: a token is missing, or Slack does not know it.
    """
    settings = settings or askwell.settings.slack
    check(settings)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(web_client(settings.bot_token, settings.api_url))
        workspaces: Workspaces
        pages = None
        if settings.bot_token:
            workspaces = OneWorkspace(client)
            await workspaces.authorize("", "")
        else:
            tokens = kept_tokens(askwell.stores.values, settings.client_id)
            workspaces = ManyWorkspaces(tokens.installations, client)
            known = Credentials(settings.client_id, settings.client_secret, scopes())
            pages = install_pages(client, known, tokens)
        if settings.role != "listener":
            # It takes seconds in which nothing else runs: a look into a channel would end unknown.
            await askwell.warm()
        opened = await _opened(askwell, settings, workspaces, stack)
        if settings.role == "worker":
            yield opened
            return
        app = build(opened.ears, client, signing_secret=settings.signing_secret)
        if settings.mode == "http":
            http = serving(app, pages, host=settings.host, port=settings.port)
            yield replace(opened, address=await stack.enter_async_context(http))
        else:
            hears = await stack.enter_async_context(socket_mode(app, settings.app_token))
            yield replace(opened, hears=hears)


async def _opened(
    askwell: Askwell, settings: SlackSettings, workspaces: Workspaces, stack: AsyncExitStack
) -> InSlack:
    """Open the inbox and begin to work; what is closed first was opened last."""
    people = SlackPeople(askwell.policy.asker)
    inbox = open_inbox(askwell.settings)
    stack.push_async_callback(inbox.close)
    worker = slack_worker(askwell, inbox, workspaces.client_of, people, parallel=settings.parallel)
    ears = Ears(askwell.conversation(), inbox, people, workspaces)
    idle = settings.role == "listener"
    working = asyncio.get_running_loop().create_future() if idle else _begun(worker)
    stack.push_async_callback(_ended, working)
    stack.push_async_callback(worker.close)
    stack.push_async_callback(ears.chores.close)
    return InSlack(ears, inbox, worker, working)


def _begun(worker: Worker) -> asyncio.Future[None]:
    return asyncio.create_task(worker.run())


def check(settings: SlackSettings) -> None:
    """Let only settings pass with which Slack can be reached.

    Raises:
        Misconfigured: one is missing; the message names it.
    """
    given = {
        "ASKWELL_SLACK_BOT_TOKEN": settings.bot_token,
        "ASKWELL_SLACK_APP_TOKEN": settings.app_token,
        "ASKWELL_SLACK_SIGNING_SECRET": settings.signing_secret,
        "ASKWELL_SLACK_CLIENT_ID": settings.client_id,
        "ASKWELL_SLACK_CLIENT_SECRET": settings.client_secret,
    }
    for name in _needed(settings):
        if not given[name]:
            raise Misconfigured(f"{name} is empty. docs/slack.md says where Slack shows it.")


def _needed(settings: SlackSettings) -> tuple[str, ...]:
    """Name the settings that must not be empty; a worker hears nothing, so it needs less."""
    if settings.mode == "http" and not settings.bot_token:
        return _FOR_MANY[1:] if settings.role == "worker" else _FOR_MANY
    needed = _FOR_ONE[settings.mode]
    return needed[:1] if settings.role == "worker" else needed


async def _ended(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
