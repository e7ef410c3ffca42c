"""PostgreSQL's door, beyond the contract of every warehouse."""

import asyncio
import resource
from collections.abc import AsyncIterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from askwell.domain.noun import Scalar
from askwell.errors import AskwellError, BadQuery, Misconfigured, TimedOut, TooLarge, Transient
from askwell.warehouses import FoundColumn, FoundTable, Rows
from askwell.warehouses.postgres import Postgres
from postgres_server import LOCKED, PASSWORD, Server
from postgres_server import running as own_server
from servers.shared import free_port

SEOUL = ZoneInfo("Asia/Seoul")
TABLES = """
CREATE SCHEMA sales;
CREATE SCHEMA secret;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN email AS varchar(80);
CREATE TABLE "회원" (
  "번호" bigint PRIMARY KEY, "이름" text NOT NULL, "order" integer UNIQUE, "기분" mood, mail email,
  UNIQUE ("이름", mail)
);
COMMENT ON TABLE "회원" IS '가입한 사람';
COMMENT ON COLUMN "회원"."order" IS 'the order of joining';
CREATE TABLE sales.orders (
  id integer, line integer, buyer bigint REFERENCES "회원", amount numeric(12, 2), tags text[],
  body jsonb, at timestamptz, PRIMARY KEY (id, line)
);
CREATE UNIQUE INDEX partial ON sales.orders (buyer) WHERE amount > 0;
CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO events VALUES ('2023-05-05', 'a'), ('2024-05-05', 'b'), ('2024-06-06', 'c');
CREATE VIEW recent AS SELECT * FROM events WHERE at >= '2024-01-01';
CREATE MATERIALIZED VIEW by_kind AS SELECT kind, count(*) AS n FROM events GROUP BY kind;
CREATE TABLE hidden (a integer);
CREATE TABLE partly (seen integer, unseen integer);
CREATE TABLE secret.keys (a integer);
CREATE TABLE never_analysed (a integer);
ANALYZE events, by_kind, "회원";
"""
TAKE_AWAY = """
REVOKE SELECT ON hidden, partly FROM reader;
GRANT SELECT (seen) ON partly TO reader;
REVOKE USAGE ON SCHEMA secret FROM reader;
"""


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    url = postgres.create("door", sql=TABLES)
    postgres.run("door", TAKE_AWAY)
    return url


@pytest.fixture
async def warehouse(url: str) -> AsyncIterator[Postgres]:
    opened = Postgres(url, time_zone="Asia/Seoul")
    yield opened
    await opened.close()


async def fetch(
    warehouse: Postgres, sql: str, max_rows: int = 100, seconds: float = 20, **values: Scalar
) -> Rows:
    return await warehouse.fetch(sql, values, max_rows=max_rows, seconds=seconds)


async def one(warehouse: Postgres, expression: str, **values: Scalar) -> Scalar:
    return (await fetch(warehouse, f"SELECT {expression} AS x", **values)).rows[0][0]


async def found(warehouse: Postgres) -> dict[str, FoundTable]:
    return {t.name: t for t in await warehouse.tables()}


async def test_what_the_role_may_read_is_described(warehouse: Postgres) -> None:
    tables = await found(warehouse)
    assert set(tables) == {
        *("회원", "orders", "events", "recent", "by_kind", "partly", "never_analysed")
    }  # fmt: skip
    assert [c.name for c in tables["partly"].columns] == ["seen"]
    assert {t.schema_name for t in tables.values()} == {"public", "sales"}


async def test_columns_come_with_keys_comments_and_enum_values(warehouse: Postgres) -> None:
    tables = await found(warehouse)
    assert tables["회원"].comment == "가입한 사람"
    assert tables["회원"].columns == (
        FoundColumn("번호", "bigint", primary_key=True, unique=True),
        FoundColumn("이름", "text"),
        FoundColumn("order", "integer", comment="the order of joining", unique=True),
        FoundColumn("기분", "mood", values=("sad", "ok", "happy")),
        FoundColumn("mail", "character varying(80)"),
    )
    assert tables["orders"].columns[:5] == (
        FoundColumn("id", "integer", primary_key=True),
        FoundColumn("line", "integer", primary_key=True),
        FoundColumn("buyer", "bigint", references=("회원", "번호")),
        FoundColumn("amount", "numeric(12,2)"),
        FoundColumn("tags", "text[]"),
    )


