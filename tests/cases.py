"""Run questions through the whole house and compare rows with hand-written SQL."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from askwell import wiring
from askwell.cli import build_demo, settings_or_demo
from askwell.domain.answer import Answer
from askwell.settings import Settings

Row = tuple[Any, ...]
TODAY = date(2025, 10, 7)  # of the demo company that most tests ask


@dataclass(frozen=True)
class Outcome:
    """Be one case at one day: what came, and what is wrong with it ("" if nothing)."""

    id: str
    question: str
    answer: Answer
    wrong: str


def settings_for(home: Path, today: date, **environ: str) -> Settings:
    return settings_or_demo(
        {"ASKWELL_HOME": str(home), "ASKWELL_TODAY": today.isoformat(), **environ}
    )


def read_cases(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


async def run_cases(
    settings: Settings,
    cases: Sequence[dict[str, Any]],
    *,
    default_asker: str,
    truth: Settings | None = None,
) -> list[Outcome]:
    """Answer all cases on one warehouse; a case that follows another shares its thread.

    `truth`: whose DuckDB file the hand-written SQL runs on, if not the same one's.
    """
    assert settings.today is not None
    cases = [c for c in cases if _runs_on(c, settings.today)]
    wanted = _expected(truth or settings, cases)
    app = wiring.open_askwell(settings)
    threads: dict[str, str] = {}
    outcomes = []
    try:
        for case in cases:
            answer = await _ask(app, case, threads, default_asker)
            rows = await _rows(app, answer)
            wrong = _judge(case, answer, rows, wanted.get(case["id"]))
            outcomes.append(Outcome(case["id"], case["question"], answer, wrong))
    finally:
        await app.close()
    return outcomes


def _expected(settings: Settings, cases: Sequence[dict[str, Any]]) -> dict[str, list[Row]]:
    """Run the hand-written SQL; on a connection of its own, closed before askwell opens one."""
    with duckdb.connect(str(wiring.warehouse_file(settings)), read_only=True) as oracle:
        oracle.execute("SET TimeZone = 'Asia/Seoul'")
        return {c["id"]: _oracle(oracle, c["sql"], settings.today) for c in cases if c.get("sql")}


def _oracle(oracle: Any, sql: str, today: date | None) -> list[Row]:
    try:
        return list(oracle.execute(sql, {"today": today} if "$today" in sql else {}).fetchall())
    except duckdb.Error as error:
        return [("the hand-written SQL fails", str(error))]


def _runs_on(case: dict[str, Any], today: date) -> bool:
    start = case.get("from")
    pinned = case.get("today")
    later = start is None or today >= date.fromisoformat(str(start))
    return later and (pinned is None or today == date.fromisoformat(str(pinned)))


async def _ask(
    app: wiring.Askwell, case: dict[str, Any], threads: dict[str, str], default_asker: str
) -> Answer:
    asker = app.policy.asker(case.get("as") or default_asker)
    thread = threads.get(case.get("follows", ""))
    last = None
    async for item in app.conversation().answer(case["question"], asker=asker, thread=thread):
        last = item
    assert isinstance(last, Answer)
    threads[case["id"]] = last.thread
    return last


async def _rows(app: wiring.Askwell, answer: Answer) -> list[Row]:
    result = await app.door.results.get(answer.result_id) if answer.result_id else None
    return list(result.rows) if result else []


def _judge(case: dict[str, Any], answer: Answer, rows: list[Row], wanted: list[Row] | None) -> str:
    expected = str(case["expect"]).split("|")
    if answer.kind not in expected:
        return f"expected {case['expect']}, got {answer.kind}: {answer.headline}"
    if answer.kind != "answer" or wanted is None:
        return ""
    if same(rows, wanted, ordered=bool(case.get("ordered"))):
        return ""
    return f"rows differ: got {rows[:3]} ({len(rows)}), wanted {wanted[:3]} ({len(wanted)})"


def same(got: Sequence[Row], wanted: Sequence[Row], *, ordered: bool) -> bool:
    """Compare as multisets of rows, or in order; numbers with a tolerance."""
    left, right = [_plain(r) for r in got], [_plain(r) for r in wanted]
    if not ordered:
        left, right = sorted(left, key=_sort_key), sorted(right, key=_sort_key)
    return len(left) == len(right) and all(
        len(a) == len(b) and all(map(_equal, a, b)) for a, b in zip(left, right, strict=True)
    )


def _plain(row: Row) -> Row:
    return tuple(_value(v) for v in row)


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date() if value.time() == datetime.min.time() else value
    return float(value) if isinstance(value, int | Decimal | float) else value


def _sort_key(row: Row) -> list[str]:
    return [f"{v:.4f}" if isinstance(v, float) else str(v) for v in row]


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
    return bool(a == b)


def prepare(home: Path, today: date, *, scale: float) -> Settings:
    """Build and learn the demo company as of one day."""
    settings = replace(settings_for(home, today), rows=100_000)
    build_demo(settings, scale=scale)
    asyncio.run(wiring.learn(settings))
    return settings
