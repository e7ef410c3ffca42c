"""Only the page itself, opened under its own address, may talk to the server.

A site that the browser has open must not reach it: neither by a request from there (`Origin`,
`Sec-Fetch-Site`), nor by a name of its own that it lets point to 127.0.0.1 (`Host`).
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def guard(address: Callable[[], str]) -> Middleware:
    """Make the middleware for a server whose address is known once it listens."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_own(request, urlsplit(address()).port or 80):
            raise web.HTTPForbidden(text="not from here")
        return await handler(request)

    return guarded


def is_own(request: web.Request, port: int) -> bool:
    """Tell whether a request comes from the page or from a program, not from another site."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if request.host not in hosts:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    opened = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site in ("same-origin", "none") or opened


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on a response before it is sent."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
