"""What every warehouse must do; a new backend adds itself to `BACKENDS`."""

import asyncio
import json
import math
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from askwell.domain.noun import Scalar
from askwell.errors import AskwellError, BadQuery, Misconfigured, TimedOut, TooLarge, Transient
from askwell.warehouses import FoundColumn, Rows, Warehouse
from askwell.warehouses.duckdb import DuckDB
from askwell.warehouses.postgres import Postgres
from postgres_server import Server, newer_programs, running

TABLES = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR, seen TIMESTAMPTZ);
CREATE TABLE orders (id INTEGER, user_id INTEGER REFERENCES users (id), amount DECIMAL(10, 2));
COMMENT ON TABLE orders IS 'what was sold';
COMMENT ON COLUMN orders.amount IS 'in won';
CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 5;
INSERT INTO users VALUES (1, '김', TIMESTAMPTZ '2024-02-28 15:30:00+00'), (2, NULL, NULL);
INSERT INTO orders VALUES (1, 1, 10.50), (2, 1, 3), (3, 2, 7);
CREATE TABLE "주문 내역" ("order" INTEGER, "고객 이름" VARCHAR, "Mixed""Quote" INTEGER);
INSERT INTO "주문 내역" VALUES (1, '김', 7);
CREATE TABLE nothing (id INTEGER, name VARCHAR, amount DECIMAL(10, 2));
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


@cache
def postgres_url(server: Server) -> str:
    return server.create("contract", sql=TABLES)


# The versions of PostgreSQL: the system's, and one that comes two years later.
BACKENDS = ("duckdb", "postgres", "newer_postgres")
TEXT = {"duckdb": "varchar", "postgres": "character varying"}
DECIMAL = {"duckdb": "decimal(10,2)", "postgres": "numeric(10,2)"}


@pytest.fixture(scope="session")
def newer_postgres() -> Iterator[Server]:
    with running(newer_programs()) as server:
        yield server


@pytest.fixture(params=BACKENDS)
async def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Warehouse]:
    if request.param == "duckdb":
        opened = open_duckdb(tmp_path)
    else:
        url = postgres_url(request.getfixturevalue(request.param))
        opened = Postgres(url, time_zone="Asia/Seoul")
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
    assert set(found) == {"users", "orders", "big_orders", "주문 내역", "nothing"}
    assert [c.name for c in found["주문 내역"].columns] == ["order", "고객 이름", 'Mixed"Quote']
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
    assert json.loads((await warehouse.explain(ENDLESS, {})).text)
    with pytest.raises(BadQuery):
        await warehouse.explain("SELECT nope FROM users", {})


async def test_explain_guesses_rows_and_cost(warehouse: Warehouse) -> None:
    some = await warehouse.explain("SELECT * FROM generate_series(1, 10) a(x)", {})
    many = await warehouse.explain("SELECT * FROM generate_series(1, 10000) a(x)", {})
    bound = await warehouse.explain("SELECT * FROM orders WHERE id = $id", {"id": 1})
    endless = await warehouse.explain(ENDLESS, {})
    assert (some.rows, many.rows, bound.rows) == (10, 10_000, 1)
    assert some.cost
    assert many.cost
    assert endless.cost
    assert 10 * some.cost < many.cost
    assert 1_000 * many.cost < endless.cost


async def test_explain_says_where_as_fetch_does(warehouse: Warehouse) -> None:
    with pytest.raises(BadQuery, match="nope") as caught:
        await warehouse.explain("SELECT id\nFROM users\nWHERE nope = $a", {"a": 1})
    assert (caught.value.line, caught.value.column) == (3, 7)


