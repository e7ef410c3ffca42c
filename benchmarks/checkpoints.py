"""Weigh LangGraph's DynamoDB saver against a second try: `python -m benchmarks.checkpoints URL`.

URL is a DynamoDB's, such as DynamoDB Local's. Each way of saving answers the same questions:
plain ones of the demo company, and ones that a model answers, over 100 tables. Then a turn is
killed when its query begins, after the model was paid, and is tried again.
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import boto3
from langgraph_checkpoint_aws import DynamoDBSaver

from askwell import wiring
from askwell.agent.parent import build
from askwell.cli import build_demo, settings_or_demo
from askwell.conversation import Conversation
from askwell.domain.answer import Answer
from askwell.settings import Settings
from askwell.stores import dynamodb
from benchmarks import generated
from benchmarks.questions import QUESTIONS

_WAYS = ("exit", "async", "sync")
_QUESTIONS = 12
_REGION = "us-east-1"
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
_SCALE = 0.02
_TODAY = date(2025, 10, 7)


class Killed(BaseException):
    """Stand for a process that ends at once."""


@dataclass
class Traffic:
    """Count what is asked of DynamoDB, in requests and in units that AWS charges."""

    writes: int = 0
    reads: int = 0
    units: float = 0.0
    bytes: int = 0
    is_dead: bool = False

    def watch(self, client: Any) -> None:
        """Count from now on."""
        for event, noted in (
            ("provide-client-params", self._ask_units),
            ("before-send", self._sent),
            ("after-call", self._answered),
        ):
            client.meta.events.register(f"{event}.dynamodb", noted)

    def _ask_units(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in _WRITES:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _sent(self, request: Any, **_: Any) -> None:
        if self.is_dead:
            raise ConnectionError("this process is dead")
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        if operation in _WRITES:
            self.writes += 1
            self.bytes += len(request.body or b"")
        else:
            self.reads += 1

    def _answered(self, parsed: dict[str, Any], **_: Any) -> None:
        used = parsed.get("ConsumedCapacity") or []
        for one in used if isinstance(used, list) else [used]:
            self.units += one["CapacityUnits"]


@dataclass
class Saving:
    """Be the agent's graph with a saver: a checkpoint thread a turn, deleted at its end."""

    saver: DynamoDBSaver
    durability: str
    graph: Any = field(init=False)

    def __post_init__(self) -> None:
        self.graph = build().builder.compile(checkpointer=self.saver)

    async def astream(self, state: Any, **named: Any) -> AsyncIterator[Any]:
        """Stream as the graph does; go on from what an earlier try has saved."""
        config = {"configurable": {"thread_id": state["turn"]}}
        before = await self.graph.aget_state(config) if named.pop("again", False) else None
        work = self.graph.astream(
            None if before and before.next else state,
            config=config,
            durability=self.durability,
            **named,
        )
        async for item in work:
            yield item
        await self.saver.adelete_thread(state["turn"])


@dataclass
class Again(Saving):
    """Be a second try."""

    async def astream(self, state: Any, **named: Any) -> AsyncIterator[Any]:
        """Go on from what the first try has saved."""
        async for item in super().astream(state, again=True, **named):
            yield item


@dataclass(frozen=True)
class Cost:
    """Hold what turns cost, each on average, and how long they took."""

    seconds: list[float]
    writes: float
    reads: float
    units: float
    kilobytes: float


