"""The hand-written SQL of the golden questions runs, on every pinned day."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from askwell import demo

PINNED_DAYS = (date(2024, 2, 29), date(2025, 1, 1), date(2025, 10, 7))
KINDS = {"answer", "clarify", "decline", "chat"}
KEYS = {"id", "question", "lang", "as", "follows", "from", "expect", "sql", "ordered"}
KEYS |= {"metrics", "note"}


def golden(lang: str) -> list[dict[str, Any]]:
    text = (demo.HERE / f"golden_{lang}.yml").read_text("utf-8")
    cases: list[dict[str, Any]] = yaml.safe_load(text)
    return cases


CASES = golden("ko") + golden("en")
WITH_SQL = [case for case in CASES if "sql" in case]


@pytest.fixture(scope="module", params=PINNED_DAYS, ids=str)
def pinned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[date, Path]:
    today: date = request.param
    path = tmp_path_factory.mktemp("golden") / "warehouse.duckdb"
    demo.build(path, scale=0.01, end=today - timedelta(days=1))
    return today, path


def rows(path: Path, sql: str, today: date) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql, {"today": today} if "$today" in sql else None).fetchall()


def test_every_sql_runs_and_returns_rows(pinned: tuple[date, Path]) -> None:
    today, path = pinned
    due = [case for case in WITH_SQL if today > case.get("from", date.min)]
    empty = [case["id"] for case in due if not rows(path, case["sql"], today)]
    assert empty == []


def test_an_order_that_matters_has_no_ties(pinned: tuple[date, Path]) -> None:
    today, path = pinned
    for case in WITH_SQL:
        if case.get("ordered") and today > case.get("from", date.min):
            place = 0 if "order by 1" in case["sql"] else -1
            keys = [row[place] for row in rows(path, case["sql"], today)]
            assert len(set(keys)) == len(keys), case["id"]


def test_cases_are_well_formed() -> None:
    for case in CASES:
        kinds = set(case["expect"].split("|"))
        assert case.keys() <= KEYS, case["id"]
        assert kinds <= KINDS, case["id"]
        assert ("answer" in kinds) == ("sql" in case), case["id"]
        assert case["id"].startswith(case["lang"] + "-"), case["id"]


def test_a_case_follows_an_earlier_one_and_no_two_follow_the_same() -> None:
    seen: set[str] = set()
    followed: set[str] = set()
    for case in CASES:
        parent = case.get("follows")
        assert case["id"] not in seen
        assert parent is None or parent in seen - followed, case["id"]
        followed |= {parent} if parent else set()
        seen.add(case["id"])


def test_there_are_enough_of_each_kind() -> None:
    refused = [case for case in CASES if "answer" not in case["expect"]]
    korean = [case for case in CASES if case["lang"] == "ko"]
    assert len(CASES) >= 130
    assert len(refused) >= 30
    assert 0.4 <= len(korean) / len(CASES) <= 0.6
