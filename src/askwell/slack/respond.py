"""One question of the inbox: from the event to the posts, each step safe to be taken again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, nullcontext, suppress
from dataclasses import dataclass
from functools import partial

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.conversation import Conversation
from askwell.conversation.seen import Shown
from askwell.domain.answer import Answer
from askwell.domain.kept import Audience, KeptAnswer, Preference
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.errors import Transient
from askwell.language import detect
from askwell.messages import say, text
from askwell.slack.blocks import (
    SlackMessage,
    answer_message,
    asked_again,
    pointer,
    sentence_message,
    share_offer,
    shared,
)
from askwell.slack.doors import Budget, Ledger, People
from askwell.slack.events import Event
from askwell.slack.files import attach, chart_file
from askwell.slack.places import DIRECT, LOOK_SECONDS, Place, audience_in, look_around
from askwell.slack.posting import ANSWER, Desk, Where, is_gone
from askwell.slack.progress import QUICK_SECONDS, Progress

ASKED, PRIVATE, OFFER, THREAD, SHARED = "asked", "private", "offer", "thread", "shared"
ALONE = "alone"  # no post: it was decided that the asker alone is answered
_TOO_LATE = "Too much time has passed to post that answer in its thread. Please ask again there."
_MOST_OWNERS = 3  # who are asked whether an answer may be shared
_CLICKS = ("choice", "suggestion", "correction")
_FROM_ANYWHERE = ("command", "shortcut")

ClientOf = Callable[[str, str], Awaitable[AsyncWebClient]]  # of a team and its organisation


@dataclass(frozen=True, slots=True)
class Means:
    """Hold what answering in Slack needs.

    `quick`: the seconds within which no stream is opened; `look`: the seconds after which it
    counts as unknown who is in a channel.
    """

    client_of: ClientOf
    conversation: Conversation
    ledger: Ledger
    budget: Budget
    people: People
    quick: float = QUICK_SECONDS
    look: float = LOOK_SECONDS


async def respond(means: Means, desk: Desk, event: Event) -> None:
    """Answer an event.

    Raises:
        SlackApiError, Transient: as Slack says; LostLease: another worker has the question.
    """
    asker = await means.people.asker(desk.client, event.team, event.user)
    if not isinstance(asker, Asker):
        if event.is_addressed:
            language = spoken_in(means, event)
            refused = sentence_message(say(asker, language))
            await desk.post(ANSWER, refused, await thread_of(desk, event, language))
    elif event.kind == "share":
        await _share(means, desk, event)
    elif ANSWER in desk.known or await is_meant(means, event, asker):
        await _answer(means, desk, event, asker)


def spoken_in(means: Means, event: Event) -> Language:
    """Return the language in which to tell somebody that there is no answer."""
    spoken = detect(event.text) or means.people.spoken(event.team, event.user)
    return spoken or means.conversation.doors.language


async def is_meant(means: Means, event: Event, asker: Asker) -> bool:
    """Tell whether askwell is asked: where it is not named, it reads what was said."""
    if event.is_addressed:
        return True
    return await means.conversation.is_question(event.text, asker=asker, thread=event.group)


async def thread_of(desk: Desk, event: Event, language: Language) -> Where:
    """Return where the answer goes; what was not written there is said there first.

    A command or a shortcut from a place that askwell is not in is answered in a direct message.
    """
    said = asked_again(event.text, language, asker=event.user)
    where = Where(channel=event.channel, thread=event.thread)
    if event.kind in _FROM_ANYWHERE and not await _is_in(desk, event.channel):
        where = Where(channel=await _direct(desk, event.user))
    if not where.thread:
        root = await desk.post(ASKED, said, where)
        return Where(channel=root.channel, thread=root.ts)
    if event.kind in _CLICKS:
        await desk.post(ASKED, said, where)
    return where


async def _is_in(desk: Desk, channel: str) -> bool:
    try:
        found = (await desk.call(desk.client.conversations_info, channel=channel))["channel"]
    except SlackApiError as error:
        if is_gone(error):
            return False
        raise
    return bool(found.get("is_im") or found.get("is_mpim") or found.get("is_member"))


def language_of(means: Means, event: Event, asker: Asker, preference: Preference) -> Language:
    """Return the language of an answer: as set, else the question's own, else the person's."""
    spoken = preference.language or detect(event.text) or asker.language
    return spoken or means.conversation.doors.language


async def _answer(means: Means, desk: Desk, event: Event, asker: Asker) -> None:
    preference = await means.conversation.preference(asker.email)
    language = language_of(means, event, asker, preference)
    where = await thread_of(desk, event, language)
    progress = Progress(
        desk, means.budget, where, language, event.team, event.user, quick=means.quick
    )
    looking = asyncio.create_task(_place(means, desk, event, where))
    audience_of = partial(_audience, means, looking, preference.private)
    try:
        # Where the answer stands already, as after the same click days ago, nothing is worked on.
        async with nullcontext() if _stands(desk) else progress.shown():
            kept = await _asked(means, event, asker, where, progress, audience_of)
        if await _is_private(desk, await audience_of(kept), where):
            chosen = preference.private
            await _privately(means, desk, event, asker, kept, where, chosen=chosen)
        else:
            await _openly(means, desk, asker, kept, where)
    except (SlackApiError, Transient):
        desk.must_look = True  # nothing that was posted has taken the status away
        await progress.over()
        raise
    else:
        await progress.over()
    finally:
        looking.cancel()


def _stands(desk: Desk) -> bool:
    answer = desk.known.get(ANSWER)
    return answer is not None and answer.state == "done"


async def _is_private(desk: Desk, audience: Audience, where: Where) -> bool:
    """Tell whether the asker alone is answered: as decided first, whoever came or went since.

    An answer that an earlier try showed to everybody is not given a second time.
    """
    if ALONE in desk.known or audience != "asker":
        return ALONE in desk.known
    shown = await desk.look_up(ANSWER, where)
    return shown is None or shown.state == "open"


async def _place(means: Means, desk: Desk, event: Event, where: Where) -> Place:
    if event.channel_type == "im" and where.channel == event.channel:
        return DIRECT
    return await look_around(
        desk.client,
        means.people,
        team=event.team,
        channel=where.channel,
        without=frozenset({event.user, desk.bot.user}),
        seconds=means.look,
    )


async def _audience(
    means: Means, looking: asyncio.Task[Place], prefers_alone: bool, shown: Shown
) -> Audience:
    place = await looking
    audience = audience_in(place, means.conversation, shown)
    if place.is_direct or audience == "asker" or shown.reads == ():
        return audience
    return "asker" if prefers_alone else audience


async def _asked(
    means: Means,
    event: Event,
    asker: Asker,
    where: Where,
    progress: Progress,
    audience_of: Callable[[Shown], Awaitable[Audience]],
) -> KeptAnswer:
    """Return the answer: kept by an earlier try, or worked out while its progress is shown."""
    thread = f"{event.team}:{where.channel}:{where.thread}"
    answers = means.conversation.answer(
        event.text, asker=asker, thread=thread, language=progress.language, turn=event.turn
    )
    given: Answer | None = None
    async with aclosing(answers) as items:
        async for item in items:
            if isinstance(item, Answer):
                given = item
            elif item.reads is None:
                progress.note(item, None)
            else:
                progress.note(item, await audience_of(item))
    assert given is not None
    kept = await means.conversation.kept(event.turn)
    return kept or _unkept(means, event, asker, given)


def _unkept(means: Means, event: Event, asker: Asker, given: Answer) -> KeptAnswer:
    """Make what is posted of an apology that could not be kept."""
    return KeptAnswer(
        id=event.turn,
        asker=asker.email,
        question=event.text,
        asked=means.conversation.doors.clock.now(),
        answer=given,
        reads=(),
    )


async def message_of(desk: Desk, kept: KeptAnswer) -> SlackMessage:
    """Return an answer as a message, with its chart's picture where Slack cannot draw it."""
    message = answer_message(kept)
    if "chart" not in message.files or kept.answer.chart is None:
        return message
    file = await chart_file(desk, kept.answer.chart, message.chart_alt)
    return answer_message(kept, chart_file=file) if file else message


