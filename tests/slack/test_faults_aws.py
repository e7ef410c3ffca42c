"""On DynamoDB, SQS and PostgreSQL, whatever goes wrong: one answer a question, or one apology."""

import asyncio
import json
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest
import pytest_asyncio
from app_house import Office
from aws_house import (
    DATABASE,
    LONGEST_SECONDS,
    QUESTION,
    Stack,
    all_posted,
    asked,
    at_work,
    listening,
    outcomes,
    stack_of,
)
from worker_process import started

from askwell.playground import Message
from askwell.settings import Settings
from askwell.slack.events import Event
from aws_shape import client
from postgres_server import READER, Server
from servers.throttling_proxy import Fault, throttled

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREADS, EACH = 10, 3
ALWAYS = 10**9
SQS_IS_BUSY = "RequestThrottled"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(
    demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> AsyncIterator[Stack]:
    home = tmp_path_factory.mktemp("aws") / "home"
    async with stack_of(demo_settings, home, postgres) as stack:
        yield stack


# DynamoDB and SQS throttle


async def test_throttled_every_fourth_time_and_for_a_second_altogether(stack: Stack) -> None:
    async with listening(stack) as office, at_work(stack, office):
        now_and_then = throttled(ALWAYS, every=4), throttled(ALWAYS, every=4, code=SQS_IS_BUSY)
        all_of_them = throttled(ALWAYS), throttled(ALWAYS, code=SQS_IS_BUSY)
        proxies = stack.table, stack.queue
        for one, fault in zip(proxies, now_and_then, strict=True):
            one.add(fault)
        questions = await asked(office, THREADS // 2, EACH)
        for one, fault in zip(proxies, all_of_them, strict=True):
            one.add(fault)
        await asyncio.sleep(1.0)
        # Who waits for DynamoDB asks SQS nothing: that may take longer.
        await office.slack.until(
            lambda: all(fault.times < ALWAYS for fault in all_of_them), LONGEST_SECONDS
        )
        for fault in all_of_them:
            fault.times = 0
        questions += await asked(office, THREADS // 2, EACH)
        counts = await outcomes(stack, office, questions)
    assert counts.total() == THREADS * EACH
    assert counts["answered"] > counts["apologised"]
    assert all(ALWAYS - fault.times > THREADS for fault in now_and_then)


# The warehouse's connections are cut


WAITING = f"""
SELECT count(*) FROM pg_stat_activity WHERE usename = '{READER}' AND wait_event_type = 'Lock'
"""
CUT = f"""
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE usename = '{READER}' AND wait_event_type = 'Lock'
"""


async def test_connections_to_the_warehouse_are_cut_and_the_server_crashes(stack: Stack) -> None:
    postgres = stack.postgres
    async with listening(stack) as office, at_work(stack, office):
        cutting = asyncio.create_task(cut_amid_queries(postgres, THREADS))
        questions = await asked(office, THREADS // 2, EACH)
        await cutting
        questions += await asked(office, THREADS // 2, EACH)
        await asyncio.to_thread(postgres.stop, "immediate")
        await asyncio.to_thread(postgres.start)
        counts = await outcomes(stack, office, questions)
    assert counts.total() == THREADS * EACH
    assert counts["answered"] >= THREADS * EACH // 2


async def cut_amid_queries(postgres: Server, least: int) -> None:
    """Let queries wait for a lock, and end their connections there, until that many are cut."""
    cut = 0
    with psycopg.connect(postgres.url(DATABASE, "postgres"), autocommit=True) as owner:
        while cut < least:
            with owner.transaction():
                owner.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(0.2)
                [(now,)] = await asyncio.to_thread(postgres.run, DATABASE, CUT)
                cut += int(str(now))


# A worker is killed


BOUNDARIES = {"before_send": 60.0, "read_unrecorded": 60.0, "stream_open": 0.0}
ACCEPTED = {
    "chat.postMessage": 60.0,
    "chat.startStream": 0.0,
    "chat.stopStream": 0.0,
    "chat.update": 0.0,
}
MANY = 20  # tries, as a question may be in the hands of several that are killed
LOST = ("PutItem", "TransactWriteItems", "DeleteMessage")


async def test_a_worker_killed_at_each_boundary_leaves_its_question_to_the_next(
    stack: Stack,
) -> None:
    async with listening(stack) as office:
        questions = []
        for name, quick in (BOUNDARIES | ACCEPTED | dict.fromkeys(LOST, 60.0)).items():
            questions += await asked(office, 1, 1)
            await office.slack.settled()
            await killed_at(stack, office, name, quick)
        async with at_work(stack, office, 1, tries=MANY):
            counts = await outcomes(stack, office, questions)
    assert counts == {"answered": len(BOUNDARIES) + len(ACCEPTED) + len(LOST)}


async def killed_at(stack: Stack, office: Office, name: str, quick: float) -> None:
    """Let a worker go as far as that: to a boundary, or a call of which it never gets the answer.

    It may have taken up a question that an earlier one left, too.
    """
    slack, lost = office.slack, Fault(ALWAYS, name, drops="after", seconds=1.0)
    held = slack.faults.hold(name, times=None) if name in ACCEPTED else None
    orders = stack.orders(slack, office.settings, boundary=name, quick=quick, tries=MANY)
    async with started(orders) as worker:
        await worker.hears("ready")
        if name in BOUNDARIES:
            await worker.hears(name)
        elif held:
            await asyncio.wait_for(held.reached.wait(), LONGEST_SECONDS)
        else:
            (stack.queue if name == "DeleteMessage" else stack.table).add(lost)
            await slack.until(lambda: lost.times < ALWAYS, LONGEST_SECONDS)
        await worker.kill()
    if held:
        slack.faults.faults.remove(held)
        held.release()
    stack.heal()


# SQS delivers again


async def test_a_worker_slower_than_its_lease_and_messages_told_again(stack: Stack) -> None:
    async with listening(stack) as office, at_work(stack, office, 1) as [slow]:
        with locked(stack):
            questions = await asked(office, THREADS, 1)
            await office.slack.settled()
            told_again(office, questions, 2)
            await office.slack.until(lambda: waiting_queries(stack) > 1, LONGEST_SECONDS)
            os.kill(slow.process.pid, signal.SIGSTOP)
        async with at_work(stack, office, 1):
            await all_posted(office, questions)
            os.kill(slow.process.pid, signal.SIGCONT)
            told_again(office, questions, 1)
            await emptied(office)
            counts = await outcomes(stack, office, questions)
    assert counts == {"answered": THREADS}


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    """Let nobody read the users meanwhile."""
    with psycopg.connect(stack.postgres.url(DATABASE, "postgres")) as owner:
        owner.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        yield


def waiting_queries(stack: Stack) -> int:
    [(waiting,)] = stack.postgres.run(DATABASE, WAITING)
    return int(str(waiting))


def told_again(office: Office, questions: Sequence[Message], copies: int) -> None:
    """Put events into the queue again in a way that SQS does not know them by."""
    for question in [q for q in questions for _ in range(copies)]:
        event = Event(
            kind="question",
            team=office.slack.installation.team,
            channel=question.channel,
            channel_type="group",
            ts=question.ts,
            thread=question.root,
            user=question.user,
            text=QUESTION,
        )
        told = {"identity": event.identity, "group": event.group, "received": time.time()}
        client("sqs").send_message(
            QueueUrl=office.settings.aws.queue_url,
            MessageBody=json.dumps(told | {"body": event.model_dump(mode="json")}),
            MessageGroupId=event.group,
            MessageDeduplicationId=uuid.uuid4().hex,
        )


async def emptied(office: Office) -> None:
    """Wait until the queue has nothing, not even what somebody holds."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url, sqs = office.settings.aws.queue_url, client("sqs")

    def left() -> int:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    await office.slack.until(lambda: left() == 0, LONGEST_SECONDS)
