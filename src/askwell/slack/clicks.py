"""A click, a form or a shortcut: who did it, where, and how to tell them something."""

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.errors import AskwellError, Refused
from askwell.messages import text
from askwell.slack.blocks import sentence_message
from askwell.slack.blocks.actions import Origin, read_value
from askwell.slack.ears import Ears, now
from askwell.slack.events import Event, Kind, channel_type, chosen, clicked, team_of, thread_of

_LOG = logging.getLogger("askwell")
NO_WORDS = "There are no words in that message that I could answer."
_FAILED = "That did not work just now. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class Click:
    """Be something that somebody did in a message, a modal or the Home tab.

    `bot`: askwell's own user there.
    """

    ears: Ears
    client: AsyncWebClient
    body: dict[str, Any]
    bot: str

    @classmethod
    def of(cls, ears: Ears, body: dict[str, Any], context: AsyncBoltContext) -> "Click":
        """Return what Bolt heard as a click."""
        assert context.client is not None
        return cls(ears, context.client, body, str(context.bot_user_id or ""))

    @property
    def user(self) -> str:
        """Return who did it."""
        return str(self.body["user"]["id"])

    @property
    def team(self) -> str:
        """Return the workspace in which askwell heard of it."""
        return team_of(self.body)

    @property
    def carried(self) -> tuple[str, str]:
        """Return the turn and the part that a button or a menu carries."""
        return read_value(chosen(self.body))

    @property
    def turn(self) -> str:
        """Return the turn of the answer that it is about."""
        return self.carried[0] or self.origin.turn

    @property
    def origin(self) -> Origin:
        """Return where it was done; a modal remembers where it was opened."""
        noted = (self.body.get("view") or {}).get("private_metadata")
        if noted:
            return Origin.model_validate_json(noted)
        return Origin(
            turn=self.carried[0],
            channel=str((self.body.get("channel") or {}).get("id") or ""),
            thread=thread_of(self.body),
        )

    @property
    def is_direct(self) -> bool:
        """Tell whether it was done where nobody else reads."""
        place = self.body.get("channel") or self.origin.channel
        return channel_type({"channel": place}) == "im"

    async def asker(self) -> Asker:
        """Return who did it; raises as `Ears.asker` does."""
        return await self.ears.asker(self.client, self.team, self.user)

    async def language(self) -> Language:
        """Return their language."""
        return await self.ears.language_of(self.client, self.team, self.user)

    async def kept(self) -> KeptAnswer:
        """Return the answer, with the rights of whoever clicked; raises Refused."""
        return await self.ears.conversation.kept_for(self.turn, asker=await self.asker())

    def asks(self, kind: Kind, question: str, channel: str = "", thread: str = "") -> Event:
        """Return what it asks, in the name of whoever clicked."""
        return clicked(self.body, kind, question, now=now(), channel=channel, thread=thread)

    async def direct(self) -> str:
        """Return the channel of the direct message with whoever clicked."""
        opened = await self.client.conversations_open(users=self.user)
        return str(opened["channel"]["id"])

    async def kindly(self, work: Awaitable[None]) -> None:
        """Do something; tell whoever clicked in a sentence where it may not be, or fails."""
        try:
            await work
        except Refused as refused:
            await self.tell(str(refused))
        except (AskwellError, SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            _LOG.warning("a click failed", exc_info=error)
            spoken = self.ears.people.spoken(self.team, self.user)
            await self.tell(text(_FAILED, spoken or self.ears.conversation.doors.language))

    async def tell(self, sentence: str) -> None:
        """Tell whoever clicked, and nobody else."""
        said = sentence_message(sentence)
        message: dict[str, Any] = {"text": said.text, "blocks": list(said.blocks)}
        place = self.origin
        try:
            if place.channel:
                await self.client.chat_postEphemeral(
                    channel=place.channel,
                    user=self.user,
                    thread_ts=place.thread or None,
                    **message,
                )
                return
        except SlackApiError as error:  # askwell, or this person, is not in the channel
            _LOG.info("not told in the channel: %s", error.response.get("error"))
        await self.client.chat_postMessage(channel=await self.direct(), **message)
