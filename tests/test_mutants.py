"""The wrong queries that the checks are measured on, and those that no rule may miss."""

import pytest
from benchmarks.mutants import KINDS, MOST_PER_KIND, Mutant, mutants

from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.parse import parse
from defog_cases import cases
from defog_catalogs import catalog

NEVER_MISSED = {
    "column as another tables": {"unknown_column"},
    "misspelt column": {"unknown_column", "misplaced_alias"},
    "misspelt table": {"unknown_table"},
    "having as where": {"early_aggregate"},
    "equality with null": {"null_comparison"},
    "value in other case": {"unknown_value"},
}


def made(database: str) -> list[Mutant]:
    queries = [case.accepted[-1] for case in cases() if case.database == database]
    return [m for sql in queries for m in mutants(sql, catalog(database))]


@pytest.mark.parametrize("database", ["restaurants", "yelp"])
def test_no_rule_misses_what_cannot_be_right(database: str) -> None:
    missed = []
    for mutant in made(database):
        if expected := NEVER_MISSED.get(mutant.kind):
            tree = parse(mutant.sql, "postgres")
            found = {f.rule for f in check(Subject(tree, catalog(database)))}
            missed += [] if found & expected else [mutant]
    assert missed == []


def test_mutants_are_few_distinct_and_the_same_every_time() -> None:
    sql = "SELECT a.name FROM author a JOIN writes w ON a.aid = w.aid WHERE a.name = 'Ann' LIMIT 5"
    first = mutants(sql, catalog("academic"))
    assert first == mutants(sql, catalog("academic"))
    assert len({m.sql for m in first}) == len(first)
    assert {m.kind for m in first} >= {"dropped join", "wrong column", "dropped limit"}
    assert all([m.kind for m in first].count(kind) <= MOST_PER_KIND for kind in KINDS)
