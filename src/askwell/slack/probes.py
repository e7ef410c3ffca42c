"""Liveness and readiness over HTTP, for whoever runs the process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

LIVE, READY = "/live", "/ready"


@asynccontextmanager
async def probes(
    problems: Callable[[], Awaitable[Sequence[str]]], *, host: str, port: int
) -> AsyncIterator[str]:
    """Answer probes; yield the address, or an empty text where `port` is 0.

    `/live` answers while the process does. `/ready` is 503, with the `problems`, while it can
    not do its work; a restart does not help then.
    """
    if not port:
        yield ""
        return

    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_request: web.Request) -> web.Response:
        found = await problems()
        return web.Response(status=503 if found else 200, text="\n".join(found) or "ok")

    server = web.Application()
    server.router.add_get(LIVE, live)
    server.router.add_get(READY, ready)
    runner = web.AppRunner(server, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
