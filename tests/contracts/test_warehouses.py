"""What every warehouse must do; a new backend adds itself to `BACKENDS`."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from askwell.domain.noun import Scalar
from askwell.errors import BadQuery, Misconfigured, TimedOut, TooLarge, Transient
from askwell.warehouses import FoundColumn, Rows, Warehouse
from askwell.warehouses.duckdb import DuckDB
from askwell.warehouses.postgres import Postgres
from postgres_server import Server

TABLES = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR, seen TIMESTAMPTZ);
CREATE TABLE orders (id INTEGER, user_id INTEGER REFERENCES users (id), amount DECIMAL(10, 2));
COMMENT ON TABLE orders IS 'what was sold';
COMMENT ON COLUMN orders.amount IS 'in won';
CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 5;
INSERT INTO users VALUES (1, '김', TIMESTAMPTZ '2024-02-28 15:30:00+00'), (2, NULL, NULL);
INSERT INTO orders VALUES (1, 1, 10.50), (2, 1, 3), (3, 2, 7);
ANALYZE;
"""
# Long enough that it never ends by itself.
ENDLESS = """
SELECT count(*) FROM generate_series(1, 100000) a(x), generate_series(1, 100000) b(x),
  generate_series(1, 100000) c(x)
WHERE a.x + b.x + c.x = -1
"""


def build_duckdb(path: Path, script: str = TABLES) -> Path:
    new = path.with_suffix(".new")
    connection = duckdb.connect(str(new))
    connection.execute(script)
    connection.close()
    os.replace(new, path)
    return path


def open_duckdb(folder: Path) -> Warehouse:
    path = build_duckdb(folder / "shop.duckdb")
    return DuckDB(path, time_zone="Asia/Seoul", memory="300MB")


def open_postgres(server: Server) -> Warehouse:
    return Postgres(server.create("contract", sql=TABLES), time_zone="Asia/Seoul")


BACKENDS = ("duckdb", "postgres")
DECIMAL = {"duckdb": "decimal(10,2)", "postgres": "numeric(10,2)"}


@pytest.fixture(params=BACKENDS)
async def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Warehouse]:
    if request.param == "duckdb":
        opened = open_duckdb(tmp_path)
    else:
        opened = open_postgres(request.getfixturevalue("postgres"))
    yield opened
    await opened.close()


@pytest.fixture
async def duck(tmp_path: Path) -> AsyncIterator[Warehouse]:
    opened = open_duckdb(tmp_path)
    yield opened
    await opened.close()


async def fetch(
    warehouse: Warehouse, sql: str, max_rows: int = 100, seconds: float = 20, **values: Scalar
) -> Rows:
    return await warehouse.fetch(sql, values, max_rows=max_rows, seconds=seconds)


async def test_tables_are_described(warehouse: Warehouse) -> None:
    found = {t.name: t for t in await warehouse.tables()}
    assert set(found) == {"users", "orders", "big_orders"}
    assert found["orders"].comment == "what was sold"
    assert found["orders"].row_count == 3
    assert found["orders"].columns == (
        FoundColumn("id", "integer"),
        FoundColumn("user_id", "integer", references=("users", "id")),
        FoundColumn("amount", DECIMAL[warehouse.dialect], comment="in won"),
    )
    key = FoundColumn("id", "integer", primary_key=True, unique=True)
    assert found["users"].columns[0] == key


async def test_types_come_back_as_scalars(warehouse: Warehouse) -> None:
    rows = await fetch(warehouse, "SELECT * FROM users ORDER BY id")
    assert rows.names == ("id", "name", "seen")
    assert rows.rows[1] == (2, None, None)
    assert rows.rows[0][:2] == (1, "김")
    amount = await fetch(warehouse, "SELECT sum(amount) AS total FROM orders")
    assert amount.rows == ((Decimal("20.50"),),)


async def test_instants_are_in_the_company_zone(warehouse: Warehouse) -> None:
    rows = await fetch(warehouse, "SELECT seen, CAST(seen AS DATE) AS day FROM users WHERE id = 1")
    seen, day = rows.rows[0]
    assert day == date(2024, 2, 29)
    assert isinstance(seen, datetime)
    assert seen == datetime(2024, 2, 28, 15, 30, tzinfo=UTC)
    assert seen.tzinfo == ZoneInfo("Asia/Seoul")


async def test_parameters_are_bound(warehouse: Warehouse) -> None:
    hostile = "'; DROP TABLE users; --"
    rows = await fetch(warehouse, "SELECT $a AS a, $b AS b, $c AS c", a=hostile, b=3, c=date.max)
    assert rows.rows == ((hostile, 3, date.max),)


async def test_rows_are_bounded(warehouse: Warehouse) -> None:
    exactly = await fetch(warehouse, "SELECT id FROM orders", max_rows=3)
    assert (len(exactly.rows), exactly.truncated) == (3, False)
    fewer = await fetch(warehouse, "SELECT id FROM orders ORDER BY id", max_rows=2)
    assert (fewer.rows, fewer.truncated) == (((1,), (2,)), True)


async def test_bad_query_says_where(warehouse: Warehouse) -> None:
    with pytest.raises(BadQuery, match="nope") as caught:
        await fetch(warehouse, "SELECT id\nFROM users\nWHERE nope = 1")
    assert (caught.value.line, caught.value.column) == (3, 7)


async def test_missing_parameter_is_a_bad_query(warehouse: Warehouse) -> None:
    with pytest.raises(BadQuery):
        await fetch(warehouse, "SELECT $a")


