"""Posts to a response URL: answer an interaction, replace or delete the message it came from."""

from typing import Any

from aiohttp import web

from askwell.playground import announce
from askwell.playground.arguments import Arguments, read
from askwell.playground.methods.call import Call
from askwell.playground.methods.chat import content
from askwell.playground.nouns import Json, Message
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage
from askwell.playground.tickets import ResponseUrl


async def serve(request: web.Request) -> web.Response:
    """Take one post to a response URL."""
    stage: Stage = next(value for value in request.app.values() if isinstance(value, Stage))
    try:
        respond(stage, _place(stage, request.path), await read(request))
    except NotOk as refusal:
        status = 404 if refusal.error == "used_url" else 200
        return web.json_response(refusal.body(), status=status)
    return web.json_response({"ok": True})


def _place(stage: Stage, path: str) -> ResponseUrl:
    place = stage.tickets.response_urls.get(path)
    if place is None or place.left == 0:
        raise NotOk("used_url")
    place.left -= 1
    return place


def respond(stage: Stage, place: ResponseUrl, body: Json) -> None:
    """Do what a post to a response URL asks for."""
    args = Arguments(body)
    installation = stage.app.installed(place.team) or stage.installation
    call = Call(stage, args, installation)
    original = stage.workspace.find(place.channel, place.message_ts or "")
    if args.flag("delete_original"):
        if original:
            stage.workspace.delete(original)
        return
    found = content(call)
    if original and args.flag("replace_original"):
        _replace(stage, original, found)
        return
    _post(stage, call, place, found)


def _replace(stage: Stage, original: Message, found: dict[str, Any]) -> None:
    previous = announce.written(stage, original)
    original.text, original.blocks = found["text"], found["blocks"]
    original.edited = stage.workspace.now()
    stage.workspace.changed(original)
    if not original.visible_to:
        announce.changed(stage, original, previous)


def _post(stage: Stage, call: Call, place: ResponseUrl, found: dict[str, Any]) -> None:
    public = call.args.text("response_type") == "in_channel"
    message = Message(
        place.channel,
        stage.workspace.now(),
        call.bot,
        bot_id=call.installation.bot_id,
        app_id=stage.app.id,
        thread_ts=call.args.text("thread_ts") or place.thread_ts,
        visible_to=None if public else place.user,
        **found,
    )
    stage.workspace.add(message)
    if public:
        announce.posted(stage, message)