async def _openly(means: Means, desk: Desk, asker: Asker, kept: KeptAnswer, where: Where) -> None:
    message = await message_of(desk, kept)
    await desk.post(ANSWER, message, where)
    await attach(desk, means.conversation, kept, message, asker, where)


async def _privately(
    means: Means,
    desk: Desk,
    event: Event,
    asker: Asker,
    kept: KeptAnswer,
    where: Where,
    *,
    chosen: bool,
) -> None:
    """Answer the asker alone; the thread gets a link, the data's owner a button to share it.

    A follow-up under the private answer goes on from it. `chosen`: the asker wants it so.
    """
    direct = await _direct(desk, event.user)
    await desk.record(ALONE, direct, "")
    message = await message_of(desk, kept)
    answer = await desk.post(PRIVATE, message, Where(channel=direct))
    await means.conversation.continue_in(f"{event.team}:{direct}:{answer.ts}", kept)
    link = await _link(desk, direct, answer.ts)
    await desk.post(ANSWER, pointer(kept.answer.language, link, chosen=chosen), where)
    below = Where(channel=direct, thread=answer.ts)
    await attach(desk, means.conversation, kept, message, asker, below)
    await desk.record(THREAD, where.channel, where.thread)
    if not chosen:
        await _offer(means, desk, event, kept, where)


