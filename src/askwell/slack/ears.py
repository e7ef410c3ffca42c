"""What the listeners need."""

import asyncio
import time
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from askwell.conversation import Conversation
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.errors import Refused
from askwell.inbox import Inbox
from askwell.language import detect
from askwell.messages import say
from askwell.slack.chores import Chores
from askwell.slack.events import Event
from askwell.slack.install import Workspaces
from askwell.slack.people import SlackPeople
from askwell.slack.remembered import Remembered

_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Ears:
    """Hold what the listeners need: who people are, what is known, and where events go.

    `beginnings`: the first words of threads that askwell does not know. `settling`: one setting
    is changed at a time, as each change keeps what else was set.
    """

    conversation: Conversation
    inbox: Inbox
    people: SlackPeople
    workspaces: Workspaces
    chores: Chores = field(default_factory=Chores)
    beginnings: Remembered[str, str] = field(default_factory=lambda: Remembered(_SECONDS))
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def keep(self, event: Event) -> bool:
        """Write an event to the inbox, before Slack gets its ack; False for a repeat.

        Raises:
            Transient: it could not be written; Slack must send it again.
        """
        return await self.inbox.put(event.identity, event.group, event.model_dump(mode="json"))

    async def asker(self, client: AsyncWebClient, team: str, user: str) -> Asker:
        """Return who did something, with the language that they chose where they chose one.

        Raises:
            Refused: they are not answered, with the sentence that says why.
            Transient, SlackApiError: Slack does not say.
        """
        person = await self.people.person(client, team, user)
        if isinstance(person.asker, Asker):
            chosen = (await self.conversation.preference(person.asker.email)).language
            return person.asker.model_copy(update={"language": chosen or person.asker.language})
        language = person.language or self.conversation.doors.language
        raise Refused(say(person.asker, language), rule="outsider")

    def language(self, event: Event) -> Language:
        """Return the language of a question, without asking anybody."""
        spoken = detect(event.text) or self.people.spoken(event.team, event.user)
        return spoken or self.conversation.doors.language

    async def language_of(self, client: AsyncWebClient, team: str, user: str) -> Language:
        """Return the language in which to show somebody what they opened."""
        try:
            spoken = (await self.asker(client, team, user)).language
        except Refused:
            spoken = self.people.spoken(team, user)
        return spoken or self.conversation.doors.language


def now() -> str:
    """Return the time as Slack writes it."""
    return f"{time.time():.6f}"
