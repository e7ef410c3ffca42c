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
from askwell.grounding.constraints import constraints, prompt_lines
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


SHOP = Catalog(
    tables=(
        Table(name="customers", columns=(column("id", "int*"), column("city", "text"))),
        Table(name="stores", columns=(column("id", "int*"), column("region", "text"))),
        Table(
            name="products",
            columns=(
                column("id", "int*"),
                column("category", "text"),
                column("best_before", "date"),
                column("price", "int"),
            ),
        ),
        Table(name="orders", columns=(column("id", "int*"), column("ordered_at", "timestamp"))),
    )
)
READER = Grounding(SHOP, Clock("Asia/Seoul", TODAY), Tokenizer())


def kinds(question: str, *links: LinkedValue) -> list[str]:
    return [c.kind for c in constraints(question, READER, values=links)]


@pytest.mark.parametrize(
    "question",
    [
        "What is the first name of each of our customers?",
        "List products ordered by customers in Seoul",
        "Which customers ordered at least once?",
        "Which customers ordered one or more products?",
        "Show one of the stores",
        "Which orders have the best ratio?",
        "What is the average order value per customer?",
        "What is the average number of orders per customer?",
        "What is the difference between the highest and the lowest price?",
        "Show the second highest price",
        "top 10% of customers",
        "the 90th percentile of order totals",
        "In order to plan, what products are out of order?",
        "What was sold exactly 2 months after March 2021?",
        "What was sold on the 2 days before Saturday?",
        "How many orders were placed in the last 5 days of March 2024?",
        "How many orders were placed in academic year 2021?",
        "How many orders, not including the current month?",
        "orders between 9am and 5pm",
        "the first 3 letters of the city",
        "users who log in daily",
        "customers on a monthly plan",
        "What is the monthly revenue?",
        "customers who ordered twice as much",
        "Which customers are in most of the regions?",
        "How many orders have a ranking?",
        "What is the best before date of each of them?",
        "성별 비율을 알려줘",
        "개별 주문 금액",
        "특별 할인 상품",
        "한 번이라도 주문한 고객",
        "1인당 구매 금액",
        "20대 고객 수",
        "매월 결제하는 고객",
        "매출 상위 10% 매장",
        "최대 주문 금액",
        "2021년 3월 2개월 후의 주문",
        "첫 구매 고객 수",
        "서울 1호점 주문 수",
        "2023학년도 주문 수",
    ],
)
def test_what_is_not_certain_is_no_demand(question: str) -> None:
    assert kinds(question) == []


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("the last 5 orders", ["limit"]),
        ("orders of the last 5 days", ["period"]),
        ("List the 10 cheapest products", ["limit"]),
        ("List the cheapest 10 products", ["limit"]),
        ("Which stores have the most orders?", ["order"]),
        ("Which store has the most orders?", ["limit"]),
        ("Who are the most loyal customers?", ["order"]),
        ("Find the store with the highest revenue", ["limit"]),
        ("total revenue by category and region in 2024", ["period", "group", "group"]),
        ("monthly revenue for 2024", ["period", "grain"]),
        ("count of orders per store per month", ["grain", "group"]),
        ("orders before 2020 or after 2022", ["period", "period"]),
        ("Sort the products by price", ["order"]),
        ("products priced from lowest to highest", ["order"]),
        ("가장 많이 팔린 상품", ["limit"]),
        ("가장 많이 팔린 상품들", ["order"]),
        ("가장 많이 팔린 상품 5개", ["limit"]),
        ("재고가 적은 순으로 5개", ["limit", "order"]),
        ("올해 지역별 월별 매출", ["period", "grain", "group"]),
        ("가격이 1만원에서 3만원 사이인 상품", ["number"]),
        ("고객 번호 12의 주문", ["number"]),
    ],
)
def test_demands_are_read_in_both_languages(question: str, wanted: list[str]) -> None:
    assert kinds(question) == wanted


CITY = ColumnRef(table="customers", column="city")


def test_a_value_is_told_from_an_ordinary_word() -> None:
    regular = LinkedValue(phrase="regular", column=CITY, stored="Regular")
    top = LinkedValue(phrase="top", column=CITY, stored="Top")
    month = LinkedValue(phrase="March", column=CITY, stored="March")
    assert kinds("convert to a regular number", regular) == []
    assert kinds("how many regular customers", regular) == ["value"]
    assert kinds("the top customers", top) == []
    assert kinds("orders 2 months after March 2021", month) == []


def test_a_code_in_brackets_is_the_same_value() -> None:
    (value,) = constraints(
        "customers in Chicago (ORD)",
        READER,
        values=[
            LinkedValue(phrase="Chicago", column=CITY, stored="Chicago"),
            LinkedValue(phrase="ORD", column=CITY, stored="ORD"),
        ],
    )
    assert value.values == ("Chicago", "ORD")


def test_what_is_in_quotes_is_a_value_and_nothing_else() -> None:
    found = constraints('orders of "Top 5 in 2021" and "COVID-19"', READER)
    assert [(c.kind, c.values) for c in found] == [
        ("value", ("Top 5 in 2021",)),
        ("value", ("COVID-19",)),
    ]


def test_lines_for_the_prompt_are_short_and_resolved() -> None:
    seoul = LinkedValue(phrase="서울", column=CITY, stored="Seoul")
    question = "지난달 서울에서 3만원 이상 주문한 고객 상위 5명을 금액이 높은 순으로"
    assert prompt_lines(constraints(question, READER, values=[seoul])) == (
        "지난달 = 2025-09-01 to 2025-09-30",
        "서울 = customers.city 'Seoul'",
        "3만원 이상 = at least 30000",
        "상위 5명 = the first 5 rows",
        "높은 순 = ORDER BY … DESC",
    )
    assert prompt_lines(constraints("orders in the past 30 days", READER)) == (
        "in the past 30 days = 2025-09-07 to 2025-10-06",
    )
    assert prompt_lines(constraints("orders before 2024", READER)) == (
        "before 2024 = up to 2023-12-31",
    )


def test_a_finding_says_what_to_write() -> None:
    demanded = constraints('orders in March 2024 by customers from "Busan"', READER)
    tree = parse("SELECT count(*) FROM orders", "duckdb")
    findings = tuple(unwitnessed(Subject(tree, SHOP, demanded, TODAY)))
    assert [f.rule for f in findings] == ["unwitnessed_period", "unwitnessed_value"]
    assert "2024-03-01 to 2024-03-31" in findings[0].hint
    assert "orders.ordered_at" in findings[0].hint
    assert "'Busan'" in findings[1].hint


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + " + ".join(["1"] * 200),
        "SELECT 1e99 * 1e99 * 1e99",
        "SELECT " + "9" * 5000,
        "SELECT make_date(2024, 13, 45), date '2024-99-99', '99999999'",
        "VALUES (1), (2)",
    ],
)
def test_no_constant_is_too_odd(sql: str) -> None:
    demanded = constraints("how many orders in March 2024", READER)
    subject = Subject(parse(sql, "duckdb"), SHOP, demanded, TODAY)
    assert len(list(unwitnessed(subject))) == 1
