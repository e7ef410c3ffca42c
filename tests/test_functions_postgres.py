"""The allow-list of functions, proven against every function that PostgreSQL has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.rights import Rights
from askwell.errors import BadQuery, Refused
from askwell.query import prepare
from askwell.rights import everything
from askwell.sql.functions import ALLOWED, SYNTAX
from postgres_parser import Parser
from postgres_server import Server
from shop_door import POSTGRES_CATALOG, SQL, Shop, open_postgres_shop

ALLOW = ALLOWED["postgres"]
NAMED = ALLOW.functions | ALLOW.table_functions
USEFUL = [
    line
    for line in (Path(__file__).parent / "useful_postgres.sql").read_text("utf-8").splitlines()
    if not line.startswith("-- ")
]
# The server's parser knows these itself, so its list of functions does not.
IN_THE_GRAMMAR = {"all", "coalesce", "greatest", "grouping", "least", "nullif", "row", "trim"}
# `every` and `log10` are listed; sqlglot writes the others for these or for a cast.
VOLATILE = {"gen_random_uuid"}
ARGUMENTS = ("", "1", "x, y", "'a', x, 'b'")
MORE_ARGUMENTS = (
    *("x", "*", "x, 0.5", "x, 'a'", "x, 3, 'y'", "'day', x", "'a', x, y", "x, y, 1, 2", "x, 5"),
    *("DAY FROM x", "x IN y", "x PLACING y FROM 1", "x FROM 2 FOR 3", "days => 1"),
    "DATE '2024-01-01', DATE '2024-01-02', INTERVAL '1 day'",
)


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.create("functions", sql=SQL)


@pytest.fixture(scope="module")
def parser(url: str) -> Iterator[Parser]:
    parser = Parser(url)
    yield parser
    parser.close()


@pytest.fixture
async def shop(url: str):
    shop = open_postgres_shop(url)
    yield shop
    await shop.warehouse.close()


def names_in(postgres: Server) -> set[str]:
    rows = postgres.run("functions", "SELECT DISTINCT proname FROM pg_proc")
    return {str(name) for (name,) in rows}


def narrowed(sql: str) -> str:
    return prepare(sql, "postgres", Catalog(dialect="postgres"), Rights()).sql


def refused(sql: str) -> bool:
    try:
        narrowed(sql)
    except (BadQuery, Refused):
        return True
    return False


def test_every_function_outside_the_list_is_refused(postgres: Server, parser: Parser) -> None:
    """`char(1)`, `interval(1)` and `like(x, y)` are other syntax to sqlglot, and written so."""
    # `now` reads askwell's clock.
    others = sorted(names_in(postgres) - NAMED - {"now"})
    assert len(others) > 2000
    called = [
        sql
        for name in others
        for call in (f"{name}({a})" for a in ARGUMENTS)
        for sql in (f"SELECT {call}", f"SELECT * FROM {call}")
        if not refused(sql) and not parser.functions(narrowed(sql)) <= NAMED | WRITTEN
    ]
    assert called == []


def test_every_listed_function_exists(postgres: Server, url: str) -> None:
    assert names_in(postgres) | IN_THE_GRAMMAR >= NAMED


def test_no_listed_function_is_volatile(postgres: Server, url: str) -> None:
    rows = postgres.run("functions", "SELECT proname FROM pg_proc WHERE provolatile = 'v'")
    assert {str(name) for (name,) in rows} & NAMED == VOLATILE


def test_no_operator_and_no_cast_is_volatile(postgres: Server, url: str) -> None:
    """Operators and casts are called without a name, so the list does not hold them."""
    volatile = """
        SELECT oprname FROM pg_operator JOIN pg_proc p ON p.oid = oprcode WHERE provolatile = 'v'
        UNION ALL
        SELECT proname FROM pg_cast JOIN pg_proc p ON p.oid = castfunc WHERE provolatile = 'v'
    """
    assert postgres.run("functions", volatile) == []


@pytest.mark.parametrize("name", sorted(NAMED))
def test_listed_function_is_accepted(name: str) -> None:
    assert not all(refused(f"SELECT {name}({a})") for a in (*ARGUMENTS, *MORE_ARGUMENTS))


def test_no_parsed_class_is_there_without_use() -> None:
    keys = {c.key for c in vars(exp).values() if isinstance(c, type) and issubclass(c, exp.Expr)}
    assert keys >= ALLOW.parsed | SYNTAX
    calls = [f"SELECT {n}({a})" for n in NAMED for a in (*ARGUMENTS, *MORE_ARGUMENTS)]
    used: set[str] = set()
    for sql in (*calls, *USEFUL):
        try:
            tree = sqlglot.parse_one(sql, read="postgres")
        except sqlglot.ParseError:
            continue
        used |= {node.key for node in tree.find_all(exp.Func)}
    assert used >= ALLOW.parsed


@pytest.mark.parametrize("name", sorted(NAMED))
def test_only_listed_functions_are_called(parser: Parser, name: str) -> None:
    """Ask PostgreSQL's own parser which functions the SQL calls that would run."""
    typed = ("1", "'a'", "1, 2", "'a', 'b'", "'a', 'b', 'c'", "'a', 1", "'a', 1, 2", "1, 2, 3")
    for arguments in (*ARGUMENTS, *typed, "ARRAY[1]", "ARRAY[1], 1", "DATE '2024-01-01'"):
        for sql in (f"SELECT {name}({arguments})", f"SELECT * FROM {name}({arguments})"):
            if not refused(sql):
                assert parser.functions(narrowed(sql)) <= NAMED | WRITTEN, sql


# What a cast calls, what `AT TIME ZONE`, SIMILAR TO and ESCAPE are, and how sqlglot writes
# others of the list.
WRITTEN = {"bool", "bpchar", "float4", "float8", "int2", "int4", "int8", "interval", "numeric"}
WRITTEN |= {"text", "time", "timestamp", "timestamptz", "varchar", "timetz", "json", "jsonb"}
WRITTEN |= {"similar_to_escape", "like_escape", "overlaps"}


@pytest.mark.parametrize("sql", USEFUL)
async def test_useful_sql_means_the_same_behind_the_door(
    shop: Shop, parser: Parser, sql: str
) -> None:
    rights = everything(POSTGRES_CATALOG)
    plain = await shop.warehouse.real.fetch(sql, {}, max_rows=1000, seconds=20)
    guarded = await shop.door.fetch(sql, catalog=POSTGRES_CATALOG, rights=rights)
    assert guarded.rows == plain.rows
    ready = prepare(sql, "postgres", POSTGRES_CATALOG, rights)
    assert parser.functions(ready.sql) <= NAMED | WRITTEN


def test_what_a_row_can_call_as_its_attribute_is_harmless(postgres: Server, url: str) -> None:
    """`u.to_json` is `to_json(u)` to PostgreSQL and a column to the guard."""
    rows = postgres.run("functions", ATTRIBUTES)
    assert {str(name) for (name,) in rows} - NAMED <= HARMLESS


ATTRIBUTES = """
SELECT DISTINCT proname FROM pg_proc
WHERE pronargs - pronargdefaults <= 1 AND pronargs >= 1 AND prokind <> 'p'
  AND proargtypes[0] IN (
    'record'::regtype, '"any"'::regtype, 'anyelement'::regtype, 'anycompatible'::regtype
  )
"""
HARMLESS = {
    *("any_out", "anycompatible_out", "anyelement_out", "hash_record", "record_out", "record_send"),
    *("pg_collation_for", "pg_column_compression", "pg_column_size", "pg_typeof"),
    *("quote_literal", "quote_nullable"),
}