# What comes back, by what stands in SQL: the same from every warehouse.
VALUES: dict[str, tuple[str, Scalar]] = {
    "decimal": ("CAST(1.10 AS DECIMAL(5, 2))", Decimal("1.10")),
    "negative decimal": ("CAST(-0.05 AS DECIMAL(5, 2))", Decimal("-0.05")),
    "decimal of 38 digits": ("CAST('1' || repeat('0', 37) AS DECIMAL(38, 0))", Decimal(10) ** 37),
    "large integer": ("CAST(9223372036854775807 AS BIGINT)", 2**63 - 1),
    "double": ("CAST(0.1 AS DOUBLE PRECISION)", 0.1),
    "infinity": ("CAST('Infinity' AS DOUBLE PRECISION)", math.inf),
    "true": ("TRUE", True),
    "null": ("CAST(NULL AS DATE)", None),
    "text": ("'한글 😀 ''quoted'''", "한글 😀 'quoted'"),
    "empty text": ("''", ""),
    "date": ("DATE '2024-02-29'", date(2024, 2, 29)),
    "timestamp": ("TIMESTAMP '2024-02-29 12:30:00.5'", datetime(2024, 2, 29, 12, 30, 0, 500_000)),
    "instant": (
        "TIMESTAMPTZ '2024-02-28 15:30:00+00'",
        datetime(2024, 2, 29, 0, 30, tzinfo=ZoneInfo("Asia/Seoul")),
    ),
    "instant of another zone": (
        "TIMESTAMPTZ '2024-01-01 00:00:00-05'",
        datetime(2024, 1, 1, 14, tzinfo=ZoneInfo("Asia/Seoul")),
    ),
    "time": ("TIME '12:30:00'", "12:30:00"),
    "array": ("ARRAY[1, NULL, 3]", "[1, null, 3]"),
    "array of texts": ("ARRAY['a', '가']", '["a", "가"]'),
    "array of decimals": ("ARRAY[CAST(1.5 AS DECIMAL(3, 1))]", '["1.5"]'),
    "array of instants": (
        "ARRAY[TIMESTAMPTZ '2024-02-28 15:30:00+00']",
        '["2024-02-29 00:30:00+09:00"]',
    ),
    "empty array": ("CAST(ARRAY[] AS INTEGER[])", "[]"),
    "JSON": ("""CAST('{"가": [1.10, null]}' AS JSON)""", '{"가": [1.10, null]}'),
    "UUID": (
        "CAST('00000000-0000-0000-0000-00000000000a' AS UUID)",
        "00000000-0000-0000-0000-00000000000a",
    ),
}


@pytest.mark.parametrize(("expression", "value"), VALUES.values(), ids=VALUES.keys())
async def test_value_becomes_a_scalar(warehouse: Warehouse, expression: str, value: Scalar) -> None:
    [[found]] = (await fetch(warehouse, f"SELECT {expression} AS x")).rows
    assert (type(found), found) == (type(value), value)
    if isinstance(value, datetime):
        assert isinstance(found, datetime)
        assert found.tzinfo == value.tzinfo


HUGE = {
    "duckdb": "170141183460469231731687303715884105727::HUGEINT",
    "postgres": "170141183460469231731687303715884105727",
}


async def test_integer_beyond_64_bits_keeps_its_digits(warehouse: Warehouse) -> None:
    [[found]] = (await fetch(warehouse, f"SELECT {HUGE[warehouse.dialect]}")).rows
    assert found == 2**127 - 1


async def test_what_is_no_number_is_no_error(warehouse: Warehouse) -> None:
    [[found]] = (await fetch(warehouse, "SELECT CAST('NaN' AS DOUBLE PRECISION)")).rows
    assert isinstance(found, float)
    assert math.isnan(found)


async def test_zero_rows_keep_names_and_types(warehouse: Warehouse) -> None:
    rows = await fetch(warehouse, "SELECT * FROM nothing")
    assert (rows.names, rows.rows, rows.truncated) == (("id", "name", "amount"), (), False)
    assert rows.types == ("integer", TEXT[warehouse.dialect], DECIMAL[warehouse.dialect])
    none = await fetch(warehouse, "SELECT id FROM users", max_rows=0)
    assert (none.rows, none.truncated) == ((), True)


async def test_names_may_be_korean_reserved_or_hold_quotes(warehouse: Warehouse) -> None:
    sql = """
    SELECT "order", "고객 이름", "Mixed""Quote", count(*) AS "select" FROM "주문 내역"
    WHERE "고객 이름" = $who GROUP BY 1, 2, 3
    """
    rows = await fetch(warehouse, sql, who="김")
    assert rows.names == ("order", "고객 이름", 'Mixed"Quote', "select")
    assert rows.rows == ((1, "김", 7, 1),)


