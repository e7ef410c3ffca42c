"""What a question wants at all, where the data itself is called by a word that is declined."""

import pytest

from askwell.domain.catalog import Catalog, Column, Table
from askwell.domain.clock import Clock
from askwell.domain.noun import Label
from askwell.grounding.read import Grounding
from askwell.language import Tokenizer


def grounding(column: Column) -> Grounding:
    students = Table(name="student", columns=(Column(name="id", type="bigint"), column))
    return Grounding(Catalog(tables=(students,)), Clock("Asia/Seoul"), Tokenizer())


@pytest.mark.parametrize(
    ("question", "column"),
    [
        (
            "How many students were predicted to graduate in 2020?",
            Column(name="predicted_graduation_semester", type="date"),
        ),
        ("예측 졸업 학기별 학생 수", Column(name="sem", type="text", label=Label(ko="예측 학기"))),
    ],
)
def test_what_a_column_is_called_is_no_forecast(question: str, column: Column) -> None:
    assert grounding(column).read(question).request == "data"
    assert grounding(Column(name="name", type="text")).read(question).request == "forecast"
