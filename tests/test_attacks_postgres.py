"""Hostile SQL on PostgreSQL: refused before it is reached, or harmless on real rows."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import yaml

from askwell.errors import BadQuery, Refused, TimedOut, TooLarge
from askwell.query import Limits, prepare
from askwell.rights import everything
from postgres_parser import Parser
from postgres_server import Server
from shop_door import POSTGRES_CATALOG, SEOUL, SQL, Shop, open_postgres_shop

ATTACKS = Path(__file__).parent / "attacks"
OWN = yaml.safe_load((ATTACKS / "postgres.yml").read_text())
COMMON = yaml.safe_load((ATTACKS / "statements.yml").read_text())
# `{:2000000000}` is a width to DuckDB and plain text to PostgreSQL.
COMMON.pop("format_bomb")
STATEMENTS = {**{f"common_{k}": v for k, v in COMMON.items()}, **OWN}
# A function of somebody's in the database, which must stay out of reach.
EVIL = """
CREATE FUNCTION evil(x integer) RETURNS integer LANGUAGE sql AS 'SELECT max(amount) FROM salaries';
CREATE FUNCTION lower(x integer) RETURNS integer LANGUAGE sql AS 'SELECT max(amount) FROM salaries';
CREATE SCHEMA private;
CREATE TABLE private.users AS SELECT 'SECRET' AS name;
CREATE TABLE "Users" AS SELECT 'SECRET' AS name;
"""


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.create("hostile", sql=SQL + EVIL)


@pytest.fixture
async def shop(url: str) -> AsyncIterator[Shop]:
    shop = open_postgres_shop(url)
    yield shop
    await shop.warehouse.close()


@pytest.fixture(scope="module")
def parser(url: str) -> Iterator[Parser]:
    parser = Parser(url)
    yield parser
    parser.close()


def test_there_are_enough_hostile_statements() -> None:
    assert len(OWN) >= 80
    assert len(set(STATEMENTS.values())) >= len(STATEMENTS) - 20


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS.keys())
async def test_hostile_statement_never_reaches_the_warehouse(shop: Shop, sql: str) -> None:
    with pytest.raises((Refused, BadQuery)):
        await shop.run(sql, SEOUL)
    assert shop.warehouse.calls == []
    assert shop.memory.events[-1]["outcome"] in ("Refused", "BadQuery")


LEGAL = {
    "star": "SELECT * FROM users",
    "alias_star": "SELECT u.* FROM users u",
    "whole_row": "SELECT u FROM users u",
    "whole_row_own_name": "SELECT users FROM users",
    "row_star": "SELECT (u).* FROM users u",
    "row_field": "SELECT (u).name FROM users u",
    "row_as_text": "SELECT u::text FROM users u",
    "row_constructor": "SELECT ROW(u.*) FROM users u",
    "to_json": "SELECT to_json(u) FROM users u",
    "row_to_json": "SELECT row_to_json(u) FROM users u",
    "jsonb_agg": "SELECT jsonb_agg(u) FROM users u",
    "array_agg": "SELECT array_agg(u) FROM users u",
    "json_each": "SELECT e.* FROM users u, json_each_text(row_to_json(u)) AS e",
    "attribute_notation": "SELECT u.row_to_json FROM users u",
    "attribute_notation_json": "SELECT u.to_jsonb FROM users u",
    "concat": "SELECT concat(u, '') FROM users u",
    "group_by_row": "SELECT u, count(*) FROM users u GROUP BY u",
    "order_by_row": "SELECT u.id FROM users u ORDER BY u",
    "distinct_row": "SELECT DISTINCT u FROM users u",
    "row_comparison": "SELECT a.id FROM users a JOIN users b ON a = b",
    "by_position": "SELECT * FROM users u(a, b, c, d)",
    "upper_case": "SELECT * FROM USERS",
    "quoted": 'SELECT "users"."name" FROM "users"',
    "schema": "SELECT * FROM public.users",
    "schema_column": "SELECT public.users.name FROM public.users",
    "table_word": "TABLE users",
    "natural_join": "SELECT * FROM users NATURAL JOIN (SELECT user_id AS id FROM orders) o",
    "using": "SELECT * FROM users JOIN (SELECT user_id AS id FROM orders) o USING (id)",
    "parenthesised_join": "SELECT * FROM (users JOIN orders ON users.id = orders.user_id)",
    "correlated": "SELECT (SELECT max(name) FROM users u WHERE u.id = o.user_id) FROM orders o",
    "lateral": "SELECT * FROM orders o, LATERAL (SELECT * FROM users u WHERE u.id = o.user_id) x",
    "cte": "WITH u AS (SELECT * FROM users) SELECT * FROM u",
    "cte_same_name": "WITH users AS (SELECT * FROM users) SELECT * FROM users",
    "cte_other_case": 'WITH "Users" AS (SELECT id FROM users) SELECT * FROM users, "Users"',
    "cte_of_cte": "WITH a AS (SELECT * FROM users), users AS (SELECT * FROM a) SELECT * FROM users",
    "materialized": "WITH users AS MATERIALIZED (SELECT * FROM users) SELECT * FROM users",
    "union": "SELECT name FROM users UNION ALL SELECT name FROM users",
    "recursive": (
        "WITH RECURSIVE t AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) "
        "SELECT * FROM t JOIN users ON users.id = t.n"
    ),
    "exists": "SELECT name FROM users WHERE EXISTS (SELECT FROM orders WHERE user_id = users.id)",
    "distinct_on": "SELECT DISTINCT ON (region) * FROM users",
    "rows_of_all": "SELECT * FROM users WHERE region = 'Busan' OR true OR region IS NULL",
    "counts": "SELECT region, count(*) FROM users GROUP BY region",
    "comment_trick": "SELECT * FROM users -- ) OR (true",
    "left_join": "SELECT o.id, u.region FROM orders o LEFT JOIN users u ON u.id = o.user_id",
    "lower_of_somebody": "SELECT lower(name) FROM users",
}


@pytest.mark.parametrize("sql", LEGAL.values(), ids=LEGAL.keys())
async def test_legal_select_shows_nothing_hidden(shop: Shop, sql: str) -> None:
    result = await shop.run(sql, SEOUL)
    text = repr(result.rows)
    for hidden in ("SECRET", "name-1", "name-3", "777"):
        assert hidden not in text
    assert "phone" not in text + repr(result.columns)
    if "Busan" not in sql:
        assert "Busan" not in text
    assert result.rows


HIDDEN = {
    "named": "SELECT phone FROM users",
    "quoted": 'SELECT "phone" FROM users',
    "attribute": "SELECT (u).phone FROM users u",
    "json": "SELECT row_to_json(u)->>'phone' FROM users u WHERE u.phone IS NOT NULL",
    "where": "SELECT id FROM users WHERE phone LIKE '010%'",
    "order": "SELECT id FROM users ORDER BY phone",
    "using": "SELECT * FROM users a JOIN users b USING (phone)",
    "outer": "SELECT (SELECT phone) FROM users",
    "ctid": "SELECT ctid FROM users",
    "xmin": "SELECT u.xmin FROM users u",
    "tableoid": "SELECT tableoid FROM users",
    "user_word": "SELECT user FROM orders",
    "current_role_word": "SELECT current_role",
    "attribute_of_somebody": "SELECT u.evil FROM users u",
    "rule_column_of_orders": "SELECT region FROM orders",
    "upper_case_column": 'SELECT "NAME" FROM users',
}


@pytest.mark.parametrize("sql", HIDDEN.values(), ids=HIDDEN.keys())
async def test_hidden_column_cannot_be_used(shop: Shop, sql: str) -> None:
    with pytest.raises((BadQuery, Refused)) as caught:
        await shop.run(sql, SEOUL)
    for hidden in ("SECRET", "LIMIT", "public", "There is a column"):
        assert hidden not in str(caught.value)


async def test_error_of_a_cast_shows_no_hidden_row(shop: Shop) -> None:
    sql = "SELECT id FROM users WHERE CASE WHEN region = 'Busan' THEN name::integer ELSE 1 END = 1"
    result = await shop.run(sql, SEOUL)
    assert [row[0] for row in result.rows] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT string_agg(repeat('x', 1000), '') FROM generate_series(1, 10000000000)",
        "SELECT array_agg(i) FROM generate_series(1, 10000000000) i",
        "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        "SELECT factorial(30000) * factorial(30000)",
        "SELECT 9.9 ^ 99999 * 9.9 ^ 99999 ^ 99",
    ],
)  # fmt: skip
async def test_bomb_ends_in_an_error(shop: Shop, sql: str) -> None:
    with pytest.raises((TooLarge, BadQuery, TimedOut)):
        await shop.run(sql, everything(POSTGRES_CATALOG), limits=Limits(seconds=0.5))


@pytest.mark.parametrize("sql", LEGAL.values(), ids=LEGAL.keys())
def test_postgres_itself_reads_only_narrowed_tables_in_it(parser: Parser, sql: str) -> None:
    """Ask PostgreSQL's own parser which tables the SQL names that would run."""
    read = parser.relations(prepare(sql, "postgres", POSTGRES_CATALOG, SEOUL).sql)
    assert read
    assert read <= {"users", "orders"}  # in the schema public, which the search path finds
