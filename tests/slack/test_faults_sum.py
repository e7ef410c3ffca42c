"""Everything goes wrong at once: each question is answered once, or apologised for once."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from app_house import Office, local_slack, office_of
from house import home_of
from test_faults_disk import full_disk
from test_faults_thousand import kept
from worker_process import Orders, Worked, started

from askwell.domain.delivery import DeadLetter
from askwell.playground import Channel, Message, Slack, User
from askwell.playground.calls import CallLog
from askwell.playground.faults import Fault
from askwell.settings import Settings
from askwell.slack.events import turn_of

THREADS, EACH, UNHAPPY = 25, 2, 5
QUESTION, ANSWER = "How many users signed up in March 2024?", "Sign-ups, Mar 2024: 19."
KILLS, CUTS = 8, 4
LEASE_SECONDS, POST_SECONDS, LATE_SECONDS = 12.0, 4.0, 6.0
LONGEST_SECONDS = 300.0


@dataclass
class Unknowable(Fault):
    """Never say who one person is."""

    log: CallLog | None = None
    user: str = ""

    def strikes(self, method: str) -> bool:
        assert self.log is not None
        if method != "users.info" or self.log.calls[-1].arguments["user"] != self.user:
            return False
        return super().strikes(method)


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack(stream_life=1.0)
    slack.socket.timeout = 2.0
    slack.delivery.retry_after = (0.0, *([1.0] * 30))
    settings = home_of(demo_settings, tmp_path / "home")
    async with office_of(settings, slack, role="listener") as office:
        yield office
    await slack.close()


async def cut(slack: Slack, how: str) -> None:
    """Close every connection; where it is told, a moment after Slack has said so."""
    leaving = list(slack.socket.connections)
    await (slack.socket.disconnect() if how == "told" else slack.socket.drop())
    for connection in leaving:
        await connection.socket.close()


def go_wrong(office: Office, unhappy: User) -> None:
    faults = office.slack.faults
    faults.copies, faults.shuffle = 2, 2.0
    faults.rate_limit(every=3, retry_after=1)
    faults.fail(every=17)
    for method, every in (("chat.postMessage", 7), ("chat.startStream", 4), ("chat.update", 5)):
        faults.drop_response(method, every=every, times=None)
    faults.slow("chat.postMessage", seconds=LATE_SECONDS, every=13)
    unknown = Unknowable("error", error="org_login_required", log=office.slack.log, user=unhappy.id)
    faults.faults.insert(0, unknown)


async def asked_all(office: Office, unhappy: User, apart: Channel) -> list[Message]:
    """Let everybody ask; for a while the disk is full, and the connection ends a few times."""
    slack, questions = office.slack, []
    for number in range(THREADS):
        with full_disk(office.settings.home):
            root = await slack.mentions(office.jiwoo, office.general, QUESTION)
            await asyncio.sleep(0.05)
        questions.append(root)
        questions += [
            await slack.says(office.jiwoo, office.general, QUESTION, root) for _ in range(EACH - 1)
        ]
        if number < UNHAPPY:
            questions.append(await slack.mentions(unhappy, apart, QUESTION))
        if number % (THREADS // CUTS) == 0:
            await slack.socket.connected()
            await cut(slack, "dropped" if number // (THREADS // CUTS) % 2 else "told")
    return questions


async def work_off(office: Office) -> None:
    """Let two processes answer; every now and then one is killed, and another one started."""
    chance = random.Random(0)
    streaming = Orders(
        office.settings,
        office.slack.base_url,
        office.slack.token,
        quick=0.0,
        lease=LEASE_SECONDS,
        tries=4,
        post_seconds=POST_SECONDS,
    )
    async with AsyncExitStack() as stack:

        async def begun() -> Worked:
            worker = await stack.enter_async_context(started(streaming))
            await worker.hears("ready")
            return worker

        workers = [await begun(), await begun()]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(1.0, 2.0))
            await workers.pop(0).kill()
            workers.append(await begun())
        await finished(office)


def outcome(office: Office, question: Message, letters: Mapping[str, DeadLetter]) -> str:
    """Return how a question ended; it is told once in its thread, and at most once elsewhere."""
    slack = office.slack
    identity = f"{slack.installation.team}:{question.channel}:{question.ts}:question"
    [post] = [p for p in slack.answers(question) if _is_for(p, identity, "answer")]
    if letter := letters.get(identity):
        assert letter.reference in post.text
        return "apologised"
    if post.text == ANSWER:
        return "answered"
    # Where Slack did not say who reads along, the asker alone is answered.
    direct = slack.messages(slack.direct(office.jiwoo))
    [alone] = [p for p in direct if _is_for(p, identity, "private")]
    assert alone.text == ANSWER
    assert "to you alone" in post.text
    return "answered alone"


def _is_for(post: Message, identity: str, part: str) -> bool:
    mark = (post.metadata or {}).get("event_payload")
    return mark == {"turn": turn_of(identity), "part": part}


async def finished(office: Office) -> None:
    """Wait until nothing waits in the inbox."""
    await office.slack.until(lambda: not kept(office.settings.home), LONGEST_SECONDS)


async def test_the_sum(office: Office) -> None:
    slack = office.slack
    unhappy = slack.workspace.add_user("unhappy", email="unhappy@moapay.example")
    apart = slack.workspace.add_channel("apart", "private", [unhappy.id, slack.bot])
    go_wrong(office, unhappy)
    async with asyncio.timeout(LONGEST_SECONDS):
        questions = await asked_all(office, unhappy, apart)
        await asyncio.gather(work_off(office), slack.settled())
        await finished(office)
        await slack.settled()  # of what askwell posted, too
    assert [e for e in slack.delivery.events if not e.taken] == []
    letters = {letter.identity: letter for letter in await office.here.inbox.dead_letters()}
    outcomes = Counter(outcome(office, question, letters) for question in questions)
    posts = [m for c in (office.general, apart) for m in slack.messages(c) if m.bot_id]
    assert len(posts) == len(questions) == outcomes.total() == THREADS * EACH + UNHAPPY
    assert outcomes["apologised"] == len(letters) >= UNHAPPY
    assert outcomes["answered"] > outcomes["apologised"]
    direct = slack.messages(slack.direct(office.jiwoo))
    assert len(direct) == outcomes["answered alone"]
