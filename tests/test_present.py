"""What an answer says: sentences by shape, each number out of the table."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askwell.agent.facts import Facts
from askwell.agent.headline import headline
from askwell.agent.observations import observations
from askwell.agent.present import shown_intent, shown_table
from askwell.agent.proof import unproven
from askwell.agent.suggest import suggestions
from askwell.domain.catalog import Catalog, Condition, Dimension, Metric, Value, ValueSet
from askwell.domain.clock import Clock
from askwell.domain.intent import Argument, Comparison, Intent, Order, Period
from askwell.domain.noun import Label, Language, Scalar
from askwell.domain.result import ColumnRole, Result, ResultColumn

REGIONS = ValueSet(
    values=(
        Value(stored="SEOUL", label=Label(ko="서울", en="Seoul")),
        Value(stored="BUSAN", label=Label(ko="부산", en="Busan")),
        Value(stored="JEJU", label=Label(ko="제주", en="Jeju")),
    )
)
REGION = Dimension(name="user__region", label=Label(ko="지역", en="region"), values=REGIONS)
SINCE = Dimension(name="user__since", label=Label(ko="가입일", en="sign-up day"), type="time")
CATALOG = Catalog(
    metrics=(
        Metric(
            name="users",
            label=Label(ko="가입자 수", en="users"),
            unit="people",
            additive=True,
            dimensions=("user__since", "user__region"),
        ),
        Metric(name="sales", label=Label(ko="거래액", en="sales"), unit="KRW", additive=True),
        Metric(name="rate", label=Label(ko="환불률", en="refund rate"), unit="ratio"),
    ),
    dimensions=(SINCE, REGION),
)
YEAR = Period(start=date(2024, 1, 1), end=date(2024, 12, 31))
TIME = ResultColumn(name="metric_time", role="time", label=Label(ko="월", en="Month"))
GROUP = ResultColumn(name="region", role="dimension", label=REGION.label)


def value(name: str, role: ColumnRole = "metric", unit: Any = None) -> ResultColumn:
    metric = CATALOG.metric_named[name]
    own = name if role == "metric" else f"{name}__{role}"
    return ResultColumn(name=own, label=metric.label, unit=unit or metric.unit, role=role)


def facts(
    columns: tuple[ResultColumn, ...],
    *rows: tuple[Scalar, ...],
    language: Language = "ko",
    **intent: Any,
) -> Facts:
    metrics = tuple(c.name for c in columns if c.role == "metric")
    asked = Intent(**({"metrics": metrics, "period": YEAR} | intent))
    result = Result(
        id="r",
        columns=columns,
        rows=rows,
        row_count=len(rows),
        created=Clock("Asia/Seoul", date(2025, 1, 2)).now(),
    )
    return Facts(result, asked, CATALOG, language)


def months(*values: Scalar) -> tuple[tuple[Scalar, ...], ...]:
    return tuple((date(2024, i, 1), v) for i, v in enumerate(values, 1))


def monthly(name: str, *values: Scalar, **intent: Any) -> Facts:
    return facts((TIME, value(name)), *months(*values), grain="month", **intent)


def test_a_single_number_is_said_with_its_period() -> None:
    one = facts((value("users"),), (1234,))
    assert headline(one) == "2024년 가입자 수는 1,234명이에요."
    english = facts((value("users"),), (1234,), language="en")
    assert headline(english) == "Users, 2024: 1,234."


def test_long_money_is_said_twice() -> None:
    one = facts((value("sales"),), (Decimal("1234567890"),))
    assert headline(one) == "2024년 거래액은 1,234,567,890원(약 12억 3,457만 원)이에요."
    assert not unproven([headline(one)], one)


def test_filters_are_part_of_the_subject() -> None:
    filters = (Condition(field="user__region", operator="in", values=("SEOUL",)),)
    said = headline(facts((value("users"),), (5,), filters=filters))
    assert said == "2024년 가입자 수 (지역: 서울)는 5명이에요."


def test_what_adds_up_has_a_total_and_a_peak() -> None:
    series = monthly("users", 10, 30, 20)
    assert (
        headline(series)
        == "2024년 가입자 수는 모두 60명이에요. 2024년 2월에 30명으로 가장 많았어요."
    )
    assert observations(series) == (
        "가장 낮은 값은 10명이에요 (2024년 1월).",
        "2024년 1월에서 2024년 3월까지 100.0% 늘었어요.",
    )


def test_a_tied_peak_is_not_named() -> None:
    assert headline(monthly("users", 10, 30, 30)) == "2024년 가입자 수는 모두 70명이에요."


def test_rates_are_never_summed_and_change_by_points() -> None:
    series = monthly("rate", 0.02, 0.05, 0.03)
    said = " ".join([headline(series), *observations(series)])
    assert "모두" not in said
    assert "10.0%" not in said
    assert (
        headline(series)
        == "2024년 환불률은 마지막 2024년 3월에 3.0%예요. 2024년 2월에 5.0%로 가장 높았어요."
    )
    assert "2024년 1월에서 2024년 3월까지 1.0%p 늘었어요." in observations(series)


def test_an_unfinished_bucket_is_no_low_and_no_end() -> None:
    cut = Period(start=date(2024, 1, 1), end=date(2024, 3, 5))
    series = monthly("users", 10, 30, 1, period=cut)
    assert series.is_partial(series.rows[2])
    assert not series.is_partial(series.rows[1])
    assert observations(series)[0] == "가장 낮은 값은 10명이에요 (2024년 1월)."
    assert "2024년 2월까지 200.0%" in observations(series)[1]
    assert not unproven([headline(series), *observations(series)], series)


def test_groups_name_the_first_one() -> None:
    rows = (("SEOUL", 30), ("BUSAN", 10), (None, 5))
    grouped = facts((GROUP, value("users")), *rows, dimensions=("user__region",))
    assert headline(grouped) == "2024년 가입자 수는 서울이 30명으로 가장 많아요."
    assert observations(grouped)[0] == "서울이 전체 45명 가운데 66.7%를 차지해요."
    assert observations(grouped)[1] == "가장 낮은 값은 5명이에요 (값 없음)."


def test_the_lowest_group_is_named_where_it_was_asked() -> None:
    lowest = facts(
        (GROUP, value("rate")),
        ("JEJU", 0.01),
        ("SEOUL", 0.02),
        dimensions=("user__region",),
        order=Order(by="rate"),
        limit=2,
    )
    assert headline(lowest) == "2024년 환불률은 제주가 1.0%로 가장 낮아요."
    assert observations(lowest) == ()


def test_a_share_of_a_cut_list_is_not_claimed() -> None:
    top = facts((GROUP, value("users")), ("SEOUL", 30), ("BUSAN", 10), limit=2)
    assert not any("전체" in o for o in observations(top))


@pytest.mark.parametrize(
    ("now", "before", "moved", "korean", "english"),
    [
        (110, 100, 0.1, "10.0% 늘었어요", "up 10.0% from 100"),
        (90, 100, -0.1, "10.0% 줄었어요", "down 10.0% from 100"),
        (100, 100, 0, "이전과 같아요", "the same as before"),
        (5, 0, None, "보다 늘었어요", "up from 0"),
        (5, None, None, "비교할 이전 값이 없어요", "nothing to compare"),
    ],
)
def test_comparisons_say_their_direction(
    now: int, before: int | None, moved: float | None, korean: str, english: str
) -> None:
    columns = (value("users"), value("users", "previous"), value("users", "change", "ratio"))
    for language, said in (("ko", korean), ("en", english)):
        compared = facts(
            columns,
            (now, before, moved),
            language=language,  # type: ignore[arg-type]
            comparison=Comparison(to="previous"),
        )
        assert said in headline(compared)
        assert not unproven([headline(compared)], compared)


def test_a_rate_moves_by_points() -> None:
    columns = (value("rate"), value("rate", "previous"), value("rate", "change"))
    for language, said in (("ko", "0.5%p 늘었어요"), ("en", "up 0.5 points from 93.4%")):
        compared = facts(
            columns,
            (0.939, 0.934, 0.00535),
            language=language,  # type: ignore[arg-type]
            comparison=Comparison(to="year"),
        )
        assert said in headline(compared)
        assert not unproven([headline(compared)], compared)


def test_a_running_total_is_its_last_value() -> None:
    running = facts(
        (TIME, value("users"), value("users", "cumulative")),
        (date(2024, 1, 1), 5, 5),
        (date(2024, 2, 1), 6, 11),
        grain="month",
        cumulative=True,
    )
    assert headline(running) == "2024년 가입자 수는 2024년 2월까지 누적 11명이에요."


def test_a_verified_query_says_the_period_it_was_given() -> None:
    asked = facts(
        (value("rate"),),
        (0.5,),
        metrics=(),
        period=None,
        verified="v",
        arguments=(Argument(name="p", value=YEAR),),
    )
    assert headline(asked) == "2024년 환불률은 50.0%예요."


def test_nothing_is_said_of_nothing() -> None:
    assert headline(facts((TIME, value("users")), grain="month")) == "모두 0행이 나왔어요."
    assert headline(facts((value("users"),), (None,))) == "2024년 가입자 수는 값이 없어요."
    assert headline(monthly("users", None, None)) == "2024년 가입자 수는 값이 없어요."
    assert observations(monthly("users", None, None)) == ()


def test_the_proof_finds_a_number_that_is_not_there() -> None:
    series = monthly("users", 10, 30, 20)
    assert unproven(["모두 61명이에요."], series) == ("61",)
    assert unproven(["2024년 2월에 30명, 31.4% 늘었어요."], series) == ("31.4",)
    assert unproven(["60 in all, 50.0% of it"], series) == ()
    money = facts((value("sales"),), (1234567890,))
    assert unproven(["1,234,567,890원(약 12억 3,457만 원)"], money) == ()
    assert unproven(["1,234,567,890원(약 13억 3,457만 원)"], money) == ("13",)


numbers = st.one_of(st.none(), st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9))
names = st.sampled_from(["users", "sales", "rate"])
languages = st.sampled_from(["ko", "en"])


@settings(max_examples=150, deadline=None)
@given(names, languages, st.lists(numbers, max_size=14), st.integers(0, 200))
def test_every_number_of_a_series_is_proven(
    name: str, language: Any, values: list[Scalar], cut: int
) -> None:
    start = date(2023, 1, 2)
    rows = [(start + timedelta(weeks=i), v) for i, v in enumerate(values)]
    asked = Period(start=start, end=start + timedelta(days=cut))
    series = facts((TIME, value(name)), *rows, grain="week", period=asked, language=language)
    assert not unproven([headline(series), *observations(series)], series)


@settings(max_examples=150, deadline=None)
@given(names, languages, st.lists(numbers, max_size=8), st.booleans())
def test_every_number_of_groups_is_proven(
    name: str, language: Any, values: list[Scalar], lowest: bool
) -> None:
    rows = [(f"구역 {i}", v) for i, v in enumerate(values)]
    order = Order(by=name, descending=not lowest)
    grouped = facts(
        (GROUP, value(name)),
        *rows,
        dimensions=("user__region",),
        order=order,
        limit=3 if lowest else None,
        language=language,
    )
    assert not unproven([headline(grouped), *observations(grouped)], grouped)


def test_suggestions_are_new_and_readable() -> None:
    one = facts((value("users"),), (5,))
    assert suggestions(one) == ("월별로", "전년 대비", "지역별로")
    grouped = facts((GROUP, value("users")), ("SEOUL", 1), dimensions=("user__region",))
    assert "지역별로" not in suggestions(grouped)
    assert "상위 5개만" not in suggestions(grouped)


def test_the_table_keeps_stored_values_and_names_them() -> None:
    shown = shown_table(facts((GROUP, value("users")), ("SEOUL", 1), dimensions=("user__region",)))
    assert shown.rows == (("SEOUL", 1),)
    assert shown.columns[0].labels["SEOUL"] == "서울"
    assert [c.unit for c in shown.columns] == ["", "people"]


def test_the_intent_is_shown_as_the_contract_says() -> None:
    shown = shown_intent(
        Intent(metrics=("users",), period=YEAR, order=Order(by="time", descending=True), limit=5)
    )
    assert (shown.order, shown.limit, shown.metrics) == ("time desc", 5, ("users",))
    assert shown.period is not None
    assert shown.period.end == date(2024, 12, 31)
