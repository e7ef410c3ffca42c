"""The guard and the rights in PostgreSQL's dialect: names as it folds them, real questions."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askwell.domain.catalog import Catalog, Column, Condition, Table
from askwell.domain.noun import Scalar
from askwell.domain.result import Draft
from askwell.domain.rights import Rights, TableRights
from askwell.errors import BadQuery, Refused
from askwell.query import check, prepare
from askwell.rights import everything
from askwell.sql.clock import NOW
from askwell.sql.parse import parse, render
from askwell.warehouses import FoundTable, Rows
from askwell.warehouses.postgres import Postgres
from defog_cases import DATABASES, cases
from postgres_server import Server
from shop_door import POSTGRES_CATALOG, SEOUL, SQL, Shop, open_postgres_shop

ALL = everything(POSTGRES_CATALOG)


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.create("guard", sql=SQL)


@pytest.fixture
async def shop(url: str) -> AsyncIterator[Shop]:
    shop = open_postgres_shop(url)
    yield shop
    await shop.warehouse.close()


@pytest.mark.parametrize(
    ("sql", "rendered"),
    [
        ('SELECT U.Id, U."Name" FROM Users U', 'SELECT "u"."id", "u"."Name" FROM "users" AS "u"'),
        ("SELECT 가입일 AS 날짜 FROM 회원", 'SELECT "가입일" AS "날짜" FROM "회원"'),
        ("SELECT ÉTÉ FROM t", 'SELECT "ÉtÉ" FROM "t"'),
        ('SELECT "Total Users" FROM "주문"', 'SELECT "Total Users" FROM "주문"'),
        ("SELECT current_schema FROM t", 'SELECT CURRENT_SCHEMA FROM "t"'),
        ("SELECT $Day, $name", "SELECT $Day, $name"),
        ("SELECT a FROM t WHERE a LIKE '5%' AND a % 2 = $n",
         'SELECT "a" FROM "t" WHERE "a" LIKE \'5%\' AND "a" % 2 = $n'),
    ],
)  # fmt: skip
def test_names_are_folded_as_the_server_folds_them(sql: str, rendered: str) -> None:
    assert render(parse(sql, "postgres"), "postgres") == rendered


def test_duckdb_keeps_the_case_of_names() -> None:
    assert render(parse("SELECT Id FROM Users", "duckdb"), "duckdb") == 'SELECT "Id" FROM "Users"'


MIXED = """
CREATE TABLE "Orders" (id integer, "주문 금액" numeric, "select" text, "Mixed" text);
CREATE TABLE orders (id integer, note text);
INSERT INTO "Orders" VALUES (1, 10.5, 'a', 'x');
INSERT INTO orders VALUES (2, 'small');
"""
MIXED_CATALOG = Catalog(
    dialect="postgres",
    tables=(
        Table(
            name="Orders",
            schema_name="public",
            columns=tuple(Column(name=n, type="text") for n in ("id", "주문 금액", "select")),
        ),
        Table(
            name="orders",
            schema_name="public",
            columns=(Column(name="id", type="integer"), Column(name="note", type="text")),
        ),
    ),
)


@pytest.fixture(scope="module")
def mixed(postgres: Server) -> str:
    return postgres.create("mixed", sql=MIXED)


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("SELECT ID FROM ORDERS", (2,)),
        ('SELECT id FROM "Orders"', (1,)),
        ('SELECT o."주문 금액", o."select" FROM "Orders" o', ("10.5", "a")),
        ('SELECT public."Orders".id FROM public."Orders"', (1,)),
        ('WITH "ORDERS" AS (SELECT 3 AS id) SELECT id FROM orders', (2,)),
        ('WITH "ORDERS" AS (SELECT 3 AS id) SELECT id FROM "ORDERS"', (3,)),
        ('SELECT * FROM "Orders"', (1, "10.5", "a")),
    ],
)
async def test_tables_are_told_apart_by_case(mixed: str, sql: str, row: tuple[Scalar, ...]) -> None:
    warehouse = Postgres(mixed)
    ready = prepare(sql, "postgres", MIXED_CATALOG, everything(MIXED_CATALOG))
    rows = await warehouse.fetch(ready.sql, {}, max_rows=9, seconds=9)
    await warehouse.close()
    assert [str(v) for v in rows.rows[0]] == [str(v) for v in row]


@pytest.mark.parametrize("sql", ['SELECT * FROM "ORDERS"', 'SELECT * FROM "PUBLIC".orders'])
def test_a_quoted_name_is_only_itself(sql: str) -> None:
    with pytest.raises(Refused):
        prepare(sql, "postgres", MIXED_CATALOG, everything(MIXED_CATALOG))


def test_rights_on_one_give_none_on_the_other() -> None:
    rights = Rights(tables=(TableRights(table="orders", columns=("id",)),))
    assert prepare("SELECT id FROM Orders", "postgres", MIXED_CATALOG, rights).tables == ("orders",)
    with pytest.raises(Refused):
        prepare('SELECT id FROM "Orders"', "postgres", MIXED_CATALOG, rights)


def test_audit_names_the_table_behind_a_cte_of_another_case() -> None:
    sql = 'WITH "Orders" AS (SELECT 1 AS id) SELECT * FROM orders, "Orders" AS o'
    ready = prepare(sql, "postgres", MIXED_CATALOG, everything(MIXED_CATALOG))
    assert ready.tables == ("orders",)


async def test_parameters_go_beside_percent_signs(shop: Shop) -> None:
    sql = "SELECT count(*) FROM users WHERE name LIKE '%1%' AND id % 10 = $n AND region = $region"
    result = await shop.run(sql, ALL, n=1, region="Busan")
    assert result.rows == ((1,),)
    draft = Draft(sql=sql, dialect="postgres", way="verified", parameters={"n": 1, "region": "x"})
    assert await shop.door.explain(draft, catalog=POSTGRES_CATALOG, rights=ALL)


async def test_parameter_without_a_value_is_a_bad_query(shop: Shop) -> None:
    with pytest.raises(BadQuery, match=r"\$n"):
        await shop.run("SELECT id FROM users WHERE id = $n", ALL)


async def test_the_clock_is_askwells(shop: Shop) -> None:
    sql = "SELECT CURRENT_DATE, now(), localtimestamp, current_date - 1, age(DATE '2025-12-31')"
    (row,) = (await shop.run(sql, ALL)).rows
    zone = row[1].tzinfo  # type: ignore[union-attr]
    now = datetime(2026, 1, 1, 9, tzinfo=zone)
    assert row[:3] == (now.date(), now, now.replace(tzinfo=None))
    assert [str(v) for v in row[3:]] == ["2025-12-31", "1 day"]


async def test_row_rules_hold(shop: Shop) -> None:
    rule = Condition(field="id", operator="between", values=(2, 4))
    rights = Rights(tables=(TableRights(table="users", columns=("id", "seen"), rows=(rule,)),))
    result = await shop.run("SELECT * FROM Users", rights)
    assert [row[0] for row in result.rows] == [2, 3, 4]
    assert [c.name for c in result.columns] == ["id", "seen"]


@pytest.mark.parametrize(
    ("sql", "rule", "hint"),
    [
        ("DELETE FROM users", "reads_only", "write one SELECT"),
        ("SELECT sub_string(name) FROM users", "known_functions", "substring"),
        ("SELECT pg_sleep(1)", "known_functions", "find another way"),
        ("SELECT id::bigin FROM users", "known_types", "bigint"),
        ("SELECT * FROM dblink('x')", "known_sources", "generate_series"),
        ("SELECT string_agg(name, E'\\n') FROM users", "known_syntax", "chr(10)"),
        ("SELECT * FROM users TABLESAMPLE SYSTEM (1)", "known_syntax", "whole table"),
    ],
)
def test_findings_say_what_to_write_instead(sql: str, rule: str, hint: str) -> None:
    draft = Draft(sql=sql, dialect="postgres", way="generated")
    findings = check(draft, catalog=POSTGRES_CATALOG, rights=ALL)
    assert any(f.rule == rule and hint in f.hint for f in findings), findings


def test_a_finding_is_where_what_it_names_begins() -> None:
    draft = Draft(sql="SELECT\n  lower(pg_sleep(1)::text)", dialect="postgres", way="generated")
    [finding] = check(draft, catalog=POSTGRES_CATALOG, rights=ALL)
    assert (finding.line, finding.column) == (2, 9)


NAMES = st.sampled_from(["users", "USERS", '"Users"', "orders", "t", '"T"'])


@st.composite
def queries(draw: st.DrawFn, scope: tuple[str, ...] = (), depth: int = 3) -> str:
    """Draw a SELECT of one column, id, with CTEs whose names hide tables and each other."""
    ctes: dict[str, str] = {}
    for name in draw(st.lists(NAMES, max_size=2, unique_by=folded)) if depth else ():
        ctes[name] = f"{name} AS ({draw(queries(scope=scope, depth=depth - 1))})"
        scope = (*scope, name)
    source = draw(st.sampled_from(("users", "public.Users", '"orders"', "ORDERS", *scope)))
    if depth and draw(st.booleans()):
        source = f"({draw(queries(scope=scope, depth=depth - 1))})"
    where = ""
    if depth and draw(st.booleans()):
        where = f" WHERE x.id IN ({draw(queries(scope=scope, depth=depth - 1))})"
    body = f"SELECT X.id FROM {source} AS x{where}"
    return f"WITH {', '.join(ctes.values())} {body}" if ctes else body


def folded(name: str) -> str:
    return name.strip('"') if name.startswith('"') else name.lower()


@pytest.fixture(scope="module")
def connection(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@settings(max_examples=150, deadline=None)
@given(sql=queries())
def test_full_rights_change_no_result(
    connection: psycopg.Connection[tuple[object, ...]], sql: str
) -> None:
    ready = prepare(sql, "postgres", POSTGRES_CATALOG, ALL)
    guarded = connection.execute(ready.sql.encode()).fetchall()
    assert sorted(map(repr, guarded)) == sorted(
        map(repr, connection.execute(sql.encode()).fetchall())
    )


FIRST_TWO = Rights(
    tables=tuple(
        TableRights(
            table=table,
            columns=("id",),
            rows=(Condition(field="id", operator="in", values=(1, 2)),),
        )
        for table in ("users", "orders")
    )
)


@settings(max_examples=150, deadline=None)
@given(sql=queries())
def test_narrow_rights_show_only_readable_rows(
    connection: psycopg.Connection[tuple[object, ...]], sql: str
) -> None:
    ready = prepare(sql, "postgres", POSTGRES_CATALOG, FIRST_TWO)
    assert {row[0] for row in connection.execute(ready.sql.encode()).fetchall()} <= {1, 2}


def test_hidden_and_unknown_tables_are_refused_in_the_same_words() -> None:
    said = []
    for table in ("salaries", "nonsense"):
        draft = Draft(sql=f"SELECT * FROM {table}", dialect="postgres", way="generated")
        (finding,) = check(draft, catalog=POSTGRES_CATALOG, rights=SEOUL)
        said.append(finding.message.replace(table, ""))
    assert said[0] == said[1]


ACCEPTED = [(case.database, sql) for case in cases() for sql in case.accepted]


def catalog_of(found: tuple[FoundTable, ...]) -> Catalog:
    tables = tuple(
        Table(
            name=t.name,
            schema_name=t.schema_name,
            columns=tuple(Column(name=c.name, type=c.type) for c in t.columns),
        )
        for t in found
    )
    return Catalog(dialect="postgres", tables=tables)


@pytest.mark.parametrize("database", DATABASES)
async def test_accepted_answers_mean_the_same_behind_the_guard(
    defog: Callable[[str], str], database: str
) -> None:
    warehouse = Postgres(defog(database))
    catalog = catalog_of(await warehouse.tables())
    rights = everything(catalog)
    for sql in (sql for name, sql in ACCEPTED if name == database):
        ready = prepare(sql, "postgres", catalog, rights)
        values = {NOW: datetime.now(UTC)} if ready.reads_clock else {}
        plain = await warehouse.fetch(sql, {}, max_rows=5000, seconds=20)
        guarded = await warehouse.fetch(ready.sql, values, max_rows=5000, seconds=20)
        assert guarded.names == plain.names, sql
        assert shown(guarded) == shown(plain) or ready.reads_clock, sql
        assert len(guarded.rows) == len(plain.rows), sql
        assert await warehouse.explain(ready.sql, values)
    await warehouse.close()


def shown(rows: Rows) -> list[str]:
    return sorted(map(repr, rows.rows))
