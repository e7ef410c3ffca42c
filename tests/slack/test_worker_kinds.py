"""What is asked by a command or a click, by somebody who gets no answer, or to somebody else."""

import time

import pytest
from house import House

from askwell.demo import ENGLISH_QUESTION, FIRST_QUESTION
from askwell.playground import Slack
from askwell.playground.nouns import Kind
from askwell.slack.events import Event


def command(house: House, text: str) -> Event:
    return Event(
        kind="command",
        team=house.slack.installation.team,
        channel=house.general.id,
        channel_type="group",
        ts=house.slack.workspace.now(),
        user=house.jiwoo.id,
        text=text,
        of="trigger",
    )


async def test_a_command_is_said_first_and_answered_below(house: House) -> None:
    assert await house.put(command(house, ENGLISH_QUESTION))
    await house.worker.drain()
    root, answer = house.slack.messages(house.general)
    assert root.text == ENGLISH_QUESTION
    assert house.jiwoo.id in str(root.blocks)
    assert answer.thread_ts == root.ts
    assert "success rate" in answer.text.lower()


@pytest.mark.parametrize("kind", ["public", "private", "im"])
async def test_where_askwell_is_not_a_command_is_answered_alone(house: House, kind: Kind) -> None:
    others = [house.jiwoo.id, house.minseo.id]
    elsewhere = house.slack.workspace.add_channel("elsewhere", kind, others)
    event = command(house, ENGLISH_QUESTION).model_copy(
        update={"channel": elsewhere.id, "channel_type": "im" if kind == "im" else "group"}
    )
    assert await house.put(event)
    await house.worker.drain()
    assert house.slack.messages(elsewhere) == []
    root, answer = house.slack.messages(house.slack.direct(house.jiwoo))
    assert root.text == ENGLISH_QUESTION
    assert answer.thread_ts == root.ts
    assert "success rate" in answer.text.lower()


async def test_a_shortcut_too(house: House) -> None:
    others = [house.jiwoo.id, house.minseo.id]
    elsewhere = house.slack.workspace.add_channel("elsewhere", "private", others)
    message = await house.slack.says(house.minseo, elsewhere, ENGLISH_QUESTION)
    assert await house.put(house.event(message, kind="shortcut", user=house.jiwoo.id))
    await house.worker.drain()
    _, answer = house.slack.messages(house.slack.direct(house.jiwoo))
    assert "success rate" in answer.text.lower()
    assert len(house.slack.messages(elsewhere)) == 1


async def test_a_command_too_is_said_once(house: House) -> None:
    house.slack.faults.drop_response("chat.postMessage", times=2)
    assert await house.put(command(house, ENGLISH_QUESTION))
    await house.worker.drain()
    assert len(house.slack.messages(house.general)) == 2


async def test_a_click_is_said_in_the_thread_before_its_answer(house: House) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    event = house.event(first, kind="suggestion", text=ENGLISH_QUESTION, of="click")
    assert await house.put(event)
    await house.worker.drain()
    _, said, answer = house.posts(first)
    assert said.text == ENGLISH_QUESTION
    assert "success rate" in answer.text.lower()


async def test_what_goes_to_other_people_is_left_alone(house: House) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    chatter = await house.asks(
        house.jiwoo, house.general, "점심 먹으러 갈까요?", thread=first, is_addressed=False
    )
    calls = len(house.slack.calls())
    await house.worker.drain()
    assert house.posts(chatter) == []
    assert house.slack.calls()[calls:] == []


async def test_a_follow_up_needs_no_mention(house: House) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    second = await house.answered(
        house.jiwoo, house.general, "2023년은?", thread=first, is_addressed=False
    )
    [answer] = house.posts(second)
    assert "2023년" in answer.text


async def test_a_guest_is_refused_in_a_sentence(house: House, slack: Slack) -> None:
    guest = slack.workspace.add_user("gast", email="g@elsewhere.example", is_restricted=True)
    house.general.members.append(guest.id)
    question = await house.answered(guest, house.general, ENGLISH_QUESTION)
    [refusal] = house.posts(question)
    assert "full members" in refusal.text
    assert slack.calls("conversations.members") == []


@pytest.mark.parametrize("private", [True, False])
async def test_somebody_may_want_all_answers_alone(house: House, private: bool) -> None:
    before = await house.conversation.preference(house.jiwoo.email or "")
    await house.conversation.prefer(before.model_copy(update={"private": private}))
    question = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    [said] = house.posts(question)
    assert ("success rate" in said.text.lower()) is not private
    assert bool(house.slack.messages(house.slack.direct(house.jiwoo))) is private
    assert ("as you have set" in said.text) is private


async def test_a_guest_who_talks_to_others_is_told_nothing(house: House, slack: Slack) -> None:
    first = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    guest = slack.workspace.add_user("gast", email="g@elsewhere.example", is_restricted=True)
    house.general.members.append(guest.id)
    thanks = await house.answered(
        guest, house.general, "thanks all!", thread=first, is_addressed=False
    )
    assert house.posts(thanks) == []


async def test_a_click_is_answered_once_where_our_clock_is_ahead(
    house: House, slack: Slack
) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    slack.faults.drop_response("chat.postMessage")
    ahead = f"{time.time() + 4:.6f}"
    event = house.event(first, kind="choice", text=ENGLISH_QUESTION, ts=ahead, of="click")
    assert await house.put(event)
    await house.worker.drain()
    assert len(house.posts(first)) == 3  # the first answer, what was clicked, its answer


async def test_the_same_click_days_later_leaves_no_status(house: House, slack: Slack) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    event = house.event(first, kind="choice", text=ENGLISH_QUESTION, of="click")
    for _ in range(2):
        assert await house.put(event)
        await house.worker.drain()
        house.clock.seconds += 90_000.0
    assert len(house.posts(first)) == 3
    assert slack.status(first) is None
