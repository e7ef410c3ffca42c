"""Who can read along in a place, and so whether an answer may be shown there."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.conversation import Conversation
from askwell.conversation.seen import Shown
from askwell.domain.kept import Audience, KeptAnswer
from askwell.domain.noun import Message
from askwell.domain.rights import Asker
from askwell.errors import Transient
from askwell.slack.blocks.notices import REFUSED
from askwell.slack.doors import People

LOOK_SECONDS = 5.0
_SIDE_BY_SIDE = 8
_NO_READERS = {REFUSED["bot"], REFUSED["deactivated"]}
_STRANGER = Asker(email="")


@dataclass(frozen=True, slots=True)
class Place:
    """Hold who else is in a channel; None where that could not be read.

    `is_direct`: nobody but the asker reads it. `open_to_all`: others may come in or read along.
    """

    is_direct: bool
    open_to_all: bool = True
    others: tuple[Asker, ...] | None = None


DIRECT = Place(is_direct=True, open_to_all=False, others=())
UNKNOWN = Place(is_direct=False)


async def look_around(
    client: AsyncWebClient,
    people: People,
    *,
    team: str,
    channel: str,
    without: frozenset[str],
    seconds: float,
) -> Place:
    """Return who is in a channel, `without` the asker and askwell itself.

    What is not known after `seconds` stays unknown, which is the narrow side.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _looked(client, people, team, channel, without)
    except (SlackClientError, aiohttp.ClientError, TimeoutError, Transient):
        return UNKNOWN


async def _looked(
    client: AsyncWebClient, people: People, team: str, channel: str, without: frozenset[str]
) -> Place:
    found = (await client.conversations_info(channel=channel))["channel"]
    if found.get("is_im"):
        return DIRECT
    inside = found.get("is_private") or found.get("is_mpim")
    ids = [m for m in await people.members(client, channel) if m not in without]
    slots = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def who(user: str) -> Asker | Message:
        async with slots:
            return await people.asker(client, team, user)

    return Place(
        is_direct=False,
        open_to_all=not inside or bool(found.get("is_shared") or found.get("is_ext_shared")),
        others=tuple(_readers(await asyncio.gather(*map(who, ids)))),
    )


def _readers(known: Iterable[Asker | Message]) -> Iterator[Asker]:
    """Yield who reads along; whoever is not answered, such as a guest, may see nothing."""
    for one in known:
        if isinstance(one, Asker):
            yield one
        elif one.text not in _NO_READERS:
            yield _STRANGER


def audience_in(place: Place, conversation: Conversation, shown: Shown) -> Audience:
    """Return who may be shown an answer or a step in a place; the asker alone where in doubt."""
    if place.is_direct:
        return "everyone"
    if place.others is None:
        released = isinstance(shown, KeptAnswer) and shown.audience == "everyone"
        return "everyone" if released or shown.reads == () else "asker"
    return conversation.audience(shown, others=place.others, open_to_all=place.open_to_all)
