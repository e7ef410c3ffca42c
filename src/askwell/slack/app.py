"""The Bolt app: every request verified, every question in the inbox before Slack has its ack."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from askwell.slack.ears import Ears
from askwell.slack.install import with_token
from askwell.slack.listeners import register
from askwell.slack.posting import slack_client

_LOG = logging.getLogger("askwell.slack")
_UNUSED = "unused: Socket Mode signs nothing"


def build(ears: Ears, client: AsyncWebClient, *, signing_secret: str = "") -> AsyncApp:
    """Return the app with all its listeners; `client` is copied for each request.

    A listener that fails is answered with 500, and over Socket Mode not at all, so that Slack
    sends the event again: that is what `process_before_response` is for.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> Any:
        return await ears.workspaces.authorize(team_id or "", enterprise_id or "")

    app = AsyncApp(
        client=with_token(client, None),  # each request gets the token of its workspace
        logger=_LOG,
        authorize=authorize,
        signing_secret=signing_secret or _UNUSED,
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
        attaching_function_token_enabled=False,
    )

    @app.middleware
    async def first(next: Callable[[], Awaitable[object]]) -> None:  # noqa: A002  # Bolt's word
        with ears.chores.held():
            await next()

    register(app, ears)
    return app


@asynccontextmanager
async def web_client(token: str, api_url: str) -> AsyncIterator[AsyncWebClient]:
    """Open a client of Slack's Web API; its connections are shared by all that is made of it."""
    logging.getLogger("slack_sdk").setLevel(logging.INFO)  # below it answers with tokens are told
    async with aiohttp.ClientSession() as session:
        yield slack_client(token, api_url, session)


@asynccontextmanager
async def socket_mode(
    app: AsyncApp, app_token: str
) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Hear Slack over a WebSocket that askwell itself opens; yield what tells if it is open."""
    handler = AsyncSocketModeHandler(app, app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler.client.is_connected
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
