"""Moapay, a payments app that does not exist: its warehouse, dbt project, words and people."""

from datetime import date
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
DBT_PROJECT: Final = HERE / "dbt"
KNOWLEDGE: Final = HERE / "knowledge"
POLICY: Final = HERE / "policy.yml"

NAME: Final = "Moapay"

ANALYST: Final = "jiwoo@moapay.example"
MARKETER: Final = "minseo@moapay.example"
PARTNER_MANAGER: Final = "hajun@moapay.example"
FINANCE_LEAD: Final = "seoyeon@moapay.example"

FIRST_QUESTION: Final = "2024년 1년간 모아페이 가입자 수를 월별 오름차순으로 알려줘"
FOLLOW_UP: Final = "그럼 2023년은?"
ENGLISH_QUESTION: Final = "What was the payment success rate by payment method in March 2024?"


def build(path: Path, *, seed: int = 7, scale: float = 1.0, end: date) -> None:
    """Write the demo warehouse to `path`, with data up to and including `end`.

    Raises:
        ValueError: `end` is before the company's first day.
    """
    from askwell.demo.generate import build as generate  # duckdb only where it is needed

    generate(path, seed=seed, scale=scale, end=end)
