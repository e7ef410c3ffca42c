"""The development questions: each with every accepted query, written out."""

from itertools import chain
from pathlib import Path

from askwell.evaluation.cases import Case, load, variants

FOLDER = Path(__file__).parent / "defog"
DATABASES = ("academic", "advising", "atis", "geography", "restaurants", "scholar", "yelp")


def cases() -> list[Case]:
    """Return all questions in the order of the file."""
    return [_written_out(case) for case in load(FOLDER / "questions.csv")]


def _written_out(case: Case) -> Case:
    accepted = chain.from_iterable(map(variants, case.accepted))
    return case.model_copy(update={"accepted": tuple(accepted)})
