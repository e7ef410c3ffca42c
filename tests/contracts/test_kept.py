"""What every store of answers and what belongs to them must do; see `BACKENDS`."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.answer import Answer, AnswerTable, TableColumn
from askwell.domain.delivery import Posted
from askwell.domain.kept import Ballot, KeptAnswer, Preference, Vote
from askwell.domain.result import Draft
from askwell.errors import LostLease
from askwell.stores import AnswerStore, Budget, Ledger, PreferenceStore, StopStore, VoteStore
from askwell.stores.encoding import encode
from askwell.stores.sqlite import (
    Database,
    SQLiteAnswers,
    SQLiteBudget,
    SQLiteLedger,
    SQLitePreferences,
    SQLiteStops,
    SQLiteVotes,
)

START = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1).total_seconds()


@dataclass
class Stores:
    answers: AnswerStore
    votes: VoteStore
    stops: StopStore
    preferences: PreferenceStore
    ledger: Ledger
    budget: Budget
    close: Callable[[], None]
    clock: list[float]


def sqlite_stores(folder: Path) -> Stores:
    database = Database(folder / "askwell.sqlite")
    clock = [START.timestamp()]

    def now() -> float:
        return clock[0]

    return Stores(
        SQLiteAnswers(database, now),
        SQLiteVotes(database, now),
        SQLiteStops(database, now),
        SQLitePreferences(database),
        SQLiteLedger(database, now),
        SQLiteBudget(database, now),
        database.close,
        clock,
    )


BACKENDS = {"sqlite": sqlite_stores}


@pytest.fixture(params=BACKENDS.keys())
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stores(backend: str, tmp_path: Path) -> Iterator[Stores]:
    opened = BACKENDS[backend](tmp_path)
    yield opened
    opened.close()


def answer(name: str = "a", *, asker: str = "kim@example.com", rows: int = 1) -> KeptAnswer:
    row = ("서울", 2**60, 1.5, True, Decimal("10.50"), date(2024, 2, 29), None, "2024-02-29", START)
    columns = tuple(TableColumn(name=f"c{i}", label=f"칸 {i}", type="any") for i in range(len(row)))
    return KeptAnswer(
        id=name,
        asker=asker,
        question="도시별 가입자 수?",
        asked=START,
        answer=Answer(
            thread="t",
            turn=name,
            kind="answer",
            language="ko",
            headline="가입자는 10명입니다.",
            table=AnswerTable(columns=columns, rows=(row,) * rows, row_count=rows),
        ),
        draft=Draft(
            sql="SELECT 1", dialect="duckdb", way="verified", parameters={"day": date(2024, 2, 29)}
        ),
    )


def vote(person: str, ballot: Ballot, reason: str = "") -> Vote:
    return Vote(answer="a", person=person, ballot=ballot, reason=reason, at=START)


def posted(part: str = "answer", **changed: Any) -> Posted:
    post = Posted(question="q", part=part, channel="C1", ts="1.1", state="open")
    return post.model_copy(update=changed)


# Answers


async def test_an_answer_comes_back_equal_with_its_types(stores: Stores) -> None:
    kept = answer(rows=1000)
    await stores.answers.put(kept)
    read = await stores.answers.get("a")
    assert read == kept
    assert read.answer.table is not None
    assert kept.answer.table is not None
    kinds = [[type(v) for v in table.rows[-1]] for table in (read.answer.table, kept.answer.table)]
    assert kinds[0] == kinds[1]
    assert await stores.answers.get("never") is None


async def test_an_answer_may_be_changed(stores: Stores) -> None:
    shared = answer().model_copy(update={"audience": "everyone"})
    await stores.answers.put(answer())
    await stores.answers.put(shared)
    assert await stores.answers.get("a") == shared
    assert await stores.answers.recent("kim@example.com") == (shared,)


async def test_a_persons_newest_answers_come_first(stores: Stores) -> None:
    for number in (3, 1, 2):
        later = {"asked": START + timedelta(minutes=number)}
        await stores.answers.put(answer(f"a{number}").model_copy(update=later))
    await stores.answers.put(answer("b", asker="lee@example.com"))
    assert [a.id for a in await stores.answers.recent("kim@example.com", limit=2)] == ["a3", "a2"]
    assert [a.id for a in await stores.answers.recent("lee@example.com")] == ["b"]
    assert await stores.answers.recent("nobody") == ()


async def test_answers_and_votes_are_gone_after_90_days(stores: Stores) -> None:
    await stores.answers.put(answer())
    await stores.votes.put(vote("kim", "up"))
    stores.clock[0] += 90 * DAY - 1
    assert await stores.answers.get("a") is not None
    assert len(await stores.votes.of("a")) == 1
    stores.clock[0] += 1
    assert await stores.answers.get("a") is None
    assert await stores.answers.recent("kim@example.com") == ()
    assert await stores.votes.of("a") == ()


# Votes, stops, preferences


async def test_a_persons_last_vote_counts(stores: Stores) -> None:
    await stores.votes.put(vote("kim", "up"))
    await stores.votes.put(vote("lee", "up"))
    await stores.votes.put(vote("kim", "down", "기간이 달라요"))
    votes = await stores.votes.of("a")
    assert sorted(votes, key=lambda v: v.person) == [
        vote("kim", "down", "기간이 달라요"),
        vote("lee", "up"),
    ]
    assert await stores.votes.of("b") == ()


async def test_a_stop_is_seen_until_the_day_is_over(stores: Stores) -> None:
    assert not await stores.stops.asked("t")
    await stores.stops.ask("t")
    await stores.stops.ask("t")
    stores.clock[0] += DAY - 1
    assert await stores.stops.asked("t")
    assert not await stores.stops.asked("u")
    stores.clock[0] += 1
    assert not await stores.stops.asked("t")


async def test_what_people_set_is_kept(stores: Stores) -> None:
    assert await stores.preferences.of("kim") == Preference(person="kim")
    await stores.preferences.put(Preference(person="kim", language="ko", private=True))
    await stores.preferences.put(Preference(person="kim", language="en", private=True))
    assert await stores.preferences.of("kim") == Preference(
        person="kim", language="en", private=True
    )
    assert await stores.preferences.of("lee") == Preference(person="lee")


# The ledger


async def test_a_claim_returns_what_was_posted(stores: Stores) -> None:
    assert await stores.ledger.claim("q", 5) == ()
    await stores.ledger.record(posted("pointer"), 5)
    await stores.ledger.record(posted(), 5)
    await stores.ledger.record(posted("pointer", state="done"), 5)
    assert await stores.ledger.claim("q", 7) == (posted("pointer", state="done"), posted())
    assert await stores.ledger.claim("other", 1) == ()


async def test_a_lower_fence_changes_nothing(stores: Stores) -> None:
    await stores.ledger.claim("q", 7)
    await stores.ledger.record(posted(), 7)
    with pytest.raises(LostLease):
        await stores.ledger.claim("q", 6)
    with pytest.raises(LostLease):
        await stores.ledger.record(posted(state="done"), 6)
    assert await stores.ledger.claim("q", 7) == (posted(),)


async def test_posts_are_forgotten_after_7_days(stores: Stores) -> None:
    await stores.ledger.claim("q", 7)
    await stores.ledger.record(posted(), 7)
    stores.clock[0] += 7 * DAY - 1
    with pytest.raises(LostLease):
        await stores.ledger.claim("q", 1)
    stores.clock[0] += 1
    assert await stores.ledger.claim("q", 1) == ()


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(1, 5), st.sampled_from("ab"), st.integers(0, 99))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(steps=STEPS)
async def test_the_ledger_never_goes_back(
    backend: str, steps: list[tuple[bool, int, str, int]], tmp_path_factory: Any
) -> None:
    stores = BACKENDS[backend](tmp_path_factory.mktemp("ledger"))
    fence, known = 0, dict[str, Posted]()
    for claims, own, part, ts in steps:
        post = posted(part, ts=str(ts))
        work = stores.ledger.claim("q", own) if claims else stores.ledger.record(post, own)
        if own < fence:
            with pytest.raises(LostLease):
                await work
            continue
        read = await work
        fence, known = own, known if claims else known | {part: post}
        assert not claims or read == tuple(known.values())
    stores.close()


# The budget


async def test_a_budget_is_spent_by_the_minute(stores: Stores) -> None:
    async def spent(name: str) -> list[bool]:
        return [await stores.budget.spend(name, per_minute=2) for _ in range(3)]

    assert await spent("chat.update") == [True, True, False]
    assert await spent("chat.postMessage") == [True, True, False]
    stores.clock[0] += 60
    assert await spent("chat.update") == [True, True, False]
    stores.clock[0] -= 60
    assert await stores.budget.spend("chat.update", per_minute=2) is False
    assert await stores.budget.spend("new", per_minute=0) is False


SPENDER = """
    import asyncio, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from test_kept import BACKENDS

    async def spend():
        stores = BACKENDS[sys.argv[1]](Path(sys.argv[2]))
        taken = [stores.budget.spend("n", per_minute=50) for _ in range(40)]
        print(sum(await asyncio.gather(*taken)))
        stores.close()

    asyncio.run(spend())
