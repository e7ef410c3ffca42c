"""The slash command, and the shortcut on a message."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext

from askwell.errors import Refused
from askwell.messages import text
from askwell.slack import modals
from askwell.slack.blocks import SlackMessage, prompts, sentence_message
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.elements import actions, bullets, button, paragraph, rich, span
from askwell.slack.clicks import NO_WORDS, Click
from askwell.slack.ears import Ears, now
from askwell.slack.events import commanded, plain_text

COMMAND = "/askwell"
SHORTCUT = "ask_askwell"
_SETTINGS = {"settings", "설정"}
_HELP = (
    "Mention me in a channel, write to me directly, or type {command} and your question.",
    "In a thread I go on without a new mention.",
    "Type {command} settings to choose your language and who sees your answers.",
)


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to the command and the shortcut."""

    @app.command(COMMAND)
    async def on_command(
        ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        event = commanded(body, now())
        if event.text.casefold() in _SETTINGS:
            click = Click.of(ears, _as_click(body), context)
            ears.chores.begin(click.kindly(modals.show_preferences(click)))
        elif event.text:
            await ears.keep(event)
        else:
            click = Click.of(ears, _as_click(body), context)
            ears.chores.begin(click.kindly(_help(click, respond)))
        await ack()

    @app.shortcut(SHORTCUT)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        click = Click.of(ears, body, context)
        question = plain_text(str(body["message"].get("text") or ""), click.bot)
        if question:
            await ears.keep(click.asks("shortcut", question))
        else:
            ears.chores.begin(click.kindly(_no_words(click)))
        await ack()


async def _no_words(click: Click) -> None:
    await click.tell(text(NO_WORDS, await click.language()))


def _as_click(body: dict[str, Any]) -> dict[str, Any]:
    """Return a command as interactions are written."""
    place = {"id": body["channel_id"], "name": body.get("channel_name", "")}
    return {**body, "user": {"id": body["user_id"]}, "channel": place}


async def _help(click: Click, respond: AsyncRespond) -> None:
    """Say how to ask, with questions to try; only whoever typed the command sees it."""
    try:
        asker, language = await click.asker(), await click.language()
        tried = prompts(await click.ears.conversation.catalogue(asker, language))
        said = _help_message([text(h, language, command=COMMAND) for h in _HELP], tried)
    except Refused as refused:
        said = sentence_message(str(refused))
    await respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral")


def _help_message(lines: list[str], tried: tuple[str, ...]) -> SlackMessage:
    first, *rest = lines
    buttons = [button(question, f"{ids.PROMPT}_{i}", question) for i, question in enumerate(tried)]
    body = rich(paragraph(span(first)), *bullets([[span(line)] for line in rest]))
    return SlackMessage(text=" ".join(lines), blocks=(body, *actions(buttons)))
