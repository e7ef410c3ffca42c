"""Mentions, direct messages and what is said in threads: to the inbox, and only then the ack."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.errors import Transient
from askwell.slack.blocks import edited_offer, loading_messages, status
from askwell.slack.blocks.actions import value
from askwell.slack.ears import Ears
from askwell.slack.events import Event, edited, said
from askwell.slack.posting import asked, impatient

_STATUS_SECONDS = 2.0
_LOOK_SECONDS = 2.0
_YOUNG_SECONDS = 600.0  # Slack sends what was not taken again after 5 minutes at the latest


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to what people write."""

    async def on_message(
        body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        bot = str(context.bot_user_id or "")
        if body["event"].get("subtype") == "message_changed":
            await _changed(ears, client, edited(body, bot), bot)
        else:
            await hear(ears, client, said(body, bot), bot)

    app.event("app_mention")(on_message)
    app.event("message")(on_message)


async def hear(ears: Ears, client: AsyncWebClient, event: Event | None, bot: str) -> None:
    """Keep a question; at once after the ack its thread says that somebody is on it.

    Raises:
        Transient: it could not be kept; Slack must send it again.
    """
    if event is None or not await _is_for_askwell(ears, client, event, bot):
        return
    if await ears.keep(event) and event.is_addressed and not ears.chores.is_busy:
        ears.chores.begin(_show_status(ears, client, event))


async def _is_for_askwell(ears: Ears, client: AsyncWebClient, event: Event, bot: str) -> bool:
    """Take what names askwell, and whatever is said in a thread that it takes part in."""
    if event.is_addressed or await ears.inbox.waiting(event.group):
        return True
    if await ears.conversation.knows(event.group):
        return True
    return _is_young(event) and await _names_askwell(ears, client, event, bot)


def _is_young(event: Event) -> bool:
    """Tell whether the question that began a thread may still be on its way, behind its reply."""
    return float(event.ts) - float(event.thread) < _YOUNG_SECONDS


async def _names_askwell(ears: Ears, client: AsyncWebClient, event: Event, bot: str) -> bool:
    """Read how a thread began, once; raises Transient where Slack does not say now."""

    async def first() -> str:
        call = client.conversations_replies(channel=event.channel, ts=event.thread, limit=1)
        try:
            return str((await asked(call, _LOOK_SECONDS))["messages"][0].get("text") or "")
        except SlackApiError:
            return ""  # it was deleted, or askwell has left

    return f"<@{bot}" in await ears.beginnings.get(event.group, first)


async def _show_status(ears: Ears, client: AsyncWebClient, event: Event) -> None:
    language = ears.language(event)
    show = impatient(client).assistant_threads_setStatus
    where: dict[str, Any] = {"channel_id": event.channel, "thread_ts": event.thread}
    messages = list(loading_messages(language))
    try:
        call = show(**where, status=status(language), loading_messages=messages)
        await asked(call, _STATUS_SECONDS)
        if await ears.conversation.kept(event.turn):  # the answer was quicker
            await asked(show(**where, status=""), _STATUS_SECONDS)
    except (SlackApiError, Transient):
        return  # whoever answers shows it again


async def _changed(ears: Ears, client: AsyncWebClient, event: Event | None, bot: str) -> None:
    """Offer to answer a changed question again; what became one only now is asked."""
    if event is None or not event.is_edit:
        await hear(ears, client, event, bot)
    elif await ears.conversation.kept(event.turn) or event.identity in await ears.inbox.waiting(
        event.group
    ):
        ears.chores.begin(_offer(ears, client, event))


async def _offer(ears: Ears, client: AsyncWebClient, event: Event) -> None:
    offer = edited_offer(value(event.turn, event.ts), ears.language(event))
    await client.chat_postEphemeral(
        channel=event.channel,
        user=event.user,
        thread_ts=event.thread if event.thread != event.ts else None,
        text=offer.text,
        blocks=list(offer.blocks),
    )
