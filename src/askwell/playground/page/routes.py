"""The page's addresses; add them with `Slack.start(extend=serve_page)`."""

from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from askwell.playground.nouns import User
from askwell.playground.page.changes import OPEN, follow, hang_up
from askwell.playground.page.doing import do
from askwell.playground.page.guard import guard, harden
from askwell.playground.page.seen import sees_file
from askwell.playground.slack import Slack

STATIC = Path(__file__).parent / "static"
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


def serve_page(app: web.Application, slack: Slack) -> None:
    """Put the page in front of a local Slack, at its address."""
    app.middlewares.append(guard(lambda: slack.address))
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(hang_up)
    app[OPEN] = set()
    routes = Routes(slack)
    app.router.add_get("/", routes.index)
    app.router.add_get("/archives/{channel}/{message}", routes.permalink)
    app.router.add_get("/page/people", routes.people)
    app.router.add_get("/page/changes", routes.changes)
    app.router.add_get("/page/files/{file}", routes.file)
    app.router.add_post("/page/do/{verb}", routes.do)
    app.router.add_static("/page/static/", STATIC)


class Routes:
    """Answer the page's requests; whoever opens it may act as anybody in the workspace."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """Send the page itself."""
        return web.FileResponse(STATIC / "index.html")

    async def permalink(self, request: web.Request) -> web.StreamResponse:
        """Open the page at a message."""
        digits = request.match_info["message"].removeprefix("p")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        root = request.query.get("thread_ts", "")
        place = "/".join(part for part in (request.match_info["channel"], root or ts) if part)
        raise web.HTTPFound(f"/#{place}")

    async def people(self, _request: web.Request) -> web.Response:
        """List whom one can act as."""
        users = self.slack.workspace.users.values()
        found = [u for u in users if not u.is_bot and not u.deleted]
        return web.json_response([{"id": u.id, "name": u.real_name} for u in found])

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Send everything, then every change."""
        return await follow(request, self.slack, self._who(request))

    async def do(self, request: web.Request) -> web.Response:
        """Do what somebody does."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        given = await request.json()
        done = await do(self.slack, self._who(request), request.match_info["verb"], given)
        return web.json_response(done)

    async def file(self, request: web.Request) -> web.Response:
        """Send a file to somebody who sees it: pictures to look at, others to keep."""
        who, file = (
            self._who(request),
            self.slack.workspace.files.get(request.match_info["file"]),
        )
        if file is None or file.content is None or not sees_file(self.slack, who, file):
            raise web.HTTPNotFound
        picture = PICTURES.get(file.name.rpartition(".")[2].lower())
        response = web.Response(body=file.content)
        response.content_type = picture or "application/octet-stream"
        if picture is None:
            response.headers["Content-Disposition"] = _attachment(file.name)
        return response

    def _who(self, request: web.Request) -> User:
        user = self.slack.workspace.users.get(request.query.get("as", ""))
        if user is None or user.is_bot or user.deleted:
            raise web.HTTPNotFound(text="nobody of that name")
        return user


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
