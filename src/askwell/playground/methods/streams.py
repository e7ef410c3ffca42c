"""chat.*Stream: text that grows while people watch, and dies when nobody feeds it."""

import time

from askwell.playground import announce
from askwell.playground.methods.call import Call, Method
from askwell.playground.methods.chat import by_bot, checked, metadata, own, place, publish, thread
from askwell.playground.nouns import Json, Message, Session, Stream
from askwell.playground.refusal import NotOk, invalid_arguments
from askwell.playground.streamed import feed, shown
from askwell.playground.validation import check_chunks
from askwell.playground.validation.limits import most

SESSION = ("active", "processing", "suspended", "closed")


def chunks(call: Call) -> list[Json]:
    """Read and check what is to be added."""
    text = call.args.text("markdown_text")
    if len(text) > most("stream.markdown_text"):
        raise NotOk("msg_too_long")
    given: list[Json] = call.args.array("chunks", "invalid_chunks")
    if text and given:
        raise NotOk("markdown_text_conflict")
    check_chunks(given)
    return given or ([{"type": "markdown_text", "text": text}] if text else [])


async def start(call: Call) -> Json:
    """Start a stream in a thread; in a channel it is for one person."""
    if "metadata" in call.args:
        raise invalid_arguments("invalid additional property: metadata [json-pointer:/metadata]")
    channel = place(call)
    call.args.need("thread_ts")
    root = thread(call, channel)
    if channel.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if name not in call.args:
                raise NotOk(f"missing_{name}")
        if call.args.text("recipient_team_id") not in call.stage.workspace.teams:
            raise NotOk("team_not_found")
    recipient = call.args.text("recipient_user_id")
    if recipient and recipient not in call.stage.workspace.users:
        raise NotOk("user_not_found")
    mode = call.args.text("task_display_mode", "timeline")
    if mode not in ("timeline", "plan"):
        raise invalid_arguments("must be one of timeline, plan [json-pointer:/task_display_mode]")
    given = chunks(call)
    stream = Stream(mode, time.monotonic(), recipient or None)
    message = by_bot(call, channel, thread_ts=root, stream=stream)
    _draw(message, given)
    _session(call, message, "processing")
    return {**publish(call, message), "channel": channel.id}


def _open(call: Call) -> Message:
    message = own(call, "message_not_owned_by_app")
    if not call.stage.workspace.streaming(message):
        raise NotOk("message_not_in_streaming_state")
    return message


def _draw(message: Message, given: list[Json]) -> None:
    stream = message.stream
    if stream:
        feed(stream, given)
        message.text, message.blocks = shown(stream)


def _session(call: Call, message: Message, status: str) -> None:
    if call.stage.app.is_agent:
        where = (message.channel, message.root)
        session = call.stage.workspace.sessions.setdefault(where, Session(*where, status))
        session.status = status
        call.stage.workspace.feed.tell("session", session)


async def append(call: Call) -> Json:
    """Add to an open stream."""
    message = _open(call)
    given = chunks(call)
    if not given:
        raise NotOk("no_text")
    _draw(message, given)
    call.stage.workspace.changed(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


async def stop(call: Call) -> Json:
    """End a stream; blocks come under what was streamed."""
    message = _open(call)
    given, said = chunks(call), metadata(call)
    last = checked(call, call.args.array("blocks", "invalid_blocks_format"))
    status = call.args.text("session_status", "active")
    if status not in SESSION:
        raise invalid_arguments("must be one of active, processing, suspended, closed")
    previous = announce.written(call.stage, message)
    _draw(message, given)
    message.blocks = [*message.blocks, *last]
    message.metadata = said
    if message.stream:
        message.stream.open = False
    _session(call, message, status)
    call.stage.workspace.set_status(message.channel, message.root, None)
    call.stage.workspace.changed(message)
    announce.changed(call.stage, message, previous)
    body = announce.written(call.stage, message)
    return {"ok": True, "channel": message.channel, "ts": message.ts, "message": body}


METHODS = {
    "chat.startStream": Method(start, ("chat:write",), ("channel",)),
    "chat.appendStream": Method(append, ("chat:write",), ("channel", "ts")),
    "chat.stopStream": Method(stop, ("chat:write",), ("channel", "ts")),
}
