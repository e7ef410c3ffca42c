"""What people do in Slack: talk, edit, delete, react, come and go."""

from askwell.playground import announce
from askwell.playground.clicks import Clicks
from askwell.playground.methods.reactions import react, unreact
from askwell.playground.nouns import Channel, File, Message, User
from askwell.playground.typed import typed


class People(Clicks):
    """Drive the workspace as its people would; users and channels go by id or by noun."""

    async def says(
        self,
        user: User | str,
        channel: Channel | str,
        text: str,
        thread: Message | str | None = None,
        files: tuple[File, ...] = (),
    ) -> Message:
        """Post a message as a person; `thread` is the root or any message of the thread."""
        who, where = self.user_of(user), self.channel_of(channel)
        root = self._root(where, thread)
        message = Message(
            where.id,
            self.workspace.now(),
            who.id,
            text,
            blocks=typed(text),
            thread_ts=root,
            files=list(files),
            subtype="file_share" if files else None,
        )
        self.workspace.add(message)
        announce.posted(self, message)
        return message

    async def mentions(
        self,
        user: User | str,
        channel: Channel | str,
        text: str,
        thread: Message | str | None = None,
    ) -> Message:
        """Post a message that names the bot."""
        bot = self.bot_in(self.channel_of(channel)) or self.bot
        return await self.says(user, channel, f"<@{bot}> {text}", thread)

    async def edits(self, message: Message, text: str) -> Message:
        """Change the text of a message."""
        previous = announce.written(self, message)
        message.text, message.edited = text, self.workspace.now()
        message.blocks = typed(text)
        self.workspace.changed(message)
        announce.changed(self, message, previous)
        return message

    async def deletes(self, message: Message) -> None:
        """Delete a message; a root with replies leaves a tombstone."""
        announce.deleted(self, message)
        self.workspace.delete(message)

    async def reacts(self, user: User | str, message: Message, name: str) -> None:
        """Put an emoji under a message."""
        react(self, self.user_of(user).id, message, name)

    async def unreacts(self, user: User | str, message: Message, name: str) -> None:
        """Take an emoji away."""
        unreact(self, self.user_of(user).id, message, name)

    async def joins(self, user: User | str, channel: Channel | str) -> None:
        """Let somebody (the bot too) join a channel."""
        who, where = self.user_of(user), self.channel_of(channel)
        if who.id not in where.members:
            where.members.append(who.id)
            self.workspace.feed.tell("channel", where)
            announce.membership(self, "member_joined_channel", who.id, where)

    async def leaves(self, user: User | str, channel: Channel | str) -> None:
        """Let somebody (the bot too) leave a channel."""
        who, where = self.user_of(user), self.channel_of(channel)
        announce.membership(self, "member_left_channel", who.id, where)
        where.members.remove(who.id)
        self.workspace.feed.tell("channel", where)

    async def deactivates(self, user: User | str) -> None:
        """Switch somebody's account off."""
        who = self.user_of(user)
        who.deleted = True
        self.workspace.feed.tell("user", who)
        announce.tell(self, "user_change", {"type": "user_change", "user": {"id": who.id}})

    async def opens_home(self, user: User | str, tab: str = "home") -> None:
        """Open the app: its Home tab, or its Messages tab."""
        who = self.user_of(user)
        installation = self.app.installed(who.team) or self.installation
        direct = self.workspace.direct(installation.bot_user, who.id)
        event = {"type": "app_home_opened", "user": who.id, "channel": direct.id, "tab": tab}
        announce.tell(self, "app_home_opened", event, direct)

    async def presses_stop(self, user: User | str, message: Message) -> None:
        """Press the stop button of a thread's session; Slack ends the streams in it.

        Raises:
            LookupError: there is no button, as nothing is processing or the app cannot stop.
        """
        where = (message.channel, message.root)
        session = self.workspace.sessions.get(where)
        subscribed = "agent_session_stopped" in self.app.events
        if not session or session.status != "processing" or not subscribed:
            raise LookupError("there is no stop button")
        stopped = []
        for one in self.workspace.thread(*where):
            if one.stream and self.workspace.streaming(one):
                one.stream.open = False
                stopped.append(one.ts)
                self.workspace.changed(one)
        event = {
            "type": "agent_session_stopped",
            "user": self.user_of(user).id,
            "channel": message.channel,
            "thread_ts": message.root,
            "streaming_message_ts": stopped,
        }
        announce.tell(
            self, "agent_session_stopped", event, self.workspace.channels[message.channel]
        )

    def _root(self, channel: Channel, thread: Message | str | None) -> str | None:
        if thread is None or isinstance(thread, Message):
            return thread.root if thread else None
        found = self.workspace.find(channel.id, thread)
        return found.root if found else thread