async def _direct(desk: Desk, user: str) -> str:
    opened = await desk.call(desk.client.conversations_open, users=user)
    return str(opened["channel"]["id"])


async def _link(desk: Desk, channel: str, ts: str) -> str:
    try:
        found = await desk.call(desk.client.chat_getPermalink, channel=channel, message_ts=ts)
    except SlackApiError:
        return ""
    return str(found["permalink"])


async def _offer(means: Means, desk: Desk, event: Event, kept: KeptAnswer, where: Where) -> None:
    """Ask owners of the data whether the thread may see it, as far as Slack knows them."""
    link = await _link(desk, where.channel, where.thread)
    offer = share_offer(kept.id, kept.question, kept.answer.language, asker=event.user, link=link)
    for user in (await _owners(means, desk, event.team, kept))[:_MOST_OWNERS]:
        with suppress(SlackApiError):
            await desk.post(f"{OFFER}:{user}", offer, Where(channel=await _direct(desk, user)))


async def _owners(means: Means, desk: Desk, team: str, kept: KeptAnswer) -> list[str]:
    """Return the Slack ids of those who may share an answer: by name, or by a user group."""
    conversation, people = means.conversation, means.people

    def may(asker: Asker) -> bool:
        return conversation.may_share(kept, asker)

    found = [await _by_email(desk, email) for email in conversation.owners(kept)]
    found += await people.grouped(desk.client, team, may)
    owners: list[str] = []
    for user in filter(None, dict.fromkeys(found)):
        with suppress(SlackApiError, Transient):  # an answer is given without its owners too
            asker = await people.asker(desk.client, team, user)
            if isinstance(asker, Asker) and may(asker):
                owners.append(user)
    return owners


async def _by_email(desk: Desk, email: str) -> str:
    """Return the Slack id of an address; empty for one that nobody in Slack has."""
    try:
        found = await desk.call(desk.client.users_lookupByEmail, email=email)
    except SlackApiError:
        return ""
    return str(found["user"]["id"])


async def _share(means: Means, desk: Desk, event: Event) -> None:
    """Show an answer in the thread where it was asked, once; its owner was asked already.

    No file goes along: run with the owner's rights, it could hold rows that the answer never
    showed. Whoever wants one asks for it, and gets it with their own rights.
    """
    thread = desk.known.get(THREAD)
    kept = await means.conversation.kept(event.text)
    if kept is None or kept.audience != "everyone":
        return
    if thread is None:  # the ledger forgets sooner than answers are forgotten
        late = sentence_message(text(_TOO_LATE, spoken_in(means, event)))
        await desk.post(SHARED, late, Where(channel=event.channel, thread=event.thread))
        return
    where = Where(channel=thread.channel, thread=thread.ts)
    message = await message_of(desk, kept)
    await desk.post(SHARED, message, where)
    await _settle_offers(desk, event, kept, where)


async def _settle_offers(desk: Desk, event: Event, kept: KeptAnswer, where: Where) -> None:
    """Say to all owners, in place of their buttons, who has shared the answer."""
    link = await _link(desk, where.channel, where.thread)
    done = shared(kept.question, kept.answer.language, by=event.user, link=link)
    for part, offer in desk.known.items():
        if part.startswith(OFFER):
            place = {"channel": offer.channel, "ts": offer.ts}
            with suppress(SlackApiError):  # it was deleted
                await desk.call(
                    desk.client.chat_update, **place, text=done.text, blocks=list(done.blocks)
                )
