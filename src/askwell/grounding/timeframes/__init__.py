"""Time phrases of a question, Korean and English, as days.

Rules, all of them said in the notes of a span:

- Weeks begin on Monday. First and last day are inclusive.
- Data is complete up to yesterday: a period that is not over is cut to yesterday, and only
  "today" itself (or a period that begins today) holds today.
- A month, quarter, half, day or holiday without a year is the most recent one that has begun
  before today. "Last May" and 지난 5월 are over.
- "The last 3 months" and 최근 3개월 run from the same day three months ago to yesterday.
- In a range, an end without a year lies next to the other end; without any year, the last
  end decides.
- "Since March" and 3월부터 run to yesterday. "Until March" alone has no first day and is not
  guessed.
- "3 months ago" is that whole calendar month.
- 추석 연휴 and "Chuseok holiday" are the official days before, after and in lieu.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.holiday import holidays_, weekends
from askwell.grounding.timeframes.named import Impossible, named, relative
from askwell.grounding.timeframes.ranges import ranges, share_years
from askwell.grounding.timeframes.rolling import rolling, to_date
from askwell.grounding.timeframes.span import VAGUE, Point, TimeSpan, impossible, settle_point
from askwell.grounding.timeframes.steps import grains
from askwell.language import Token

_Item = TypeVar("_Item", Point, TimeSpan)

__all__ = ["Point", "TimeSpan", "timeframes"]


def timeframes(
    text: str,
    *,
    today: date,
    tokens: Sequence[Token] = (),
    year: int | None = None,
    holidays_country: str = "KR",
) -> tuple[TimeSpan, ...]:
    """Return the time phrases of `text`, in order; none lies inside another.

    `tokens` (of the same text) tell where Korean words begin and end when they are written
    without spaces. `year` places phrases that say none, for a follow-up in a thread.
    """
    text = _fold(text)
    found = [
        item
        for item in (*named(text, today), *relative(text, today))
        if item and _whole_word(text, item.start, item.end, tokens)
    ]
    points = share_years(text, _outermost(item for item in found if isinstance(item, Point)))
    spans = [
        *(impossible(item.start, item.end) for item in found if isinstance(item, Impossible)),
        *ranges(text, points, today, year),
        *(
            span
            for span in _phrases(text, today, holidays_country, year)
            if _whole_word(text, span.start, span.end, tokens)
        ),
        *_singles(text, points, today, year),
    ]
    return tuple(_outermost(spans))


def _phrases(text: str, today: date, country: str, year: int | None) -> Iterator[TimeSpan]:
    yield from to_date(text, today)
    yield from rolling(text, today)
    yield from holidays_(text, today, country, year)
    yield from weekends(text, today)
    yield from grains(text)


def _singles(
    text: str, points: Iterable[Point], today: date, year: int | None
) -> Iterator[TimeSpan]:
    for point in points:
        span = settle_point(point, today, year)
        if vague := patterns.vague_end(text, point.end):
            yield impossible(point.start, vague, VAGUE)
            continue
        end = patterns.echo(text, point.end, point.unit)
        start, end = patterns.widen(text, span.start, end)
        yield replace(span, start=start, end=end)


def _fold(text: str) -> str:
    """Make full-width digits and signs plain, without moving any offset."""
    plain = (unicodedata.normalize("NFKC", letter) for letter in text)
    return "".join(
        new if len(new) == 1 else letter for new, letter in zip(plain, text, strict=True)
    )


def _whole_word(text: str, start: int, end: int, tokens: Sequence[Token]) -> bool:
    """Tell 설 from 설정: Korean needs a space, a particle or a morpheme's edge around it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if _hangul(text[start]) and _hangul(before) and all(token.start != start for token in tokens):
        return False
    if not (_hangul(text[end - 1]) and _hangul(after)):
        return True
    if patterns.ends_with_unit(text, start, end) or any(token.end == end for token in tokens):
        return True
    return patterns.korean_tail(text, end) > end or patterns.particle_follows(text, end)


def _hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _outermost(items: Iterable[_Item]) -> list[_Item]:
    """Drop what lies inside something longer, and what comes twice."""
    kept: list[_Item] = []
    for item in sorted(items, key=lambda item: (item.start, -item.end)):
        if not kept or item.end > kept[-1].end:
            kept.append(item)
    return kept
