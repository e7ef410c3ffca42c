"""Events as Slack words them, sent only where the app subscribed and may look."""

from askwell.playground import drawn
from askwell.playground.nouns import Channel, Json, Message
from askwell.playground.stage import Stage

SUBSCRIBED = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def tell(stage: Stage, kind: str, event: Json, channel: Channel | None = None) -> None:
    """Send an event of a subscribed kind; one of a channel only where the bot is a member."""
    if kind not in stage.app.events:
        return
    for installation in list(stage.app.installations.values()):
        if channel is None or installation.bot_user in channel.members:
            shared = bool(channel and channel.is_ext_shared)
            body = {"event_ts": stage.workspace.now(), **event}
            stage.delivery.event(installation.team, body, shared=shared)


def about_message(stage: Stage, message: Message, more: Json) -> None:
    """Send a message event of the channel's kind."""
    channel = stage.workspace.channels[message.channel]
    event = {
        "type": "message",
        "channel": channel.id,
        "channel_type": TYPES[channel.kind],
        **more,
    }
    tell(stage, SUBSCRIBED[channel.kind], event, channel)


def posted(stage: Stage, message: Message) -> None:
    """Tell of a new message; a mention of the bot comes as a second event of its own."""
    channel = stage.workspace.channels[message.channel]
    body = written(stage, message)
    if channel.kind != "im" and mentions(stage, channel, message):
        mention = {**body, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        tell(stage, "app_mention", mention, channel)
    about_message(stage, message, {**body, "event_ts": message.ts})


def changed(stage: Stage, message: Message, previous: Json) -> None:
    """Tell of an edited message."""
    event = {
        "subtype": "message_changed",
        "hidden": True,
        "ts": stage.workspace.now(),
        "message": written(stage, message),
        "previous_message": previous,
    }
    about_message(stage, message, event)


def deleted(stage: Stage, message: Message) -> None:
    """Tell of a deleted message."""
    event = {
        "subtype": "message_deleted",
        "hidden": True,
        "ts": stage.workspace.now(),
        "deleted_ts": message.ts,
        "previous_message": written(stage, message),
    }
    about_message(stage, message, event)


def reaction(stage: Stage, kind: str, user: str, name: str, message: Message) -> None:
    """Tell of a reaction that was added or removed."""
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
    }
    tell(stage, kind, event, stage.workspace.channels[message.channel])


def membership(stage: Stage, kind: str, user: str, channel: Channel) -> None:
    """Tell that somebody joined or left a channel."""
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "D" if channel.kind == "im" else "C",
        "team": channel.team,
    }
    tell(stage, kind, event, channel)


def written(stage: Stage, message: Message) -> Json:
    """Write a message for an event."""
    workspace = stage.workspace
    author = workspace.users[message.user]
    found = drawn.message(message, author.team, stage.address)
    root = workspace.find(message.channel, message.root)
    if message.thread_ts and root and root is not message:
        found["parent_user_id"] = root.user
    if workspace.channels[message.channel].is_ext_shared:
        found |= {"user_team": author.team, "source_team": author.team}
    return found


def mentions(stage: Stage, channel: Channel, message: Message) -> bool:
    """Tell whether a person's message names the bot."""
    bot = stage.bot_in(channel)
    return bool(bot and message.user != bot and f"<@{bot}>" in message.text)
