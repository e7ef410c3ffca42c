"""What a question leaves out: the period that is taken then, always said.

====================  =============================================
asked for             period without one in the question
====================  =============================================
a single number       the last 30 days, to yesterday
by day                the last 30 days, to yesterday
by week               the last 12 complete weeks
by month, a trend     the last 12 complete months
by quarter            the last 8 complete quarters
by year               everything to yesterday
전체 기간, all time     everything to yesterday
====================  =============================================
"""

from calendar import monthrange
from datetime import date, timedelta

from askwell.domain.catalog import Grain
from askwell.domain.intent import Comparison, Period


def default_period(grain: Grain | None, today: date) -> Period | None:
    """Return the period of a question without one; None for everything."""
    yesterday = today - timedelta(days=1)
    if grain in (None, "day"):
        return Period(start=today - timedelta(days=30), end=yesterday)
    if grain == "week":
        monday = today - timedelta(days=today.weekday())
        return Period(start=monday - timedelta(weeks=12), end=monday - timedelta(days=1))
    if grain == "month":
        return _months(today.replace(day=1), 12)
    if grain == "quarter":
        return _months(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), 24)
    return None


def _months(first_open: date, count: int) -> Period:
    index = first_open.year * 12 + first_open.month - 1 - count
    start = date(index // 12, index % 12 + 1, 1)
    return Period(start=start, end=first_open - timedelta(days=1))


def compared_period(unit: str, today: date) -> Period:
    """Return what 전월 대비 and its like are about when no period is named: the last complete one.

    A week, month or quarter by its name; a year up to yesterday, else the last 30 days.
    """
    if unit == "day":
        return Period(start=today - timedelta(days=1), end=today - timedelta(days=1))
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        return Period(start=monday - timedelta(weeks=1), end=monday - timedelta(days=1))
    if unit in ("month", "quarter"):
        first = today.month if unit == "month" else 3 * ((today.month - 1) // 3) + 1
        return _months(date(today.year, first, 1), 1 if unit == "month" else 3)
    return default_period(None, today) or Period(start=today, end=today)


def implied_grain(comparison: Comparison | None, unit: str, period_unit: str) -> Grain | None:
    """Return the grain that 전월 대비 implies over a longer period: months of a year."""
    order = ["day", "week", "month", "quarter", "half", "year"]
    known = comparison and unit in order and period_unit in order
    if known and order.index(unit) < order.index(period_unit):
        return unit  # type: ignore[return-value]  # half is never a comparison's unit
    return None


def trend_grain(period: Period | None) -> Grain:
    """Return the grain that 추이 and "over time" take: days, then weeks, then months."""
    if period is None:
        return "month"
    days = (period.end - period.start).days + 1
    return "day" if days <= 45 else "week" if days <= 120 else "month"


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def unit_before(period: Period, unit: str) -> Period | None:
    """Return as many days of the unit before: of an unfinished month, the same first days.

    None for a unit that is no calendar unit.
    """
    if unit in ("day", "week"):
        step = timedelta(days=7 if unit == "week" else 1)
        return Period(start=period.start - step, end=period.end - step)
    if unit not in _MONTHS:
        return None
    start = _months_back(period.start, _MONTHS[unit])
    last = period.start - timedelta(days=1)
    return Period(start=start, end=min(start + (period.end - period.start), last))


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
