"""What people see, and waiting until they see it."""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from askwell.playground.feed import Change
from askwell.playground.nouns import Channel, Message, User, View
from askwell.playground.stage import Stage

T = TypeVar("T")


class Looking(Stage):
    """Look at the workspace as its people do."""

    def user_of(self, user: User | str) -> User:
        """Find a user by id."""
        return user if isinstance(user, User) else self.workspace.users[user]

    def channel_of(self, channel: Channel | str) -> Channel:
        """Find a channel by id."""
        return channel if isinstance(channel, Channel) else self.workspace.channels[channel]

    def thread(self, message: Message | str, ts: str | None = None) -> list[Message]:
        """List a thread, root first: of a message, or of a channel's id and a ts."""
        if isinstance(message, Message):
            return self.workspace.thread(message.channel, message.root)
        return self.workspace.thread(message, ts or "")

    def answers(self, message: Message) -> list[Message]:
        """List what the bot said in a message's thread."""
        return [one for one in self.thread(message) if one.bot_id]

    def messages(self, channel: Channel | str) -> list[Message]:
        """List everything that was said in a channel, oldest first."""
        return self.workspace.messages(self.channel_of(channel).id)

    def direct(self, user: User | str) -> Channel:
        """Find (or open) somebody's direct message with the bot."""
        who = self.user_of(user)
        installation = self.app.installed(who.team) or self.installation
        return self.workspace.direct(installation.bot_user, who.id)

    def ephemerals(self, user: User | str, channel: Channel | str) -> list[Message]:
        """List what only one person sees in a channel."""
        who = self.user_of(user).id
        return [one for one in self.messages(channel) if one.visible_to == who]

    def modal(self, user: User | str) -> View | None:
        """Find the modal that is in front of somebody."""
        stack = self.workspace.modals.get(self.user_of(user).id)
        return self.workspace.views[stack[-1]] if stack else None

    def home(self, user: User | str) -> View | None:
        """Find somebody's Home tab."""
        return self.workspace.homes.get(self.user_of(user).id)

    def status(self, message: Message) -> str | None:
        """Read the line under a message's thread."""
        return self.workspace.status(message.channel, message.root)

    def changes(self) -> AsyncIterator[Change]:
        """Yield every change from now on."""
        return self.workspace.feed.changes()

    async def until(self, condition: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until the condition is true, looking after each change, and return what it gave.

        Raises:
            TimeoutError: it did not become true.
        """
        await self.workspace.feed.until(condition, timeout)
        return condition()

    async def settled(self) -> None:
        """Wait until every event was taken by the app, or given up."""
        await self.delivery.settle()
