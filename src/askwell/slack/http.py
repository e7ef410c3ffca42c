"""Slack's requests over HTTP: signed, fresh and not seen before; and the pages that install."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from askwell.slack.install import INSTALL_PATH, REDIRECT_PATH

EVENTS_PATH = "/slack/events"
_MOST_BYTES = 1_048_576
_VALID_SECONDS = 300.0  # for so long Bolt takes a signature (docs.slack.dev, verifying requests)

Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(slots=True)
class Taken:
    """Know the requests that were taken, for as long as their signatures are valid.

    Only a signed request gets in here, so nobody else can fill it. One that failed does not:
    Slack may send it again within the same second, with the same signature.
    """

    now: Callable[[], float] = time.monotonic
    _signatures: dict[str, float] = field(default_factory=dict)

    def has(self, signature: str) -> bool:
        """Tell whether a request was taken before."""
        return signature in self._signatures

    def add(self, signature: str) -> None:
        """Remember a request; forget those that are too old to be replayed."""
        self._signatures[signature] = self.now()
        oldest = self.now() - 2 * _VALID_SECONDS  # a timestamp may lie ahead as well
        while (first := next(iter(self._signatures))) and self._signatures[first] < oldest:
            del self._signatures[first]


@asynccontextmanager
async def serving(
    app: AsyncApp, flow: AsyncOAuthFlow | None, *, host: str, port: int
) -> AsyncIterator[str]:
    """Hear Slack over HTTP; yield the address at which it listens."""
    runner = web.AppRunner(application(app, flow), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def application(app: AsyncApp, flow: AsyncOAuthFlow | None) -> web.Application:
    """Return the routes: events and, with OAuth, the two pages by which it is installed."""
    server = web.Application(client_max_size=_MOST_BYTES)
    server.router.add_post(EVENTS_PATH, _events(app, Taken()))
    server.router.add_get("/health", _healthy)
    if flow is not None:
        server.router.add_get(INSTALL_PATH, _page(flow.handle_installation))
        server.router.add_get(REDIRECT_PATH, _page(flow.handle_callback))
    return server


def _events(app: AsyncApp, taken: Taken) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def on_request(request: web.Request) -> web.Response:
        signature = request.headers.get("X-Slack-Signature", "")
        if taken.has(signature):
            return web.Response(status=401, text="replayed")
        response = await app.async_dispatch(await to_bolt_request(request))
        if response.status == 200:
            taken.add(signature)
        return await to_aiohttp_response(response)

    return on_request


def _page(handle: Handle) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def on_request(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await handle(await to_bolt_request(request)))

    return on_request


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")
