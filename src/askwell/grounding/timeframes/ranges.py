"""Ranges between named days: from A to B, 1~3월, since A, A부터 7일간, until B."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from askwell.domain.intent import Period
from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.calendar import as_unit, move
from askwell.grounding.timeframes.patterns import alternatives, before, compiled
from askwell.grounding.timeframes.span import (
    BACKWARDS,
    NEEDS_START,
    NO_YEAR,
    OPEN_END,
    Point,
    TimeSpan,
    impossible,
    note,
    settle,
)

_JOIN = compiled(
    r"\s*(?:(?:초?부터|에서|to|until|till|through|thru|up\s+to)?\s*[~∼〜–—-]\s*|\s*초?부터\s*|에서\s*"
    r"|\s+(?:to|until|till|through|thru|up\s+to)\s+(?:the\s+)?)"
)
_AND = compiled(r"\s*(?:and|과|와|하고|이랑|랑)\s+(?:the\s+)?")
_LIST = compiled(r"\s*(?:,\s*(?:and\s+)?|and\s|&|과|와|하고|이랑|랑|및|·|/|vs\.?|대비|보다)\s*")
_FROM = re.compile(r"(?<![a-z])(?:from|since|between)\s+(?:the\s+)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<![a-z])between\s+(?:the\s+)?$", re.IGNORECASE)
_AMID = re.compile(r"\s*사이")
_TO_END = compiled(r"\s*(?:말?\s*까지|사이)(?:의|에|동안)?")
_SINCE_BEFORE = re.compile(
    r"(?<![a-z])(?:(?:ever\s+)?since|starting(?:\s+(?:from|in|on|with))?|beginning(?:\s+(?:in|on))?|from)"
    r"\s+(?:the\s+)?(?:(?:start|beginning)\s+of\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_SINCE_AFTER = compiled(
    r"(?:\s*(?:초?부터|이후로?|이래로?)(?:\s*(?:지금|현재|오늘날)\s*까지)?(?:의|는|에)?(?![가-힣])"
    r"|\s+(?:onwards?|on(?=\s*(?:$|[?.,!]))|(?:until|till|to|up\s+to)\s+(?:now|date|present)))"
)
_UNTIL_NOW = compiled(r"\s+(?:until|till|to|up\s+to|through)\s+(?:now|date|the\s+present)\b")
_AFTER_BEFORE = re.compile(r"(?<![a-z])after\s+(?:the\s+)?$", re.IGNORECASE)
_UNTIL_BEFORE = re.compile(
    r"(?<![a-z])(?:until|till|up\s+to|before|prior\s+to|through|by\s+the\s+end\s+of)\s+(?:the\s+)?"
    r"(?:end\s+of\s+)?$",
    re.IGNORECASE,
)
_UNTIL_AFTER = compiled(r"\s*(?:말?까지|이전까지|이전|전까지)(?:의|에|는)?")
_LENGTH = compiled(
    rf"\s*부터\s*(?:(?P<span>{alternatives('ko', 'span')})|(?P<count>{patterns.KOREAN_COUNT})\s*"
    rf"(?P<unit>{alternatives('ko', 'unit')}))\s*(?:간|동안)(?:의|에)?"
)
_DAY_AFTER = compiled(
    r"\s*(?:부터|에서)?\s*[~∼〜–—-]?\s*(?:(?P<month>\d{1,2})[./](?=\d))?(?P<day>\d{1,2})\s*일?"
    r"(?:st|nd|rd|th)?(?![a-z0-9%:]|[.,]\d)|\s+(?:to|through|until|till)\s+(?P<day_>\d{1,2})(?:st|nd|rd|th)?(?!\w)"
)
_YEAR_AFTER = re.compile(r",?\s+(?P<year>20\d\d)(?!\w)")
_DAYS_AFTER_MONTH = compiled(
    r"\s*(?P<first>\d{1,2})\s*일?\s*(?:부터|에서)?\s*[~∼〜–—-]?\s*(?P<last>\d{1,2})\s*일"
)
_NUMBER_BEFORE = compiled(r"(?<![\d.,/-])(?P<number>\d{1,4})\s*(?:부터|에서)?\s*[~∼〜–—-]\s*$")


def share_years(text: str, points: Sequence[Point]) -> list[Point]:
    """Give the members of a list one year: `2024년 3월과 4월`, `January and February 2024`."""
    shared = list(points)
    for this, other in [*pairwise(range(len(shared))), *_reversed_pairs(len(shared))]:
        one, two = shared[this], shared[other]
        first, second = sorted((one, two), key=lambda point: point.start)
        listed = one.unit == two.unit and _LIST.fullmatch(text[first.end : second.start])
        if listed and one.year is not None and two.year is None:
            shared[other] = replace(two, year=one.year, relative=one.relative)
    return shared


def _reversed_pairs(count: int) -> list[tuple[int, int]]:
    return [(late, late - 1) for late in range(count - 1, 0, -1)]


def ranges(text: str, points: Sequence[Point], today: date, year: int | None) -> Iterator[TimeSpan]:
    """Find ranges around `points`, which are in order and apart."""
    for first, last in _pairs(text, points):
        yield _between(text, first, last, today, year)
    for position, point in enumerate(points):
        previous = points[position - 1] if position else None
        yield from _open(text, point, today, year)
        for first, last in (*_short_right(text, point), *_short_left(text, point, previous)):
            yield _between(text, first, last, today, year)


def _pairs(text: str, points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    for first, last in pairwise(points):
        gap = text[first.end : last.start]
        closed = before(_BETWEEN, text, first.start) or _AMID.match(text, last.end)
        if _JOIN.fullmatch(gap) or (closed and _AND.fullmatch(gap)):
            yield first, last


def _short_right(text: str, point: Point) -> Iterator[tuple[Point, Point]]:
    """Read `5월 1일~7일`, `5월 1~7일`, `2024.5.1~5.31`, `May 1-15, 2024`."""
    if point.unit == "month" and (match := _DAYS_AFTER_MONTH.match(text, point.end)):
        ends = (int(match["first"]), int(match["last"]))
        one, two = (replace(point, unit="day", day=day, end=match.end()) for day in ends)
        yield one, two
    if point.unit != "day" or not (match := _DAY_AFTER.match(text, point.end)):
        return
    if not re.search("부터|에서|[~∼〜–—-]|to|through|until|till", match.group()):
        return
    last = replace(
        point,
        month=int(match["month"] or point.month),
        day=int(match["day"] or match["day_"]),
        end=match.end(),
    )
    if point.year is None and (found := _YEAR_AFTER.match(text, match.end())):
        last = replace(last, year=int(found["year"]), end=found.end())
    yield replace(point, end=last.start), last


def _short_left(text: str, point: Point, previous: Point | None) -> Iterator[tuple[Point, Point]]:
    """Read `1~3월`, `2024년 1~3월`, `22~24년`, `1~3분기`."""
    match = before(_NUMBER_BEFORE, text, point.start)
    if not match or point.unit not in ("month", "quarter", "year"):
        return
    number, start, year = int(match["number"]), match.start(), point.year
    if point.unit == "year":
        first = replace(point, start=start, year=number if number > 99 else 2000 + number)
    else:
        month = number if point.unit == "month" else number * 3 - 2
        if previous and previous.unit == "year" and not text[previous.end : start].strip():
            start, year = previous.start, previous.year
        first = replace(point, start=start, month=month, year=year)
    yield first, replace(point, year=year) if point.unit != "year" else point


def _open(text: str, point: Point, today: date, year: int | None) -> Iterator[TimeSpan]:
    """Read a point with one open end."""
    lead = before(_SINCE_BEFORE, text, point.start)
    # "from March" alone may mean in March; "from 1 March" and "from March on" do not.
    vague = lead and lead.group().lower().startswith("from") and point.unit != "day"
    tail = _SINCE_AFTER.match(text, point.end) or (_UNTIL_NOW.match(text, point.end))
    if (lead and not vague) or tail:
        start = lead.start() if lead else point.start
        yield _since(point, start, tail.end() if tail else point.end, today, year)
    if match := before(_AFTER_BEFORE, text, point.start):
        yield _since(point, match.start(), point.end, today, year, after=True)
    if match := _LENGTH.match(text, point.end):
        yield _lasting(point, match, today, year)
    lead, tail = before(_UNTIL_BEFORE, text, point.start), _UNTIL_AFTER.match(text, point.end)
    if lead or tail:
        start, end = lead.start() if lead else point.start, tail.end() if tail else point.end
        yield _until(point, start, end, today, year)


def _year_of(point: Point, today: date, year: int | None) -> int:
    return point.year or year or point.latest(today)


def _since(
    point: Point, start: int, end: int, today: date, year: int | None, *, after: bool = False
) -> TimeSpan:
    try:
        named = point.period(_year_of(point, today, year))
    except ValueError:
        return impossible(start, end)
    first = named.end + timedelta(days=1) if after else named.start
    last = max(first, today - timedelta(days=1))
    span = TimeSpan(
        start,
        end,
        "period",
        unit="range",
        relative=point.relative,
        yearless=point.year is None,
        open_ended=True,
        notes=(note(OPEN_END),),
    )
    return settle(span, Period(start=first, end=last), today)


def _lasting(point: Point, match: re.Match[str], today: date, year: int | None) -> TimeSpan:
    if match["span"]:
        unit, count = patterns.payload("ko", "span", match["span"]).split(":")
    else:
        unit = patterns.payload("ko", "unit", match["unit"])
        count = str(patterns.count("ko", match["count"]))
    try:
        first = point.period(_year_of(point, today, year)).start
    except ValueError:
        return impossible(point.start, match.end())
    last = move(as_unit(unit), first, int(count)) - timedelta(days=1)
    span = TimeSpan(point.start, match.end(), "period", unit="range", yearless=point.year is None)
    return settle(span, Period(start=first, end=last), today)


def _until(point: Point, start: int, end: int, today: date, year: int | None) -> TimeSpan:
    try:
        whole = point.period(_year_of(point, today, year))
    except ValueError:
        return impossible(start, end)
    return TimeSpan(start, end, "until", whole=whole, notes=(note(NEEDS_START),))


def _between(text: str, first: Point, last: Point, today: date, year: int | None) -> TimeSpan:
    start, end = first.start, last.end
    if match := before(_FROM, text, start):
        start = match.start()
    if match := _TO_END.match(text, end):
        end = match.end()
    try:
        first_year, last_year = _years(first, last, today, year)
        whole_first, whole_last = first.period(first_year), last.period(last_year)
    except ValueError:
        return impossible(start, end)
    if whole_last.end < whole_first.start:
        return impossible(start, end, BACKWARDS)
    yearless = first.year is None and last.year is None
    span = TimeSpan(
        start,
        end,
        "period",
        unit="range",
        relative=first.relative or last.relative,
        yearless=yearless,
        notes=(note(NO_YEAR, year=last_year),) if yearless else (),
    )
    return settle(span, Period(start=whole_first.start, end=whole_last.end), today)


def _years(first: Point, last: Point, today: date, year: int | None) -> tuple[int, int]:
    """Place a range: an end without a year lies next to the other one."""
    if first.year is None:
        last_year = _year_of(last, today, year)
        same = (first.month, first.day) <= (last.month, last.day)
        return last_year if same else last_year - 1, last_year
    if last.year is None:
        same = (first.month, first.day) <= (last.month, last.day)
        return first.year, first.year if same else first.year + 1
    return first.year, last.year
