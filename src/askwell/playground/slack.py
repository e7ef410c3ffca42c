"""The local Slack: start it, connect an app, and act as its people."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from askwell.playground.calls import Called, CallLog
from askwell.playground.delivery import Delivery
from askwell.playground.faults import Faults
from askwell.playground.http_events import HttpEvents
from askwell.playground.manifest import EVERYTHING, from_manifest
from askwell.playground.nouns import Message
from askwell.playground.open_methods import install
from askwell.playground.people import People
from askwell.playground.rates import Rates
from askwell.playground.server import application
from askwell.playground.socket_mode import SocketMode
from askwell.playground.tickets import Tickets
from askwell.playground.workspace import Workspace

# Slack sends again almost at once, after a minute and after five (D/apis/events-api).
RETRY_AFTER = (0.0, 60.0, 300.0)


class Slack(People):
    """A workspace that speaks Slack's protocols on a port of this machine."""

    runner: web.AppRunner

    @classmethod
    async def start(
        cls,
        manifest: Mapping[str, Any] = EVERYTHING,
        *,
        team: str = "Acme",
        host: str = "127.0.0.1",
        port: int = 0,
        retry_after: tuple[float, ...] = RETRY_AFTER,
        timeout: float = 3.0,  # noqa: ASYNC109
        trigger_life: float = 3.0,
        stream_life: float = 300.0,
        rate_limits: bool = False,
        extend: Callable[[web.Application, "Slack"], None] | None = None,
    ) -> "Slack":
        """Start with one workspace where the app is installed.

        All times are in seconds: `retry_after` before each further attempt at an event,
        `timeout` for the app's answer. `host`: where it listens; it calls itself 127.0.0.1.
        `extend` may add routes, as a page in front does.
        """
        app, faults = from_manifest(manifest), Faults()
        socket, http = SocketMode(app.id, timeout), HttpEvents(app.signing_secret, timeout)
        slack = cls(
            workspace=Workspace(stream_life=stream_life),
            app=app,
            faults=faults,
            rates=Rates(on=rate_limits),
            log=CallLog(),
            socket=socket,
            http=http,
            delivery=Delivery(app, faults, socket, retry_after),
            tickets=Tickets(trigger_life),
        )
        install(slack, slack.workspace.add_team(team).id)
        await slack._listen(host, port, extend)
        return slack

    async def close(self) -> None:
        """Stop listening and close every connection."""
        self.faults.clear()
        await self.delivery.close()
        await self.socket.drop()
        await self.http.close()
        await self.runner.cleanup()

    @property
    def base_url(self) -> str:
        """Name the Web API's address, for the SDK's `base_url`."""
        return f"{self.address}/api/"

    @property
    def token(self) -> str:
        """Name the bot token of the first workspace."""
        return self.installation.token

    async def use_http(self, url: str) -> None:
        """Send events to this request URL instead of Socket Mode, once it answers the challenge.

        Raises:
            NotDelivered: it did not.
        """
        await self.http.verify(url)
        self.delivery.line = self.http

    def calls(self, method: str | None = None) -> list[Called]:
        """List the calls of a method, or all of them."""
        return self.log.named(method) if method else self.log.calls

    def install_code(self, team: str) -> str:
        """Let a workspace agree to the app, and give the OAuth code for it."""
        code = f"code-{len(self.codes)}-{team}"
        self.codes[code] = team
        return code

    def kill_stream(self, message: Message) -> None:
        """Let a stream die, as it does when nobody feeds it for minutes."""
        if message.stream:
            message.stream.open = False
            self.workspace.changed(message)

    async def _listen(
        self, host: str, port: int, extend: Callable[[web.Application, "Slack"], None] | None
    ) -> None:
        web_app = application(self)
        if extend:
            extend(web_app, self)
        self.runner = web.AppRunner(web_app, handle_signals=False)
        await self.runner.setup()
        site = web.TCPSite(self.runner, host, port)
        await site.start()
        self.address = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
