"""Buttons that ask something: a suggestion, a choice, again, a prompt of the Home tab, a share.

Each is kept in the inbox before Slack gets its ack, and asked with the rights of whoever clicked.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from askwell.errors import Refused
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.clicks import NO_WORDS, Click
from askwell.slack.ears import Ears
from askwell.slack.events import Event, chosen, plain_text

Asking = Callable[[Click], Awaitable[Event]]


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to buttons and menus that ask something."""
    for constraint, asking in _ASKING:
        app.action(constraint)(_listener(ears, asking))


def _listener(ears: Ears, asking: Asking) -> Callable[..., Awaitable[None]]:
    async def on_click(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        click = Click.of(ears, body, context)
        try:
            await ears.keep(await asking(click))
        except Refused as refused:
            ears.chores.begin(click.tell(str(refused)))
        await ack()

    return on_click


async def _suggestion(click: Click) -> Event:
    kept = await click.kept()
    return click.asks("suggestion", _numbered(kept.answer.suggestions, click))


async def _choice(click: Click) -> Event:
    """Return the question that a choice stands for; where that is not known, its words."""
    kept = await click.kept()
    questions = tuple(c.question for c in kept.choices) or kept.answer.choices
    return click.asks("choice", _numbered(questions, click))


def _numbered(texts: tuple[str, ...], click: Click) -> str:
    return texts[int(click.carried[1])]


async def _again(click: Click) -> Event:
    """Return the same question; a changed one as its message is now."""
    if click.carried[1]:
        await click.asker()
        return await _changed(click, click.carried[1])
    question = (await click.kept()).question
    if click.origin.channel:
        return click.asks("again", question)
    return click.asks("again", question, channel=await click.direct())


async def _changed(click: Click, ts: str) -> Event:
    channel = click.origin.channel
    found = await click.client.conversations_replies(
        channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True
    )
    # Slack may put the thread's first message before it.
    message = next((m for m in found["messages"] if m["ts"] == ts), None)
    if message is None:
        raise Refused(text(NO_WORDS, await click.language()), rule="gone")
    question = plain_text(str(message.get("text") or ""), click.bot)
    thread = str(message.get("thread_ts") or message["ts"])
    return click.asks("again", question, channel, thread)


async def _prompt(click: Click) -> Event:
    await click.asker()
    return click.asks("suggestion", chosen(click.body), channel=await click.direct())


async def _share(click: Click) -> Event:
    """Let an answer be shown to everyone, and have it posted in its thread."""
    await click.ears.conversation.share(click.turn, by=await click.asker())
    return click.asks("share", click.turn)


_ASKING = (
    (ids.SUGGESTIONS, _suggestion),
    (ids.CHOICES, _choice),
    (ids.CHOICE_MENU, _choice),
    (ids.AGAIN, _again),
    (ids.PROMPTS, _prompt),
    (ids.SHARE, _share),
)
