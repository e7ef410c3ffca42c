"""What a method gets, and what a table of methods says about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from askwell.playground.app import Installation
from askwell.playground.arguments import Arguments
from askwell.playground.nouns import Channel, Json, Message, User
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage

FAMILIES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


@dataclass
class Call:
    """One call by an app that was recognised by its token."""

    stage: Stage
    args: Arguments
    installation: Installation

    @property
    def bot(self) -> str:
        """Name the calling bot's user."""
        return self.installation.bot_user

    def scope(self, *any_of: str) -> None:
        """Ask for one of these scopes.

        Raises:
            NotOk: missing_scope, with what is needed and what is there.
        """
        if any_of and not self.installation.scopes.intersection(any_of):
            provided = ",".join(sorted(self.installation.scopes))
            raise NotOk("missing_scope", needed=any_of[0], provided=provided)

    def channel(self, name: str = "channel", *, scope: str | None = None) -> Channel:
        """Find the channel that an argument names, if the bot may know of it.

        `scope` is read, history or write, of the channel's own family.
        """
        self.args.need(name)
        channel = self.stage.workspace.channels.get(self.args.text(name))
        hidden = channel and channel.kind != "public" and self.bot not in channel.members
        if channel is None or hidden:
            raise NotOk("channel_not_found")
        if scope:
            self.scope(f"{FAMILIES[channel.kind]}:{scope}")
        return channel

    def inside(self, channel: Channel) -> Channel:
        """Ask that the bot is a member of a channel that is alive."""
        if self.bot not in channel.members:
            raise NotOk("not_in_channel")
        if channel.is_archived:
            raise NotOk("is_archived")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """Find the message that an argument names."""
        self.args.need(name)
        message = self.stage.workspace.find(channel.id, self.args.text(name))
        if message is None or message.visible_to:
            raise NotOk("message_not_found")
        return message

    def user(self, name: str = "user") -> User:
        """Find the user that an argument names."""
        self.args.need(name)
        user = self.stage.workspace.users.get(self.args.text(name))
        if user is None:
            raise NotOk("user_not_found")
        return user


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A method, the scopes of which one is needed, and the arguments it must have."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def page(found: list[Json], call: Call, key: str, default: int = 100) -> Json:
    """Cut a list into pages with Slack's cursors."""
    size = call.args.count("limit", default)
    cursor = call.args.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise NotOk("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    after = f"next:{start + size}" if start + size < len(found) else ""
    return {
        "ok": True,
        key: found[start : start + size],
        "has_more": bool(after),
        "response_metadata": {"next_cursor": after},
    }
