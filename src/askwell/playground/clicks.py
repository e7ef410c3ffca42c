"""What people press: buttons, menus, modals, commands and shortcuts."""

from typing import Any

from askwell.playground import drawn, interactions
from askwell.playground.controls import Control, action, control_in, find_control
from askwell.playground.interactions import Answered
from askwell.playground.looking import Looking
from askwell.playground.nouns import Channel, Json, Message, User, View


class Clicks(Looking):
    """Send interactions to the app, and do with its answer what Slack does."""

    async def clicks(
        self, user: User | str, where: Message | View, action_id: str, value: str | None = None
    ) -> Answered:
        """Press a button, by its action id or the start of it; `value` tells equal ones apart.

        Raises:
            LookupError: nothing like it can be pressed there.
        """
        return await self._act(user, where, find_control(where, action_id, value), value)

    async def picks(
        self, user: User | str, where: Message | View, action_id: str, value: str | list[str]
    ) -> Answered:
        """Pick an option (or several) of a menu, by value or by label."""
        return await self._act(user, where, find_control(where, action_id, None), value)

    async def uses(
        self, user: User | str, where: Message | View, block: str, action_id: str, value: Any
    ) -> Answered:
        """Use the very control of a block: press it, or give it a value or an option.

        Raises:
            LookupError: it is not there, or has no such option.
        """
        return await self._act(user, where, control_in(where, block, action_id), value)

    async def gives_feedback(
        self, user: User | str, message: Message, *, positive: bool
    ) -> Answered:
        """Press thumbs up or thumbs down."""
        control = find_control(message, None, None, kind="feedback_buttons")
        side = "positive_button" if positive else "negative_button"
        return await self._act(user, message, control, control.element[side]["value"])

    async def submits(
        self, user: User | str, view: View, values: dict[str, Any] | None = None
    ) -> Answered:
        """Fill in and submit a modal; `values` go by action id or block id.

        The app may answer with errors: they are in `answer.errors`, and the modal stays open.
        """
        who = self.user_of(user)
        interactions.fill(view, values or {})
        return await interactions.submit(self, who, view)

    async def closes(self, user: User | str, view: View) -> None:
        """Close a modal; the app hears of it if it asked to."""
        await interactions.close(self, self.user_of(user), view)

    async def runs(self, user: User | str, channel: Channel | str, line: str) -> Answered:
        """Run a slash command such as "/ask how many".

        Raises:
            LookupError: the app has no such command.
        """
        who, where = self.user_of(user), self.channel_of(channel)
        return await interactions.command(self, who, where, line)

    async def uses_shortcut(
        self, user: User | str, callback_id: str, message: Message | None = None
    ) -> Answered:
        """Use a message shortcut on a message, or a global one.

        Raises:
            LookupError: the app has no such shortcut.
        """
        return await interactions.shortcut(self, self.user_of(user), callback_id, message)

    async def _act(
        self, user: User | str, where: Message | View, control: Control, value: Any
    ) -> Answered:
        who = self.user_of(user)
        done = {**action(control, value), "action_ts": self.workspace.now()}
        if isinstance(where, View):
            interactions.remember(where, control, done)
        payload: Json = {
            "type": "block_actions",
            **interactions.actor(self, who),
            **self._container(who, where),
            "actions": [done],
        }
        return await interactions.send(self, payload)

    def _container(self, who: User, where: Message | View) -> Json:
        if isinstance(where, View):
            view = interactions.written(self, where)
            return {"container": {"type": "view", "view_id": where.id}, "view": view}
        channel = self.workspace.channels[where.channel]
        team = self.workspace.users[where.user].team
        return {
            "container": {
                "type": "message",
                "message_ts": where.ts,
                "channel_id": where.channel,
                "is_ephemeral": bool(where.visible_to),
                "thread_ts": where.thread_ts,
            },
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": drawn.message(where, team, self.address),
            "response_url": interactions.response_url(self, who, channel, where),
            "state": {"values": {}},
        }
