"""Time questions that a model answers with SQL, over 100 tables: `python -m benchmarks.generated`.

The model answers at once with the right SQL, so what is timed is askwell's own: reading,
recall, linking, checks, presentation. The warehouse's part is taken off.
"""

import asyncio
import logging
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from pydantic import BaseModel

from askwell import wiring
from askwell.domain.answer import Answer
from askwell.language.prompt_tokens import prompt_tokens
from askwell.models import Reply, Request
from askwell.settings import Settings, load
from askwell.warehouses.duckdb import DuckDB

A = TypeVar("A", bound=BaseModel)

_THINGS = (
    *("invoice", "shipment", "employee", "payroll", "contract", "asset", "ticket", "supplier"),
    *("patient", "visit", "course", "lecture", "vehicle", "route", "warehouse", "campaign"),
    *("lead", "meeting", "device", "reading"),
)
_ROLES = ("header", "line", "audit", "plan", "archive")
_STAGES = ("first", "planned", "actual", "approved")
_FIELDS = ("status", "amount", "owner")
_QUESTIONS = {
    "total {stage} amount of each {stage} status in {thing} {role}": (
        "SELECT t.{stage}_status, SUM(t.{stage}_amount) AS total FROM {thing}_{role} AS t"
        " GROUP BY t.{stage}_status"
    ),
    "top 5 {stage} owners of {thing} {role} by {stage} amount": (
        "SELECT t.{stage}_owner, SUM(t.{stage}_amount) AS total FROM {thing}_{role} AS t"
        " GROUP BY t.{stage}_owner ORDER BY total DESC NULLS LAST LIMIT 5"
    ),
}


@dataclass
class Scripted:
    """Answer with the SQL of the question that the prompt ends with; count what is read."""

    sql: dict[str, str]
    tokens: list[int] = field(default_factory=list)
    name: str = "scripted"

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Return the right SQL at once."""
        prompt = "\n".join((request.system, request.context, request.question))
        self.tokens.append(prompt_tokens(prompt))
        asked = next(q for q in self.sql if q in request.question)
        return Reply(answer.model_validate({"sql": self.sql[asked]}))

    async def close(self) -> None:
        """Do nothing."""


@dataclass
class Warehouse:
    """Collect the seconds that DuckDB takes."""

    seconds: float = 0.0

    def watch(self) -> None:
        """Time every query and plan from now on."""
        for name in ("fetch", "explain"):
            setattr(DuckDB, name, self._timed(getattr(DuckDB, name)))

    def _timed(self, method: Any) -> Any:
        async def timed(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return await method(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def main() -> None:
    """Measure and print a Markdown table."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as home:
        settings = _prepared(Path(home))
        print("| what | measured | goal |\n| --- | --- | --- |")
        for line in asyncio.run(_measure(settings)):
            print("| " + " | ".join(line) + " |", flush=True)


def _prepared(home: Path) -> Settings:
    path = home / "hundred.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("".join(_tables()))
    settings = load({"ASKWELL_HOME": str(home), "ASKWELL_WAREHOUSE_URL": f"duckdb:///{path}"})
    asyncio.run(wiring.learn(settings))
    return replace(settings, model="openai:scripted", language="en")


def _tables() -> Iterator[str]:
    for thing, role in product(_THINGS, _ROLES):
        columns = ", ".join(
            f"{stage}_{name} {'DECIMAL(12, 2)' if name == 'amount' else 'VARCHAR'}"
            for stage, name in product(_STAGES, _FIELDS)
        )
        yield (
            f"CREATE TABLE {thing}_{role} ({thing}_{role}_id INTEGER PRIMARY KEY,"
            f" {thing}_id INTEGER, made_on DATE, {columns});"
            f"INSERT INTO {thing}_{role} SELECT i, i, DATE '2025-01-01' + i::INTEGER,"
            + ", ".join(
                f"{'i * 10.5' if name == 'amount' else repr(name) + ' || i % 7'}"
                for _, name in product(_STAGES, _FIELDS)
            )
            + " FROM range(50) t(i);"
        )


def _questions() -> dict[str, str]:
    places = zip(_THINGS * len(_ROLES), _ROLES * len(_THINGS), strict=True)
    asked = {}
    for i, (thing, role) in enumerate(places):
        named = {"thing": thing, "role": role, "stage": _STAGES[i % len(_STAGES)]}
        question, sql = list(_QUESTIONS.items())[i % len(_QUESTIONS)]
        asked[question.format(**named)] = sql.format(**named)
    return asked


async def _measure(settings: Settings) -> list[tuple[str, str, str]]:
    asked = _questions()
    model, warehouse = Scripted(asked), Warehouse()
    warehouse.watch()
    app = wiring.open_askwell(settings)
    app.model = model
    start = time.perf_counter()
    await _ask(app, next(iter(asked)))
    first = time.perf_counter() - start
    model.tokens.clear()
    own, answered, calls = [], 0, 0
    for question in asked:
        start, warehouse.seconds = time.perf_counter(), 0.0
        answer = await _ask(app, question)
        own.append(time.perf_counter() - start - warehouse.seconds)
        answered += answer.kind == "answer"
        calls += answer.usage.model_calls
    await app.close()
    tables, columns = len(app.catalog.tables), sum(len(t.columns) for t in app.catalog.tables)
    return [
        ("tables, columns", f"{tables}, {columns}", "100, 1,500"),
        ("questions, answered", f"{len(asked)}, {answered}", "all"),
        ("model calls a question", f"{calls / len(asked):.2f}", "1"),
        ("tokens of a prompt, median", f"{statistics.median(model.tokens):.0f}", ""),
        ("tokens of a prompt, most", f"{max(model.tokens)}", "6,000"),
        ("own time, median", f"{statistics.median(own) * 1000:.0f} ms", ""),
        ("own time, p95", f"{statistics.quantiles(own, n=20)[-1] * 1000:.0f} ms", ""),
        ("first question, with the index built", f"{first:.1f} s", ""),
        ("memory of the process", f"{_mebibytes():.0f} MiB", ""),
    ]


async def _ask(app: wiring.Askwell, question: str) -> Answer:
    asker = app.policy.asker("bench@localhost")
    *_, last = [item async for item in app.conversation().answer(question, asker=asker)]
    assert isinstance(last, Answer)
    return last


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
