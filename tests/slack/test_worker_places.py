"""What not everybody in a place may see goes to the asker alone; an owner may share it."""

import sqlite3
from contextlib import closing

import pytest
from house import OWNER, House

from askwell.playground import Channel, Message
from askwell.playground.controls import Control, controls
from askwell.wiring.stores import DATABASE

RESTRICTED = "What was the settlement amount in March 2024?"


def room(house: House, *members: str, kind: str = "private", **more: bool) -> Channel:
    ids = [house.jiwoo.id, house.slack.bot, *members]
    return house.slack.workspace.add_channel("room", kind, ids, **more)


def seen_in(house: House, channel: Channel) -> str:
    """Return all that was ever drawn in a channel, and the status lines."""
    where = (channel.id,)
    calls = [c for c in house.slack.calls() if c.arguments.get("channel") in where]
    return str([c.arguments for c in calls]) + str(house.slack.messages(channel)[1:])


async def told_alone(house: House, question: Message) -> Message:
    """Return the answer in the asker's direct message; the thread has a pointer to it."""
    [notice] = house.posts(question)
    direct = house.slack.direct(house.jiwoo)
    [answer] = house.slack.messages(direct)
    [link] = [c.element["url"] for c in _links(notice)]
    assert answer.ts.replace(".", "") in link
    assert "data_table" not in str(notice.blocks)
    assert notice.metadata
    assert notice.metadata["event_payload"]["part"] == "answer"
    return answer


def _links(message: Message) -> list[Control]:
    return [c for c in controls(message) if "url" in c.element]


async def test_all_may_see_it_so_it_stays_in_the_thread(house: House) -> None:
    question = await house.answered(house.jiwoo, house.general, RESTRICTED)
    [answer] = house.posts(question)
    assert "settlement" in answer.text.lower()
    assert house.slack.messages(house.slack.direct(house.jiwoo)) == []


@pytest.mark.parametrize("place", ["colleague", "public", "shared", "unreadable"])
async def test_it_goes_to_the_asker_alone(house: House, place: str) -> None:
    channel = {
        "colleague": lambda: room(house, house.minseo.id),
        "public": lambda: room(house, kind="public"),
        "shared": lambda: room(house, is_ext_shared=True),
        "unreadable": lambda: room(house),
    }[place]()
    if place == "unreadable":
        house.slack.faults.refuse("conversations.members", "missing_scope")
    question = await house.answered(house.jiwoo, channel, RESTRICTED)
    answer = await told_alone(house, question)
    assert "settlement" in answer.text.lower()
    assert answer.text not in seen_in(house, channel)


async def test_nothing_of_it_is_streamed_into_the_channel(house: House) -> None:
    house.worker.means = house.quickly(0.0)
    channel = room(house, house.minseo.id)
    question = await house.answered(house.jiwoo, channel, RESTRICTED)
    await told_alone(house, question)
    seen = seen_in(house, channel).lower()
    assert "settlement" not in seen
    assert "2024" not in seen.replace(question.ts, "")


async def test_a_direct_message_is_nobody_elses(house: House) -> None:
    direct = house.slack.direct(house.jiwoo)
    question = await house.answered(house.jiwoo, direct, RESTRICTED)
    [answer] = house.posts(question)
    assert answer.thread_ts == question.ts
    assert house.slack.calls("conversations.members") == []


async def test_what_everybody_may_know_is_said_in_public(house: House) -> None:
    channel = room(house, house.minseo.id, kind="public")
    question = await house.answered(house.jiwoo, channel, "How many users signed up in March 2024?")
    [answer] = house.posts(question)
    assert answer.metadata
    assert house.slack.messages(house.slack.direct(house.jiwoo)) == []


async def test_an_owner_shares_it_once(house: House) -> None:
    owner = house.slack.workspace.add_user("owner", email=OWNER)
    channel = room(house, house.minseo.id)
    question = await house.answered(house.jiwoo, channel, RESTRICTED)
    [offer] = house.slack.messages(house.slack.direct(owner))
    turn = house.event(question).turn
    assert turn in str(offer.blocks)
    asker = await house.worker.means.people.asker(
        await house.worker.means.client_of("", ""), house.slack.installation.team, owner.id
    )
    await house.conversation.share(turn, by=asker)
    for click in ("1", "2"):
        event = house.event(offer, kind="share", user=owner.id, text=turn, of=click)
        assert await house.put(event)
    await house.worker.drain()
    notice, shared = house.posts(question)
    assert "settlement" in shared.text.lower()
    assert "settlement" not in notice.text.lower()


async def test_nobody_is_asked_where_slack_knows_no_owner(house: House) -> None:
    question = await house.answered(house.jiwoo, room(house, house.minseo.id), RESTRICTED)
    assert len(house.posts(question)) == 1
    people = {c.arguments["channel"] for c in house.slack.calls("chat.postMessage")}
    assert len(people) == 2


async def test_other_bots_and_people_who_left_read_nothing(house: House) -> None:
    add = house.slack.workspace.add_user
    bot, gone = add("deploys", is_bot=True), add("gone", email="g@moapay.example", deleted=True)
    question = await house.answered(house.jiwoo, room(house, bot.id, gone.id), RESTRICTED)
    [answer] = house.posts(question)
    assert "settlement" in answer.text.lower()


async def test_a_follow_up_under_a_private_answer_goes_on_from_it(house: House) -> None:
    channel = room(house, house.minseo.id)
    question = await house.answered(house.jiwoo, channel, RESTRICTED)
    private = await told_alone(house, question)
    direct = house.slack.direct(house.jiwoo)
    more = await house.answered(house.jiwoo, direct, "and April?", thread=private)
    [answer] = house.posts(more)
    assert "Settlement amount, Apr 2024" in answer.text
    again = await house.answered(house.jiwoo, channel, "and May?", thread=question)
    kept = await house.conversation.kept(house.event(again).turn)
    assert kept
    assert "April" not in kept.standalone


async def test_a_group_message_is_as_a_private_channel(house: House) -> None:
    channel = room(house, house.minseo.id, kind="mpim")
    question = await house.answered(house.jiwoo, channel, RESTRICTED)
    await told_alone(house, question)
    alone = room(house, kind="mpim")
    question = await house.answered(house.jiwoo, alone, RESTRICTED)
    [answer] = house.posts(question)
    assert "settlement" in answer.text.lower()


async def test_a_share_that_comes_too_late_says_so(house: House) -> None:
    house.slack.workspace.add_user("owner", email=OWNER)
    question = await house.answered(house.jiwoo, room(house, house.minseo.id), RESTRICTED)
    owner = next(u for u in house.slack.workspace.users.values() if u.email == OWNER)
    [offer] = house.slack.messages(house.slack.direct(owner))
    turn = house.event(question).turn
    asker = await house.worker.means.people.asker(
        await house.worker.means.client_of("", ""), house.slack.installation.team, owner.id
    )
    await house.conversation.share(turn, by=asker)
    database = sqlite3.connect(house.settings.home / DATABASE)
    with closing(database), database:
        database.execute("DELETE FROM posts")
    event = house.event(offer, kind="share", user=owner.id, text=turn, of="late")
    assert await house.put(event)
    await house.worker.drain()
    assert len(house.posts(question)) == 1
    *_, said = house.slack.thread(offer)
    assert "Too much time" in said.text
