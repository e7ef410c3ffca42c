"""Payloads of interactions, and what Slack does with the app's answer."""

from dataclasses import dataclass, field
from typing import Any

from askwell.playground import drawn, responses
from askwell.playground.controls import Control, controls, state_of
from askwell.playground.methods.views import checked_view, replace, show, written
from askwell.playground.nouns import Channel, Json, Message, User, View
from askwell.playground.stage import Stage
from askwell.playground.tickets import ResponseUrl

__all__ = ["Answered", "written"]


@dataclass(frozen=True)
class Answered:
    """What the app answered; `errors` by block id, for a modal that was not accepted."""

    body: Any
    errors: dict[str, str] = field(default_factory=dict)


def actor(stage: Stage, who: User) -> Json:
    """Write who did it, where, and the trigger that came of it."""
    team = stage.workspace.teams[who.team]
    return {
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team},
        "api_app_id": stage.app.id,
        "token": "verification",
        "trigger_id": stage.tickets.trigger(who.id),
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def send(stage: Stage, payload: Json) -> Answered:
    """Send an interaction.

    Raises:
        LookupError: the app's settings have no interactivity.
        NotDelivered: no answer within three seconds.
    """
    if not stage.app.interactive:
        raise LookupError("interactivity is not enabled in the manifest")
    return Answered(await stage.delivery.ask("interactive", payload))


def response_url(stage: Stage, who: User, channel: Channel, message: Message | None = None) -> str:
    """Give out a response URL for an interaction."""
    place = ResponseUrl(
        channel.id,
        who.id,
        who.team if stage.app.installed(who.team) else channel.team,
        message.ts if message else None,
        message.thread_ts if message else None,
    )
    return stage.address + stage.tickets.response_url(place)


def fill(view: View, values: dict[str, Any]) -> None:
    """Type into a modal.

    Raises:
        LookupError: there is no such field, or no such option.
    """
    left = dict(values)
    for control in controls(view):
        for name in (control.element["action_id"], control.block["block_id"]):
            if name in left:
                remember(view, control, state_of(control.element, left.pop(name)))
    if left:
        raise LookupError(f"no field for {sorted(left)}")


def remember(view: View, control: Control, state: Json) -> None:
    """Keep what was typed or picked in a view's state."""
    kept = {key: value for key, value in state.items() if key not in NOT_STATE}
    values = view.state.setdefault(control.block["block_id"], {})
    values[control.element["action_id"]] = kept


NOT_STATE = {"action_id", "block_id", "action_ts"}


async def submit(stage: Stage, who: User, view: View) -> Answered:
    """Submit a modal and follow the app's response action."""
    missing = _unfilled(view)
    if missing:
        return Answered(None, missing)
    payload = {"type": "view_submission", **actor(stage, who), "view": written(stage, view)}
    answered = await send(stage, {**payload, "response_urls": []})
    body = answered.body if isinstance(answered.body, dict) else {}
    response = body.get("response_action")
    if response == "errors":
        return Answered(answered.body, dict(body["errors"]))
    if response == "update":
        replace(stage, view, checked_view(body["view"], "modal"))
    elif response == "push":
        show(stage, who.id, checked_view(body["view"], "modal"), push=True)
    else:
        _take_away(stage, who.id, view, every=response == "clear")
    return answered


def _unfilled(view: View) -> dict[str, str]:
    missing = {}
    for block in view.body["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        element = block["element"]
        state = view.state.get(block["block_id"], {}).get(element["action_id"], {})
        initial = any(name.startswith("initial") for name in element)
        if not initial and not any(v for key, v in state.items() if key != "type"):
            missing[block["block_id"]] = "Please complete this required field."
    return missing


async def close(stage: Stage, who: User, view: View) -> None:
    """Close a modal."""
    _take_away(stage, who.id, view, every=bool(view.body.get("clear_on_close")))
    if view.body.get("notify_on_close"):
        payload = {"type": "view_closed", **actor(stage, who), "view": written(stage, view)}
        await send(stage, {**payload, "is_cleared": False})


def _take_away(stage: Stage, user: str, view: View, *, every: bool) -> None:
    stack = stage.workspace.modals.get(user, [])
    if every:
        stack.clear()
    elif view.id in stack:
        del stack[stack.index(view.id) :]
    stage.workspace.feed.tell("view", view)


async def command(stage: Stage, who: User, channel: Channel, line: str) -> Answered:
    """Run a slash command; a text in the answer is shown as the app's reply."""
    name, _, text = line.partition(" ")
    if name not in stage.app.commands:
        raise LookupError(f"{name} is not a command of the app")
    team = stage.workspace.teams[who.team]
    url = response_url(stage, who, channel)
    payload = {
        "token": "verification",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": who.id,
        "user_name": who.name,
        "command": name,
        "text": text,
        "api_app_id": stage.app.id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": stage.tickets.trigger(who.id),
    }
    body = await stage.delivery.ask("slash_commands", payload)
    if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
        place = stage.tickets.response_urls[url.removeprefix(stage.address)]
        responses.respond(stage, place, body)
    return Answered(body)


async def shortcut(stage: Stage, who: User, callback_id: str, message: Message | None) -> Answered:
    """Use a shortcut; one for messages needs a message."""
    kind = "message" if message else "global"
    if stage.app.shortcuts.get(callback_id) != kind:
        raise LookupError(f"{callback_id} is not a {kind} shortcut of the app")
    payload = {**actor(stage, who), "callback_id": callback_id, "action_ts": stage.workspace.now()}
    if message is None:
        return await send(stage, {"type": "shortcut", **payload})
    channel = stage.workspace.channels[message.channel]
    team = stage.workspace.users[message.user].team
    return await send(
        stage,
        {
            "type": "message_action",
            **payload,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message_ts": message.ts,
            "message": drawn.message(message, team, stage.address),
            "response_url": response_url(stage, who, channel, message),
        },
    )
