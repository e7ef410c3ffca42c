"""A second company of another trade passes, and nothing in src knows the first one."""

import asyncio
import re
from datetime import date
from pathlib import Path

import pytest

import cases
from askwell import wiring
from companies import bakery

SRC = Path(__file__).parents[1] / "src" / "askwell"
DEMO_WORDS = re.compile(
    r"moapay|모아페이|모아머니|\b(cashback|coupon|wallet|identity_check)s?\b|캐시백|가맹점|거래액|\bgmv\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[cases.Outcome]:
    home = tmp_path_factory.mktemp("bakery")
    bakery.build(home / "bakery.duckdb")
    settings = cases.settings_for(
        home,
        date(2024, 11, 18),
        ASKWELL_WAREHOUSE_URL=f"duckdb:///{home / 'bakery.duckdb'}",
        ASKWELL_DBT_PROJECT=str(bakery.DBT_PROJECT),
        ASKWELL_KNOWLEDGE=str(bakery.KNOWLEDGE),
        ASKWELL_POLICY=str(bakery.POLICY),
    )
    asyncio.run(wiring.learn(settings))
    questions = cases.read_cases(bakery.CASES)
    return asyncio.run(
        cases.run_cases(settings, questions, default_asker="minji@risebakery.example")
    )


def test_every_outcome_of_the_second_company_is_right(outcomes: list[cases.Outcome]) -> None:
    assert len(outcomes) >= 30
    assert not [f"{o.id}: {o.question}: {o.wrong}" for o in outcomes if o.wrong]


def test_no_demo_word_is_outside_the_demo() -> None:
    found = [
        f"{path.relative_to(SRC)}:{number}: {line.strip()}"
        for path in sorted(SRC.rglob("*"))
        if path.suffix in {".py", ".yaml", ".po", ".sql"} and "demo" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if DEMO_WORDS.search(line)
    ]
    assert not found, "\n".join(found)
