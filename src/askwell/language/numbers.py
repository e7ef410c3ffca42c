"""Numbers as people write them: 3만원, 1억 2천만, 다섯 명, 10k, 2.5 million, $20, 50%."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """Be a number at `start`..`end`, its unit included.

    `unit`: KRW, USD, percent, people, count, a time unit (`day` ... `year`, `hour`, `minute`,
    `second`), or "" when none is written.
    """

    start: int
    end: int
    value: Decimal
    unit: str


_UNITS = {
    "KRW": "원 won krw",
    "USD": "달러 불 dollars dollar usd",
    "percent": "% ％ 퍼센트 프로 percent pct",
    "people": "명 인 people persons",
    "count": "개 건 회 번 곳 가지 군데 위 차례 times",
    "day": "일 day days",
    "week": "주일 주 week weeks",
    "month": "개월 달 month months",
    "year": "년 year years",
    "hour": "시간 hour hours",
    "minute": "분 minute minutes",
    "second": "초 second seconds",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_WORDS = sorted(_UNIT_OF, key=len, reverse=True)
# 개월 must not be read as 개, 주년 and 분기 not as 주 and 분.
_UNIT = (
    r"(?P<unit>" + "|".join(_WORDS) + r")"
    r"(?<!개(?=월))(?<!분(?=기))(?<!주(?=[년차]))(?<!달(?=러))(?<!인(?=[가-힣]))(?<!번(?=째))(?![a-z])"
)
_CURRENCY = {"₩": "KRW", "￦": "KRW", "$": "USD", "": ""}

_KOREAN_DIGITS = {digit: value for value, digit in enumerate("영일이삼사오육칠팔구")}
_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_NATIVE = {
    "한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5,
    "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열두": 12, "스무": 20, "스물": 20,
}  # fmt: skip
_ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "a hundred": 100, "hundred": 100, "a thousand": 1000, "a million": 10**6,
}  # fmt: skip
_SCALE = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mil": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9, "hundred": 100,
}  # fmt: skip


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WITH_DIGITS = re.compile(
    rf"(?P<currency>[₩￦$]?)\s?(?:(?<![\d.,a-z])|(?<=top)|(?<=bottom))(?P<number>{_DIGITS})"
    rf"(?:(?P<korean>\s?[십백천만억조][\d,.십백천만억조]*(?:\s?\d[\d,.]*[십백천만억조]+)*)"
    rf"|\s?(?P<scale>{_any(_SCALE)})(?![a-z]))?(?:\s?{_UNIT})?",
    re.IGNORECASE,
)
# Spelled out, a number needs its unit: 조회 is not a trillion times, nor 사건 four pieces.
_SPELLED_KOREAN = re.compile(
    r"(?<![가-힣])(?P<number>(?:[일이삼사오육칠팔구]?[십백천만억]){2,}|[일이삼사오육칠팔구][십백천만억]"
    rf"|[백천만억](?=\s?[원명]))\s?{_UNIT}"
)
_SPELLED_LARGE = re.compile(
    r"(?<![가-힣\d])(?P<number>[일이삼사오육칠팔구]?[십백천][만억])(?![가-힣])"
)
_NATIVE_KOREAN = re.compile(rf"(?<![가-힣])(?P<number>{_any(_NATIVE)})\s?{_UNIT}")
_SPELLED_ENGLISH = re.compile(
    rf"\b(?P<number>{_any(_ENGLISH)})\b(?:\s(?P<scale>{_any(_SCALE)})\b)?(?:\s{_UNIT})?",
    re.IGNORECASE,
)


def numbers(text: str) -> tuple[NumberSpan, ...]:
    """Return the numbers in `text`, in order and without overlaps.

    Years and dates are numbers here too (2024년 is 2024 years); who reads the question lets
    the longer time phrase win.
    """
    found = sorted(_candidates(text), key=lambda span: (span.start, -span.end))
    kept: list[NumberSpan] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _candidates(text: str) -> Iterator[NumberSpan]:
    for match in _WITH_DIGITS.finditer(text):
        yield _span(match, _digit_value(match))
    for match in _SPELLED_KOREAN.finditer(text):
        yield _span(match, korean_value(match["number"]))
    for match in _SPELLED_LARGE.finditer(text):
        yield _span(match, korean_value(match["number"]))
    for match in _NATIVE_KOREAN.finditer(text):
        yield _span(match, Decimal(_NATIVE[match["number"]]))
    for match in _SPELLED_ENGLISH.finditer(text):
        value = Decimal(_ENGLISH[match["number"].lower()])
        yield _span(match, value * _SCALE.get((match["scale"] or "").lower(), 1))


def _span(match: re.Match[str], value: Decimal) -> NumberSpan:
    groups = match.groupdict()
    unit = _UNIT_OF.get((groups.get("unit") or "").lower(), "")
    unit = unit or _CURRENCY[groups.get("currency") or ""]
    lead = len(match.group()) - len(match.group().lstrip())
    return NumberSpan(match.start() + lead, match.end(), value, unit)


def _digit_value(match: re.Match[str]) -> Decimal:
    if match["korean"]:
        return korean_value(match["number"] + match["korean"])
    value = Decimal(match["number"].replace(",", ""))
    return value * _SCALE.get((match["scale"] or "").lower(), 1)


def korean_value(text: str) -> Decimal:
    """Return the value of digits mixed with Korean powers: `1억 2천만` is 120000000."""
    total, section, current = Decimal(0), Decimal(0), Decimal(0)
    has_current = False
    for part in re.findall(rf"{_DIGITS}|[가-힣]", text):
        if part in _LARGE:
            section += current if has_current else Decimal(0)
            total += (section or Decimal(1)) * _LARGE[part]
            section, current, has_current = Decimal(0), Decimal(0), False
        elif part in _SMALL:
            section += (current if has_current else Decimal(1)) * _SMALL[part]
            current, has_current = Decimal(0), False
        else:
            digit = _KOREAN_DIGITS.get(part)
            current = Decimal(part.replace(",", "")) if digit is None else Decimal(digit)
            has_current = True
    return total + section + current
