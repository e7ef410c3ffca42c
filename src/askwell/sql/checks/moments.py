"""Whether a query bounds time as a period asks for, in any of the forms that SQL has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlglot import exp

from askwell.sql.constants import Constant, as_day, bounds, compared, strict_step

_YEARS = range(1900, 2101)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[-./]\d)")
_MONTH_OF_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./]?(0[1-9]|1[0-2])(?!\d|[-./]\d)")
_QUARTER = re.compile(r"\bQ([1-4])\b|(?<!\d)([1-4])Q\b", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})", re.IGNORECASE)
# Seconds and milliseconds since 1970.
_EPOCH = Decimal(10**8)
_LARGEST = Decimal(10**14)
_SLACK = timedelta(days=1)


@dataclass
class Moments:
    """Hold the times that a query names.

    `parts` are numbers of months, quarters, weeks and days. `moving` are days worked out from
    today. `unknown`: some time in it cannot be worked out from its text.
    """

    days: set[date] = field(default_factory=set)
    months: set[tuple[int, int]] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    parts: set[int] = field(default_factory=set)
    moving: set[date] = field(default_factory=set)
    unknown: bool = False


def moments(tree: exp.Expr, found: Iterable[Constant]) -> Moments:
    """Return the times that a query names, from its constants."""
    times = Moments(unknown=_counts_from_now(tree))
    for constant in found:
        if isinstance(constant.value, date):
            _add_day(times, constant, constant.value)
        elif isinstance(constant.value, str):
            _add_text(times, constant, constant.value)
        elif abs(constant.value) < _LARGEST:
            _add_number(times, constant, int(constant.value))
    return times


def _counts_from_now(tree: exp.Expr) -> bool:
    """Tell whether there are parameters, or AGE, which looks at the clock by itself."""
    if tree.find(exp.Placeholder, exp.Parameter):
        return True
    return any(f.name.lower() == "age" for f in tree.find_all(exp.Anonymous))


def _add_day(times: Moments, constant: Constant, day: date) -> None:
    if constant.moving and compared(constant) is None:
        times.unknown = True
    days = times.moving if constant.moving else times.days
    days.update(bounds(constant, day))


def _add_text(times: Moments, constant: Constant, text: str) -> None:
    if day := as_day(text):
        times.days.update(bounds(constant, day))
    times.months.update((int(y), int(m)) for y, m in _MONTH_OF_YEAR.findall(text))
    times.years.update(int(year) for year in _YEAR.findall(text))
    times.parts.update(_MONTHS.index(name.lower()) + 1 for name in _NAMED_MONTH.findall(text))
    times.parts.update(int(a or b) for a, b in _QUARTER.findall(text))
    if text.strip().isdigit() and len(text.strip()) < 3:
        times.parts.add(int(text))


def _add_number(times: Moments, constant: Constant, number: int) -> None:
    step = strict_step(compared(constant), constant.node)
    if constant.moving and compared(constant) is None:
        times.unknown = True
    if number in _YEARS:
        times.years |= {number, number + step}
    elif number in range(1, 54):
        times.parts |= {number, number + step}
    elif number >= _EPOCH:
        _add_key(times, str(number))
    elif match := _MONTH_OF_YEAR.fullmatch(str(number)):
        times.months.add((int(match[1]), int(match[2])))


def _add_key(times: Moments, digits: str) -> None:
    if len(digits) == 8 and (day := as_day(digits)):
        times.days.add(day)
    else:
        times.unknown = True


def starts(times: Moments, day: date) -> bool:
    """Tell whether the query names `day` as the first one of something."""
    first = day.day == 1
    return (
        _near(times.days, day)
        or (first and (day.year, day.month) in times.months)
        or (day.year in times.years and ((first and day.month == 1) or _has_part(times, day)))
    )


def ends(times: Moments, day: date) -> bool:
    """Tell whether the query names `day` as the last one of something."""
    after = day + timedelta(days=1)
    last = after.day == 1
    return (
        _near(times.days, day)
        or (last and (day.year, day.month) in times.months)
        or (day.year in times.years and ((last and day.month == 12) or _has_part(times, day)))
    )


def moves(times: Moments, day: date, length: timedelta) -> bool:
    """Tell whether a day that moves with today lies about there, for a period of `length`."""
    slack = max(_SLACK, length / 5)
    return any(abs(moving - day) <= slack for moving in times.moving)


def _near(days: Iterable[date], day: date) -> bool:
    return any(abs(named - day) <= _SLACK for named in days)


def _has_part(times: Moments, day: date) -> bool:
    return bool(times.parts & set(_parts(day)))


def _parts(day: date) -> Iterator[int]:
    yield from (day.month, (day.month + 2) // 3, day.isocalendar().week)
