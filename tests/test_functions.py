"""The allow-list of functions, proven against every function that DuckDB has."""

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.rights import Rights
from askwell.errors import BadQuery, Refused
from askwell.query import prepare
from askwell.sql.functions import ALLOWED, SYNTAX
from askwell.sql.parse import parse, render

DUCK = ALLOWED["duckdb"]
# DuckDB's parser knows these itself, so its list of functions does not.
IN_THE_GRAMMAR = {"coalesce", "ifnull", "extract", "grouping", "percentile_cont", "percentile_disc"}
VOLATILE = {"gen_random_uuid", "uuid"}
# Replaced by askwell's own clock before the guard looks.
CLOCK = {"now", "today", "current_date", "current_localtimestamp"}
ARGUMENTS = ("", "1", "'a'", "x, y", "'a', x, y", "x, y, 1, 2")


def names_in_duckdb() -> list[str]:
    rows = duckdb.execute("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1")
    return [row[0] for row in rows.fetchall()]


OTHERS = [
    name
    for name in names_in_duckdb()
    if name.isidentifier() and name.lower() not in DUCK.functions | DUCK.table_functions | CLOCK
]


def refused(sql: str) -> bool:
    try:
        prepare(sql, "duckdb", Catalog(), Rights())
    except (BadQuery, Refused):
        return True
    return False


def test_duckdb_has_hundreds_of_functions_to_refuse() -> None:
    assert len(OTHERS) > 500


@pytest.mark.parametrize("name", OTHERS)
def test_function_outside_the_list_is_refused(name: str) -> None:
    for call in (f"{name}({a})" for a in ARGUMENTS):
        assert refused(f"SELECT {call}"), call
        assert refused(f"SELECT * FROM {call}"), call


@pytest.mark.parametrize("name", sorted(DUCK.functions))
def test_listed_function_exists_and_is_accepted(name: str) -> None:
    assert name in names_in_duckdb() or name in IN_THE_GRAMMAR
    accepted = [
        a
        for a in (*ARGUMENTS, "x", "DAY FROM x", "x, 3", "x, 3, 'y'")
        if not refused(f"SELECT {name}({a})")
    ]
    assert accepted


@pytest.mark.parametrize("name", sorted(DUCK.functions))
def test_listed_function_is_not_volatile(name: str) -> None:
    volatile = duckdb.execute(
        "SELECT count(*) FROM duckdb_functions() WHERE function_name = $name "
        "AND stability = 'VOLATILE'",
        {"name": name},
    ).fetchone()
    assert volatile == (0,) or name in VOLATILE


def test_every_parsed_class_is_a_class_of_sqlglot() -> None:
    keys = {c.key for c in vars(exp).values() if isinstance(c, type) and issubclass(c, exp.Expr)}
    assert keys >= DUCK.parsed | SYNTAX


def test_no_parsed_class_is_there_without_a_listed_function() -> None:
    used = set()
    for name in DUCK.functions | DUCK.table_functions:
        for arguments in (*ARGUMENTS, "x", "*", "DAY FROM x", "'day', x", "x, 0.5", "x, 'a'"):
            try:
                tree = sqlglot.parse_one(f"SELECT {name}({arguments})", read="duckdb")
            except sqlglot.ParseError:
                continue
            used |= {node.key for node in tree.find_all(exp.Func)}
    assert used >= DUCK.parsed


@pytest.mark.parametrize("name", sorted(DUCK.functions))
def test_what_a_listed_function_is_rendered_as_is_listed_too(name: str) -> None:
    """Ask DuckDB's own parser which functions the rendered SQL calls."""
    for arguments in (*ARGUMENTS, "x"):
        sql = f"SELECT {name}({arguments})"
        if refused(sql) or (name in VOLATILE and arguments):
            continue
        rendered = render(parse(sql, "duckdb"), "duckdb")
        for called in functions_called(rendered):
            assert called in DUCK.functions | RENDERED_BY_SQLGLOT, (rendered, called)


# Operators, and what sqlglot writes for the third argument of array_to_string.
RENDERED_BY_SQLGLOT = {"+", "-", "*", "/", "//", "%", "**", "||", "->", "->>", "@>", "&&"}
RENDERED_BY_SQLGLOT |= {"list_transform"}


def functions_called(sql: str) -> set[str]:
    query = """
        SELECT DISTINCT lower(value ->> '$.function_name')
        FROM json_tree(json_serialize_sql($sql::VARCHAR)::JSON)
        WHERE key IS NOT NULL AND json_exists(value, '$.function_name')
    """
    return {row[0] for row in duckdb.execute(query, {"sql": sql}).fetchall() if row[0]}
