from datetime import date

import duckdb
import pytest

from askwell.domain.catalog import Parameter, ResultColumnSpec, Value, VerifiedQuery
from askwell.domain.intent import Argument, Intent, Period
from askwell.errors import BadQuery, Refused
from askwell.metrics import bind

MARCH = Period(start=date(2024, 3, 1), end=date(2024, 3, 31))
QUERY = VerifiedQuery(
    name="late",
    sql="""
SELECT d AS day, $least AS least, $os AS os FROM range(DATE '2024-01-01', DATE '2025-01-01',
    INTERVAL 1 DAY) t(d)
WHERE d BETWEEN $during_start AND $during_end AND ($os IS NULL OR $os <> 'none') AND d >= $since
    AND $by = 'day'
ORDER BY 1
""",
    parameters=(
        Parameter(name="during", type="period"),
        Parameter(name="least", type="number", default=3),
        Parameter(name="os", type="enum", values=(Value(stored="IOS"), Value(stored="ANDROID"))),
        Parameter(name="since", type="date", default="2024-03-30"),
        Parameter(name="by", type="grain", default="day"),
        Parameter(name="unused", type="text", default="x"),
    ),
    columns=(ResultColumnSpec(name="day", role="time"), ResultColumnSpec(name="least")),
)


def bound(period: Period | None = MARCH, **arguments):
    given = tuple(Argument(name=n, value=v) for n, v in arguments.items())
    intent = Intent(verified="late", period=period, arguments=given)
    return bind(QUERY, intent, dialect="duckdb")


def test_defaults_the_intents_period_and_null_for_what_may_be_left_out():
    draft = bound()
    assert draft.way == "verified"
    assert draft.parameters == {
        "during_start": date(2024, 3, 1),
        "during_end": date(2024, 3, 31),
        "least": 3,
        "os": None,
        "since": date(2024, 3, 30),
        "by": "day",
    }
    found = duckdb.connect().execute(draft.sql, draft.parameters).fetchall()
    assert [row[1:] for row in found] == [(3, None), (3, None)]
    assert [(c.name, c.role, c.type) for c in draft.columns] == [
        ("day", "time", "date"),
        ("least", "metric", "numeric"),
    ]


def test_arguments_win_over_defaults_and_stay_values():
    april = Period(start=date(2024, 4, 1), end=date(2024, 4, 2))
    draft = bound(during=april, least="2.5", os="IOS", since=date(2024, 4, 2))
    found = duckdb.connect().execute(draft.sql, draft.parameters).fetchall()
    assert [(row[0].day, float(row[1]), row[2]) for row in found] == [(2, 2.5, "IOS")]
    assert "2.5" not in draft.sql


WRONG = [
    ({"least": "many"}, BadQuery, "'least' takes a number"),
    ({"least": True}, BadQuery, "'least' takes a number"),
    ({"since": "yesterday"}, BadQuery, "'since' takes a date"),
    ({"since": MARCH}, BadQuery, "not a period"),
    ({"during": "2024"}, BadQuery, "first and a last day"),
    ({"os": "IOS' OR 1=1"}, Refused, "'os' cannot be"),
    ({"by": "decade"}, Refused, "'by' cannot be"),
    ({"unused": 3}, BadQuery, "'unused' takes a text"),
    ({"other": 3}, BadQuery, "no parameter 'other'"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG, ids=lambda v: str(v)[:30])
def test_a_wrong_argument_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        bound(**arguments)


def test_a_missing_argument_is_named():
    with pytest.raises(BadQuery, match="'during' needs a value"):
        bound(period=None)


def test_sql_with_an_undeclared_parameter_is_refused():
    query = QUERY.model_copy(update={"parameters": QUERY.parameters[:1]})
    with pytest.raises(BadQuery, match=r"uses \$by"):
        bind(query, Intent(period=MARCH), dialect="duckdb")
