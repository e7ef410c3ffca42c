from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askwell.domain.intent import Comparison, Period
from askwell.metrics.periods import add_months, bucket, buckets, earlier, earlier_buckets, finished
from metrics_shop import span


def day(text: str) -> date:
    return date.fromisoformat(text)


LATER = "2030-01-01"
PREVIOUS = [
    # whole calendar periods: as many whole months before
    (LATER, "2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
    (LATER, "2023-03-01", "2023-03-31", "2023-02-01", "2023-02-28"),
    (LATER, "2024-01-01", "2024-01-31", "2023-12-01", "2023-12-31"),
    (LATER, "2024-01-01", "2024-03-31", "2023-10-01", "2023-12-31"),
    (LATER, "2024-07-01", "2024-12-31", "2024-01-01", "2024-06-30"),
    (LATER, "2024-01-01", "2024-12-31", "2023-01-01", "2023-12-31"),
    (LATER, "2024-02-01", "2024-06-30", "2023-09-01", "2024-01-31"),
    # any other range: as many days before
    (LATER, "2024-02-29", "2024-02-29", "2024-02-28", "2024-02-28"),
    (LATER, "2024-01-01", "2024-01-01", "2023-12-31", "2023-12-31"),
    (LATER, "2024-03-04", "2024-03-10", "2024-02-26", "2024-03-03"),
    (LATER, "2024-05-01", "2024-06-15", "2024-03-16", "2024-04-30"),
    # unfinished: the same number of days from the start of the earlier one
    ("2024-02-29", "2024-02-01", "2024-02-29", "2024-01-01", "2024-01-28"),
    ("2024-03-31", "2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
    ("2024-05-15", "2024-05-01", "2024-05-31", "2024-04-01", "2024-04-14"),
    ("2024-05-15", "2024-01-01", "2024-12-31", "2023-01-01", "2023-05-15"),
    ("2024-05-15", "2024-05-13", "2024-05-19", "2024-05-06", "2024-05-07"),
    # cut to yesterday, or to today, by the caller
    ("2024-05-15", "2024-05-01", "2024-05-14", "2024-04-01", "2024-04-14"),
    ("2024-05-15", "2024-05-13", "2024-05-14", "2024-05-06", "2024-05-07"),
    ("2024-05-15", "2024-04-01", "2024-05-14", "2024-01-01", "2024-02-13"),
    ("2024-05-15", "2024-01-01", "2024-05-14", "2023-01-01", "2023-05-15"),
    ("2024-11-15", "2024-01-01", "2024-11-14", "2023-01-01", "2023-11-15"),
    ("2024-05-15", "2024-05-14", "2024-05-14", "2024-05-13", "2024-05-13"),
    # begins today: nothing is finished, so the days that there are
    ("2024-01-01", "2024-01-01", "2024-01-01", "2023-12-31", "2023-12-31"),
]


@pytest.mark.parametrize(("today", "start", "end", "first", "last"), PREVIOUS)
def test_the_period_before(today, start, end, first, last):
    before = earlier(span(start, end), Comparison(to="previous"), today=day(today))
    assert before == span(first, last)


YEAR = [
    (LATER, "2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"),
    (LATER, "2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
    (LATER, "2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"),
    (LATER, "2024-03-04", "2024-03-10", "2023-03-04", "2023-03-10"),
    ("2024-02-29", "2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
    ("2025-02-28", "2025-02-01", "2025-02-28", "2024-02-01", "2024-02-27"),
    ("2024-05-15", "2024-01-01", "2024-12-31", "2023-01-01", "2023-05-14"),
]


@pytest.mark.parametrize(("today", "start", "end", "first", "last"), YEAR)
def test_the_same_period_a_year_earlier(today, start, end, first, last):
    before = earlier(span(start, end), Comparison(to="year"), today=day(today))
    assert before == span(first, last)


def test_a_named_period_is_taken_as_named():
    named = Comparison(to="period", against=span("2021-01-01", "2021-06-30"))
    assert earlier(span("2024-01-01", "2024-03-31"), named, today=day(LATER)) == named.against


def test_what_buckets_are_compared_with():
    months = span("2024-01-15", "2024-03-10")
    previous, year = Comparison(to="previous"), Comparison(to="year")
    assert earlier_buckets(months, "month", previous) == span("2023-12-01", "2024-02-29")
    assert earlier_buckets(months, "month", year) == span("2023-01-15", "2023-03-10")
    weeks = span("2024-01-01", "2024-01-14")
    assert earlier_buckets(weeks, "week", previous) == span("2023-12-25", "2024-01-07")
    assert earlier_buckets(weeks, "week", year) == span("2023-01-02", "2023-01-15")


def test_finished_days():
    assert finished(span("2024-05-01", "2024-05-31"), day("2024-05-15")).end == day("2024-05-14")
    assert finished(span("2024-05-01", "2024-05-02"), day("2024-05-15")).end == day("2024-05-02")
    today = span("2024-05-15", "2024-05-15")
    assert finished(today, day("2024-05-15")) == today


def test_buckets_of_weeks_over_a_year_end():
    assert bucket(day("2024-01-01"), "week") == day("2024-01-01")
    assert bucket(day("2023-01-01"), "week") == day("2022-12-26")
    assert buckets(span("2024-02-29", "2024-11-30"), "quarter") == span("2024-01-01", "2024-10-01")


DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(start=DAYS, length=st.integers(0, 800), today=DAYS)
def test_the_period_before_ends_before_the_period_and_is_no_longer(start, length, today):
    period = Period(start=start, end=start + timedelta(days=length))
    before = earlier(period, Comparison(to="previous"), today=today)
    assert before.start <= before.end < period.start


@given(first=DAYS, months=st.integers(-50, 50))
def test_adding_months_stays_in_the_month(first, months):
    moved = add_months(first, months)
    assert (moved.year * 12 + moved.month) - (first.year * 12 + first.month) == months
    assert moved.day == first.day or (moved + timedelta(days=1)).day == 1
