"""What Slack tells, as events for the inbox: pure rules of what is a question for askwell.

A message is one where it names askwell, in a direct message, and later in a thread that askwell
takes part in, unless it plainly goes to somebody else. Bots, edits, deletions and the notices of
a channel are none.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from typing import Any, Literal

from askwell.domain.noun import Noun

Kind = Literal[
    "question", "command", "shortcut", "choice", "suggestion", "correction", "again", "share"
]
ChannelType = Literal["channel", "group", "im", "mpim"]
Payload = Mapping[str, Any]

_SPOKEN = {None, "file_share", "thread_broadcast"}  # the subtypes of what a person says
_TYPES: dict[str, ChannelType] = {
    "channel": "channel",
    "group": "group",
    "im": "im",
    "app_home": "im",
    "mpim": "mpim",
}
# How interactions call a channel without a name of its own.
_NAMED: dict[str, ChannelType] = {"directmessage": "im", "privategroup": "group"}
_SOMEBODY = re.compile(r"<(?:@[UW]|!subteam\^|!here|!channel|!everyone)[^>]*>")
_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^>|]*\|([^>]*)>|<((?:https?|mailto|tel):[^>|]*)>")
_CHANNEL = re.compile(r"<#[CG]\w+\|([^>]*)>")


class Event(Noun):
    """Be something that is to be answered, as it waits in the inbox.

    `ts`: when it was said or clicked; nothing of the answer is older. `thread`: the ts of the
    message under which the answer goes; empty where there is none (a command, a click on the
    Home tab): whoever answers says first what was asked. `text`: the question; of a share, the
    turn of the answer to be shown. `of`: what makes a click that one, where `ts` does not, so
    that a double click is one question. `is_addressed`: false for a later message in a thread
    that does not name askwell: it is answered only if `conversation.is_question` says so.
    `is_edit`: the text of a message was changed to this.
    """

    kind: Kind
    team: str
    channel: str
    channel_type: ChannelType = "channel"
    ts: str
    thread: str = ""
    user: str
    text: str
    enterprise: str = ""
    of: str = ""
    is_addressed: bool = True
    is_edit: bool = False

    @property
    def identity(self) -> str:
        """Return what is the same however often Slack tells it: team, channel, ts, kind."""
        return f"{self.team}:{self.channel}:{self.of or self.ts}:{self.kind}"

    @property
    def turn(self) -> str:
        """Return the id of its turn, as 32 hex digits."""
        return turn_of(self.identity)

    @property
    def group(self) -> str:
        """Return the thread, for the inbox's order and for the memory of a conversation.

        Shares of one answer are one group: several owners may click, and it is shown once.
        """
        if self.kind == "share":
            return f"{self.team}:share:{self.text}"
        return f"{self.team}:{self.channel}:{self.thread or self.ts}"


def turn_of(identity: str) -> str:
    """Return the turn id of an identity."""
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def said(body: Payload, bot: str) -> Event | None:
    """Return what a message or a mention asks of the bot user `bot`, or None.

    `body` is what the Events API sends. Whether askwell takes part in the thread of what is not
    addressed, the caller must find out.
    """
    event = body["event"]
    author = str(event.get("user") or "")
    is_person = author not in ("", bot, "USLACKBOT") and not event.get("bot_id")
    if not is_person or event.get("subtype") not in _SPOKEN:
        return None
    return _asked(body, event, author, bot)


def edited(body: Payload, bot: str) -> Event | None:
    """Return what a changed message asks now, or None where its words are the same.

    It is no edit, but a new question, where only the change made it one.
    """
    event = body["event"]
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    if before.get("text") == after.get("text"):
        return None  # Slack unfurled a link, or the thread grew
    place = {key: event[key] for key in ("channel", "channel_type") if key in event}
    asked = said({**body, "event": {**after, **place}}, bot)
    was = said({**body, "event": {**before, **place}}, bot)
    if asked is None or (was is None and not asked.is_addressed):
        return None
    is_new = asked.is_addressed and (was is None or not was.is_addressed)
    return asked if is_new else asked.model_copy(update={"is_edit": True})


def _asked(body: Payload, event: Payload, author: str, bot: str) -> Event | None:
    raw, ts = str(event.get("text") or ""), str(event["ts"])
    thread = str(event.get("thread_ts") or ts)
    kind = channel_type(event)
    mentioned = f"<@{bot}" in raw
    is_addressed = mentioned or kind == "im" or event["type"] == "app_mention"
    if not is_addressed and (thread == ts or _SOMEBODY.search(raw)):
        return None
    text = plain_text(raw, bot)
    if not text and not mentioned:
        return None
    return Event(
        kind="question",
        team=team_of(body),
        channel=str(event["channel"]),
        channel_type=kind,
        ts=ts,
        thread=thread,
        user=author,
        text=text,
        enterprise=enterprise_of(body),
        is_addressed=is_addressed,
    )


def clicked(
    body: Payload, kind: Kind, text: str, *, now: str, channel: str = "", thread: str = ""
) -> Event:
    """Return what a click, a form or a shortcut asks, in the name of whoever did it, `now`.

    `channel` and `thread` say where the answer goes, if not to where it was clicked.
    """
    user, place = str(body["user"]["id"]), {"channel": channel or body.get("channel") or ""}
    own_thread = thread_of(body)
    return Event(
        kind=kind,
        team=team_of(body),
        channel=channel or str(body["channel"]["id"]),
        channel_type=channel_type(place),
        ts=now,
        thread=thread if channel else own_thread,
        user=user,
        text=text,
        enterprise=enterprise_of(body),
        of=_click(body, user),
    )


def _click(body: Payload, user: str) -> str:
    """Return what a second click on the same thing by the same person has in common."""
    view: Payload = body.get("view") or {}
    if view.get("type") == "home":
        return ""  # one may well ask the same from there again
    shown = _message(body).get("ts") or view.get("id", "")
    return f"{shown}:{user}:{chosen(body)}"


def thread_of(body: Payload) -> str:
    """Return the thread in which something was clicked; empty outside of messages."""
    message = _message(body)
    return str(message.get("thread_ts") or message.get("ts") or "")


def _message(body: Payload) -> Payload:
    """Return the message that was clicked: of one that only a person sees, Slack says less."""
    container: Payload = body.get("container") or {}
    less = {"ts": container.get("message_ts"), "thread_ts": container.get("thread_ts")}
    return body.get("message") or less


def chosen(body: Payload) -> str:
    """Return what the button, the menu or the box that was clicked carries."""
    actions: list[Payload] = body.get("actions") or [{}]
    option: Payload = actions[0].get("selected_option") or {}
    return str(actions[0].get("value") or option.get("value") or "")


def commanded(body: Payload, ts: str) -> Event:
    """Return what a slash command asks; `ts` is now, for a command has no message."""
    return Event(
        kind="command",
        team=str(body["team_id"]),
        channel=str(body["channel_id"]),
        channel_type=channel_type(
            {"channel": {"id": body["channel_id"], "name": body.get("channel_name", "")}}
        ),
        ts=ts,
        user=str(body["user_id"]),
        text=plain_text(str(body.get("text") or ""), ""),
        enterprise=str(body.get("enterprise_id") or ""),
        of=str(body["trigger_id"]),
    )


def team_of(body: Payload) -> str:
    """Return the workspace in which askwell is installed, not the one that somebody is of."""
    installed: list[Payload] = body.get("authorizations") or [{}]
    team = body.get("team")
    named = team.get("id") if isinstance(team, Mapping) else None
    return str(installed[0].get("team_id") or body.get("team_id") or named or "")


def enterprise_of(body: Payload) -> str:
    """Return the organisation of an Enterprise Grid, or an empty text."""
    found = body.get("enterprise")
    named = found.get("id") if isinstance(found, Mapping) else None
    return str(body.get("enterprise_id") or named or "")


def channel_type(event: Payload) -> ChannelType:
    """Return what kind of place it is, as far as the payload says; a guess is never wider."""
    given = event.get("channel_type")
    if given in _TYPES:
        return _TYPES[given]
    place = event.get("channel") or ""
    known, name = (place, "") if isinstance(place, str) else (place["id"], place.get("name", ""))
    if known.startswith("D"):
        return "im"
    if name.startswith("mpdm-"):
        return "mpim"
    return _NAMED.get(name, "group" if known.startswith("G") else "channel")


def plain_text(raw: str, bot: str) -> str:
    """Return what somebody typed: without askwell's name, links by their label.

    >>> plain_text("<@U1> sales of <http://a.kr|a.kr> &gt; 3?", "U1")
    'sales of a.kr > 3?'
    """
    text = re.sub(rf"<@{re.escape(bot)}(?:\|[^>]*)?>", " ", raw) if bot else raw
    text = _LINK.sub(lambda m: m[1] or m[2], text)
    text = _CHANNEL.sub(r"#\1", text)
    return " ".join(html.unescape(text).split())
