"""Buttons that show something or take something down: acked at once, done after that."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from askwell.slack import home, modals
from askwell.slack.blocks import actions as ids
from askwell.slack.clicks import Click
from askwell.slack.ears import Ears

Doing = Callable[[Click], Awaitable[None]]


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to buttons, menus and boxes that ask no question."""
    for action, doing in _DOING.items():
        app.action(action)(_listener(ears, doing))

    @app.action(ids.OPEN)
    async def on_link(ack: AsyncAck) -> None:
        await ack()  # the button leads somewhere; there is nothing to do


def _listener(ears: Ears, doing: Doing) -> Callable[..., Awaitable[None]]:
    async def on_click(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        click = Click.of(ears, body, context)
        ears.chores.begin(click.kindly(doing(click)))

    return on_click


_DOING: dict[str, Doing] = {
    ids.SQL: modals.show_sql,
    ids.RECEIPT: modals.show_receipt,
    ids.CORRECT: modals.show_correction,
    ids.FILES: modals.send_file,
    ids.FEEDBACK: modals.vote,
    ids.LANGUAGE: home.choose_language,
    ids.PRIVACY: home.choose_privacy,
}