async def test_rows_are_estimates_where_there_are_any(warehouse: Postgres) -> None:
    rows = {name: t.row_count for name, t in (await found(warehouse)).items()}
    assert (rows["events"], rows["by_kind"], rows["회원"]) == (3, 3, 0)
    assert (rows["recent"], rows["never_analysed"]) == (None, None)


VALUES: dict[str, tuple[str, Scalar]] = {
    "decimal": ("1.10::numeric(5, 2)", Decimal("1.10")),
    "huge_decimal": ("1e40::numeric", Decimal(10) ** 40),
    "huge_integer": ("9223372036854775807", 9223372036854775807),
    "decimal_nan": ("'NaN'::numeric + 1 = 'NaN'", True),
    "infinity": ("'Infinity'::float8", float("inf")),
    "real": ("0.5::real", 0.5),
    "boolean": ("true", True),
    "null": ("NULL::date", None),
    "text": ("'한글 😀'", "한글 😀"),
    "date": ("DATE '2024-02-29'", date(2024, 2, 29)),
    "day_without_end": ("'infinity'::date", "infinity"),
    "before_christ": ("'0044-03-15 BC'::date", "0044-03-15 BC"),
    "far_instant": ("'99999-01-01 00:00+00'::timestamptz", "99999-01-01 09:00:00+09"),
    "timestamp": ("TIMESTAMP '2024-02-29 12:30'", datetime(2024, 2, 29, 12, 30)),
    "instant": ("'2024-02-28 15:30Z'::timestamptz", datetime(2024, 2, 29, 0, 30, tzinfo=SEOUL)),
    "day_of_instant": ("'2024-02-28 15:30Z'::timestamptz::date", date(2024, 2, 29)),
    "time": ("TIME '12:30'", str(time(12, 30))),
    "interval": ("INTERVAL '1 month 2 days 3 hours'", "1 mon 2 days 03:00:00"),
    "array": ("ARRAY['a', NULL, '가']", '["a", null, "가"]'),
    "array_of_decimals": ("ARRAY[1.5, 2]", '["1.5", "2"]'),
    "json_keeps_digits": ("""'{"a": 1.10}'::jsonb""", '{"a": 1.10}'),
    "bytes": ("'\\x00ff'::bytea", "00ff"),
    "uuid": ("'00000000-0000-0000-0000-000000000001'::uuid", f"{'0' * 8}-0000-0000-0000-{1:012}"),
    "range": ("int4range(1, 5)", "[1,5)"),
    "enum": ("'ok'::mood", "ok"),
    "network": ("'10.0.0.1/8'::inet", "10.0.0.1/8"),
    "row": ("ROW(1, 'a')", '["1", "a"]'),
    "money": ("'1.5'::numeric::money", "$1.50"),
    "bits": ("B'101'", "101"),
    "xml_like_text": ("'<a/>'::xml", "<a/>"),
}


@pytest.mark.parametrize(("expression", "value"), VALUES.values(), ids=VALUES.keys())
async def test_value_becomes_a_scalar(warehouse: Postgres, expression: str, value: Scalar) -> None:
    assert await one(warehouse, expression) == value


@pytest.mark.parametrize(
    "value",
    [1, -(2**62), 1.5, Decimal("1.10"), "it's $a %s", True, date(2024, 2, 29), None,
     datetime(2024, 2, 29, 12, tzinfo=SEOUL), datetime(2024, 2, 29, 12)],
    ids=str,
)  # fmt: skip
async def test_parameter_comes_back(warehouse: Postgres, value: Scalar) -> None:
    assert await one(warehouse, "$value", value=value) == value


async def test_a_dollar_in_text_is_no_parameter(warehouse: Postgres) -> None:
    sql = "SELECT '$a' || $$ $a $$ || E'\\'$a' AS \"$a\", /* $a */ $b::int + $b::int -- $a\n"
    rows = await fetch(warehouse, sql, a=1, b=2)
    assert rows.names[0] == "$a"
    assert rows.rows == (("$a $a '$a", 4),)


async def test_zero_byte_is_a_bad_query(warehouse: Postgres) -> None:
    with pytest.raises(BadQuery):
        await one(warehouse, "$a", a="a\0b")


async def test_types_are_named_as_in_the_catalog(warehouse: Postgres) -> None:
    sql = "SELECT 1, 1.5::numeric(5, 2), 'a'::varchar(3), now(), ARRAY[1], 'ok'::mood"
    rows = await fetch(warehouse, sql)
    assert rows.types == (
        *("integer", "numeric(5,2)", "character varying", "timestamp with time zone"),
        *("integer[]", "text"),
    )  # fmt: skip


