"""What people do on the page, passed on to the local Slack."""

from collections.abc import Awaitable, Callable

from askwell.playground.delivery import NotDelivered
from askwell.playground.interactions import Answered
from askwell.playground.nouns import Channel, Json, Message, User, View
from askwell.playground.page.seen import is_inside, sees
from askwell.playground.refusal import NotOk
from askwell.playground.slack import Slack

Verb = Callable[[Slack, User, Json], Awaitable[Json | None]]


async def do(slack: Slack, who: User, verb: str, given: Json) -> Json:
    """Do it, and say what became of it: `ok`, an `error`, or a form's `errors`."""
    if verb not in VERBS:
        return {"ok": False, "error": "unknown_verb"}
    try:
        return {"ok": True, **(await VERBS[verb](slack, who, given) or {})}
    except NotDelivered as failure:
        return {"ok": False, "error": "not_delivered", "reason": failure.reason}
    except NotOk as refusal:
        return {"ok": False, "error": refusal.error}
    except (LookupError, TypeError) as missing:
        return {"ok": False, "error": "not_there", "reason": str(missing)}


def _channel(slack: Slack, who: User, given: Json) -> Channel:
    channel = slack.channel_of(str(given["channel"]))
    if not is_inside(who, channel):
        raise LookupError("no such channel")
    return channel


def _message(slack: Slack, who: User, given: Json) -> Message:
    channel = _channel(slack, who, given)
    found = slack.workspace.find(channel.id, str(given["ts"]))
    if found is None or not sees(slack, who, found):
        raise LookupError("no such message")
    return found


def _own(slack: Slack, who: User, given: Json) -> Message:
    found = _message(slack, who, given)
    if found.user != who.id:
        raise LookupError("not your message")
    return found


def _view(slack: Slack, who: User, given: Json) -> View:
    shown = [view for view in (slack.modal(who), slack.home(who)) if view]
    found = next((view for view in shown if view.id == given["view"]), None)
    if found is None:
        raise LookupError("no such view")
    return found


async def _says(slack: Slack, who: User, given: Json) -> Json:
    channel = _channel(slack, who, given)
    posted = await slack.says(who, channel, str(given["text"]), given.get("thread"))
    return {"ts": posted.ts}


async def _edits(slack: Slack, who: User, given: Json) -> None:
    await slack.edits(_own(slack, who, given), str(given["text"]))


async def _deletes(slack: Slack, who: User, given: Json) -> None:
    await slack.deletes(_own(slack, who, given))


async def _reacts(slack: Slack, who: User, given: Json) -> None:
    message, name = _message(slack, who, given), str(given["name"])
    there = who.id in message.reactions.get(name, [])
    await (slack.unreacts if there else slack.reacts)(who, message, name)


async def _uses(slack: Slack, who: User, given: Json) -> None:
    where = (_view if given.get("view") else _message)(slack, who, given)
    await slack.uses(who, where, given["block"], given["action"], given.get("value"))


async def _submits(slack: Slack, who: User, given: Json) -> Json:
    answered: Answered = await slack.submits(who, _view(slack, who, given), given["values"])
    return {"errors": answered.errors}


async def _closes(slack: Slack, who: User, given: Json) -> None:
    await slack.closes(who, _view(slack, who, given))


async def _runs(slack: Slack, who: User, given: Json) -> None:
    await slack.runs(who, _channel(slack, who, given), str(given["line"]))


async def _shortcut(slack: Slack, who: User, given: Json) -> None:
    message = _message(slack, who, given) if given.get("ts") else None
    await slack.uses_shortcut(who, str(given["id"]), message)


async def _stops(slack: Slack, who: User, given: Json) -> None:
    await slack.presses_stop(who, _message(slack, who, given))


async def _opens_app(slack: Slack, who: User, given: Json) -> None:
    await slack.opens_home(who, "messages" if given.get("tab") == "messages" else "home")


async def _direct(slack: Slack, who: User, given: Json) -> Json:
    return {"channel": slack.workspace.direct(who.id, slack.user_of(str(given["user"])).id).id}


VERBS: dict[str, Verb] = {
    "says": _says,
    "edits": _edits,
    "deletes": _deletes,
    "reacts": _reacts,
    "uses": _uses,
    "submits": _submits,
    "closes": _closes,
    "runs": _runs,
    "shortcut": _shortcut,
    "stops": _stops,
    "opens_app": _opens_app,
    "direct": _direct,
}
