"""What one person may see of the workspace, as the page gets it."""

import json
import time
from collections.abc import Callable
from typing import Any

from askwell.playground import drawn
from askwell.playground.feed import Change
from askwell.playground.methods.views import written
from askwell.playground.nouns import Channel, File, Json, Message, Session, Status, User, View
from askwell.playground.slack import Slack


def everything(slack: Slack, who: User) -> Json:
    """Return all of it, for a page that was just opened."""
    space = slack.workspace
    places = [one for one in space.channels.values() if is_inside(who, one)]
    inside = {one.id for one in places}
    return {
        "kind": "all",
        "me": who.id,
        "team": space.teams[who.team].name,
        "app": _app(slack, who),
        "people": [_person(one, who) for one in space.users.values() if not one.deleted],
        "channels": [_channel(one) for one in places],
        "messages": [
            message(slack, m) for c in places for m in slack.messages(c) if sees(slack, who, m)
        ],
        "statuses": [
            _status(*where, status)
            for where, status in space.statuses.items()
            if where[0] in inside and space.status(*where)
        ],
        "sessions": [_session(s) for s in space.sessions.values() if s.channel in inside],
        "prompts": {name: found for name, found in space.prompts.items() if name in inside},
        **_views(slack, who),
    }


def news(slack: Slack, who: User, change: Change) -> Json | None:
    """Return what a change means for one person; nothing where they may not see it."""
    told = _NEWS.get(change.kind)
    return told(slack, who, change.subject) if told else None


def is_inside(who: User, channel: Channel) -> bool:
    """Tell whether somebody is a member."""
    return who.id in channel.members


def sees(slack: Slack, who: User, message: Message) -> bool:
    """Tell whether somebody sees a message."""
    channel = slack.workspace.channels[message.channel]
    return is_inside(who, channel) and message.visible_to in (None, who.id)


def sees_file(slack: Slack, who: User, file: File) -> bool:
    """Tell whether a file stands in something that somebody sees."""
    places = [c for c in slack.workspace.channels.values() if is_inside(who, c)]
    found = [m for c in places for m in slack.messages(c) if sees(slack, who, m)]
    if any(file in one.files for one in found):
        return True
    views = [view.body["blocks"] for view in (slack.modal(who), slack.home(who)) if view]
    drawn_blocks = [one.blocks for one in found] + views
    return any(f'"id": "{file.id}"' in json.dumps(blocks) for blocks in drawn_blocks)


def message(slack: Slack, one: Message) -> Json:
    """Write a message as history does, with what only people see of it."""
    author = slack.workspace.users.get(one.user)  # a tombstone has none
    team = author.team if author else slack.installation.team
    found = drawn.message(one, team, slack.address, metadata=False)
    return found | {
        "channel": one.channel,
        "is_ephemeral": bool(one.visible_to),
        "is_streaming": bool(one.stream and one.stream.open),
        "files": [drawn.file(file, slack.address) for file in one.files],
    }


def _app(slack: Slack, who: User) -> Json:
    app = slack.app
    installation = app.installed(who.team) or slack.installation
    return {
        "bot": installation.bot_user,
        "direct": slack.direct(who).id,
        "home_tab": app.home_tab,
        "messages_tab": app.messages_tab,
        "can_stop": "agent_session_stopped" in app.events,
        "commands": [{"name": c, "label": app.labels.get(c, "")} for c in sorted(app.commands)],
        "shortcuts": [
            {"id": name, "type": kind, "label": app.labels.get(name, name)}
            for name, kind in app.shortcuts.items()
        ],
    }


def _person(one: User, who: User) -> Json:
    return {
        "id": one.id,
        "name": one.real_name,
        "handle": one.name,
        "title": one.title,
        "locale": one.locale,
        "is_bot": one.is_bot,
        "is_stranger": one.team != who.team,
    }


def _channel(one: Channel) -> Json:
    return {"id": one.id, "name": one.name, "kind": one.kind, "members": one.members}


def _status(channel: str, thread: str, status: Status | None) -> Json:
    found: Json = {"channel": channel, "thread": thread, "text": "", "loading": []}
    if status:
        left = 120.0 - (time.monotonic() - status.at)
        found |= {"text": status.text, "loading": status.loading_messages, "seconds": left}
    return found


def _session(one: Session) -> Json:
    return {"channel": one.channel, "thread": one.thread_ts, "status": one.status}


def _views(slack: Slack, who: User) -> Json:
    modal, home = slack.modal(who), slack.home(who)
    return {
        "modal": written(slack, modal) if modal else None,
        "home": written(slack, home) if home else None,
    }


# What each kind of change says


def _message(slack: Slack, who: User, one: Message) -> Json | None:
    if not sees(slack, who, one):
        return None
    return {"kind": "message", "message": message(slack, one)}


def _deleted(slack: Slack, who: User, one: Message) -> Json | None:
    if not sees(slack, who, one):
        return None
    left = next((m for m in slack.messages(one.channel) if m.ts == one.ts), None)
    if left:
        return {"kind": "message", "message": message(slack, left)}
    return {"kind": "deleted", "channel": one.channel, "ts": one.ts}


def _status_news(slack: Slack, who: User, subject: tuple[str, str, Status | None]) -> Json | None:
    if not is_inside(who, slack.channel_of(subject[0])):
        return None
    return {"kind": "status", "status": _status(*subject)}


def _session_news(slack: Slack, who: User, one: Session) -> Json | None:
    if not is_inside(who, slack.channel_of(one.channel)):
        return None
    return {"kind": "session", "session": _session(one)}


def _prompts_news(slack: Slack, who: User, one: Channel) -> Json | None:
    if not is_inside(who, one):
        return None
    return {"kind": "prompts", "channel": one.id, "prompts": slack.workspace.prompts[one.id]}


def _view_news(slack: Slack, who: User, one: View) -> Json | None:
    return {"kind": "views", **_views(slack, who)} if one.user == who.id else None


def _all_news(slack: Slack, who: User, _one: object) -> Json:
    return everything(slack, who)


_NEWS: dict[str, Callable[[Slack, User, Any], Json | None]] = {
    "message": _message,
    "deleted": _deleted,
    "status": _status_news,
    "session": _session_news,
    "prompts": _prompts_news,
    "view": _view_news,
    "channel": _all_news,
    "user": _all_news,
}
