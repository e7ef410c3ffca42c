"""A full disk: Slack sends again what could not be kept, and it is answered once there is room."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from app_house import Mode, Office, local_slack, office_of
from house import House, home_of

from askwell.demo import ENGLISH_QUESTION
from askwell.settings import Settings

QUESTIONS = 20


@contextmanager
def full_disk(home: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the smallest write-ahead log of askwell's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = min(log.stat().st_size for log in home.glob("*.sqlite3-wal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(params=["socket", "http"])
async def office(
    request: pytest.FixtureRequest, demo_settings: Settings, tmp_path: Path
) -> AsyncIterator[Office]:
    mode: Mode = request.param
    slack = await local_slack()
    slack.socket.timeout = 1.0  # over Socket Mode nobody says that it failed
    slack.delivery.retry_after = (0.0, *([0.5] * 60))
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack, mode) as office:
        yield office
    await slack.close()


async def test_what_could_not_be_kept_is_sent_again_and_answered_once(office: Office) -> None:
    slack = office.slack
    first = await slack.mentions(office.jiwoo, office.general, ENGLISH_QUESTION)
    await office.answers(first)
    seen = len(slack.delivery.events)
    with full_disk(office.settings.home):
        questions = [
            await slack.mentions(office.jiwoo, office.general, ENGLISH_QUESTION)
            for _ in range(QUESTIONS)
        ]
        told = slack.delivery.events[seen:]
        await office.until(lambda: all(len(event.reasons) >= 2 for event in told))
        assert not any(event.taken for event in told)
        assert await office.here.inbox.take() is None
    await slack.settled()
    assert len(told) == 2 * QUESTIONS
    assert all(event.taken and event.attempts >= 3 for event in told)
    for question in questions:
        [answer] = await office.answers(question)
        assert "success rate" in answer.text.lower()
    assert await office.here.inbox.dead_letters() == ()


async def test_the_disk_is_full_while_an_answer_is_posted(house: House) -> None:
    house.worker.means = house.quickly(60.0)
    held = house.slack.faults.hold("chat.postMessage")
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    working = asyncio.create_task(house.worker.drain())
    await held.reached.wait()
    with full_disk(house.settings.home):
        held.release()
        await working  # it can neither record the post, nor end its lease
    event = house.event(question)
    assert await house.inbox.waiting(event.group) == (event.identity,)
    house.clock.seconds += 61.0
    await house.worker.drain()
    [answer] = house.posts(question)
    assert "success rate" in answer.text.lower()
    assert await house.inbox.waiting(event.group) == ()
    assert await house.inbox.dead_letters() == ()