async def test_error_says_where_and_hints(warehouse: Postgres) -> None:
    sql = 'SELECT "이름",\n  "기분",\n  $a::text || ordr\nFROM "회원"'
    with pytest.raises(BadQuery, match=r"ordr.*Perhaps.*order") as caught:
        await fetch(warehouse, sql, a="x")
    assert (caught.value.line, caught.value.column) == (3, 15)
    with pytest.raises(BadQuery) as caught:
        await warehouse.explain(sql, {"a": "x"})
    assert (caught.value.line, caught.value.column) == (3, 15)


async def test_memory_of_the_client_is_bounded(warehouse: Postgres) -> None:
    sql = "SELECT repeat('x', 1000) FROM generate_series(1, 300000)"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = await fetch(warehouse, sql, max_rows=10)
    assert (len(rows.rows), rows.truncated) == (10, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO events VALUES ('2024-01-01', 'x')",
        "CREATE TABLE t (a int)",
        "SELECT 1; DROP TABLE events",
        "SELECT 1; COMMIT; SELECT 2",
        "WITH d AS (DELETE FROM events RETURNING *) SELECT * FROM d",
        "SET statement_timeout = 0",
        "COPY events TO STDOUT",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM hidden",
        "SELECT nextval('no')",
    ],
)
async def test_even_unguarded_sql_changes_nothing(warehouse: Postgres, sql: str) -> None:
    with pytest.raises(BadQuery):
        await fetch(warehouse, sql)
    with pytest.raises(BadQuery):
        await warehouse.explain(f"SELECT 1; {sql}", {})


async def test_settings_last_no_longer_than_a_query(warehouse: Postgres) -> None:
    lift = "set_config('statement_timeout', '0', false)"
    await one(warehouse, lift)
    with pytest.raises(TimedOut):
        await fetch(warehouse, "SELECT pg_sleep(30)", seconds=0.2)
    assert await one(warehouse, "current_setting('search_path')") == "pg_catalog, public, pg_temp"


async def test_plan_that_takes_long_is_cut_off(
    warehouse: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askwell.warehouses.postgres._EXPLAIN_SECONDS", 0.2)
    # The planner works constants out; this one takes seconds.
    with pytest.raises(TimedOut, match=r"0\.2 seconds"):
        await warehouse.explain("SELECT factorial(32000) % 7", {})


# Who is at work on the server


async def running(postgres: Server, mark: str) -> int:
    sql = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        f" AND query LIKE '%{mark}%' AND pid <> pg_backend_pid()"
    )
    return int(str((await asyncio.to_thread(postgres.run, "door", sql))[0][0]))


async def until(postgres: Server, mark: str, count: int) -> None:
    for _ in range(200):
        if await running(postgres, mark) == count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await running(postgres, mark)} are running")


async def begun(postgres: Server, warehouse: Postgres) -> "asyncio.Task[Rows]":
    task = asyncio.create_task(fetch(warehouse, "SELECT pg_sleep(30)"))
    await until(postgres, "FETCH FORWARD", 1)
    return task


async def test_cancelling_the_task_ends_the_query_on_the_server(
    postgres: Server, warehouse: Postgres
) -> None:
    task = await begun(postgres, warehouse)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await running(postgres, "FETCH FORWARD") == 0


async def test_query_that_somebody_cancels_on_the_server(
    postgres: Server, warehouse: Postgres
) -> None:
    task = await begun(postgres, warehouse)
    postgres.run("door", each("pg_cancel_backend"))
    with pytest.raises(AskwellError, match="cancelled on the server"):
        await task


def each(function: str) -> str:
    return (
        f"SELECT {function}(pid) FROM pg_stat_activity"
        " WHERE application_name = 'askwell' AND datname = 'door'"
    )


async def test_connection_lost_in_a_query_is_transient(
    postgres: Server, warehouse: Postgres
) -> None:
    task = await begun(postgres, warehouse)
    postgres.run("door", each("pg_terminate_backend"))
    with pytest.raises(Transient):
        await task
    assert await one(warehouse, "1") == 1


