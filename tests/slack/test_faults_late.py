"""What Slack does after askwell stopped waiting for it: still one answer in the end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from house import House

from askwell.demo import ENGLISH_QUESTION
from askwell.playground import Message
from askwell.playground.faults import Fault

WAITS_SECONDS = 1.0  # for an answer of Slack's
SOON = (0.1, 0.2, 0.3)


@pytest.fixture(autouse=True)
async def impatience(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)  # the first one takes long
    house.slack.log.calls.clear()
    house.worker.means = house.quickly(60.0)
    monkeypatch.setattr("askwell.slack.posting._LATE", SOON)
    house.worker.post_seconds = WAITS_SECONDS
    yield
    house.slack.faults.clear()


async def asked(house: House) -> tuple[Message, "asyncio.Task[None]"]:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    return question, asyncio.create_task(house.worker.drain())


def looks(house: House) -> int:
    return len(house.slack.calls("conversations.replies"))


def done(house: House, method: str) -> int:
    return sum(call.ok for call in house.slack.calls(method))


def only_answer(house: House, question: Message) -> Message:
    [answer] = house.posts(question)
    assert "success rate" in answer.text.lower()
    assert answer.metadata == {
        "event_type": "askwell_post",
        "event_payload": {"turn": house.event(question).turn, "part": "answer"},
    }
    return answer


async def test_a_late_post_is_waited_for_before_it_is_sent_again(house: House) -> None:
    late = house.slack.faults.hold("chat.postMessage", before=True)
    question, working = await asked(house)
    await house.slack.until(lambda: looks(house) >= 1, 60)
    late.release()
    await working
    only_answer(house, question)
    assert len(house.slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("many", [1, 2])
async def test_a_post_that_comes_after_its_second_is_taken_away(house: House, many: int) -> None:
    late = house.slack.faults.hold("chat.postMessage", before=True, times=many)
    question, working = await asked(house)
    await house.slack.until(lambda: house.posts(question), 60)
    kept = house.posts(question)[0].ts
    late.release()
    await house.slack.until(lambda: done(house, "chat.postMessage") == 1 + many, 60)
    await working
    assert only_answer(house, question).ts == kept
    assert done(house, "chat.delete") == many


@pytest.mark.parametrize("when", ["before the answer", "after the answer"])
async def test_a_late_stream_is_finished_or_taken_away(house: House, when: str) -> None:
    house.worker.means = house.quickly(0.0)
    late = house.slack.faults.hold("chat.startStream", before=True)
    question, working = await asked(house)
    if when == "before the answer":
        await house.slack.until(lambda: looks(house) >= 1, 60)
    else:
        await house.slack.until(lambda: house.posts(question), 60)
    late.release()
    await working
    answer = only_answer(house, question)
    assert not house.slack.workspace.streaming(answer)
    assert done(house, "chat.startStream") == 1
    assert done(house, "chat.postMessage") == (when == "after the answer")


async def test_what_was_never_done_costs_only_a_little_waiting(house: House) -> None:
    never = Fault("hold", "chat.postMessage", times=1, before=True)
    house.slack.faults.faults.append(never)
    question, working = await asked(house)
    await working
    only_answer(house, question)
    assert done(house, "chat.delete") == 0
