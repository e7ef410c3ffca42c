"""The state of the local Slack: teams, people, channels, messages and what is drawn on them."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from askwell.playground.feed import Feed
from askwell.playground.nouns import (
    Channel,
    File,
    Json,
    Kind,
    Message,
    Session,
    Status,
    Team,
    User,
    UserGroup,
    View,
)


class Workspace:
    """Hold everything that Slack remembers; one team at first, more may join."""

    def __init__(self, *, stream_life: float = 300.0, status_life: float = 120.0) -> None:
        self.feed = Feed()
        self.stream_life = stream_life
        self.status_life = status_life
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}  # a person's stack, the open one last
        self.sessions: dict[tuple[str, str], Session] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.prompts: dict[str, Json] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._last = 0
        self._count = itertools.count(1)

    def id(self, letter: str) -> str:
        """Make an id such as C0000000A1."""
        return f"{letter}{next(self._count):010d}"

    def now(self) -> str:
        """Make a timestamp that no other message has."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    # People and places

    def add_team(self, name: str) -> Team:
        """Open a workspace."""
        team = Team(self.id("T"), name, name.lower().replace(" ", "-"))
        self.teams[team.id] = team
        return team

    def add_user(self, name: str, *, team: str | None = None, **more: Any) -> User:
        """Let somebody in; `more` are the fields of `User`."""
        user = User(
            more.pop("id", None) or self.id("U"),
            name,
            team or next(iter(self.teams)),
            **more,
        )
        user.real_name = user.real_name or name
        self.users[user.id] = user
        self.feed.tell("user", user)
        return user

    def add_group(self, handle: str, users: list[str], **more: Any) -> UserGroup:
        """Make a user group."""
        team = more.pop("team", None) or next(iter(self.teams))
        group = UserGroup(self.id("S"), handle, more.pop("name", handle), team, users, **more)
        self.groups[group.id] = group
        return group

    def add_channel(
        self, name: str, kind: Kind = "public", members: list[str] | None = None, **more: Any
    ) -> Channel:
        """Make a channel or a direct message."""
        team = more.pop("team", None) or next(iter(self.teams))
        letter = "D" if kind == "im" else "C"  # private ones too, since years
        channel = Channel(
            more.pop("id", None) or self.id(letter), name, kind, team, list(members or []), **more
        )
        self.channels[channel.id] = channel
        self._messages[channel.id] = {}
        self.feed.tell("channel", channel)
        return channel

    def direct(self, one: str, other: str) -> Channel:
        """Find the direct message of two, or open it."""
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == {one, other}:
                return channel
        team = self.users[other].team
        return self.add_channel("", "im", [one, other], team=team)

    # Messages

    def add(self, message: Message) -> Message:
        """Keep a message; whoever posts ends the status of its thread."""
        self._messages[message.channel][message.ts] = message
        if message.bot_id:
            self.set_status(message.channel, message.root, None)
        self.feed.tell("message", message)
        return message

    def changed(self, message: Message) -> None:
        """Say that a message looks different now."""
        self.feed.tell("message", message)

    def find(self, channel: str, ts: str) -> Message | None:
        """Look a message up; a deleted one is not there, nor is its tombstone."""
        found = self._messages.get(channel, {}).get(ts)
        return None if found is None or found.subtype == "tombstone" else found

    def delete(self, message: Message) -> None:
        """Delete; a thread's root that has replies leaves a tombstone."""
        if any(self.replies(message.channel, message.ts)):
            self._messages[message.channel][message.ts] = Message(
                message.channel,
                message.ts,
                "USLACKBOT",
                "This message was deleted.",
                thread_ts=message.ts,
                subtype="tombstone",
            )
        else:
            del self._messages[message.channel][message.ts]
        self.feed.tell("deleted", message)

    def messages(self, channel: str) -> list[Message]:
        """List a channel's messages, oldest first, replies and ephemerals too."""
        return sorted(self._messages[channel].values(), key=lambda m: m.ts)

    def replies(self, channel: str, ts: str) -> Iterator[Message]:
        """Yield the replies under a root that everybody can see."""
        for message in self.messages(channel):
            if message.thread_ts == ts and message.ts != ts and not message.visible_to:
                yield message

    def thread(self, channel: str, ts: str) -> list[Message]:
        """List a thread as Slack shows it: the root and its replies."""
        root = self._messages[channel].get(ts)
        return ([root] if root else []) + list(self.replies(channel, ts))

    # What is drawn beside messages

    def streaming(self, message: Message) -> bool:
        """Tell whether a stream still takes text; one that is too old dies here."""
        stream = message.stream
        if stream and stream.open and time.monotonic() - stream.started > self.stream_life:
            stream.open = False
        return bool(stream and stream.open)

    def set_status(self, channel: str, thread: str, status: Status | None) -> None:
        """Show or clear the line under a thread."""
        was = self.statuses.pop((channel, thread), None)
        if status:
            self.statuses[channel, thread] = status
        if was or status:
            self.feed.tell("status", (channel, thread, status))

    def status(self, channel: str, thread: str) -> str | None:
        """Read the line under a thread; it goes after two minutes."""
        status = self.statuses.get((channel, thread))
        if status and time.monotonic() - status.at > self.status_life:
            return None
        return status.text if status else None
