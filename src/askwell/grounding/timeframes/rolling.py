"""Periods that end with yesterday: 최근 7일, the last 3 months, year to date."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from askwell.domain.intent import Period
from askwell.domain.noun import Language
from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.calendar import Unit, as_unit, move, nth_period, unit_period
from askwell.grounding.timeframes.patterns import alternatives, compiled
from askwell.grounding.timeframes.span import ROLLING, TimeSpan, note, settle

_KO_LENGTH = (
    rf"(?:(?P<span>{alternatives('ko', 'span')})|(?P<count>{patterns.KOREAN_COUNT})\s*"
    rf"(?P<unit>{alternatives('ko', 'unit')}))"
)
_NOT_DURATION = r"(?!\s*(?:이상|이하|이내|미만|초과|안에|내에|후|뒤|전|차|째|만에|마다|짜리))"
_KO = (
    compiled(rf"(?:최근|직전)의?\s*{_KO_LENGTH}(?:\s*(?:간|동안|치))?(?:의|에)?{_NOT_DURATION}"),
    # 지난 3분기 is the third quarter; with 간 it is three quarters.
    compiled(
        rf"지난\s*(?!\d\s*분기(?!\s*(?:간|동안))){_KO_LENGTH}(?:\s*(?:간|동안|치))?"
        rf"(?:의|에)?{_NOT_DURATION}"
    ),
    compiled(
        rf"(?<!후)(?<!후\s)(?<!뒤)(?<!뒤\s)(?<!\d)(?<!부터){_KO_LENGTH}"
        r"\s*(?:간(?![가-힣])|간의|동안)(?:의|에)?"
    ),
)
_PART_OF = r"(?!\s+(?:of|in)\s+(?:the\s+)?(?:year|20\d\d|last|this|month|quarter))"
_EN = (
    compiled(
        rf"(?<!\w)(?:(?:in|over|during|for|within)\s+)?(?:the\s+)?"
        rf"(?:{alternatives('en', 'recent')})"
        rf"[\s-]+(?P<count>\d{{1,3}}|{alternatives('en', 'count')})[\s-]+"
        rf"(?P<unit>{alternatives('en', 'unit')})\b{_PART_OF}"
    ),
    compiled(
        rf"(?<!\w)(?:(?:in|over|during|for|within)\s+)?(?:the\s+)?(?:past|trailing)\s+"
        rf"(?P<unit>day|week|month|quarter|year)\b{_PART_OF}"
    ),
    compiled(
        rf"(?<!\w)(?:over|within)\s+the\s+last\s+(?P<unit>week|month|quarter|year)\b{_PART_OF}"
    ),
    compiled(rf"(?<!\w)(?:in|during)\s+the\s+last\s+(?P<unit>week|month)\b{_PART_OF}"),
    compiled(r"(?<!\w)(?:(?:the\s+)?(?:last|past)\s+)(?P<span>fortnight)\b"),
)


def rolling(text: str, today: date) -> Iterator[TimeSpan]:
    """Find the last so many days, weeks, months, quarters or years."""
    for pattern in _KO:
        for match in pattern.finditer(text):
            yield _span(text, match, "ko", today)
    for pattern in _EN:
        for match in pattern.finditer(text):
            yield _span(text, match, "en", today)


def _span(text: str, match: re.Match[str], language: Language, today: date) -> TimeSpan:
    groups = match.groupdict()
    if groups.get("span"):
        unit, number = patterns.payload(language, "span", match["span"]).split(":")
        count = int(number)
    else:
        unit = patterns.payload(language, "unit", match["unit"])
        count = patterns.count(language, groups.get("count") or "1")
    start, end = patterns.widen(text, *match.span())
    yesterday = today - timedelta(days=1)
    return TimeSpan(
        start,
        end,
        "period",
        period=Period(start=move(as_unit(unit), today, -count), end=yesterday),
        whole=_complete(as_unit(unit), count, today),
        grain=None,
        unit="rolling",
        count=count,
        relative=True,
        notes=(note(ROLLING),),
    )


def _complete(unit: Unit, count: int, today: date) -> Period:
    """Return the last `count` calendar units that are over."""
    last = nth_period(unit, today, -1)
    return Period(start=nth_period(unit, today, -count).start, end=last.end)


def to_date(text: str, today: date) -> Iterator[TimeSpan]:
    """Find year, quarter, month and week to date."""
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        edge = r"(?![a-z0-9])" if language == "en" else ""
        pattern = compiled(rf"(?<![a-z])(?P<word>{alternatives(language, 'to_date')}){edge}")
        for match in pattern.finditer(text):
            unit = as_unit(patterns.payload(language, "to_date", match["word"]))
            start, end = patterns.widen(text, *match.span())
            span = TimeSpan(start, end, "period", unit="to_date", relative=True, grain=None)
            yield settle(span, unit_period(unit, today), today)
