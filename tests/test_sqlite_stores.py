"""The stores in SQLite alone: what is over, other layouts, look-ups by index, kill -9."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from askwell.errors import Misconfigured
from askwell.stores.encoding import decode, encode
from askwell.stores.sqlite import Database
from store_backends import sqlite_stores
from store_records import answer, posted, result, turn, vote

DAY = timedelta(days=1).total_seconds()


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
    from store_backends import sqlite_stores
    from store_records import result, turn

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