async def test_connection_lost_while_idle_is_not_even_seen(
    postgres: Server, warehouse: Postgres
) -> None:
    await asyncio.gather(*(one(warehouse, "1") for _ in range(4)))
    postgres.run("door", each("pg_terminate_backend"))
    assert await one(warehouse, "2") == 2


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_answers_go_on_after_the_server_was_started_anew(
    mode: Literal["fast", "immediate"],
) -> None:
    with own_server() as server:
        server.create("door", sql=TABLES)
        warehouse = Postgres(server.url("door"))
        assert await one(warehouse, "1") == 1
        task = await begun(server, warehouse)
        server.run("door", "CHECKPOINT")  # tests let the server write late
        await asyncio.to_thread(server.stop, mode)
        with pytest.raises(Transient):
            await task
        with pytest.raises(Transient):
            await one(warehouse, "1")
        late = asyncio.create_task(one(warehouse, "2"))
        await asyncio.to_thread(server.start)
        assert await late == 2
        assert await one(warehouse, "count(*) FROM events") == 3
        await warehouse.close()


async def test_many_questions_go_on_while_connections_are_cut(
    postgres: Server, warehouse: Postgres
) -> None:
    """Each is answered rightly or told to try again; none hangs, none gets another's rows."""
    asked = [one(warehouse, f"{n} + 0 * length(pg_sleep(0.01)::text)") for n in range(200)]
    work = asyncio.gather(*asked, return_exceptions=True)
    while not work.done():
        await asyncio.to_thread(postgres.run, "door", each("pg_terminate_backend"))
        await asyncio.sleep(0.1)
    told = await work
    assert all(t == n or isinstance(t, Transient) for n, t in enumerate(told))
    assert {type(t) for t in told} == {int, Transient}
    assert await one(warehouse, "7") == 7


async def test_no_more_connections_than_allowed_and_none_left_open(
    postgres: Server, url: str
) -> None:
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'askwell'"
    warehouse = Postgres(url, connections=2)
    await asyncio.gather(*(one(warehouse, "pg_sleep(0.01)") for _ in range(10)))
    assert postgres.run("door", count) == [(2,)]
    await warehouse.close()
    for _ in range(100):
        if postgres.run("door", count) == [(0,)]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a connection is still open")


# Who cannot log in


async def error_of(url: str) -> AskwellError:
    with pytest.raises(AskwellError) as caught:
        await fetch(Postgres(url), "SELECT 1")
    text = f"{caught.value} {caught.value!r} {caught.value.__cause__} {caught.value.__context__}"
    assert PASSWORD not in text
    assert "hunter2" not in text
    return caught.value


async def test_right_password_opens_and_is_shown_nowhere(postgres: Server) -> None:
    warehouse = Postgres(postgres.url(role=f"{LOCKED}:{PASSWORD}"))
    assert await one(warehouse, "1") == 1
    assert PASSWORD not in repr(warehouse)
    await warehouse.close()


@pytest.mark.parametrize(
    ("role", "database", "says"),
    [
        (f"{LOCKED}:hunter2", "postgres", "password authentication failed"),
        (LOCKED, "postgres", "no password supplied"),
        ("nobody_here:hunter2", "postgres", "nobody_here"),
        (f"{LOCKED}:{PASSWORD}", "no_such_database", "no_such_database"),
    ],
)
async def test_wrong_login_is_misconfigured(
    postgres: Server, role: str, database: str, says: str
) -> None:
    error = await error_of(postgres.url(database, role))
    assert isinstance(error, Misconfigured)
    assert says in str(error)


async def test_no_such_host_is_misconfigured() -> None:
    error = await error_of("postgresql://a:hunter2@no-such-host.invalid/x")
    assert isinstance(error, Misconfigured)
    assert "no-such-host.invalid" in str(error)


async def test_nobody_listening_is_transient() -> None:
    error = await error_of(f"postgresql://a:hunter2@127.0.0.1:{free_port()}/x")
    assert isinstance(error, Transient)


@pytest.mark.parametrize(
    "rest",
    ["hunter2@h:1:2/x", "hun ter2@h/x", "hunter2%zz@h", "hunter2@[h/x", "hunter2@h/x?nope=1",
     "hun@ter2@h/x", "hun/ter2@h/x", "1/hunter2@h/x", "hun:ter2@[h:1/x"],
)  # fmt: skip
def test_url_that_cannot_be_read_shows_no_password(rest: str) -> None:
    with pytest.raises(Misconfigured, match="ASKWELL_WAREHOUSE_URL") as caught:
        Postgres(f"postgresql://a:{rest}")
    assert "hun" not in f"{caught.value!r} {caught.value.__cause__}"


async def test_too_large_is_said(warehouse: Postgres) -> None:
    with pytest.raises((TooLarge, BadQuery, TimedOut)):
        await one(warehouse, "repeat(repeat('x', 1000000), 1200)")
