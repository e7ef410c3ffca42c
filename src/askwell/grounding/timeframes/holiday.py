"""Public holidays, by the package `holidays`; without a year, the most recent one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from askwell.domain.intent import Period
from askwell.domain.noun import Language, Message
from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.calendar import nth_period
from askwell.grounding.timeframes.patterns import alternatives, compiled
from askwell.grounding.timeframes.span import HOLIDAY_DAYS, NO_YEAR, TimeSpan, note, settle

_KO = compiled(
    rf"(?:(?:(?P<year>20\d\d|\d\d)\s*년도?|(?P<word>{alternatives('ko', 'year_of')})"
    rf"|(?P<last>지난|저번)|(?P<this>이번))\s*)?(?P<name>{alternatives('ko', 'holiday')})"
    r"(?P<days>(?:\s*명절)?\s*연휴(?:\s*기간)?|\s*명절)?"
)
_EN = compiled(
    rf"(?<!\w)(?:(?P<year_before>20\d\d)\s+|(?P<last>last)\s+|(?P<this>this)\s+"
    rf"|(?P<word>{alternatives('en', 'year_of')})['’]s\s+)?"
    rf"(?:the\s+)?(?P<name>{alternatives('en', 'holiday')})(?!\w)(?P<days>\s+(?:holidays?|break))?"
    rf"(?:\s+(?:of\s+|in\s+)?(?:(?P<year>20\d\d)(?!\w)"
    rf"|(?P<word_>{alternatives('en', 'year_of')})\b)"
    r"(?P<days_>\s+(?:holidays?|break)\b)?)?"
)


def holidays_(text: str, today: date, country: str, year: int | None) -> Iterator[TimeSpan]:
    """Find holidays: the day itself, or with 연휴/holiday its official days together."""
    for match in _KO.finditer(text):
        yield from _span(text, match, "ko", today, country, year)
    for match in _EN.finditer(text):
        yield from _span(text, match, "en", today, country, year)


def _span(
    text: str,
    match: re.Match[str],
    language: Language,
    today: date,
    country: str,
    year: int | None,
) -> Iterator[TimeSpan]:
    groups = match.groupdict()
    name = patterns.payload(language, "holiday", match["name"])
    wide = bool(groups["days"] or groups.get("days_"))
    said = _said_year(groups, language, today)
    period = _on(name, country, said or year, wide) if said or year else None
    if not said and not year:
        period = _latest(name, country, today, wide, over=bool(groups.get("last")))
    if period is None:
        return
    notes: tuple[Message, ...] = (note(HOLIDAY_DAYS),) if wide else ()
    yearless = said is None and not groups.get("last")
    if yearless:
        notes = (note(NO_YEAR, year=period.start.year), *notes)
    start, end = patterns.widen(text, *match.span())
    span = TimeSpan(start, end, "period", unit="holiday", yearless=yearless, notes=notes)
    yield settle(span, period, today)


def _said_year(groups: dict[str, str | None], language: Language, today: date) -> int | None:
    if written := groups.get("year") or groups.get("year_before"):
        return int(written) if len(written) == 4 else 2000 + int(written)
    if groups.get("this"):
        return today.year
    if word := groups.get("word") or groups.get("word_"):
        return today.year + int(patterns.payload(language, "year_of", word))
    return None


def _latest(name: str, country: str, today: date, wide: bool, *, over: bool) -> Period | None:
    for year in range(today.year, today.year - 3, -1):
        period = _on(name, country, year, wide)
        if period and (period.end if over else period.start) < today:
            return period
    return None


@lru_cache(maxsize=256)
def _on(name: str, country: str, year: int | None, wide: bool) -> Period | None:
    if year is None:
        return None
    days = [day for day, names in _calendar(country, year).items() if _is_it(name, names, wide)]
    return Period(start=min(days), end=max(days)) if days else None


def _is_it(name: str, names: str, wide: bool) -> bool:
    if wide:
        return name in names
    return name in names.split("; ")


@lru_cache(maxsize=32)
def _calendar(country: str, year: int) -> dict[date, str]:
    import holidays  # only questions about a holiday need it

    return dict(holidays.country_holidays(country, years=year, language="en_US"))


def weekends(text: str, today: date) -> Iterator[TimeSpan]:
    """Find last and this weekend: Saturday and Sunday."""
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        for match in compiled(rf"(?<!\w)(?:{alternatives(language, 'weekend')})").finditer(text):
            steps = int(patterns.payload(language, "weekend", match.group()))
            week = nth_period("week", today, steps)
            start, end = patterns.widen(text, *match.span())
            span = TimeSpan(start, end, "period", unit="range", relative=True)
            whole = Period(start=week.end - timedelta(days=1), end=week.end)
            yield settle(span, whole, today)
