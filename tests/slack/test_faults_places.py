"""People come and go between two tries at a question: its answer stands in one place."""

import pytest
from house import House

from askwell.playground import Channel, Message

RESTRICTED = "What was the settlement amount in March 2024?"
TIMES = 5


def room(house: House, *members: str) -> Channel:
    ids = [house.jiwoo.id, house.slack.bot, *members]
    return house.slack.workspace.add_channel("room", "private", ids)


def told(house: House, channel: Channel) -> list[Message]:
    """Return the posts that give the answer away."""
    posts = [m for m in house.slack.messages(channel) if m.bot_id]
    return [m for m in posts if "settlement" in m.text.lower()]


async def first_try_dies(house: House, boundary: str, channel: Channel) -> Message:
    """Let a try end where it is: nothing is recorded of what it posted."""

    async def die(name: str) -> None:
        if name == boundary:
            house.worker.boundary = _nothing
            raise RuntimeError(name)

    house.worker.boundary, house.worker.means = die, house.quickly(60.0)
    question = await house.asks(house.jiwoo, channel, RESTRICTED)
    await house.worker.drain()
    house.clock.seconds += 61.0
    return question


async def _nothing(_name: str) -> None: ...


def everybody_asks_anew(house: House) -> None:
    """Forget who is in which channel, as askwell does after some minutes."""
    house.worker.means.people.channels._known.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("boundary", ["before_send", "read_unrecorded"])
async def test_somebody_comes_who_may_not_read_it(house: House, boundary: str) -> None:
    for _ in range(TIMES):
        channel, direct = room(house), house.slack.direct(house.jiwoo)
        before = len(told(house, direct))
        question = await first_try_dies(house, boundary, channel)
        channel.members.append(house.minseo.id)
        everybody_asks_anew(house)
        await house.worker.drain()
        [_] = house.posts(question)
        alone, shown = len(told(house, direct)) - before, len(told(house, channel))
        assert (alone, shown) == ((1, 0) if boundary == "before_send" else (0, 1))


@pytest.mark.parametrize("boundary", ["before_send", "read_unrecorded"])
async def test_whoever_might_not_read_it_goes(house: House, boundary: str) -> None:
    for _ in range(TIMES):
        channel, direct = room(house, house.minseo.id), house.slack.direct(house.jiwoo)
        before = len(told(house, direct))
        question = await first_try_dies(house, boundary, channel)
        channel.members.remove(house.minseo.id)
        everybody_asks_anew(house)
        await house.worker.drain()
        [pointer] = house.posts(question)
        assert pointer.text
        assert len(told(house, direct)) - before == 1
        assert told(house, channel) == []
