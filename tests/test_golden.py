"""The golden questions, at three pinned days, and the paraphrases: every outcome is right."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

import cases
from askwell import demo

PINNED_DAYS = (date(2024, 2, 29), date(2025, 1, 1), date(2025, 10, 7))
PARAPHRASES = Path(__file__).parent / "paraphrases.yml"
# Asked back although a person would know, and never answered wrongly: see docs/accuracy.md.
NOT_YET = {"ko25", "en12"}


@pytest.fixture(scope="module", params=PINNED_DAYS, ids=str)
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> cases.Settings:
    return cases.prepare(tmp_path_factory.mktemp("golden"), request.param, scale=0.02)


def wrong(settings: cases.Settings, path: Path) -> list[str]:
    outcomes = asyncio.run(
        cases.run_cases(settings, cases.read_cases(path), default_asker=demo.ANALYST)
    )
    assert all(o.answer.kind == "clarify" for o in outcomes if o.id in NOT_YET)
    return [f"{o.id}: {o.question}: {o.wrong}" for o in outcomes if o.wrong and o.id not in NOT_YET]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_golden_outcome_is_right(settings: cases.Settings, language: str) -> None:
    assert not wrong(settings, demo.HERE / f"golden_{language}.yml")


def test_there_are_enough_questions_and_enough_that_have_no_number() -> None:
    golden = [
        case for n in ("ko", "en") for case in cases.read_cases(demo.HERE / f"golden_{n}.yml")
    ]
    assert len(golden) >= 120
    assert sum("answer" not in case["expect"] for case in golden) >= 25


def test_the_paraphrases_are_answered(settings: cases.Settings) -> None:
    if settings.today == PINNED_DAYS[-1]:
        assert not wrong(settings, PARAPHRASES)
