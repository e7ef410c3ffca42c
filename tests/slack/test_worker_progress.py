"""What is seen while an answer is on its way: a status at once, then the steps, a stop button."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from house import House

from askwell.conversation import Conversation
from askwell.demo import ENGLISH_QUESTION
from askwell.domain.result import Draft, Result
from askwell.domain.rights import Asker
from askwell.playground import Channel, Message

SLOWLY = 0.1


class Slow:
    """Let queries wait until they may go on; everything else stays as it is."""

    def __init__(self, house: House) -> None:
        self.running, self.go = asyncio.Event(), asyncio.Event()
        self.doors = house.conversation.doors
        conversation = Conversation(replace(self.doors, context_of=self.context_of))
        house.worker.means = replace(house.quickly(SLOWLY), conversation=conversation)

    async def context_of(self, asker: Asker) -> Any:
        context = await self.doors.context_of(asker)

        async def run(draft: Draft) -> Result:
            self.running.set()
            await self.go.wait()
            return await context.run(draft)

        return replace(context, run=run)


@pytest.fixture
def slow(house: House) -> Slow:
    return Slow(house)


def cards(message: Message) -> list[dict[str, Any]]:
    return [card for block in message.blocks for card in block.get("tasks", [])]


async def test_a_status_at_once_then_the_steps_then_the_answer(house: House, slow: Slow) -> None:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    working = asyncio.create_task(house.worker.drain())
    await house.slack.until(lambda: house.slack.status(question), 300)
    await slow.running.wait()
    await house.slack.until(lambda: any(map(_runs, house.posts(question))), 300)
    [stream] = house.posts(question)
    assert house.slack.workspace.streaming(stream)
    [session] = house.slack.workspace.sessions.values()
    assert session.status == "processing"
    titles = [(card["title"], card["status"]) for card in cards(stream)]
    assert titles[:2] == [("Read the question", "complete"), ("Prepare the query", "complete")]
    assert "payment success rate" in str(cards(stream)).lower()
    slow.go.set()
    await working
    [answer] = house.posts(question)
    assert answer is stream
    assert not house.slack.workspace.streaming(answer)
    assert "success rate" in answer.text.lower()
    assert session.status == "active"
    assert house.slack.status(question) is None


def _runs(message: Message) -> bool:
    shown = [(card["title"], card["status"]) for card in cards(message)]
    return ("Look it up in the data", "in_progress") in shown


async def test_stop_ends_the_work_and_says_so_once(house: House, slow: Slow) -> None:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    working = asyncio.create_task(house.worker.drain())
    await house.slack.until(lambda: house.posts(question), 300)
    await slow.running.wait()
    await house.slack.presses_stop(house.jiwoo, question)
    await house.conversation.stop(house.event(question).turn)  # as the listener does
    await working
    [answer] = house.posts(question)
    assert answer.text == "I stopped, as you asked."
    assert not house.slack.workspace.streaming(answer)


async def test_for_the_asker_alone_the_channel_sees_a_status_only(house: House, slow: Slow) -> None:
    channel = _with_a_stranger(house)
    question = await house.asks(house.jiwoo, channel, ENGLISH_QUESTION)
    working = asyncio.create_task(house.worker.drain())
    await slow.running.wait()
    await asyncio.sleep(3 * SLOWLY)
    for post in house.posts(question):
        assert "success" not in str(post.blocks).lower()
    assert "success" not in str(house.slack.status(question)).lower()
    slow.go.set()
    await working
    [notice] = house.posts(question)
    assert "success" not in (notice.text + str(notice.blocks)).lower()


def _with_a_stranger(house: House) -> Channel:
    stranger = house.slack.workspace.add_user("sam", email="sam@elsewhere.example")
    members = [house.jiwoo.id, stranger.id, house.slack.bot]
    return house.slack.workspace.add_channel("mixed", "private", members)
