import asyncio
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from askwell import wiring
from bakery_knowledge import warehouse
from cases import run_cases, settings_for
from companies import bakery

CASES: list[dict[str, Any]] = yaml.safe_load(bakery.CASES.read_text("utf-8"))
ANSWERED = [c for c in CASES if c["expect"] == "answer"]


def test_the_bakery_is_asked_in_both_languages_also_what_no_number_answers() -> None:
    languages = Counter(c["lang"] for c in CASES)
    assert len(CASES) >= 30
    assert min(languages["ko"], languages["en"]) >= 12
    assert len(CASES) - len(ANSWERED) >= 6
    assert len({c["id"] for c in CASES}) == len(CASES)
    assert {c["follows"] for c in CASES if "follows" in c} <= {c["id"] for c in CASES}


@pytest.mark.parametrize("case", ANSWERED, ids=lambda c: c["id"])
def test_the_hand_written_sql_gives_numbers(case: dict[str, Any]) -> None:
    with duckdb.connect(str(warehouse()), read_only=True) as connection:
        rows = connection.execute(case["sql"]).fetchall()
    assert rows
    assert all(value is not None for row in rows for value in row)


def test_every_question_of_the_bakery_comes_out_right(tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path,
        date(2024, 11, 18),
        ASKWELL_WAREHOUSE_URL=f"duckdb:///{warehouse()}",
        ASKWELL_DBT_PROJECT=str(bakery.DBT_PROJECT),
        ASKWELL_KNOWLEDGE=str(bakery.KNOWLEDGE),
        ASKWELL_POLICY=str(bakery.POLICY),
    )
    asyncio.run(wiring.learn(settings))
    asker = "minji@risebakery.example"
    outcomes = asyncio.run(run_cases(settings, CASES, default_asker=asker))
    assert [f"{o.id}: {o.wrong}" for o in outcomes if o.wrong] == []
    assert len(outcomes) == len(CASES)
