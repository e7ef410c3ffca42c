"""Random answers, as hostile as data, questions and models can be."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from askwell.domain.answer import (
    Answer,
    AnswerTable,
    Chart,
    ChartKind,
    ReceiptEntry,
    Series,
    ShownFinding,
    ShownFreshness,
    ShownIntent,
    ShownPeriod,
    TableColumn,
)
from askwell.domain.catalog import Grain, Unit
from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Scalar
from askwell.domain.result import Attempt, ColumnRole, Finding, Way
from askwell.domain.turn import Kind

TURN = "0123456789abcdef0123456789abcdef"
HOSTILE = (
    "<!channel> <!here|x> <@U123> <#C123> <https://evil.example|click>",
    "*bold* _it_ ~gone~ `code` ```block``` > quote",
    "@channel @here #general https://evil.example",
    "\u202ereversed\u202c \u2066isolated\u2069 \u200f",
    "שלום 123 مرحبا 456",
    "👩‍👩‍👧‍👦" * 30,
    "e\u0301" * 200,
    "\0\x07\x1b[31m\r\n\t",
    "\ud800",
    "&amp;&lt;&gt;" * 30,
    "가나다라마바사" * 60,
    "",
    " ",
    "\u200b",
)

texts = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from(HOSTILE),
    st.integers(1, 4000).map("가 ".__mul__),
)
cells: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**38), 10**38),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),  # type: ignore[arg-type]
    texts,
)
columns = st.builds(
    TableColumn,
    name=texts,
    label=texts,
    type=st.just("varchar"),
    unit=st.sampled_from(get_args(Unit)),
    labels=st.dictionaries(st.sampled_from(["1", "True", "CARD"]), texts, max_size=2),
    grain=st.none() | st.sampled_from(get_args(Grain)),
    role=st.sampled_from(get_args(ColumnRole)),
)


@st.composite
def tables(draw: st.DrawFn) -> AnswerTable:
    """Draw a table of up to 40 columns and 5,000 rows, which repeat a few."""
    found = draw(st.lists(columns, max_size=draw(st.sampled_from([1, 2, 5, 20, 21, 40]))))
    few = draw(st.lists(st.tuples(*[cells for _ in found]), max_size=3))
    times = draw(st.sampled_from([1, 1, 33, 100, 1700]))
    rows = tuple(few * times)[:5000]
    more = draw(st.integers(0, 1000))
    return AnswerTable(
        columns=tuple(found),
        rows=rows,
        row_count=len(rows) + more,
        truncated=draw(st.booleans()),
    )


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Draw a chart, with more points and series than Slack takes, gaps and negative values."""
    names = draw(st.lists(texts, max_size=draw(st.sampled_from([3, 7, 20, 25]))))
    values = st.none() | st.floats() | st.integers(-1000, 10**12).map(float)
    series = st.builds(
        Series,
        name=texts,
        values=st.tuples(*[values for _ in names]),
        unit=st.sampled_from(get_args(Unit)),
    )
    return Chart(
        kind=draw(st.sampled_from(get_args(ChartKind))),
        title=draw(texts),
        categories=tuple(names),
        series=tuple(draw(st.lists(series, max_size=8))),
        x_label=draw(texts),
        language=draw(st.sampled_from(["ko", "en"])),
    )


def many(one: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=most).map(tuple)


findings = st.builds(Finding, rule=texts, message=texts)
periods = st.builds(ShownPeriod, start=st.dates(), end=st.dates())
answers = st.builds(
    Answer,
    thread=st.just("t"),
    turn=st.just(TURN),
    kind=st.sampled_from(["answer"] * 6 + [*get_args(Kind)]),
    way=st.none() | st.sampled_from(get_args(Way)),
    language=st.sampled_from(["ko", "en"]),
    headline=texts,
    observations=many(texts),
    table=st.none() | tables(),
    sql=st.none() | texts,
    dialect=st.none() | st.just("duckdb"),
    chart=st.none() | charts(),
    intent=st.none() | st.builds(ShownIntent, period=st.none() | periods),
    receipt=many(st.builds(ReceiptEntry, phrase=texts, role=st.just("metric"), meaning=texts), 120),
    assumptions=many(texts),
    findings=many(st.builds(ShownFinding, rule=texts, message=texts)),
    tables=many(texts),
    freshness=many(
        st.builds(
            ShownFreshness,
            table=texts,
            loaded_at=st.none() | st.datetimes().map(lambda d: d.replace(tzinfo=UTC).isoformat()),
            stale=st.booleans(),
        )
    ),
    choices=many(texts, 120),
    suggestions=many(texts),
    path=many(
        st.builds(
            Attempt,
            kind=st.sampled_from(["written", "mended", "rewritten"]),
            sql=texts,
            notes=many(texts),
            findings=many(findings),
        )
    ),
    owner=texts,
    reference=texts,
)
kept_answers = st.builds(
    KeptAnswer,
    id=st.just(TURN),
    asker=st.just("minji@example.com"),
    question=texts,
    asked=st.just(datetime(2026, 11, 28, 10, tzinfo=UTC)),
    answer=answers,
)


def kept(**given: Any) -> KeptAnswer:
    """Return an answer in Korean about the sign-ups of 2024."""
    body = {
        "thread": "t",
        "turn": TURN,
        "kind": "answer",
        "way": "governed",
        "language": "ko",
        "headline": "2024년 가입자 수는 모두 91명이에요.",
        "sql": "SELECT 1",
        "receipt": (ReceiptEntry(phrase="가입자", role="metric", meaning="가입자 수"),),
    }
    return KeptAnswer(
        id=TURN,
        asker="minji@example.com",
        question="2024년 가입자 수를 월별로 알려줘",
        asked=datetime(2026, 11, 28, 10, tzinfo=UTC),
        answer=Answer(**{**body, **given}),
    )


MONTH = TableColumn(name="m", label="월", type="date", grain="month", role="time")
USERS = TableColumn(name="new_users", label="가입자 수", type="bigint", unit="people")


def by_month(*values: Scalar) -> AnswerTable:
    """Return a table of a value a month of 2024."""
    rows = tuple((date(2024, i, 1), v) for i, v in enumerate(values, 1))
    return AnswerTable(columns=(MONTH, USERS), rows=rows, row_count=len(rows))


def line(*values: float | None, kind: ChartKind = "line", **given: Any) -> Chart:
    """Return a chart of one series."""
    series = Series(name="가입자 수", values=values, unit=given.pop("unit", "people"))
    names = given.pop("names", [f"{i}월" for i in range(1, len(values) + 1)])
    return Chart(kind=kind, title="x", categories=tuple(names), series=(series,), **given)


AMOUNT = Decimal("1234.5")
