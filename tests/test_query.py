"""The query door: what it does around a query, beside guarding it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.catalog import Condition
from askwell.domain.noun import Label
from askwell.domain.result import Draft, ResultColumn
from askwell.domain.rights import Rights, TableRights
from askwell.errors import BadQuery, Refused, TimedOut, TooLarge
from askwell.query import Limits, check, prepare
from askwell.rights import everything
from shop_door import CATALOG, SEOUL, Shop, build, open_shop

ALL = everything(CATALOG)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("shop") / "shop.duckdb")


@pytest.fixture
async def shop(file: Path) -> AsyncIterator[Shop]:
    shop = open_shop(file)
    yield shop
    await shop.warehouse.close()


async def test_result_has_the_promised_columns_with_the_types_that_came(shop: Shop) -> None:
    draft = Draft(
        sql="SELECT region, count(*) AS People, 1 AS extra FROM users GROUP BY 1 ORDER BY 1",
        dialect="duckdb",
        way="governed",
        columns=(
            ResultColumn(name="region", label=Label(ko="지역"), role="dimension"),
            ResultColumn(name="people", label=Label(ko="가입자"), unit="people"),
        ),
    )
    result = await shop.door.run(draft, catalog=CATALOG, rights=ALL, asker="a@b.c")
    assert result.rows == (("Busan", 5, 1), ("Seoul", 5, 1))
    assert [(c.name, c.label.text("ko"), c.type, c.unit, c.role) for c in result.columns] == [
        ("region", "지역", "varchar", "", "dimension"),
        ("People", "가입자", "bigint", "people", "metric"),
        ("extra", "extra", "integer", "", "metric"),
    ]
    assert result.sql == draft.sql


async def test_rows_are_kept_under_the_id_of_the_result(shop: Shop) -> None:
    result = await shop.run("SELECT id FROM users", ALL)
    assert await shop.memory.get(result.id) == result
    assert (await shop.run("SELECT id FROM users", ALL)).id != result.id


async def test_rows_are_limited_and_said_to_be(shop: Shop) -> None:
    result = await shop.run("SELECT id FROM orders ORDER BY id", ALL, limits=Limits(rows=7))
    assert (result.row_count, result.truncated) == (7, True)


async def test_parameters_are_bound_and_not_audited(shop: Shop) -> None:
    sql = "SELECT count(*) FROM users WHERE name = $name AND joined >= $day"
    result = await shop.run(sql, ALL, name="name-3", day=date(2024, 1, 2))
    assert result.rows == ((1,),)
    assert "name-3" not in repr(shop.memory.events)


async def test_the_clock_is_askwells(shop: Shop) -> None:
    sql = "SELECT current_date, now(), localtimestamp, today() - 1 FROM users LIMIT 1"
    (row,) = (await shop.run(sql, ALL)).rows
    now = datetime(2026, 1, 1, 9, tzinfo=ZoneInfo("Asia/Seoul"))
    assert row == (now.date(), now, now.replace(tzinfo=None), date(2025, 12, 31))
    assert "askwell" not in (await shop.run("SELECT CURRENT_DATE", ALL)).sql
    draft = Draft(
        sql="SELECT id FROM users WHERE joined < now()", dialect="duckdb", way="generated"
    )
    assert await shop.door.explain(draft, catalog=CATALOG, rights=ALL)


async def test_audit_says_who_read_what(shop: Shop) -> None:
    result = await shop.run("SELECT u.id FROM main.Users u JOIN orders USING (id)", SEOUL)
    (event,) = shop.memory.events
    assert event["asker"] == "a@b.c"
    assert event["tables"] == "orders,users"
    assert event["outcome"] == "ok"
    assert (event["rows"], event["result_id"]) == (result.row_count, result.id)
    assert event["rights"] == SEOUL.fingerprint
    assert event["ms"] > 0


async def test_audit_says_what_was_refused(shop: Shop) -> None:
    with pytest.raises(Refused):
        await shop.run("DROP TABLE users", ALL)
    with pytest.raises(Refused):
        await shop.run("SELECT * FROM salaries", SEOUL)
    with pytest.raises(BadQuery):
        await shop.run("SELECT nope FROM users", ALL)
    said = [(e["outcome"], e["rule"]) for e in shop.memory.events]
    assert said == [("Refused", "reads_only"), ("Refused", "rights"), ("BadQuery", None)]


async def test_cancelling_stops_the_query_and_is_audited(shop: Shop) -> None:
    endless = "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c"
    task = asyncio.create_task(shop.run(endless, ALL))
    await asyncio.sleep(0.3)
    assert shop.warehouse.calls
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shop.memory.events[-1]["outcome"] == "CancelledError"
    with pytest.raises(TimedOut):
        await shop.run(endless, ALL, limits=Limits(seconds=0.2))
    assert shop.memory.events[-1]["outcome"] == "TimedOut"


async def test_only_a_few_queries_run_at_a_time(shop: Shop) -> None:
    running = most = 0
    fetch = shop.warehouse.fetch

    async def counted(*args: object, **kwargs: object) -> object:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            return await fetch(*args, **kwargs)  # type: ignore[arg-type]
        finally:
            running -= 1

    shop.warehouse.fetch = counted  # type: ignore[method-assign,assignment]
    await asyncio.gather(*(shop.run("SELECT count(*) FROM users", ALL) for _ in range(20)))
    assert 1 < most <= 4


async def test_own_sql_is_guarded_too(shop: Shop) -> None:
    rows = await shop.door.fetch("SELECT max(id) FROM users", catalog=CATALOG, rights=ALL)
    assert rows.rows == ((9,),)
    with pytest.raises(Refused):
        await shop.door.fetch("SELECT * FROM read_text('x')", catalog=CATALOG, rights=ALL)
    assert shop.memory.events == []
    assert shop.memory.results == {}


async def test_plan_is_of_the_narrowed_query(shop: Shop) -> None:
    draft = Draft(sql="SELECT * FROM users", dialect="duckdb", way="generated")
    assert "Seoul" in (await shop.door.explain(draft, catalog=CATALOG, rights=SEOUL)).text
    hidden = draft.model_copy(update={"sql": "SELECT * FROM salaries"})
    with pytest.raises(Refused):
        await shop.door.explain(hidden, catalog=CATALOG, rights=SEOUL)


async def test_plan_that_costs_too_much_is_refused_before_it_runs(shop: Shop) -> None:
    draft = Draft(sql="SELECT 1 FROM users a, users b, users c", dialect="duckdb", way="generated")
    plan = await shop.door.explain(draft, catalog=CATALOG, rights=ALL, most_cost=10_000)
    assert plan.cost
    with pytest.raises(TooLarge, match=r"and 500 is allowed"):
        await shop.door.explain(draft, catalog=CATALOG, rights=ALL, most_cost=500)


@pytest.mark.parametrize(
    ("sql", "rules"),
    [
        ("SELECT id FROM users", []),
        ("SELECT setseed(1), random() FROM users", ["known_functions", "known_functions"]),
        ("SELECT * FROM salaries", ["rights"]),
        ("SELECT 'a", ["syntax"]),
        ("DELETE FROM users", ["reads_only", "reads_only"]),
    ],
)
def test_check_finds_without_running(sql: str, rules: list[str]) -> None:
    found = check(Draft(sql=sql, dialect="duckdb", way="generated"), catalog=CATALOG, rights=SEOUL)
    assert [f.rule for f in found][: len(rules)] == rules
    assert bool(found) == bool(rules)


def test_findings_say_where() -> None:
    draft = Draft(sql="SELECT\n  pg_sleep(id)\nFROM users", dialect="duckdb", way="generated")
    (finding,) = check(draft, catalog=CATALOG, rights=ALL)
    assert (finding.line, "pg_sleep" in finding.message) == (2, True)


ROWS = {
    "in": (Condition(field="id", operator="in", values=(1, 2)), {1, 2}),
    "not_in": (Condition(field="region", operator="not in", values=("Seoul",)), {1, 3, 5, 7, 9}),
    "greater": (Condition(field="id", operator=">", values=(7,)), {8, 9}),
    "at_least": (Condition(field="joined", operator=">=", values=(date(2024, 1, 9),)), {8, 9}),
    "less": (Condition(field="id", operator="<", values=(Decimal("1.5"),)), {0, 1}),
    "at_most": (Condition(field="id", operator="<=", values=(1,)), {0, 1}),
    "between": (Condition(field="id", operator="between", values=(2, 4)), {2, 3, 4}),
    "null": (Condition(field="name", operator="is null"), set()),
    "not_null": (Condition(field="name", operator="is not null"), set(range(10))),
    "quote": (Condition(field="name", operator="in", values=("' OR 1=1 --", "name-1")), {1}),
    "none": (Condition(field="name", operator="in", values=()), set()),
}


@pytest.mark.parametrize(("rule", "ids"), ROWS.values(), ids=ROWS.keys())
async def test_row_rules(shop: Shop, rule: Condition, ids: set[int]) -> None:
    rights = Rights(tables=(TableRights(table="users", columns=("id",), rows=(rule,)),))
    result = await shop.run("SELECT * FROM users", rights)
    assert {row[0] for row in result.rows} == ids
    assert [c.name for c in result.columns] == ["id"]


USEFUL = [
    "SELECT date_trunc('month', joined) AS m, count(*) FROM users GROUP BY 1 ORDER BY 1",
    "SELECT extract(isodow FROM joined), date_part('week', joined), strftime(joined, '%Y-%m') "
    "FROM users ORDER BY id",
    "SELECT median(amount), quantile_cont(amount, 0.9), quantile_cont(amount, [0.1, 0.9]), "
    "approx_count_distinct(user_id), stddev_samp(amount) FROM orders",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM orders",
    "SELECT id, row_number() OVER w, lag(amount, 1) OVER w, sum(amount) OVER (ORDER BY id ROWS "
    "BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders WINDOW w AS (ORDER BY id) ORDER BY id",
    "SELECT region, count(*) FILTER (WHERE id > 3), sum(CASE WHEN id > 3 THEN 1 ELSE 0 END) "
    "FROM users GROUP BY ROLLUP (region) ORDER BY 1 NULLS LAST",
    "SELECT day::DATE, count(u.id) FROM generate_series(DATE '2024-01-01', DATE '2024-01-12', "
    "INTERVAL 1 DAY) AS s(day) LEFT JOIN users u ON u.joined = day GROUP BY ALL ORDER BY ALL",
    "SELECT unnest([1, 2, 3]) AS x ORDER BY x",
    "SELECT u.id, x FROM users u, unnest([1, 2]) AS t(x) ORDER BY ALL",
    "SELECT coalesce(nullif(name, 'name-1'), '?'), ifnull(name, ''), round(id / 3, 2), id // 3, "
    "id % 3, id ** 2, TRY_CAST(name AS INTEGER), name || region FROM users ORDER BY id",
    "SELECT regexp_matches(name, '^name-[0-4]$'), name LIKE 'n%', name ILIKE 'N%', "
    "name NOT IN ('a'), name SIMILAR TO 'n.*', split_part(name, '-', 2) FROM users ORDER BY id",
    "SELECT DISTINCT ON (region) region, id FROM users ORDER BY region, id",
    "SELECT * FROM users QUALIFY rank() OVER (PARTITION BY region ORDER BY id) = 1 ORDER BY 1",
    "SELECT o.id FROM orders o ASOF JOIN users u ON o.id >= u.id ORDER BY 1",
    "SELECT id FROM users SEMI JOIN orders ON users.id = orders.user_id ORDER BY 1",
    "SELECT id FROM users WHERE id = ANY (SELECT user_id FROM orders WHERE amount > 1) ORDER BY 1",
    "(SELECT id FROM users ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM orders LIMIT 0)",
    "SELECT id FROM users INTERSECT SELECT user_id FROM orders EXCEPT SELECT 3 ORDER BY 1",
    "VALUES (1, 'a'), (2, 'b')",
    "SELECT seen AT TIME ZONE 'UTC', CAST(seen AS DATE), seen + INTERVAL '1 day' FROM users "
    "ORDER BY 1",
    "SELECT date_diff('day', min(joined), max(joined)), max(joined) - min(joined) FROM users",
    "SELECT list(name ORDER BY id), string_agg(name, ', ' ORDER BY id), arg_max(name, id), "
    "mode(id > 3), bool_or(id > 3), histogram_sum FROM users, (SELECT 1 AS histogram_sum) "
    "GROUP BY histogram_sum",
    "SELECT id AS n, n + 1 AS m FROM users WHERE n > 3 ORDER BY m",
    "SELECT $$it's$$ AS dollar, 'it''s' AS quote, -- comment\n 1 /* comment */ AS one",
    "SELECT users.* EXCLUDE (phone), {'a': id}.a, [id, 2][1] FROM users ORDER BY id",
    "WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a WHERE id > 2) "
    "SELECT a.id FROM a JOIN b ON a.id = b.id ORDER BY 1",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t",
    "SELECT status, ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) FROM orders GROUP BY 1 "
    "ORDER BY 1",
    "SELECT \"id\" AS \"가입자 수\" FROM \"users\" AS \"유저\" ORDER BY \"유저\".\"id\"",
    "SELECT date_trunc('week', joined)::DATE, make_date(2024, 2, 29), last_day(joined), "
    "dayname(joined), joined + 3, epoch(seen) FROM users ORDER BY id",
]  # fmt: skip


@pytest.mark.parametrize("sql", USEFUL)
async def test_useful_sql_means_the_same_behind_the_door(shop: Shop, sql: str) -> None:
    plain = await shop.warehouse.real.fetch(sql, {}, max_rows=1000, seconds=20)
    guarded = await shop.door.fetch(sql, catalog=CATALOG, rights=ALL)
    assert guarded.rows == plain.rows
    assert [n.lower() for n in guarded.names if "(" not in n][:1] in (
        [n.lower() for n in plain.names if "(" not in n][:1],
        [],
    )


NAMES = st.sampled_from(["users", "USERS", "orders", "t", "u"])


@st.composite
def queries(draw: st.DrawFn, scope: tuple[str, ...] = (), depth: int = 3) -> str:
    """Draw a SELECT of one column, id, with CTEs whose names hide tables and each other."""
    ctes: list[str] = []
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        name = draw(NAMES)
        if name.lower() not in {c.split()[0].lower() for c in ctes}:
            inner = draw(queries(scope=scope, depth=depth - 1))
            ctes.append(f"{name} AS ({inner})")
            scope = (*scope, name)
    source = draw(st.sampled_from(("users", "main.users", '"Orders"', *scope)))
    if depth and draw(st.booleans()):
        source = f"({draw(queries(scope=scope, depth=depth - 1))})"
    where = ""
    if depth and draw(st.booleans()):
        where = f" WHERE x.id IN ({draw(queries(scope=scope, depth=depth - 1))})"
    if draw(st.booleans()):
        where += f"{' AND' if where else ' WHERE'} x.id > {draw(st.integers(0, 5))}"
    body = f"SELECT x.id FROM {source} AS x{where}"
    if depth and draw(st.booleans()):
        operator = draw(st.sampled_from(["UNION ALL", "EXCEPT", "INTERSECT"]))
        body = f"({body}) {operator} ({draw(queries(scope=scope, depth=depth - 1))})"
    return f"WITH {', '.join(ctes)} {body}" if ctes else body


@pytest.fixture
def connection(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sql=queries())
def test_full_rights_change_no_result(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    ready = prepare(sql, "duckdb", CATALOG, ALL)
    guarded = connection.execute(ready.sql).fetchall()
    assert sorted(guarded) == sorted(connection.execute(sql).fetchall())


FIRST_TWO = Rights(
    tables=tuple(
        TableRights(
            table=t,
            columns=("id",),
            rows=(Condition(field="id", operator="in", values=(1, 2)),),
        )
        for t in ("users", "orders")
    )
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sql=queries())
def test_narrow_rights_show_only_readable_rows(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> None:
    ready = prepare(sql, "duckdb", CATALOG, FIRST_TWO)
    assert {row[0] for row in connection.execute(ready.sql).fetchall()} <= {1, 2}
