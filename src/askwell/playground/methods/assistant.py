"""assistant.threads.* and agents.sessions.*: what stands under a thread while an app works."""

import time

from askwell.playground.methods.call import Call, Method
from askwell.playground.methods.streams import SESSION
from askwell.playground.nouns import Channel, Json, Session, Status
from askwell.playground.refusal import NotOk, invalid_arguments
from askwell.playground.validation.checks import Place, items, shape, string
from askwell.playground.validation.limits import most

LOADING = items(string("status.loading_message", least=1), "status.loading_messages")
PROMPTS = items(shape({"title": string(least=1), "message": string(least=1)}), "prompts", least=1)


def _thread(call: Call) -> tuple[Channel, str]:
    channel = call.inside(call.channel("channel_id"))
    return channel, call.message(channel, "thread_ts").root


async def set_status(call: Call) -> Json:
    """Show what the app is doing; an empty status clears it."""
    if "status" not in call.args.given:
        raise invalid_arguments("missing required field: status")
    channel, root = _thread(call)
    messages = call.args.array("loading_messages")
    problems = list(LOADING(messages, Place("/loading_messages")))
    if problems:
        raise invalid_arguments(*problems)
    text = call.args.text("status")
    status = Status(text, messages, time.monotonic()) if text else None
    call.stage.workspace.set_status(channel.id, root, status)
    return {"ok": True}


async def set_prompts(call: Call) -> Json:
    """Offer up to four questions; in an agent app not for a single thread."""
    channel = call.inside(call.channel("channel_id"))
    prompts = call.args.array("prompts")
    problems = list(PROMPTS(prompts, Place("/prompts")))
    if problems:
        raise invalid_arguments(*problems)
    if not (call.stage.app.is_agent and "thread_ts" in call.args):
        found = {"title": call.args.text("title"), "prompts": prompts}
        call.stage.workspace.prompts[channel.id] = found
        call.stage.workspace.feed.tell("prompts", channel)
    return {"ok": True}


async def set_title(call: Call) -> Json:
    """Name a thread in the list of chats."""
    call.args.need("title")
    channel, root = _thread(call)
    call.stage.workspace.titles[channel.id, root] = call.args.text("title")
    return {"ok": True}


async def session_status(call: Call) -> Json:
    """Move an agent session on, or begin it; `processing` shows people a stop button."""
    if not call.stage.app.is_agent:
        raise NotOk("not_authorized")
    status = call.args.text("status")
    if status not in SESSION:
        raise invalid_arguments(f"must be one of {', '.join(SESSION)} [json-pointer:/status]")
    channel, root = _thread(call)
    title = call.args.text("title")
    if len(title) > most("session.title"):
        raise invalid_arguments("must be less than 201 characters [json-pointer:/title]")
    sessions = call.stage.workspace.sessions
    new = Session(channel.id, root, status, title or None, call.args.text("initiator_user_id"))
    session = sessions.setdefault((channel.id, root), new)
    session.status = status
    call.stage.workspace.feed.tell("session", session)
    answer: Json = {"ok": True, "agent_status": status, "title": session.title or ""}
    if status == "processing" and "agent_session_stopped" not in call.stage.app.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


async def rename(call: Call) -> Json:
    """Change a session's title."""
    channel, root = _thread(call)
    session = call.stage.workspace.sessions.get((channel.id, root))
    if session is None:
        raise NotOk("session_not_found")
    session.title = call.args.text("title")
    return {"ok": True, "title": session.title}


WRITES = ("chat:write", "assistant:write")
METHODS = {
    "assistant.threads.setStatus": Method(set_status, WRITES, ("channel_id", "thread_ts")),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, WRITES[1:], ("channel_id",)),
    "assistant.threads.setTitle": Method(set_title, WRITES[1:], ("channel_id", "thread_ts")),
    "agents.sessions.setStatus": Method(
        session_status, ("chat:write",), ("channel_id", "status", "thread_ts")
    ),
    "agents.sessions.rename": Method(rename, ("chat:write",), ("channel_id", "thread_ts", "title")),
}
