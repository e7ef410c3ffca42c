"""The HTTP side of the local Slack: the Web API, uploads, response URLs and the WebSocket."""

import asyncio
import time

from aiohttp import web

from askwell.playground import open_methods, responses
from askwell.playground.arguments import Arguments, read
from askwell.playground.calls import Called
from askwell.playground.faults import Fault
from askwell.playground.methods import METHODS, Call
from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage

STAGE = web.AppKey("stage", Stage)


def application(stage: Stage) -> web.Application:
    """Make the server's application; a page in front may add routes of its own."""
    app = web.Application(client_max_size=2**30)
    app[STAGE] = stage
    app.router.add_route("*", "/api/{method}", serve)
    app.router.add_post("/upload/v1/{file}", upload)
    app.router.add_get("/files/{file}/{name}", download)
    app.router.add_post("/response/{number}", responses.serve)
    app.router.add_get("/socket", stage.socket.serve)
    return app


async def serve(request: web.Request) -> web.StreamResponse:
    """Answer one call of the Web API, with the faults of the day."""
    stage, method = request.app[STAGE], request.match_info["method"]
    try:
        given = await read(request)
    except NotOk as refusal:
        return web.json_response(refusal.body())
    token = bearer(request) or given.pop("token", None)
    called = Called(method, given, token, time.monotonic())
    stage.log.calls.append(called)
    faults = stage.faults.struck(method)
    called.fault = ",".join(fault.kind for fault in faults) or None
    for fault in faults:
        refused = await _before(fault)
        if refused is not None:
            return _finish(stage, called, refused)
    response = await _answer(stage, request, called)
    for fault in faults:
        await _after(fault, request)
    return response


async def _answer(stage: Stage, request: web.Request, called: Called) -> web.Response:
    installation = stage.app.installations.get(called.token or "")
    team = installation.team if installation else ""
    wait = stage.rates.wait_for(called.method, team, called.arguments)
    if wait:
        return _finish(stage, called, too_many(max(1, round(wait))))
    try:
        body = await _called(stage, request, called)
    except NotOk as refusal:
        body = refusal.body()
    called.response = body
    return _finish(stage, called, web.json_response(body))


async def _called(stage: Stage, request: web.Request, called: Called) -> Json:
    args = Arguments(dict(called.arguments))
    if called.method == "api.test":
        return {"ok": True, "args": called.arguments}
    if called.method == "apps.connections.open":
        return open_methods.open_connection(stage, args, called.token)
    if called.method == "oauth.v2.access":
        return open_methods.access(stage, args, open_methods.client_of(request, args))
    method = METHODS.get(called.method)
    if method is None:
        raise NotOk("unknown_method", req_method=called.method)
    installation = stage.app.installations.get(called.token or "")
    if installation is None:
        raise NotOk("invalid_auth" if called.token else "not_authed")
    call = Call(stage, args, installation)
    call.scope(*method.scopes)
    args.need(*method.needs)
    return await method.handler(call)


def bearer(request: web.Request) -> str | None:
    """Read the token of the Authorization header."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else None


def too_many(seconds: int) -> web.Response:
    """Answer that a call came too early."""
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


async def _before(fault: Fault) -> web.Response | None:
    if fault.kind == "rate_limited":
        return too_many(fault.retry_after)
    if fault.kind == "status":
        return web.Response(status=fault.status, text="server error")
    if fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "hold" and fault.before:
        await _held(fault)
    return None


async def _after(fault: Fault, request: web.Request) -> None:
    if fault.kind == "hold" and not fault.before:
        await _held(fault)
    if fault.kind == "drop" and request.transport:
        request.transport.abort()


async def _held(fault: Fault) -> None:
    fault.reached.set()
    await fault.released.wait()


def _finish(stage: Stage, called: Called, response: web.Response) -> web.Response:
    called.status = response.status
    called.seconds = time.monotonic() - called.at
    stage.workspace.feed.tell("call", called)
    return response


async def upload(request: web.Request) -> web.Response:
    """Take a file's bytes; they must be as many as was said."""
    file = request.app[STAGE].workspace.files.get(request.match_info["file"])
    content = await request.read()
    if file is None or file.content is not None or len(content) != file.length:
        return web.Response(status=400, text="bad upload")
    file.content = content
    return web.Response(text=f"OK - {len(content)}")


async def download(request: web.Request) -> web.Response:
    """Hand a file to whoever shows a token of the app."""
    stage = request.app[STAGE]
    file = stage.workspace.files.get(request.match_info["file"])
    if bearer(request) not in stage.app.installations:
        return web.Response(status=401)
    if file is None or file.content is None:
        return web.Response(status=404)
    return web.Response(body=file.content)
