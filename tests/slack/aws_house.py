"""The company on DynamoDB, SQS and PostgreSQL, with all that may go wrong between it and them."""

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from app_house import Office, local_slack, office_of
from house import home_of
from worker_process import Orders, Worked, started

from askwell import wiring
from askwell.inbox.sqs_queue import create_queues
from askwell.playground import Message, Slack
from askwell.settings import Settings
from askwell.slack.events import turn_of
from aws_shape import REGION, made
from postgres_demo import moved
from postgres_server import Server
from servers.dynamodb_server import dynamodb_url
from servers.elasticmq_server import sqs_url
from servers.throttling_proxy import Proxy, proxy

DATABASE = "faults_aws"
QUESTION, ANSWER = "How many users signed up in March 2024?", "Sign-ups, Mar 2024: 19."
SORRY = (
    "Something went wrong on my side.",
    "The data cannot be reached right now.",
    "The language model cannot be reached right now.",
)
LEASE_SECONDS, POST_SECONDS = 4.0, 2.0
LONGEST_SECONDS = 240.0
_ENVIRON = (
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_SECRET_ACCESS_KEY",
)


@dataclass(frozen=True)
class Stack:
    """Hold the engines of a company; `table` and `queue` stand before DynamoDB and SQS."""

    settings: Settings
    postgres: Server
    table: Proxy
    queue: Proxy

    def orders(self, slack: Slack, settings: Settings, **more: Any) -> Orders:
        """Tell a process to work for this company."""
        given = {"quick": 60.0, "lease": LEASE_SECONDS, "post_seconds": POST_SECONDS, **more}
        environ = {name: os.environ[name] for name in _ENVIRON}
        return Orders(settings, slack.base_url, slack.token, environ=environ, **given)

    def heal(self) -> None:
        """Let DynamoDB and SQS answer as they should."""
        self.table.heal()
        self.queue.heal()


@asynccontextmanager
async def stack_of(demo: Settings, home: Path, server: Server) -> AsyncIterator[Stack]:
    """Move the demo company onto these engines, and learn it there."""
    with (
        pytest.MonkeyPatch.context() as patch,
        proxy(dynamodb_url()) as table,
        proxy(sqs_url()) as queue,
    ):
        aws = made(patch)
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", table.url)
        patch.setenv("AWS_ENDPOINT_URL_SQS", queue.url)
        url = await asyncio.to_thread(moved, wiring.warehouse_file(demo), server, DATABASE)
        settings = replace(home_of(demo, home), warehouse_url=url, aws=aws)
        await wiring.learn(settings)
        yield Stack(settings, server, table, queue)


@asynccontextmanager
async def listening(
    stack: Stack, settings: Settings | None = None, role: str = "listener"
) -> AsyncIterator[Office]:
    """Open a process that hears Slack, with a queue of its own; Slack tells it for a minute."""
    own = settings or stack.settings
    queue_url = create_queues(f"askwell-{uuid.uuid4().hex[:8]}", region=REGION)
    own = replace(own, aws=replace(own.aws, queue_url=queue_url))
    slack = await local_slack()
    slack.delivery.retry_after = (0.0, *([1.0] * 60))
    try:
        async with office_of(own, slack, role=role) as office:
            yield office
    finally:
        stack.heal()
        await slack.close()


@asynccontextmanager
async def at_work(
    stack: Stack, office: Office, many: int = 2, **more: Any
) -> AsyncIterator[list[Worked]]:
    """Let processes answer what an office hears; `more` are their orders."""
    orders = stack.orders(office.slack, office.settings, **more)
    async with AsyncExitStack() as processes:
        workers = [await processes.enter_async_context(started(orders)) for _ in range(many)]
        for worker in workers:
            await worker.hears("ready")
        yield workers


async def asked(
    office: Office, threads: int, each: int, text: str = QUESTION, pause: float = 0.0
) -> list[Message]:
    """Let questions be asked, `each` in every thread."""
    questions = []
    for _ in range(threads):
        root = await office.slack.mentions(office.jiwoo, office.general, text)
        questions.append(root)
        for _ in range(each - 1):
            questions.append(await office.slack.says(office.jiwoo, office.general, text, root))
            await asyncio.sleep(pause)
    return questions


def identity_of(slack: Slack, question: Message) -> str:
    return f"{slack.installation.team}:{question.channel}:{question.ts}:question"


def posts_for(slack: Slack, question: Message) -> list[Message]:
    """Return the finished posts that answer a question, or apologise for it."""
    mark = {"turn": _turn(slack, question), "part": "answer"}
    posts = [p for p in slack.answers(question) if (p.metadata or {}).get("event_payload") == mark]
    return [p for p in posts if not slack.workspace.streaming(p)]


async def all_posted(office: Office, questions: Sequence[Message]) -> None:
    """Wait until something stands under every question."""
    slack = office.slack
    await slack.until(lambda: all(posts_for(slack, q) for q in questions), LONGEST_SECONDS)


async def ended(stack: Stack, office: Office, questions: Sequence[Message]) -> None:
    """Wait until something stands under every question; heal all, and wait for the rest."""
    slack = office.slack
    await all_posted(office, questions)
    stack.heal()
    async with asyncio.timeout(LONGEST_SECONDS):
        for thread in {_thread(slack, q) for q in questions}:
            while await office.here.inbox.waiting(thread):  # noqa: ASYNC110  # it is in AWS
                await asyncio.sleep(0.1)
    await slack.settled()
    assert [event for event in slack.delivery.events if not event.taken] == []


async def outcomes(
    stack: Stack, office: Office, questions: Sequence[Message], answer: str = ANSWER
) -> Counter[str]:
    """Count how questions ended, once each; no thread is corrupt, nothing else was posted."""
    await ended(stack, office, questions)
    letters = {one.identity: one.reference for one in await office.here.inbox.dead_letters()}
    ends = {_turn(office.slack, q): _end(office.slack, q, letters, answer) for q in questions}
    assert len(ends) == len(questions) == len(_posted(office))
    for thread in {_thread(office.slack, q) for q in questions}:
        kept = await office.app.stores.turns.latest(thread, limit=1_000)
        own = {_turn(office.slack, q) for q in questions if _thread(office.slack, q) == thread}
        there = [turn.id for turn in kept]
        assert len(there) == len({*there}), "a turn twice"
        assert {t for t in own if ends[t] == "answered"} <= {*there} <= own
    return Counter(ends.values())


def _end(slack: Slack, question: Message, letters: Mapping[str, str], answer: str) -> str:
    [post] = posts_for(slack, question)
    if post.text == answer:
        return "answered"
    reference = letters.get(identity_of(slack, question), "")
    assert post.text.startswith(SORRY) or (reference and reference in post.text), post.text
    return "apologised"


def _posted(office: Office) -> list[Message]:
    return [m for m in office.slack.messages(office.general) if m.bot_id]


def _thread(slack: Slack, question: Message) -> str:
    return f"{slack.installation.team}:{question.channel}:{question.root}"


def _turn(slack: Slack, question: Message) -> str:
    return turn_of(identity_of(slack, question))
