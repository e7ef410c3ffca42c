"""Business days: Mondays to Fridays that are not public holidays of a country."""

from datetime import date, timedelta

import holidays
from sqlglot import exp

from askwell.domain.intent import Period
from askwell.metrics.conditions import literal

_FRIDAY = 4


def working_days(column: exp.Expr, period: Period, country: str) -> exp.Expr:
    """Return the test for the business days of `period`."""
    weekday = exp.Extract(this=exp.var("ISODOW"), expression=column.copy())
    no_weekend = exp.LTE(this=weekday, expression=exp.Literal.number(_FRIDAY + 1))
    days_off = [
        literal(day)
        for day in _holidays(period, country)
        if period.start <= day <= period.end and day.weekday() <= _FRIDAY
    ]
    if not days_off:
        return no_weekend
    return exp.and_(no_weekend, exp.not_(exp.cast(column.copy(), "DATE").isin(*days_off)))


def working_day_before(day: date, country: str) -> date:
    """Return the last business day before `day`."""
    days_off = _holidays(Period(start=day - timedelta(days=31), end=day), country)
    before = day - timedelta(days=1)
    while before.weekday() > _FRIDAY or before in days_off:
        before -= timedelta(days=1)
    return before


def _holidays(period: Period, country: str) -> list[date]:
    years = range(period.start.year, period.end.year + 1)
    return sorted(holidays.country_holidays(country, years=years))
