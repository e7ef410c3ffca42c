"""Hostile SQL: refused before the warehouse is reached, or harmless on real rows."""

from pathlib import Path

import duckdb
import pytest
import yaml

from askwell.domain.noun import Scalar
from askwell.errors import BadQuery, Refused, TooLarge
from askwell.query import Limits, prepare
from askwell.rights import everything
from shop_door import CATALOG, SEOUL, Shop, build, open_shop

STATEMENTS = yaml.safe_load((Path(__file__).parent / "attacks" / "statements.yml").read_text())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("shop") / "shop.duckdb")


@pytest.fixture
async def shop(file: Path):
    shop = open_shop(file)
    yield shop
    await shop.warehouse.close()


def test_there_are_enough_hostile_statements() -> None:
    assert len(STATEMENTS) >= 80
    assert len(set(STATEMENTS.values())) == len(STATEMENTS)


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS.keys())
async def test_hostile_statement_never_reaches_the_warehouse(shop: Shop, sql: str) -> None:
    with pytest.raises((Refused, BadQuery)):
        await shop.run(sql, SEOUL)
    assert shop.warehouse.calls == []
    assert shop.memory.events[-1]["outcome"] in ("Refused", "BadQuery")


@pytest.mark.parametrize(
    "sql", ["(" * 50_000 + "1" + ")" * 50_000, "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
            "SELECT 1" + " + 1" * 30_000, "SELECT " + "-" * 1 + " - " * 3000 + "1",
            "SELECT * FROM " + "(SELECT * FROM " * 3000 + "users" + ")" * 3000,
            "SELECT '" + "x" * 200_000 + "'"],
    ids=["parentheses", "select_parentheses", "plus", "minus", "subqueries", "long"],
)  # fmt: skip
async def test_absurd_size_is_an_honest_error(shop: Shop, sql: str) -> None:
    with pytest.raises((BadQuery, Refused)):
        await shop.run(sql, SEOUL)


def shown(rows: tuple[tuple[Scalar, ...], ...]) -> str:
    return repr(rows)


LEGAL = {
    "star": "SELECT * FROM users",
    "alias_star": "SELECT u.* FROM users u",
    "whole_row": "SELECT u FROM users u",
    "whole_row_own_name": "SELECT users FROM users",
    "row_as_json": "SELECT to_json(u) FROM users u",
    "row_to_json": "SELECT row_to_json(u) FROM users u",
    "row_as_text": "SELECT u::VARCHAR FROM users u",
    "row_in_list": "SELECT list(u) FROM users u",
    "row_max": "SELECT max(u) FROM users u",
    "any_row": "SELECT any_value(users) FROM users",
    "struct_access": "SELECT struct_extract(u, 'name') FROM users u",
    "by_position": "SELECT * FROM users u(a, b, c, d)",
    "quoted": 'SELECT * FROM "USERS"',
    "schema": "SELECT * FROM main.users",
    "schema_column": "SELECT main.users.name FROM main.users",
    "from_first": "FROM users",
    "table_word": "TABLE users",
    "exclude": "SELECT * EXCLUDE (name) FROM users",
    "replace": "SELECT * REPLACE (upper(name) AS name) FROM users",
    "natural_join": "SELECT * FROM users NATURAL JOIN (SELECT DISTINCT user_id AS id FROM orders)",
    "using": "SELECT * FROM users JOIN (SELECT user_id AS id FROM orders) o USING (id)",
    "parenthesised_join": "SELECT * FROM (users JOIN orders ON users.id = orders.user_id)",
    "self_join": "SELECT a.*, b.* FROM users a CROSS JOIN users b",
    "correlated": "SELECT (SELECT max(name) FROM users u WHERE u.id = o.user_id) FROM orders o",
    "lateral": "SELECT * FROM orders o, LATERAL (SELECT * FROM users u WHERE u.id = o.user_id) x",
    "cte": "WITH u AS (SELECT * FROM users) SELECT * FROM u",
    "cte_same_name": "WITH users AS (SELECT * FROM users) SELECT * FROM users",
    "cte_other_case": 'WITH "Users" AS (SELECT * FROM USERS) SELECT "users".name FROM users',
    "cte_of_cte": "WITH a AS (SELECT * FROM users), users AS (SELECT * FROM a) SELECT * FROM users",
    "cte_inside": "SELECT * FROM (WITH users AS (SELECT * FROM users) SELECT * FROM users)",
    "union": "SELECT name FROM users UNION ALL SELECT name FROM users",
    "recursive": (
        "WITH RECURSIVE t AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) "
        "SELECT * FROM t JOIN users ON users.id = t.n"
    ),
    "exists": "SELECT name FROM users WHERE EXISTS (FROM orders WHERE orders.user_id = users.id)",
    "window": "SELECT name, lag(name) OVER (ORDER BY id) FROM users",
    "pivot": "SELECT * FROM users PIVOT (count(*) FOR region IN ('Seoul', 'Busan'))",
    "group_all": "SELECT *, count(*) FROM users GROUP BY ALL",
    "order_all": "SELECT * FROM users ORDER BY ALL",
    "rows_of_all": "SELECT * FROM users WHERE region = 'Busan' OR true OR region IS NULL",
    "counts": "SELECT region, count(*) FROM users GROUP BY region",
    "comment_trick": "SELECT * FROM users -- ) OR (true",
    "left_join": "SELECT o.id, u.region FROM orders o LEFT JOIN users u ON u.id = o.user_id",
}  # fmt: skip


