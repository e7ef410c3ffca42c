"""Calendar arithmetic: whole days, weeks from Monday, months, quarters, halves and years."""

import calendar
from datetime import date, timedelta
from typing import Literal, get_args

from askwell.domain.intent import Period

Unit = Literal["day", "week", "month", "quarter", "half", "year"]

UNITS: tuple[Unit, ...] = get_args(Unit)
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def as_unit(name: str) -> Unit:
    """Return the unit that a data file names."""
    return next(unit for unit in UNITS if unit == name)


def add_months(day: date, months: int) -> date:
    """Move by whole months; a day that the month lacks becomes its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def move(unit: Unit, day: date, steps: int) -> date:
    """Move `day` by `steps` units."""
    if unit in _DAYS:
        return day + timedelta(days=_DAYS[unit] * steps)
    return add_months(day, _MONTHS[unit] * steps)


def unit_period(unit: Unit, day: date) -> Period:
    """Return the whole unit that holds `day`."""
    if unit == "week":
        first = day - timedelta(days=day.weekday())
    elif unit == "day":
        first = day
    else:
        months = _MONTHS[unit]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start=first, end=move(unit, first, 1) - timedelta(days=1))


def nth_period(unit: Unit, today: date, steps: int) -> Period:
    """Return the whole unit `steps` after the one that holds `today` (negative: before)."""
    return unit_period(unit, move(unit, unit_period(unit, today).start, steps))


def last_weekday(weekday: int, today: date) -> date:
    """Return the latest such day before `today`; Monday is 0."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
