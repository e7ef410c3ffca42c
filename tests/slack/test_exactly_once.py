"""Kill the worker at each boundary, five times each: the next one gives one answer, never two."""

import pytest
from house import House
from worker_process import orders_of, started

from askwell.demo import ENGLISH_QUESTION
from askwell.playground import Message

TIMES = 5


async def finished(house: House, question: Message) -> None:
    """Let the next worker take over, and look at what stands in the thread."""
    house.clock.seconds += 61.0  # the lease is over
    await house.worker.drain()
    [answer] = house.posts(question)
    turn = house.event(question).turn
    assert answer.metadata == {
        "event_type": "askwell_post",
        "event_payload": {"turn": turn, "part": "answer"},
    }
    assert "success rate" in answer.text.lower()
    assert "data_table" in {block["type"] for block in answer.blocks}
    assert not house.slack.workspace.streaming(answer)
    assert house.slack.status(question) is None
    assert await house.inbox.take() is None
    assert await house.inbox.dead_letters() == ()


@pytest.mark.parametrize(
    ("boundary", "quick"),
    [
        ("before_send", 60.0),
        ("read_unrecorded", 60.0),
        ("stream_open", 0.0),
    ],
)
async def test_killed_at_a_boundary(house: House, boundary: str, quick: float) -> None:
    orders = orders_of(house, house.slack, boundary=boundary, quick=quick)
    for _ in range(TIMES):
        question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
        async with started(orders) as process:
            await process.hears("ready")
            await process.hears(boundary)
            await process.kill()
        await finished(house, question)


@pytest.mark.parametrize(
    ("method", "quick"),
    [
        ("chat.postMessage", 60.0),
        ("chat.startStream", 0.0),
        ("chat.stopStream", 0.0),
        ("chat.update", 0.0),
    ],
)
async def test_killed_when_slack_accepted_and_nobody_read_it(
    house: House, method: str, quick: float
) -> None:
    orders = orders_of(house, house.slack, quick=quick)
    for _ in range(TIMES):
        question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
        held = house.slack.faults.hold(method)
        async with started(orders) as process:
            await process.hears("ready")
            await held.reached.wait()
            await process.kill()
        held.release()
        await finished(house, question)
