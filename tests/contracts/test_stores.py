"""What every store must do, whatever keeps it; a new backend adds itself to `BACKENDS`."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.catalog import Condition
from askwell.domain.intent import Argument, Intent, Period
from askwell.domain.noun import Label
from askwell.domain.result import Result, ResultColumn
from askwell.domain.turn import Turn
from askwell.errors import Misconfigured
from askwell.stores import AuditStore, ResultStore, TurnStore
from askwell.stores.encoding import decode, encode
from askwell.stores.sqlite import Database, SQLiteAudit, SQLiteResults, SQLiteTurns

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class Stores:
    turns: TurnStore
    results: ResultStore
    audit: AuditStore
    close: Callable[[], None]
    clock: list[float] = field(default_factory=lambda: [1000.0])


def sqlite_stores(folder: Path) -> Stores:
    database = Database(folder / "askwell.sqlite")
    clock = [1000.0]
    results = SQLiteResults(database, now=lambda: clock[0])
    return Stores(SQLiteTurns(database), results, SQLiteAudit(database), database.close, clock)


BACKENDS = {"sqlite": sqlite_stores}


@pytest.fixture(params=BACKENDS.values(), ids=BACKENDS.keys())
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    opened = request.param(tmp_path)
    yield opened
    opened.close()


def turn(number: int, thread: str = "t") -> Turn:
    return Turn(
        id=f"{thread}-{number}",
        thread=thread,
        question=f"가입자 수? {number}",
        asker="kim@example.com",
        language="ko",
        asked=datetime(2024, 2, 29, 12, 0, tzinfo=SEOUL),
        kind="answer",
        intent=Intent(
            filters=(
                Condition(field="amount", operator=">=", values=(Decimal("1.10"),)),
                Condition(field="day", operator="in", values=(date(2024, 2, 29),)),
                Condition(field="code", operator="in", values=("2024-02-29", 2**60, True)),
            ),
            period=Period(start=date(2024, 1, 1), end=date(2024, 1, 31)),
            arguments=(
                Argument(name="p", value=Period(start=date(2024, 1, 1), end=date(2024, 1, 2))),
            ),
        ),
    )


ROW = ("한글", 2**62, 1.5, True, Decimal("10.500"), date(2024, 2, 29), None, "2024-02-29",
       datetime(2024, 2, 29, 1, 2, 3, 456), datetime(2024, 2, 29, tzinfo=SEOUL))  # fmt: skip


def result(number: int = 0, rows: tuple[Any, ...] = (ROW,)) -> Result:
    return Result(
        id=f"r{number}",
        columns=(ResultColumn(name="a", label=Label(ko="가", en="a")),),
        rows=rows,
        row_count=len(rows),
        created=datetime(2024, 1, 1, tzinfo=UTC),
    )


async def test_turns_come_back_equal_and_newest_first(stores: Stores) -> None:
    for number in range(3):
        await stores.turns.write(turn(number))
    await stores.turns.write(turn(7, "other"))
    assert await stores.turns.latest("t", limit=2) == (turn(2), turn(1))
    assert await stores.turns.latest("other") == (turn(7, "other"),)
    assert await stores.turns.latest("none") == ()


async def test_types_in_a_turn_are_kept(stores: Stores) -> None:
    await stores.turns.write(turn(1))
    (read,) = await stores.turns.latest("t")
    assert read.intent is not None
    kinds = [type(v) for f in read.intent.filters for v in f.values]
    assert kinds == [Decimal, date, str, int, bool]


async def test_second_write_of_a_turn_changes_nothing(stores: Stores) -> None:
    await stores.turns.write(turn(1))
    await stores.turns.write(turn(1).model_copy(update={"question": "changed"}))
    assert await stores.turns.latest("t", limit=9) == (turn(1),)


async def test_result_comes_back_equal_with_its_types(stores: Stores) -> None:
    await stores.results.put(result(), seconds=60)
    read = await stores.results.get("r0")
    assert read == result()
    assert [type(v) for v in read.rows[0]] == [type(v) for v in ROW]


async def test_result_is_gone_when_its_time_is_over(stores: Stores) -> None:
    await stores.results.put(result(1), seconds=60)
    stores.clock[0] += 59
    assert await stores.results.get("r1") is not None
    stores.clock[0] += 1
    assert await stores.results.get("r1") is None
    assert await stores.results.get("never") is None


async def test_many_writers_at_once_lose_nothing(stores: Stores) -> None:
    await asyncio.gather(*(stores.turns.write(turn(n)) for n in range(50)))
    assert len(await stores.turns.latest("t", limit=100)) == 50


async def test_audit_takes_any_scalar(stores: Stores) -> None:
    await stores.audit.record({"at": datetime(2024, 1, 1, tzinfo=UTC), "rows": 3, "rule": None})


SCALARS = st.one_of(
    st.text(),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.none() | st.just(UTC)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(row=st.lists(SCALARS).map(tuple))
def test_any_row_is_encoded_and_back(row: tuple[Any, ...]) -> None:
    read = Result.model_validate(decode(encode(result(rows=(row,)))))
    assert read.rows[0] == row
    assert [type(v) for v in read.rows[0]] == [type(v) for v in row]


# SQLite alone


async def test_expired_results_are_deleted_from_the_file(tmp_path: Path) -> None:
    stores = sqlite_stores(tmp_path)
    await stores.results.put(result(1), seconds=1)
    stores.clock[0] += 5
    await stores.results.put(result(2), seconds=1)
    rows = sqlite3.connect(tmp_path / "askwell.sqlite").execute("SELECT id FROM results")
    assert rows.fetchall() == [("r2",)]
    stores.close()


async def test_audit_is_appended(tmp_path: Path) -> None:
    stores = sqlite_stores(tmp_path)
    await stores.audit.record({"asker": "a", "rows": 1})
    await stores.audit.record({"asker": "b", "rows": Decimal(2)})
    rows = sqlite3.connect(tmp_path / "askwell.sqlite").execute("SELECT body FROM audit")
    assert [decode(body) for (body,) in rows.fetchall()] == [
        {"asker": "a", "rows": 1},
        {"asker": "b", "rows": Decimal(2)},
    ]
    stores.close()


@pytest.mark.parametrize(
    ("change", "intent_kept"),
    [
        ({"schema_version": 0, "mood": "a field that is gone"}, True),
        ({"intent": {"metrics": ["a"], "window": "a field that is gone"}}, False),
    ],
)
async def test_turn_of_an_older_layout_is_read(
    tmp_path: Path, change: dict[str, Any], intent_kept: bool
) -> None:
    stores = sqlite_stores(tmp_path)
    body = turn(1).model_dump() | change
    del body["reads"], body["catalog_version"]
    with sqlite3.connect(tmp_path / "askwell.sqlite") as other:
        insert = "INSERT INTO turns (id, thread, body) VALUES (?, 't', ?)"
        other.execute(insert, ("t-1", encode(body)))
        other.execute(insert, ("t-2", '{"id": "t-2", "nothing": "else"}'))
        other.execute(insert, ("t-3", '["not even a record"]'))
    (read,) = await stores.turns.latest("t", limit=9)
    assert (read.id, read.question) == ("t-1", "가입자 수? 1")
    assert (read.intent is not None) == intent_kept
    stores.close()


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="ASKWELL_HOME"):
        Database(tmp_path / "file" / "askwell.sqlite")


WRITER = """
    import asyncio, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from test_stores import result, sqlite_stores, turn

    async def write_forever():
        stores = sqlite_stores(Path(sys.argv[1]))
        for number in range(10**9):
            await stores.turns.write(turn(number, sys.argv[2]))
            await stores.results.put(result(number, rows=((number,) * 2000,)), seconds=1e6)
            print(number, flush=True)

    asyncio.run(write_forever())
"""


def start_writer(folder: Path, thread: str) -> "subprocess.Popen[bytes]":
    code = textwrap.dedent(WRITER).format(tests=str(Path(__file__).parent))
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), thread], stdout=subprocess.PIPE
    )


async def test_kill_in_mid_write_loses_nothing_acknowledged(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, name) for name in ("a", "b")]
    for writer in writers:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 5:
            pass
    await asyncio.sleep(0.05)
    said = []
    for writer in writers:
        writer.kill()
        assert writer.stdout is not None
        said.append([int(line) for line in writer.stdout.read().split(b"\n")[:-1]])
        writer.stdout.close()
        writer.wait()
    stores = sqlite_stores(tmp_path)
    check = sqlite3.connect(tmp_path / "askwell.sqlite")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for thread, numbers in zip(("a", "b"), said, strict=True):
        kept = await stores.turns.latest(thread, limit=10_000)
        last = max(numbers, default=5)
        assert [t.id for t in reversed(kept)][: last + 1] == [
            f"{thread}-{n}" for n in range(last + 1)
        ]
    check.close()
    await stores.turns.write(turn(1, "after"))
    assert await stores.turns.latest("after") == (turn(1, "after"),)
    stores.close()