async def test_two_columns_may_have_one_name(warehouse: Warehouse) -> None:
    rows = await fetch(warehouse, "SELECT 1 AS a, 2 AS a")
    assert (rows.names, rows.rows) == (("a", "a"), ((1, 2),))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO users VALUES (9, 'x', NULL)",
        "UPDATE users SET name = 'x'",
        "DELETE FROM users",
        "DROP TABLE users",
        "CREATE TABLE t (a INTEGER)",
        "CREATE SCHEMA s",
        "SET TimeZone = 'UTC'",
        "COPY users TO '/tmp/askwell-must-not-be.csv'",
    ],
)
async def test_nothing_but_reading_is_possible(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(BadQuery):
        await fetch(warehouse, sql)
    rows = await fetch(warehouse, "SELECT count(*), min(name) FROM users")
    assert rows.rows == ((2, "김"),)


async def test_memory_stays_small_however_many_rows_there_are(warehouse: Warehouse) -> None:
    wide = "SELECT repeat('x', 1000) AS x FROM generate_series(1, 1000000) a(x)"
    await fetch(warehouse, wide, max_rows=10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = await fetch(warehouse, wide, max_rows=10)
    assert (len(rows.rows), rows.truncated) == (10, True)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 100_000_000, "of 1,000,000,000 bytes"


REFUSED = {
    "no SQL": "SELEC 1",
    "no such table": "SELECT * FROM nowhere",
    "no such function": "SELECT no_such_function(1)",
    "other types": "SELECT DATE '2024-01-01' * 2",
    "no number": "SELECT CAST(name AS INTEGER) FROM users WHERE name IS NOT NULL",
    "too large a number": "SELECT CAST(id * 3000000000 AS INTEGER) FROM users",
    "not grouped": "SELECT id, count(*) FROM users",
    "two rows in one place": "SELECT (SELECT id FROM orders) FROM users",
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
async def test_what_the_warehouse_refuses_is_a_bad_query(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(AskwellError) as caught:
        await fetch(warehouse, sql)
    assert (type(caught.value), bool(str(caught.value))) == (BadQuery, True)
    assert (await fetch(warehouse, "SELECT 1 AS a")).rows == ((1,),)


@pytest.mark.parametrize("end", ["stop", "time-out"])
async def test_what_was_ended_works_no_longer(warehouse: Warehouse, end: str) -> None:
    """Count the seconds of CPU that are spent afterwards, here or on the server."""
    seconds = 0.3 if end == "time-out" else 20
    at_rest = worked(warehouse)
    task = asyncio.create_task(fetch(warehouse, ENDLESS, seconds=seconds))
    await asyncio.sleep(0.3)
    assert worked(warehouse) > at_rest
    if end == "stop":
        task.cancel()
    await asyncio.wait([task])
    before = worked(warehouse)
    await asyncio.sleep(0.5)
    assert worked(warehouse) - before < 0.25


def worked(warehouse: Warehouse) -> float:
    """Return the seconds of CPU that a warehouse has spent so far, where it still runs."""
    if isinstance(warehouse, DuckDB):
        return time.process_time()
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, fields = stat.read_text().rpartition(")")
            if (
                name.endswith("(postgres")
                and b" contract " in (stat.parent / "cmdline").read_bytes()
            ):
                ticks += sum(int(field) for field in fields.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


async def test_a_hundred_at_once_are_all_answered(warehouse: Warehouse) -> None:
    sql = "SELECT $n + count(*) FROM generate_series(1, 1000) a(x)"
    rows = await asyncio.gather(*(fetch(warehouse, sql, n=n) for n in range(100)))
    assert [r.rows[0][0] for r in rows] == [n + 1000 for n in range(100)]


async def test_errors_and_answers_do_not_mix(warehouse: Warehouse) -> None:
    asked = [fetch(warehouse, f"SELECT {n}" if n % 2 else "SELECT nope") for n in range(30)]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(t, BadQuery) for t in told] == [n % 2 == 0 for n in range(30)]
    assert [t.rows for t in told if isinstance(t, Rows)] == [((n,),) for n in range(1, 30, 2)]


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
