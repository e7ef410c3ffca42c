"""views.*: modals and the Home tab."""

import secrets
from typing import Any

from askwell.playground import drawn
from askwell.playground.methods.call import Call, Method
from askwell.playground.naming import name_blocks
from askwell.playground.nouns import Json, View
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage
from askwell.playground.validation import check_view
from askwell.playground.validation.limits import most


def checked_view(view: Any, kind: str) -> Json:
    """Check a view and name its blocks."""
    if not isinstance(view, dict):
        raise NotOk("invalid_arguments")
    check_view(view, kind)
    return {**view, "blocks": name_blocks(view["blocks"])}


def written(stage: Stage, view: View) -> Json:
    """Write a view for an answer or a payload."""
    installation = stage.app.installed(view.team) or stage.installation
    return drawn.view(view, stage.app.id, installation.bot_id)


def show(stage: Stage, user: str, body: Json, *, push: bool) -> View:
    """Put a modal before somebody: as the first, or on top of others."""
    workspace = stage.workspace
    stack = workspace.modals.setdefault(user, [])
    if push and len(stack) >= most("view.stack"):
        raise NotOk("push_limit_reached")
    if not push:
        stack.clear()
    external = body.get("external_id")
    if external and any(v.body.get("external_id") == external for v in workspace.views.values()):
        raise NotOk("duplicate_external_id")
    team = workspace.users[user].team
    view = View(workspace.id("V"), user, team, "modal", body, secrets.token_hex(4))
    view.root = stack[0] if stack else view.id
    view.previous = stack[-1] if stack else None
    stack.append(view.id)
    workspace.views[view.id] = view
    workspace.feed.tell("view", view)
    return view


def replace(stage: Stage, view: View, body: Json) -> View:
    """Show something else in a view; what was typed stays where its block stays."""
    view.body, view.hash = body, secrets.token_hex(4)
    kept = {block["block_id"] for block in body["blocks"]}
    view.state = {name: value for name, value in view.state.items() if name in kept}
    stage.workspace.feed.tell("view", view)
    return view


async def opened(call: Call) -> Json:
    """Open a modal, by a trigger that is not older than three seconds."""
    body = checked_view(call.args.json("view"), "modal")
    user = call.stage.tickets.exchange(call.args.text("trigger_id"))
    return {"ok": True, "view": written(call.stage, show(call.stage, user, body, push=False))}


async def pushed(call: Call) -> Json:
    """Put a modal on top of the one that is open."""
    body = checked_view(call.args.json("view"), "modal")
    user = call.stage.tickets.exchange(call.args.text("trigger_id"))
    if not call.stage.workspace.modals.get(user):
        raise NotOk("invalid_trigger_id")
    return {"ok": True, "view": written(call.stage, show(call.stage, user, body, push=True))}


async def update(call: Call) -> Json:
    """Change an open modal."""
    body = checked_view(call.args.json("view"), "modal")
    view = _found(call)
    wanted = call.args.text("hash")
    if wanted and wanted != view.hash:
        raise NotOk("hash_conflict")
    return {"ok": True, "view": written(call.stage, replace(call.stage, view, body))}


def _found(call: Call) -> View:
    wanted, external = call.args.text("view_id"), call.args.text("external_id")
    for view in call.stage.workspace.views.values():
        is_open = view.id in call.stage.workspace.modals.get(view.user, [])
        if is_open and (
            view.id == wanted or (external and view.body.get("external_id") == external)
        ):
            return view
    raise NotOk("not_found")


async def publish(call: Call) -> Json:
    """Set a person's Home tab."""
    body = checked_view(call.args.json("view"), "home")
    user = call.user("user_id")
    if not call.stage.app.home_tab:
        raise NotOk("not_enabled")
    workspace = call.stage.workspace
    view = workspace.homes.get(user.id)
    if view is None:
        view = View(workspace.id("V"), user.id, user.team, "home", body, "")
        workspace.homes[user.id] = view
    elif "hash" in call.args and call.args.text("hash") != view.hash:
        raise NotOk("hash_conflict")
    return {"ok": True, "view": written(call.stage, replace(call.stage, view, body))}


METHODS = {
    "views.open": Method(opened, (), ("view", "trigger_id")),
    "views.push": Method(pushed, (), ("view", "trigger_id")),
    "views.update": Method(update, (), ("view",)),
    "views.publish": Method(publish, (), ("view", "user_id")),
}
