"""Time whole answers in one warm process, and what is MetricFlow's and the warehouse's in them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from metricflow.engine.metricflow_engine import MetricFlowEngine

from askwell import wiring
from askwell.domain.answer import Answer
from askwell.settings import Settings
from askwell.stores.sqlite import SQLiteTurns
from askwell.warehouses.duckdb import DuckDB
from benchmarks.questions import QUESTIONS, WARM_UP


@dataclass
class Spent:
    """Collect seconds and calls: `others` is MetricFlow and the warehouse, within an answer."""

    compiles: list[float] = field(default_factory=list)
    others: float = 0.0
    reads: int = 0
    running: int = 0
    since: float = 0.0

    def enter(self) -> None:
        """Begin work of somebody else."""
        if self.running == 0:
            self.since = time.perf_counter()
        self.running += 1

    def leave(self) -> None:
        """End work of somebody else."""
        self.running -= 1
        if self.running == 0:
            self.others += time.perf_counter() - self.since


@dataclass(frozen=True)
class Timed:
    """Hold what was measured, in seconds."""

    whole: list[float]
    own: list[float]
    compiles: list[float]
    first_reads: int
    answered: int


def measure(settings: Settings) -> Timed:
    """Answer each question once, each in a thread of its own."""
    spent = Spent()
    _watch(spent)
    return asyncio.run(_measure(settings, spent))


async def _measure(settings: Settings, spent: Spent) -> Timed:
    app = wiring.open_askwell(settings)
    for question in WARM_UP:
        await _ask(app, question)
    spent.compiles, spent.reads = [], 0
    whole, own, answered = [], [], 0
    for question in QUESTIONS:
        start, spent.others = time.perf_counter(), 0.0
        answer = await _ask(app, question)
        whole.append(time.perf_counter() - start)
        own.append(whole[-1] - spent.others)
        answered += answer.kind == "answer"
    await app.close()
    return Timed(whole, own, spent.compiles, spent.reads, answered)


async def _ask(app: wiring.Askwell, question: str) -> Answer:
    asker = app.policy.asker(next(iter(app.policy.people)))
    *_, last = [item async for item in app.conversation().answer(question, asker=asker)]
    assert isinstance(last, Answer)
    return last


def _watch(spent: Spent) -> None:
    """Count what goes on in MetricFlow, the warehouse and the memory; overlaps count once."""
    explain, fetch, latest = MetricFlowEngine.explain, DuckDB.fetch, SQLiteTurns.latest
    MetricFlowEngine.explain = _timed(explain, spent)

    async def fetched(*arguments: Any, **named: Any) -> Any:
        spent.enter()
        try:
            return await fetch(*arguments, **named)
        finally:
            spent.leave()

    async def read(*arguments: Any, **named: Any) -> Any:
        spent.reads += 1
        return await latest(*arguments, **named)

    DuckDB.fetch = fetched  # type: ignore[method-assign]
    SQLiteTurns.latest = read  # type: ignore[method-assign]


def _timed(explain: Callable[..., Any], spent: Spent) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        spent.enter()
        try:
            return explain(*arguments, **named)
        finally:
            spent.leave()
            spent.compiles.append(time.perf_counter() - start)

    return timed