def main() -> None:
    """Measure and print two Markdown tables."""
    logging.disable(logging.CRITICAL)
    url = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        plain, model = _demo(Path(home) / "demo"), _hundred(Path(home) / "hundred")
        print("| turns | saved | writes | write units | KB written | reads | median | p95 |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for name, settings in (("plain", plain), ("by a model", model)):
            for way in ("not at all", *_WAYS):
                print(_line(name, way, asyncio.run(_turns(settings, url, way))), flush=True)
        print("\n| saved | writes before the kill | model calls of the second try | it gives |")
        print("| --- | --- | --- | --- |")
        for way in ("not at all", *_WAYS):
            print("| " + " | ".join(asyncio.run(_killed(model, url, way))) + " |", flush=True)


def _demo(home: Path) -> Settings:
    settings = settings_or_demo({"ASKWELL_HOME": str(home), "ASKWELL_TODAY": _TODAY.isoformat()})
    build_demo(settings, scale=_SCALE)
    asyncio.run(wiring.learn(settings))
    return settings


def _hundred(home: Path) -> Settings:
    home.mkdir()
    return generated._prepared(home)


def _line(name: str, way: str, cost: Cost) -> str:
    ms = [f"{s * 1000:.0f} ms" for s in (statistics.median(cost.seconds), _p95(cost.seconds))]
    counts = (f"{cost.writes:.1f}", f"{cost.units:.0f}", f"{cost.kilobytes:.0f}")
    return "| " + " | ".join((name, way, *counts, f"{cost.reads:.1f}", *ms)) + " |"


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


async def _turns(settings: Settings, url: str, way: str) -> Cost:
    app, questions, _ = _opened(settings)
    table, traffic = _in_table(app, url), Traffic()
    graph = _graph(url, way, traffic)
    await _ask(app, graph, questions[0])
    traffic.watch(table.client)
    traffic.writes = traffic.reads = traffic.bytes = 0
    traffic.units, seconds = 0.0, []
    for question in questions:
        start = time.perf_counter()
        answer = await _ask(app, graph, question)
        assert answer.kind == "answer", answer.headline
        seconds.append(time.perf_counter() - start)
    await app.close()
    turns = len(questions)
    counts = (traffic.writes, traffic.reads, traffic.units, traffic.bytes / 1024)
    return Cost(seconds, *(count / turns for count in counts))


async def _killed(settings: Settings, url: str, way: str) -> tuple[str, ...]:
    """Kill a turn when its query begins; tell what its second try costs and gives."""
    app, questions, model = _opened(settings)
    table, traffic, turn = _in_table(app, url), Traffic(), uuid.uuid4().hex
    await _ask(app, _graph(url, way, Traffic()), questions[1])
    door, calls, before = app.door, len(model.tokens), 0

    async def die(*_: Any, **__: Any) -> Any:
        nonlocal before
        before, traffic.is_dead = traffic.writes, True
        raise Killed

    app.door = replace(door, warehouse=_Dying(door.warehouse, die))
    try:
        await _ask(app, _graph(url, way, traffic), questions[0], turn)
    except (Killed, ConnectionError):
        app.door = door
    assert len(model.tokens) == calls + 1
    again = Again(_saver(url, Traffic()), way) if way in _WAYS else build()
    answer = await _ask(app, again, questions[0], turn)
    await app.close()
    table.close()
    return way, str(before), str(len(model.tokens) - calls - 1), answer.kind


@dataclass
class _Dying:
    warehouse: Any
    die: Any

    def __getattr__(self, name: str) -> Any:
        return self.die if name == "fetch" else getattr(self.warehouse, name)


def _opened(settings: Settings) -> tuple[wiring.Askwell, list[str], Any]:
    app, asked = wiring.open_askwell(settings), generated._questions()
    if not settings.model:
        return app, [*QUESTIONS[:_QUESTIONS]], None
    app.model = model = generated.Scripted(asked)
    return app, [*asked][:_QUESTIONS], model


def _in_table(app: wiring.Askwell, url: str) -> dynamodb.Table:
    """Let askwell keep everything in a new table."""
    name = f"turns-{uuid.uuid4().hex}"
    table = dynamodb.connect(name, region=_REGION, endpoint_url=url, session=_session()._session)
    dynamodb.create_table(table.client, name)
    results, audit = dynamodb.DynamoDBResults(table), dynamodb.DynamoDBAudit(table)
    turns, answers = dynamodb.DynamoDBTurns(table), dynamodb.DynamoDBAnswers(table)
    app.stores = replace(app.stores, turns=turns, answers=answers, results=results, audit=audit)
    app.door = replace(app.door, results=results, audit=audit)
    return table


def _graph(url: str, way: str, traffic: Traffic) -> Any:
    return Saving(_saver(url, traffic), way) if way in _WAYS else build()


def _saver(url: str, traffic: Traffic) -> DynamoDBSaver:
    saver = DynamoDBSaver(
        "checkpoints",
        session=_session(),
        endpoint_url=url,
        ttl_seconds=86_400,
        enable_checkpoint_compression=True,
    )
    keys = [("PK", "HASH"), ("SK", "RANGE")]
    if "checkpoints" not in saver.client.list_tables()["TableNames"]:
        saver.client.create_table(
            TableName="checkpoints",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys],
        )
    traffic.watch(saver.client)
    return saver


def _session() -> boto3.Session:
    return boto3.Session("local", "local", region_name=_REGION)


async def _ask(app: wiring.Askwell, graph: Any, question: str, turn: str | None = None) -> Answer:
    asker = app.policy.asker(next(iter(app.policy.people), "bench@localhost"))
    talk = Conversation(replace(app.conversation().doors, graph=graph))
    *_, last = [item async for item in talk.answer(question, asker=asker, turn=turn)]
    assert isinstance(last, Answer)
    return last


if __name__ == "__main__":
    main()
