"""The page's line to the workspace: everything at first, then every change (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from askwell.playground.nouns import Json, User
from askwell.playground.page import seen
from askwell.playground.slack import Slack

STILL_HERE = 15.0  # seconds of silence after which the line is tried
OPEN = web.AppKey("open_lines", set[asyncio.Task[None]])


async def follow(request: web.Request, slack: Slack, who: User) -> web.StreamResponse:
    """Keep one browser up to date until it goes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    task = asyncio.ensure_future(_tell(response, slack, who))
    request.app[OPEN].add(task)
    try:
        with suppress(asyncio.CancelledError, ConnectionError):
            await task
    finally:
        request.app[OPEN].discard(task)
        task.cancel()
    return response


async def hang_up(app: web.Application) -> None:
    """End all lines, so that the server can close."""
    lines = app[OPEN]
    for task in list(lines):
        task.cancel()


async def _tell(response: web.StreamResponse, slack: Slack, who: User) -> None:
    async for said in _said(slack, who):
        line = json.dumps(said, ensure_ascii=False) if said else ""
        await response.write((f"data: {line}\n\n" if line else ": still here\n\n").encode())


async def _said(slack: Slack, who: User) -> AsyncIterator[Json | None]:
    slack.direct(who)  # before anybody watches: opening it is a change itself
    with slack.workspace.feed.watched() as queue:
        yield seen.everything(slack, who)
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), STILL_HERE)
            except TimeoutError:
                yield None
                continue
            said = seen.news(slack, who, change)
            if said:
                yield said
