"""On the engines of production, with a model: Bedrock is throttled, and OpenSearch is away."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from app_house import Office
from aws_house import (
    LONGEST_SECONDS,
    Stack,
    all_posted,
    asked,
    listening,
    outcomes,
    posts_for,
    stack_of,
)

from askwell.models import calls
from askwell.playground import Message
from askwell.search.standby import Standby
from askwell.settings import Settings
from aws_shape import REGION
from half_throttled import HalfThrottled
from model_servers import Answer as Said
from model_servers import Asked, serving
from postgres_server import Server
from servers.opensearch_server import start, temporary_opensearch

THREADS = 5
HANGS_SECONDS, AWAY_SECONDS = 10.0, 30.0
QUESTION = "How many merchants have an odd number as their id?"
SQL = "SELECT COUNT(*) AS merchants FROM merchants AS m WHERE m.merchant_id % 2 = 1"
ANSWER = f"“{QUESTION}”: 134."


@pytest.fixture
async def stack(demo_settings: Settings, tmp_path: Path, postgres: Server) -> AsyncIterator[Stack]:
    async with stack_of(demo_settings, tmp_path / "home", postgres) as stack:
        yield stack


def said(asked: Asked) -> Said:
    if asked.answer.lower().startswith("understood"):
        return {"standalone": QUESTION, "words": [], "metric_query": None}
    return {"sql": SQL}


async def test_bedrock_is_throttled_while_opensearch_hangs_and_dies(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_WAIT", 0.02)
    script = HalfThrottled(said)
    with temporary_opensearch() as (url, process, home), serving("bedrock", script) as model:
        settings = replace(
            stack.settings,
            model="bedrock:amazon.nova-pro-v1:0",
            model_region=REGION,
            model_url=model.url,
            search=replace(stack.settings.search, url=url),
        )
        async with listening(stack, settings, role="both") as office:
            index = office.app.index
            assert index
            assert isinstance(index.search, Standby)
            await index.refresh(office.app.catalog)
            cold = await searched(office, index.search, url)
            before = await batch(office)
            began = time.monotonic()
            process.send_signal(signal.SIGSTOP)
            meanwhile = await batches(office, until=began + HANGS_SECONDS)
            assert index.search.is_away
            process.kill()
            process.wait()
            meanwhile += await batches(office, until=began + AWAY_SECONDS)
            assert index.search.is_away
            again = start(home, int(url.rpartition(":")[2]))
            try:
                meanwhile += await searched(office, index.search, url)
                counts = await outcomes(stack, office, [*cold, *before, *meanwhile], ANSWER)
            finally:
                again.kill()
                again.wait()
            given = [posts_for(office.slack, q)[0].text for q in meanwhile]
            marked = [await copied(office, q) for q in (*before, *meanwhile[: len(before)])]
    assert set(marked[: len(before)]) <= {False, None}
    assert set(marked[len(before) :]) <= {True, None}
    assert True in marked
    assert counts["answered"] == script.counts["WrittenOrMissed"]
    assert given.count(ANSWER) >= len(given) // 4
    assert script.counts["throttled"] >= script.counts.total() // 3


async def copied(office: Office, question: Message) -> bool | None:
    """Tell what the trace says of the search that an answer was written from; None without one."""
    metadata = posts_for(office.slack, question)[0].metadata
    assert metadata
    kept = await office.app.conversation().kept(metadata["event_payload"]["turn"])
    return kept.answer.path[0].copied if kept and kept.answer.path else None


async def batches(office: Office, until: float) -> list[Message]:
    """Let people ask again and again until a time."""
    questions: list[Message] = []
    while time.monotonic() < until:
        questions += await batch(office)
    return questions


async def searched(office: Office, search: Standby, url: str) -> list[Message]:
    """Let people ask until the server, which is slow at first, has searched for them."""
    questions: list[Message] = []
    async with asyncio.timeout(LONGEST_SECONDS):
        while search.is_away or searches(url) < THREADS:
            questions += await batch(office)
    return questions


async def batch(office: Office) -> list[Message]:
    """Let people ask in several threads at once, and wait for the answers."""
    questions = await asked(office, THREADS, 1, QUESTION)
    await all_posted(office, questions)
    return questions


def searches(url: str) -> int:
    with urlopen(f"{url}/_stats/search", timeout=10) as answer:
        total = json.load(answer)["_all"]["total"]  # nothing until its shards are there
        return int(total.get("search", {}).get("query_total", 0))