@pytest.mark.parametrize("sql", LEGAL.values(), ids=LEGAL.keys())
async def test_legal_select_shows_nothing_hidden(shop: Shop, sql: str) -> None:
    result = await shop.run(sql, SEOUL)
    text = shown(result.rows)
    assert "SECRET" not in text
    for hidden in ("name-1'", "name-3", "NAME-3", "7770"):
        assert hidden not in text
    assert "phone" not in text + repr(result.columns)
    if "Busan" not in sql:
        assert "Busan" not in text
    assert result.rows


HIDDEN_COLUMN = {
    "star_like": "SELECT * LIKE 'ph%' FROM users",
    "named": "SELECT phone FROM users",
    "qualified": "SELECT users.phone FROM users",
    "aliased": "SELECT u.phone FROM users u",
    "quoted": 'SELECT "PHONE" FROM users',
    "struct": "SELECT u.u.phone FROM users u",
    "extract": "SELECT struct_extract(u, 'phone') FROM users u",
    "json": "SELECT to_json(u) ->> '$.phone' AS p FROM users u WHERE p IS NOT NULL OR error('x')",
    "where": "SELECT id FROM users WHERE phone LIKE '010%'",
    "order": "SELECT id FROM users ORDER BY phone",
    "using": "SELECT * FROM users a JOIN users b USING (phone)",
    "exclude": "SELECT * EXCLUDE (phone) FROM users",
    "rowid": "SELECT rowid FROM users",
    "outer": "SELECT (SELECT phone) FROM users",
    "rule_column_of_orders": "SELECT region FROM orders",
}


@pytest.mark.parametrize("sql", HIDDEN_COLUMN.values(), ids=HIDDEN_COLUMN.keys())
async def test_hidden_column_cannot_be_used(shop: Shop, sql: str) -> None:
    with pytest.raises((BadQuery, Refused)) as caught:
        await shop.run(sql, SEOUL)
    assert "SECRET" not in str(caught.value)
    assert "LIMIT" not in str(caught.value)


@pytest.mark.parametrize("sql", [*LEGAL.values(), *HIDDEN_COLUMN.values()])
def test_duckdb_itself_reads_only_narrowed_tables_in_it(sql: str) -> None:
    """Ask DuckDB's own parser which tables the SQL names that would run."""
    try:
        ready = prepare(sql, "duckdb", CATALOG, SEOUL)
    except Refused:
        return
    query = """
        SELECT value ->> '$.schema_name', value ->> '$.table_name'
        FROM json_tree(json_serialize_sql($sql::VARCHAR)::JSON)
        WHERE json_exists(value, '$.table_name') AND value ->> '$.type' = 'BASE_TABLE'
    """
    named = duckdb.execute(query, {"sql": ready.sql}).fetchall()
    assert named
    for schema, table in named:
        own = schema == "" and table.startswith("askwell_cte_")
        assert own or (schema == "main" and table in ("users", "orders"))


async def test_error_does_not_speak_of_renamed_ctes(shop: Shop) -> None:
    with pytest.raises(BadQuery) as caught:
        await shop.run("WITH a AS (SELECT 1 AS x) SELECT * FROM a JOIN a AS b USING (y)", SEOUL)
    assert "askwell" not in str(caught.value)


async def test_error_of_a_cast_shows_no_hidden_row(shop: Shop) -> None:
    sql = "SELECT id FROM users WHERE CASE WHEN region = 'Busan' THEN name::INTEGER ELSE 1 END = 1"
    result = await shop.run(sql, SEOUL)
    assert [row[0] for row in result.rows] == [0, 2, 4, 6, 8]


async def test_unknown_and_hidden_tables_are_refused_in_the_same_words(shop: Shop) -> None:
    messages = []
    for table in ("salaries", "nonsense"):
        with pytest.raises(Refused) as caught:
            await shop.run(f"SELECT * FROM {table}", SEOUL)
        messages.append(str(caught.value).replace(table, "TABLE"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(i) FROM range(10000000000) t(i)",
        "SELECT string_agg(repeat('x', 1000), '') FROM range(10000000000)",
        "WITH RECURSIVE t AS (SELECT repeat('x', 1000) s UNION ALL SELECT s || s FROM t) "
        "SELECT count(s) FROM t",
        "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c",
        "SELECT * FROM range(10000000000) t(i) ORDER BY i % 7",
    ],
)
async def test_memory_bomb_ends_in_an_error(shop: Shop, sql: str) -> None:
    with pytest.raises((TooLarge, BadQuery)):
        await shop.run(sql, everything(CATALOG), limits=Limits(seconds=1))