"""


def test_processes_share_a_budget(backend: str, tmp_path: Path) -> None:
    code = textwrap.dedent(SPENDER).format(tests=str(Path(__file__).parent))
    command = [sys.executable, "-c", code, backend, str(tmp_path)]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    taken = [int(spender.communicate()[0]) for spender in spenders]
    assert sum(taken) == 50


async def test_writes_and_reads_go_on_side_by_side(stores: Stores) -> None:
    puts = [stores.answers.put(answer(f"a{n}", rows=50)) for n in range(20)]
    asked = [stores.stops.asked("t") for _ in range(20)]
    assert (await asyncio.gather(*puts, *asked))[20:] == [False] * 20
    assert len(await stores.answers.recent("kim@example.com", limit=50)) == 20


# SQLite alone


async def test_what_is_over_is_deleted_from_the_file(tmp_path: Path) -> None:
    stores = sqlite_stores(tmp_path)

    async def fill(name: str) -> None:
        await stores.answers.put(answer(name))
        await stores.votes.put(vote(name, "up").model_copy(update={"answer": name}))
        await stores.stops.ask(name)
        await stores.ledger.record(posted(question=name), 1)
        await stores.budget.spend(name, per_minute=1)

    await fill("old")
    stores.clock[0] += 100 * DAY
    await fill("new")
    with sqlite3.connect(tmp_path / "askwell.sqlite") as file:
        for table in ("answers", "votes", "stops", "claims", "posts", "budgets"):
            assert (table, file.execute(f"SELECT count(*) FROM {table}").fetchone()) == (
                table,
                (1,),
            )
    file.close()
    stores.close()


async def test_no_look_up_scans_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    read = Database.read

    async def noted(self: Database, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, values))
        return await read(self, sql, values)

    monkeypatch.setattr(Database, "read", noted)
    stores = sqlite_stores(tmp_path)
    await stores.answers.get("a")
    await stores.answers.recent("kim")
    await stores.votes.of("a")
    await stores.stops.asked("t")
    await stores.preferences.of("kim")
    stores.close()
    file = sqlite3.connect(tmp_path / "askwell.sqlite")
    assert len(asked) == 5
    for sql, values in asked:
        plan = " ".join(row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", values))
        assert "SEARCH" in plan, sql
        assert "SCAN" not in plan, sql
    file.close()


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"mood": "a field that is gone"}, True),
        ({"answer": answer().answer.model_dump() | {"mood": "gone"}}, True),
        ({"answer": answer().answer.model_dump() | {"chart": {"kind": "radar"}}}, True),
        ({"draft": {"statement": "SELECT 1"}}, True),
        ({"answer": answer().answer.model_dump() | {"table": {"cells": []}}}, False),
        ({"answer": None}, False),
    ],
)
async def test_an_answer_of_another_layout_is_survived(
    tmp_path: Path, change: dict[str, Any], kept: bool
) -> None:
    stores = sqlite_stores(tmp_path)
    await stores.answers.put(answer("whole"))
    await stores.answers.put(answer("other"))
    with sqlite3.connect(tmp_path / "askwell.sqlite") as file:
        body = encode(answer("other").model_dump() | change)
        file.execute("UPDATE answers SET body = ? WHERE id = 'other'", (body,))
    file.close()
    read = await stores.answers.get("other")
    assert (read is not None) == kept
    assert read is None or read.answer.headline == answer().answer.headline
    recent = await stores.answers.recent("kim@example.com")
    assert [a.id for a in recent] == (["other", "whole"] if kept else ["whole"])
    stores.close()