async def test_slow_query_is_cancelled_in_time(warehouse: Warehouse) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"0\.3 seconds"):
        await fetch(warehouse, ENDLESS, seconds=0.3)
    assert time.monotonic() - started < 5
    assert (await fetch(warehouse, "SELECT 1 AS a")).rows == ((1,),)


@pytest.mark.parametrize("delay", [0, 0.001, 0.2])
async def test_cancelling_the_task_cancels_the_query(warehouse: Warehouse, delay: float) -> None:
    task = asyncio.create_task(fetch(warehouse, ENDLESS))
    await asyncio.sleep(delay)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await fetch(warehouse, "SELECT 1 AS a")).rows == ((1,),)


async def test_queries_run_at_the_same_time(warehouse: Warehouse) -> None:
    slow = asyncio.create_task(fetch(warehouse, ENDLESS, seconds=10))
    quick = [fetch(warehouse, "SELECT $n AS n", n=n) for n in range(20)]
    assert [r.rows[0][0] for r in await asyncio.gather(*quick)] == list(range(20))
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_more_queries_than_threads_can_be_cancelled(warehouse: Warehouse) -> None:
    tasks = [asyncio.create_task(fetch(warehouse, ENDLESS)) for _ in range(20)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(d) for d in done} == {asyncio.CancelledError}, done
    assert (await fetch(warehouse, "SELECT 1 AS a")).rows == ((1,),)


async def test_explain_plans_without_running(warehouse: Warehouse) -> None:
    assert await warehouse.explain(ENDLESS, {})
    with pytest.raises(BadQuery):
        await warehouse.explain("SELECT nope FROM users", {})


# DuckDB alone


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a INTEGER)",
        "INSERT INTO users VALUES (3, 'a', NULL)",
        "SET TimeZone = 'UTC'",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "RESET memory_limit",
        "ATTACH ':memory:' AS other",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY users TO '/tmp/askwell-must-not-be.csv'",
        "INSTALL httpfs",
    ],
)
async def test_even_unguarded_sql_cannot_leave_the_file(duck: Warehouse, sql: str) -> None:
    with pytest.raises(BadQuery):
        await fetch(duck, sql)


async def test_memory_is_bounded(duck: Warehouse) -> None:
    with pytest.raises(TooLarge, match="memory"):
        await fetch(duck, "SELECT list(range) FROM range(1000000000)")


async def test_python_variables_are_no_tables(duck: Warehouse) -> None:
    secret = duckdb.sql("SELECT 1 AS a")
    with pytest.raises(BadQuery):
        await fetch(duck, "SELECT * FROM secret")
    assert secret is not None


async def test_two_doors_to_one_file_in_one_process(tmp_path: Path) -> None:
    path = build_duckdb(tmp_path / "shop.duckdb")
    same, again, other = DuckDB(path), DuckDB(path), DuckDB(path, time_zone="Asia/Seoul")
    assert (await fetch(same, "SELECT 1")).rows == (await fetch(again, "SELECT 1")).rows
    with pytest.raises(Misconfigured, match="time zone UTC"):
        await fetch(other, "SELECT 1")
    for warehouse in (same, again, other):
        await warehouse.close()


async def test_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    warehouse = DuckDB(tmp_path / "no.duckdb", missing_hint="run `make demo`")
    with pytest.raises(Misconfigured, match=r"no\.duckdb.*make demo"):
        await fetch(warehouse, "SELECT 1")
    await warehouse.close()


async def test_other_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("not a database " * 100)
    warehouse = DuckDB(tmp_path / "text.duckdb")
    with pytest.raises(Misconfigured, match=r"text\.duckdb"):
        await fetch(warehouse, "SELECT 1")
    await warehouse.close()


async def test_replaced_file_is_opened_anew(tmp_path: Path) -> None:
    warehouse = open_duckdb(tmp_path)
    assert (await fetch(warehouse, "SELECT count(*) FROM users")).rows == ((2,),)
    slow = asyncio.create_task(fetch(warehouse, ENDLESS, seconds=0.5))
    await asyncio.sleep(0.05)
    build_duckdb(tmp_path / "shop.duckdb", TABLES + "INSERT INTO users VALUES (9, 'new', NULL);")
    assert (await fetch(warehouse, "SELECT count(*) FROM users")).rows == ((3,),)
    with pytest.raises(TimedOut):
        await slow
    await warehouse.close()


HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print(connection.execute("SELECT count(*) FROM users").fetchone()[0], flush=True)
sys.stdin.readline()
"""


def hold(path: Path, how: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"2\n"
    return process


def let_go(process: "subprocess.Popen[bytes]") -> None:
    process.communicate(b"\n")


async def test_another_process_may_read_too(tmp_path: Path) -> None:
    path = build_duckdb(tmp_path / "shop.duckdb")
    other = hold(path, "read")
    warehouse = DuckDB(path)
    assert (await fetch(warehouse, "SELECT count(*) FROM users")).rows == ((2,),)
    let_go(other)
    await warehouse.close()


async def test_file_that_is_being_written_is_tried_again(tmp_path: Path) -> None:
    path = build_duckdb(tmp_path / "shop.duckdb")
    writer = hold(path, "write")
    warehouse = DuckDB(path)
    with pytest.raises(Transient, match="written by another process"):
        await fetch(warehouse, "SELECT 1")
    timer = threading.Timer(0.2, let_go, [writer])
    timer.start()
    assert (await fetch(warehouse, "SELECT count(*) FROM users")).rows == ((2,),)
    timer.join()
    await warehouse.close()
