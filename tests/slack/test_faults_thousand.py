"""A thousand questions whose events come twice and out of order: each kept and answered once.

No order is promised by Slack: within a thread, it is that in which the events came.
"""

import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from app_house import Mode, Office, local_slack, office_of
from house import home_of
from worker_process import Orders, started

from askwell.playground import Message
from askwell.settings import Settings
from askwell.slack.events import turn_of

THREADS, EACH = 200, 5
QUESTION, ANSWER = "How many users signed up in March 2024?", "Sign-ups, Mar 2024: 19."
COPIES = 2
SHUFFLED_SECONDS = 3.0
RETRIES = (0.0, 2.0, 10.0)  # a slow machine may let some events wait for too long
WORKERS = 2
LONGEST_SECONDS = 500.0

Threads = dict[str, list[str]]  # the identities of each thread's questions


async def asked_all(office: Office) -> list[Message]:
    """Let a thousand questions be asked: a mention, and four more in each thread."""
    slack, questions = office.slack, []
    slack.faults.copies, slack.faults.shuffle = COPIES, SHUFFLED_SECONDS
    for _ in range(THREADS):
        questions.append(await slack.mentions(office.jiwoo, office.general, QUESTION))
    for root in list(questions):
        for _ in range(EACH - 1):
            questions.append(await slack.says(office.jiwoo, office.general, QUESTION, root))
    await slack.settled()
    return questions


def identity(office: Office, question: Message) -> str:
    return f"{office.slack.installation.team}:{question.channel}:{question.ts}:question"


def kept(home: Path) -> Threads:
    """Return what is in the inbox's file, in its order."""
    threads: Threads = defaultdict(list)
    with closing(sqlite3.connect(home / "inbox.sqlite3")) as file:
        for thread, one in file.execute("SELECT thread, identity FROM events ORDER BY number"):
            threads[thread].append(one)
    return threads


def answered(office: Office, questions: list[Message]) -> Threads:
    """Return the turns that were answered in each thread, in the order of the answers."""
    threads: Threads = defaultdict(list)
    for root in questions:
        for post in office.slack.answers(root) if root.ts == root.root else ():
            assert post.metadata, "nobody's"
            assert post.text == ANSWER
            threads[inbox_thread(office, root)].append(post.metadata["event_payload"]["turn"])
    return threads


def inbox_thread(office: Office, root: Message) -> str:
    return f"{office.slack.installation.team}:{root.channel}:{root.ts}"


async def work_off(office: Office) -> None:
    """Let processes answer until nothing waits."""
    orders = Orders(office.settings, office.slack.base_url, office.slack.token)
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(started(orders)) for _ in range(WORKERS)]
        for worker in workers:
            await worker.hears("ready")
        await office.slack.until(lambda: not kept(office.settings.home), LONGEST_SECONDS)


@pytest.fixture(params=["socket", "http"])
async def office(
    request: pytest.FixtureRequest, demo_settings: Settings, tmp_path: Path
) -> AsyncIterator[Office]:
    """Open a process that only listens; others answer."""
    mode: Mode = request.param
    slack = await local_slack()
    slack.delivery.retry_after = RETRIES
    settings = home_of(demo_settings, tmp_path / "home")
    async with office_of(settings, slack, mode, role="listener") as office:
        yield office
    await slack.close()


async def test_1000_questions_told_twice_and_out_of_order(office: Office) -> None:
    slack = office.slack
    questions = await asked_all(office)
    waiting = kept(office.settings.home)
    of_all = [one for thread in waiting.values() for one in thread]
    assert sorted(of_all) == sorted(identity(office, q) for q in questions)
    assert len(of_all) == THREADS * EACH
    assert len(slack.delivery.events) == COPIES * (THREADS * EACH + THREADS)
    assert all(event.taken for event in slack.delivery.events)
    assert sum(thread != sorted(thread) for thread in waiting.values()) > THREADS // 2
    if slack.delivery.line is slack.socket:  # to the inbox and from there it is all the same
        await work_off(office)
        in_order = {g: [turn_of(one) for one in thread] for g, thread in waiting.items()}
        assert answered(office, questions) == in_order
