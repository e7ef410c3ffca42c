"""Methods without a bot token: api.test, apps.connections.open and oauth.v2.access."""

import base64
import secrets

from aiohttp import web

from askwell.playground.app import Installation
from askwell.playground.arguments import Arguments
from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage


def open_connection(stage: Stage, args: Arguments, token: str | None) -> Json:
    """Give out the address of a WebSocket, for the app-level token."""
    if token != stage.app.app_token:
        raise NotOk("not_allowed_token_type" if token else "not_authed")
    host = stage.address.removeprefix("http")
    return {"ok": True, "url": f"ws{host}/socket?ticket={stage.socket.ticket()}"}


def install(stage: Stage, team: str) -> Installation:
    """Install the app in a workspace: a bot user and a token of its own."""
    present = stage.app.installed(team)
    if present:
        return present
    bot = stage.workspace.add_user(stage.app.name, team=team, is_bot=True)
    token = f"xoxb-{team}-{secrets.token_hex(6)}"
    one = Installation(team, token, bot.id, stage.workspace.id("B"), stage.app.scopes)
    stage.app.installations[token] = one
    return one


def access(stage: Stage, args: Arguments, credentials: tuple[str, str]) -> Json:
    """Exchange an OAuth code for a bot token."""
    if credentials != (stage.app.client_id, stage.app.client_secret):
        raise NotOk("bad_client_secret")
    team = stage.codes.pop(args.text("code"), None)
    if team is None:
        raise NotOk("invalid_code")
    one = install(stage, team)
    person = next(u for u in stage.workspace.users.values() if u.team == team and not u.is_bot)
    return {
        "ok": True,
        "access_token": one.token,
        "token_type": "bot",
        "scope": ",".join(sorted(one.scopes)),
        "bot_user_id": one.bot_user,
        "app_id": stage.app.id,
        "team": {"id": team, "name": stage.workspace.teams[team].name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": person.id},
    }


def client_of(request: web.Request, args: Arguments) -> tuple[str, str]:
    """Read the client's id and secret from the header or the arguments."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        return name, secret
    return args.text("client_id"), args.text("client_secret")
