"""Demands of a question: found in right SQL in any form, missed where the SQL dropped them."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table
from askwell.domain.clock import Clock
from askwell.domain.recall import Constraint, LinkedValue
from askwell.grounding.constraints import constraints
from askwell.grounding.read import Grounding
from askwell.language import Tokenizer
from askwell.sql.checks import Subject
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.parse import parse

TODAY = date(2025, 10, 7)
Case = dict[str, Any]
TRADES: list[Case] = yaml.safe_load(
    (Path(__file__).parent / "witness_cases.yml").read_text(encoding="utf-8")
)
TRADE = {trade["trade"]: trade for trade in TRADES}


def column(name: str, written: str) -> Column:
    """Read `bigint*` (the key) and `bigint>patients` (a reference)."""
    kind, _, table = written.partition(">")
    target = ColumnRef(table=table, column="id") if table else None
    return Column(
        name=name, type=kind.strip("*"), primary_key=kind.endswith("*"), references=target
    )


@cache
def catalog(trade: str) -> Catalog:
    tables = (
        Table(name=name, columns=tuple(column(c, kind) for c, kind in columns.items()))
        for name, columns in TRADE[trade]["tables"].items()
    )
    return Catalog(dialect=TRADE[trade]["dialect"], tables=tuple(tables))


@cache
def grounding(trade: str) -> Grounding:
    return Grounding(catalog(trade), Clock("Asia/Seoul", TODAY), Tokenizer())


def link(phrase: str, written: str) -> LinkedValue:
    place, _, stored = written.partition(" = ")
    table, _, name = place.partition(".")
    value: str | bool = stored if stored not in {"true", "false"} else stored == "true"
    return LinkedValue(phrase=phrase, column=ColumnRef(table=table, column=name), stored=value)


def demands(trade: str, case: Case) -> tuple[Constraint, ...]:
    links = [link(phrase, written) for phrase, written in case.get("links", {}).items()]
    return constraints(case["question"], grounding(trade), values=links)


def found(trade: str, case: Case, sql: str) -> set[str]:
    tree = parse(sql, catalog(trade).dialect)
    subject = Subject(tree, catalog(trade), demands(trade, case), TODAY)
    return {finding.rule for finding in unwitnessed(subject)}


def pairs(part: str) -> Iterator[Any]:
    for trade in TRADES:
        for case in trade["cases"]:
            if part == "right":
                for number, sql in enumerate(case["right"]):
                    yield pytest.param(
                        trade["trade"], case, sql, id=f"{case['question'][:40]}-{number}"
                    )
                continue
            for kind, queries in case["dropped"].items():
                for number, sql in enumerate(queries):
                    name = f"{case['question'][:40]}-{kind}-{number}"
                    yield pytest.param(trade["trade"], case, kind, sql, id=name)


@pytest.mark.parametrize(("trade", "case", "sql"), [*pairs("right")])
def test_right_sql_shows_every_demand(trade: str, case: Case, sql: str) -> None:
    assert not found(trade, case, sql), demands(trade, case)


@pytest.mark.parametrize(("trade", "case", "kind", "sql"), [*pairs("dropped")])
def test_a_dropped_demand_is_found(trade: str, case: Case, kind: str, sql: str) -> None:
    assert f"unwitnessed_{kind}" in found(trade, case, sql), demands(trade, case)
