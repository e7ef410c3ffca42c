"""What a time phrase means: the span that recognisers return, and how days are settled."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from askwell.domain.catalog import Grain
from askwell.domain.intent import Period
from askwell.domain.noun import Message
from askwell.grounding.timeframes.calendar import Unit, unit_period

Kind = Literal["period", "grain", "average_per", "business_days", "until", "impossible"]
SpanUnit = Literal[
    "day", "week", "month", "quarter", "half", "year", "range", "rolling", "to_date", "holiday"
]

NO_YEAR = "Without a year, the most recent one is meant: {year}."
NOT_OVER = "This period is not over: it is read up to yesterday, the last complete day."
TODAY = "Today is not over: its numbers will still change."
FUTURE = "This period lies in the future."
OPEN_END = "Without a last day, it runs to yesterday, the last complete day."
ROLLING = "“The last …” ends with yesterday, the last complete day."
NEEDS_START = "This needs a first day: say from when."
IMPOSSIBLE = "There is no such date."
BACKWARDS = "The last day lies before the first."
VAGUE = "Which days this is must be said: from … to …."
HOLIDAY_DAYS = "The holiday is read with its official days before, after and in lieu."
ONE_CALENDAR_UNIT = "“… ago” is read as that whole {unit}."


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Be one time phrase at `start`..`end` of the question, attached particles included.

    `kind`: a `period`; a `grain` (by month); `average_per` a grain (daily average);
    `business_days`; `until` a day without a first one (its last day is `whole.end`); an
    `impossible` date. The last two have no `period`, and their note says why.

    `period` is cut to yesterday while it is not over (`partial`), and today for "today";
    `whole` is uncut (for rolling ones: the last complete calendar units). `future` periods
    are not cut. `yearless`: no year was said; read again with `year=` to place it in the
    year that a thread is in. `relative`: it moves with today (last month, May of this year).
    `count`: how many units a rolling period has.
    """

    start: int
    end: int
    kind: Kind
    period: Period | None = None
    whole: Period | None = None
    grain: Grain | None = None
    unit: SpanUnit | None = None
    count: int = 1
    relative: bool = False
    partial: bool = False
    future: bool = False
    yearless: bool = False
    open_ended: bool = False
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """Be one calendar unit named at `start`..`end`: May, Q3 2024, 1 May, last week.

    The unit is the one that holds `month`/`day` of `year`; without a year it is still open
    which one. `end` leaves out particles, so that ranges can be seen.
    """

    start: int
    end: int
    unit: Unit
    year: int | None
    month: int = 1
    day: int = 1
    relative: bool = False
    ago: bool = False

    def period(self, year: int | None = None) -> Period:
        """Return the whole unit; ValueError where the calendar has no such day."""
        return unit_period(self.unit, date(self.year or year or 0, self.month, self.day))

    def latest(self, today: date) -> int:
        """Return the most recent year in which it has begun before `today`."""
        for year in range(today.year, today.year - 9, -1):
            try:
                if self.period(year).start < today:
                    return year
            except ValueError:  # 29 February of a common year
                continue
        raise ValueError("no such day")


def note(text: str, **values: str | int) -> Message:
    """Make a note of one of the texts above."""
    return Message(text=text, values={name: str(value) for name, value in values.items()})


def settle(span: TimeSpan, whole: Period, today: date) -> TimeSpan:
    """Give `span` its period: `whole`, cut to the last complete day."""
    yesterday = today - timedelta(days=1)
    if whole.start > today:
        future = note(FUTURE)
        return replace(span, period=whole, whole=whole, future=True, notes=(*span.notes, future))
    says_today = whole.end == today and span.unit in ("day", "range")
    if whole.end < today:
        return replace(span, period=whole, whole=whole)
    if says_today or whole.start == today:
        period, why = Period(start=whole.start, end=today), TODAY
    else:
        period, why = Period(start=whole.start, end=yesterday), NOT_OVER
    notes = (*span.notes, note(why))
    return replace(span, period=period, whole=whole, partial=True, notes=notes)


def impossible(start: int, end: int, why: str = IMPOSSIBLE) -> TimeSpan:
    """Make the span of a date that cannot be."""
    return TimeSpan(start, end, "impossible", notes=(note(why),))


def settle_point(point: Point, today: date, year: int | None) -> TimeSpan:
    """Read a point by itself; `year` is the one that the thread is in."""
    span = TimeSpan(point.start, point.end, "period", unit=point.unit, relative=point.relative)
    notes: tuple[Message, ...] = ()
    try:
        if point.year is None:
            year = year or point.latest(today)
            notes = (note(NO_YEAR, year=year),)
        whole = point.period(year)
    except ValueError:
        return impossible(point.start, point.end)
    if point.ago and point.unit != "day":
        notes = (note(ONE_CALENDAR_UNIT, unit=point.unit),)
    span = replace(span, yearless=point.year is None, notes=notes)
    return settle(span, whole, today)
