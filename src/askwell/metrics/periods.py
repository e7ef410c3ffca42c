"""Periods and time buckets: what comes before what, whatever the length of the months."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from askwell.domain.catalog import Grain
from askwell.domain.intent import Comparison, Period

_DAY = timedelta(days=1)


class Step(NamedTuple):
    """Be a distance in time: months, clipped at a month's end, then days."""

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """Return the day that lies this far back."""
        return add_months(day, -self.months) - timedelta(days=self.days)

    def after(self, day: date) -> date:
        """Return the day that lies this far ahead."""
        return add_months(day, self.months) + timedelta(days=self.days)


STEPS: dict[Grain, Step] = {
    "day": Step(days=1),
    "week": Step(days=7),
    "month": Step(months=1),
    "quarter": Step(months=3),
    "year": Step(months=12),
}
_YEAR = Step(months=12)
_SAME_WEEK_OF_YEAR = Step(days=364)


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day if it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def bucket(day: date, grain: Grain) -> date:
    """Return the first day of the bucket that holds `day`; weeks begin on Monday."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    months = STEPS[grain].months
    return day if not months else day.replace(month=(day.month - 1) // months * months + 1, day=1)


def buckets(period: Period, grain: Grain) -> Period:
    """Return the first days of the first and of the last bucket of `period`."""
    return Period(start=bucket(period.start, grain), end=bucket(period.end, grain))


def finished(period: Period, today: date) -> Period:
    """Return `period` without the days that are not over, or as it is if none is."""
    end = min(period.end, today - _DAY)
    return period if end < period.start else Period(start=period.start, end=end)


def earlier(period: Period, comparison: Comparison, *, today: date) -> Period:
    """Return the period that the whole of `period` is compared with.

    `previous` of whole months is as many months before, of any other range as many days
    before; `year` is the same dates a year earlier. An unfinished period is compared with
    the same number of days from the start of the earlier one. `period` is taken as named.
    """
    if comparison.against is not None:
        return comparison.against
    known = finished(period, today)
    if comparison.to == "year":
        return _year_before(known)
    length = _length(period, today)
    start = length.before(period.start)
    whole = known.end == length.after(period.start) - _DAY
    last = period.start - _DAY
    return Period(start=start, end=last if whole else min(start + (known.end - known.start), last))


def earlier_buckets(period: Period, grain: Grain, comparison: Comparison) -> Period:
    """Return the days that the buckets of `period` are compared with.

    `previous` is the whole bucket before each; otherwise the days lie `bucket_step` back.
    """
    if comparison.against is not None:
        return comparison.against
    step = bucket_step(period, grain, comparison)
    if comparison.to == "year":
        end = _year_before(period).end if grain != "week" else step.before(period.end)
        return Period(start=step.before(period.start), end=end)
    ends = buckets(period, grain)
    return Period(start=step.before(ends.start), end=ends.end - _DAY)


def bucket_step(period: Period, grain: Grain, comparison: Comparison) -> Step:
    """Return how far back the bucket lies that a bucket is compared with.

    A week is compared with the week 52 weeks before, so that Monday meets Monday.
    """
    if comparison.against is not None:
        return _distance(comparison.against.start, period.start, grain)
    if comparison.to == "year":
        return _SAME_WEEK_OF_YEAR if grain == "week" else _YEAR
    return STEPS[grain]


def _distance(first: date, second: date, grain: Grain) -> Step:
    first, second = bucket(first, grain), bucket(second, grain)
    if STEPS[grain].days:
        return Step(days=(second - first).days)
    return Step(months=(second.year - first.year) * 12 + second.month - first.month)


def _year_before(period: Period) -> Period:
    """Return the same dates a year earlier; the end of February stays the end of February."""
    end = add_months(period.end, -12)
    if _ends_month(period.end) and period.start.day == 1:
        end = _month_end(end)
    return Period(start=add_months(period.start, -12), end=end)


def _length(period: Period, today: date) -> Step:
    """Return how long `period` is, in months if it is whole months, or will be.

    Somebody who asked for "this month" may have been given the days up to yesterday: a
    period that starts with a week, month, quarter or year and ends yesterday or today.
    """
    if period.start.day == 1 and _ends_month(period.end):
        return _distance(period.start, period.end + _DAY, "month")
    days = Step(days=(period.end - period.start).days + 1)
    if period.start == period.end or period.end not in (today, today - _DAY):
        return days
    return next((u for u in _UNITS if _starts(u, period.start) and _holds(u, period)), days)


_UNITS = (Step(days=7), Step(months=1), Step(months=3), Step(months=12))


def _starts(unit: Step, day: date) -> bool:
    if unit.days:
        return day.weekday() == calendar.MONDAY
    return day.day == 1 and (day.month - 1) % unit.months == 0


def _holds(unit: Step, period: Period) -> bool:
    return period.end < unit.after(period.start)


def _ends_month(day: date) -> bool:
    return day == _month_end(day)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
