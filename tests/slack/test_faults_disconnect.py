"""Slack closes the WebSocket while an answer is on its way: nothing is lost, nothing said twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from app_house import Office, local_slack, office_of
from house import home_of

from askwell.demo import ENGLISH_QUESTION, FIRST_QUESTION, FOLLOW_UP
from askwell.playground import Message
from askwell.settings import Settings

TIMES = 5


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack) as office:
        worker = office.here.worker
        worker.means = replace(worker.means, quick=60.0)  # posts, and no streams
        yield office
    await slack.close()


async def cut_off(office: Office, how: str) -> None:
    """Close every connection; afterwards the app has a new one."""
    socket = office.slack.socket
    opened = socket.opened
    assert await (socket.disconnect() if how == "told" else socket.drop()) >= 1
    await office.until(lambda: socket.opened > opened and socket.connections)


class CutOnce:
    """Read the inbox as ever; the first time, the connection ends while it is read."""

    def __init__(self, office: Office, how: str) -> None:
        self.office, self.how, self.waiting = office, how, office.here.inbox.waiting
        self.cut = False

    async def __call__(self, group: str) -> tuple[str, ...]:
        if not self.cut:
            self.cut = True
            await cut_off(self.office, self.how)
        return await self.waiting(group)


def turns(office: Office, question: Message) -> list[str]:
    """Return the turns that were answered in a thread, one for each post."""
    posts = office.slack.answers(question)
    return [str((post.metadata or {}).get("event_payload", {}).get("turn")) for post in posts]


@pytest.mark.parametrize("how", ["told", "dropped"])
async def test_the_connection_ends_during_an_answer(office: Office, how: str) -> None:
    slack = office.slack
    questions = []
    for _ in range(TIMES):
        held = slack.faults.hold("chat.postMessage")
        questions.append(await slack.mentions(office.jiwoo, office.general, ENGLISH_QUESTION))
        await held.reached.wait()
        await cut_off(office, how)
        held.release()
        await office.answers(questions[-1])
    assert slack.socket.opened == TIMES + 1
    for question in questions:
        [answer] = slack.answers(question)
        assert "success rate" in answer.text.lower()
    assert all(event.taken for event in slack.delivery.events)


@pytest.mark.parametrize("how", ["told", "dropped"])
async def test_the_connection_ends_before_an_event_has_its_ack(office: Office, how: str) -> None:
    """A reply in a thread is on its way to the inbox; the new connection brings it again."""
    slack = office.slack
    for _ in range(TIMES):
        root = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
        await office.answers(root)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(office.here.inbox), "waiting", CutOnce(office, how))
            reply = await slack.says(office.jiwoo, office.general, FOLLOW_UP, root)
            await office.answers(reply)
        [told] = [e for e in slack.delivery.events if e.event["event"]["ts"] == reply.ts]
        assert (told.reasons, told.attempts) == (["connection_closed"], 2)
        assert len(slack.answers(root)) == len(set(turns(office, root))) == 2
