"""Calendar units called by their name, in both languages and in digits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from askwell.domain.noun import Language
from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.calendar import Unit, as_unit, last_weekday, nth_period
from askwell.grounding.timeframes.patterns import alternatives, before, compiled
from askwell.grounding.timeframes.span import Point


@dataclass(frozen=True, slots=True)
class Impossible:
    """Be a date that cannot be, at `start`..`end`."""

    start: int
    end: int


Found = Point | Impossible | None
_EDGE = r"(?![a-z0-9])"
_FULL = r"(?:19|20)\d{2}"
_KO_YEAR = rf"""(?:
    (?<![\d.,])(?P<year>{_FULL}) \s* (?: 년도? | (?=\s*(?:[상하]반기|[1-4]\s*분기|\d{{1,2}}\s*월)) )
  | (?<![\d.,])'?(?P<short>[0-4]\d) \s* 년도?
    (?!\s*(?:간|동안|전|이상|이하|이내|째|차|만에|후|뒤|치))
  | (?P<word>{alternatives("ko", "year_of")})
)"""
_KO_PART = r"""(?:
    (?P<half>[상하]) 반기
  | (?P<quarter>[1-4]) \s* (?:/\s*4\s*|사\s*)? 분기 (?!\s*(?:간|동안))
  | (?<!\d) (?P<month>\d{1,2}) \s* 월 (?: \s* (?P<day>\d{1,2}) \s* 일 (?!간|\s*동안) )?
)"""
_EN_YEAR = rf"""(?:
    (?P<year>{_FULL}) | '(?P<short>\d{{2}}) | (?P<word>{alternatives("en", "year_of")})
)(?:['’]s)?{_EDGE}"""
_EN_MONTH = rf"(?P<name>{alternatives('en', 'month')})\b\.?"
_EN_DAY = rf"(?<![\d.,])(?P<day>\d{{1,2}})(?P<th>st|nd|rd|th)?{_EDGE}(?![%:]|[.,]\d)"
_EN_WHICH = r"(?:(?:the\s+)?(?P<which>last|past|previous|this|next)\s+)?"
_OF = r"\s*(?:,|of|in|-|/)?\s*(?:the\s+)?"

_EN_ORDINAL = (
    rf"(?:(?P<ordinal>{alternatives('en', 'ordinal')}|final|last(?=\s+quarter\s+of))\s+quarter"
    r"|(?P<ordinal_half>first|second|1st|2nd)[\s-]+half)\b"
)
_SHORT_PART = (
    r"(?:Q(?P<quarter>[1-4])(?!\d)|H(?P<half>[12])(?!\d)|(?P<quarter_>[1-4])Q|(?P<half_>[12])H)"
)
_WRITTEN_DAY = r"(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"

NAMED = tuple(
    compiled(pattern)
    for pattern in (
        # 2024년 5월 1일, 작년 상반기, 3분기
        rf"(?:{_KO_YEAR} \s* (?:의\s*)?)? {_KO_PART}",
        # 지난 5월
        rf"(?P<which>지난|저번|직전|이번|다음) \s* {_KO_PART}",
        # '24년 5월
        rf"(?<![\d.,])'?(?P<short>\d{{2}}) \s* 년도? \s* {_KO_PART}",
        # 2024년
        _KO_YEAR,
        # May, last May, May 1st, May 2024, May 1, 2024
        rf"(?<![a-z]){_EN_WHICH}{_EN_MONTH}(?:\s+(?:the\s+)?{_EN_DAY})?(?:{_OF}{_EN_YEAR})?",
        # 2024 May, last year's May
        rf"(?<![a-z]){_EN_YEAR}[\s-]+{_EN_MONTH}(?:\s+{_EN_DAY})?",
        # 1 May 2024, 1st of May
        rf"{_EN_DAY}\s+(?:of\s+)?{_EN_MONTH}(?:{_OF}{_EN_YEAR})?",
        # Q3, Q3 2024, Q3'24, 3Q24, H1 of last year
        rf"(?<![a-z0-9]){_SHORT_PART}(?:{_OF}{_EN_YEAR}|'?(?P<tail>{_FULL}|\d\d)?{_EDGE})",
        # 2024Q3, 24Q3, 2024년 Q3
        rf"(?<![a-z0-9])(?:(?P<year>{_FULL})\s*(?:년\s*)?[-/]?\s*|'?(?P<short>\d\d)(?:\s*년\s*)?)"
        rf"{_SHORT_PART}{_EDGE}",
        # last year's Q3
        rf"(?<![a-z]){_EN_YEAR}\s+{_SHORT_PART}{_EDGE}",
        # third quarter of 2024, first half, last year's first half
        rf"(?<![a-z]){_EN_ORDINAL}(?:{_OF}{_EN_YEAR})?",
        rf"(?<![a-z]){_EN_YEAR}\s+{_EN_ORDINAL}",
        # 2024-05-01, 2024.5.1, 2024/05
        rf"(?<![\w.,/])(?P<year>{_FULL})(?P<sep>[-./])\s?(?P<month>\d{{1,2}})"
        rf"(?:(?P=sep)\s?(?P<day>\d{{1,2}})\.?(?![\d/])|(?![\d/]|[.,-]\d))",
        # 20240501, 202405
        rf"(?<![\w.,/-])(?P<year>20\d\d){_WRITTEN_DAY}(?!\w)",
        r"(?<![\w.,/-])(?P<year>20[0-4]\d)(?P<month>0[1-9]|1[0-2])(?=\s|$|[~?!에의])",
    )
)
_BARE_YEAR = compiled(
    r"(?<![\w.,$₩#/-]) (?P<year>20[0-4]\d) (?![\w%/-]|[.,]\d)"
    r"(?!\s*(?:원|명|건|개|회|번|위|만|억|천|달러|%|won|users?|people|times|days|percent)(?![a-z]))"
    r"| (?<![\w.,$₩#/-]) (?P<apostrophe>['’]) (?P<short>[0-4]\d) (?!\w)"
    r"| (?: (?<![\w.,$₩#/-]) | (?<=20\d\d[-~–]) ) (?P<year_>20[0-4]\d)"
    r" (?=에|의|은|는|부터|까지|\s*[-~–]\s*20|(?<=20\d\d.20\d\d)(?![\w.,-]))"
)
_QUANTITY = re.compile(r"(?:over|under|than|least|most|top|bottom|first|above|below)\s+$", re.I)
_MONTH_BEFORE = re.compile(
    r"(?:^|\W)(?:in|since|from|to|until|till|of|during|for|last|this|next|by|between|through|after"
    r"|before|and|vs|throughout|\d{1,2}(?:st|nd|rd|th)?|20\d\d)\s+$",
    re.IGNORECASE,
)
_PRONOUN_AFTER = re.compile(r"\s+(?:i|we|you|not|be|have|also)\b", re.IGNORECASE)
_SLASH = re.compile(r"(?<![\w./])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\w/.]*\d)(?!\s*분기)")


def named(text: str, today: date) -> Iterator[Found]:
    """Find years, halves, quarters, months and days called by their name."""
    for pattern in NAMED:
        for match in pattern.finditer(text):
            yield _point(match, today)
    for match in _BARE_YEAR.finditer(text):
        if not before(_QUANTITY, text, match.start()):
            yield _point(match, today)
    if re.search("[가-힣]", text):  # elsewhere 5/1 may be the fifth of January
        for match in _SLASH.finditer(text):
            yield _point(match, today)


def _point(match: re.Match[str], today: date) -> Found:
    parts = {name: value for name, value in match.groupdict().items() if value}
    if "name" in parts and not _is_month(match):
        return None
    unit, month, day = _unit(parts)
    year, relative = _year(parts, today)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return Impossible(match.start(), match.end())
    point = Point(match.start(), match.end(), unit, year, month, day, relative)
    if "which" in parts:
        return _which(point, parts["which"].lower(), today)
    return point


def _unit(parts: dict[str, str]) -> tuple[Unit, int, int]:
    """Return the unit and the month and day that it begins with."""
    half = parts.get("half") or parts.get("half_") or parts.get("ordinal_half", "")[:1].lower()
    if half:
        return "half", 1 if half in ("1", "상", "f") else 7, 1
    quarter = parts.get("quarter") or parts.get("quarter_")
    if "ordinal" in parts:
        word = parts["ordinal"].lower()
        quarter = "4" if word in ("final", "last") else patterns.payload("en", "ordinal", word)
    if quarter:
        return "quarter", int(quarter) * 3 - 2, 1
    month = int(parts.get("month", 0))
    if "name" in parts:
        month = int(patterns.payload("en", "month", parts["name"]))
    if "day" in parts:
        return "day", month, int(parts["day"])
    return ("month", month, 1) if "month" in parts or "name" in parts else ("year", 1, 1)


def _year(parts: dict[str, str], today: date) -> tuple[int | None, bool]:
    if "word" in parts:
        language: Language = "ko" if re.search("[가-힣]", parts["word"]) else "en"
        return today.year + int(patterns.payload(language, "year_of", parts["word"])), True
    written = parts.get("year") or parts.get("year_") or parts.get("short") or parts.get("tail")
    if not written:
        return None, False
    return int(written) if len(written) == 4 else 2000 + int(written), False


def _which(point: Point, which: str, today: date) -> Found:
    """Place `last May`, `this May`, `next May`; a last one is over."""
    if point.year is not None:
        return point
    try:
        year = point.latest(today)
        if which in ("this", "이번"):
            year = today.year
        elif which in ("next", "다음"):
            year += 1
        elif point.period(year).end >= today:
            year -= 1
    except ValueError:
        return Impossible(point.start, point.end)
    return Point(point.start, point.end, point.unit, year, point.month, point.day, True)


def _is_month(match: re.Match[str]) -> bool:
    """Tell the month from the verb: `in may`, `May 2024` and `May`, but not `may`."""
    groups, text = match.groupdict(), match.string
    if _is_quantity(match):
        return False
    name = match["name"].strip(".")
    if name.lower() not in alternatives("en", "ambiguous_month").split("|"):
        return True
    beside = any(groups.get(part) for part in ("day", "year", "short", "word", "which"))
    if beside or before(_MONTH_BEFORE, text, match.start("name")):
        return True
    return name[0].isupper() and not _PRONOUN_AFTER.match(text, match.end("name"))


def _is_quantity(match: re.Match[str]) -> bool:
    """Tell `top 5 March merchants` from `5 March`."""
    groups = match.groupdict()
    if not groups.get("day") or groups.get("th") or groups.get("year"):
        return False
    day = match.start("day")
    return day < match.start("name") and bool(before(_QUANTITY, match.string, day))


def _steps(match: re.Match[str], today: date, language: Language) -> Found:
    unit, steps = patterns.payload(language, "relative", match["relative"]).split(":")
    groups = match.groupdict()
    period = nth_period(as_unit(unit), today, int(steps))
    first = period.start
    if groups.get("weekday"):
        if unit != "week":
            return None
        weekday = int(patterns.payload(language, "weekday", match["weekday"]))
        first, unit = date.fromordinal(first.toordinal() + weekday), "day"
    elif groups.get("day"):
        if unit != "month":
            return None
        first, unit = first.replace(day=1), "day"
        return Point(*match.span(), "day", first.year, first.month, int(match["day"]), True)
    return _at(match, as_unit(unit), first)


def _at(match: re.Match[str], unit: Unit, day: date, *, ago: bool = False) -> Point:
    return Point(*match.span(), unit, day.year, day.month, day.day, relative=True, ago=ago)


_NOT_REST = r"(?!\s*(?:체|월|년|분기|반|주|부|일|국|용|달))"
_AGO = {
    "ko": compiled(
        rf"(?:(?P<span>{alternatives('ko', 'span')})|(?P<count>{patterns.KOREAN_COUNT})\s*"
        rf"(?P<unit>{alternatives('ko', 'unit')})) \s* 전 {_NOT_REST}"
    ),
    "en": compiled(
        rf"(?<!\w)(?P<count>\d{{1,3}}|{alternatives('en', 'count')})\s+"
        rf"(?P<unit>{alternatives('en', 'unit')})\s+(?:ago|earlier)\b"
    ),
}
_RELATIVE = {
    "ko": (
        rf"(?P<relative>{alternatives('ko', 'relative')})"
        rf"(?:\s*의?\s*(?:(?P<weekday>{alternatives('ko', 'weekday')})"
        rf"|(?P<day>\d{{1,2}})\s*일(?!간)))?"
    ),
    "en": rf"(?<!\w)(?P<relative>{alternatives('en', 'relative')})\b",
}
_WEEKDAY = {
    "ko": rf"(?P<which>지난|저번|이번)\s*(?P<weekday>{alternatives('ko', 'weekday')})",
    "en": (
        rf"(?<!\w)(?P<which>last|past|this|previous)\s+"
        rf"(?P<weekday>{alternatives('en', 'weekday')})\b"
    ),
}
_WEEKDAY_OF = compiled(
    rf"(?<!\w)(?P<weekday>{alternatives('en', 'weekday')})\s+(?:of\s+)?"
    rf"(?P<relative>{alternatives('en', 'relative')})\b"
)


def relative(text: str, today: date) -> Iterator[Found]:
    """Find times that move with today: last week, 지난달 15일, 3 days ago, last Friday."""
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        for match in compiled(_RELATIVE[language]).finditer(text):
            yield _steps(match, today, language)
        for match in compiled(_WEEKDAY[language]).finditer(text):
            yield _weekday(match, today, language)
        for match in _AGO[language].finditer(text):
            yield _ago(match, today, language)
    for match in _WEEKDAY_OF.finditer(text):
        yield _steps(match, today, "en")


def _weekday(match: re.Match[str], today: date, language: Language) -> Found:
    weekday = int(patterns.payload(language, "weekday", match["weekday"]))
    if match["which"].lower() in ("this", "이번"):
        monday = nth_period("week", today, 0).start
        return _at(match, "day", date.fromordinal(monday.toordinal() + weekday))
    return _at(match, "day", last_weekday(weekday, today))


def _ago(match: re.Match[str], today: date, language: Language) -> Found:
    groups = match.groupdict()
    if groups.get("span"):
        unit, count = patterns.payload("ko", "span", match["span"]).split(":")
        steps = int(count)
    else:
        unit = patterns.payload(language, "unit", match["unit"])
        steps = patterns.count(language, match["count"])
    return _at(match, as_unit(unit), nth_period(as_unit(unit), today, -steps).start, ago=True)
