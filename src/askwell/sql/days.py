"""Calendar arithmetic as SQL does it: DATE_TRUNC and adding intervals."""

import calendar
from datetime import date, timedelta

UNIT_DAYS = {"hour": 0, "minute": 0, "second": 0, "day": 1, "week": 7, "month": 30} | {
    "quarter": 91,
    "year": 365,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def moved(unit: str, day: date, steps: int) -> date:
    """Move a day by whole units; a day that the month lacks becomes its last one."""
    if unit not in _MONTHS:
        return day + timedelta(days=UNIT_DAYS.get(unit, 0) * steps)
    year, month = divmod(day.year * 12 + day.month - 1 + _MONTHS[unit] * steps, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def truncated(unit: str, day: date) -> date:
    """Return the first day of the unit that holds `day`."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS.get(unit)
    return day if months is None else date(day.year, (day.month - 1) // months * months + 1, 1)
