"""Numbers, days and periods as people of each language write them."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from askwell.domain.catalog import Grain, Unit
from askwell.domain.noun import Language

Number = int | float | Decimal
_MOST_DIGITS = 400
_SUFFIX: dict[tuple[str, Language], str] = {
    ("KRW", "ko"): "원",
    ("people", "ko"): "명",
    ("count", "ko"): "건",
    ("days", "ko"): "일",
    ("hours", "ko"): "시간",
    ("minutes", "ko"): "분",
    ("seconds", "ko"): "초",
    ("days", "en"): " days",
    ("hours", "en"): " hours",
    ("minutes", "en"): " minutes",
    ("seconds", "en"): " seconds",
}
_PREFIX: dict[tuple[str, Language], str] = {
    ("KRW", "en"): "₩",
    ("USD", "en"): "$",
    ("USD", "ko"): "$",
}


def number(value: Number, unit: Unit | str, language: Language) -> str:
    """Return a number with its unit; a ratio is shown as a percentage.

    >>> number(1234567, "KRW", "ko"), number(0.1234, "ratio", "en")
    ('1,234,567원', '12.3%')
    """
    with localcontext(prec=_MOST_DIGITS):  # a sum of 39 digits must not stop the answer
        if unit == "ratio":
            percent = format_percent(value, format="#,##0.0%", locale=language)
            return _unsigned_zero(str(percent))
        plain = str(format_decimal(value, format=_digits(value, unit), locale=language))
    shown = _unsigned_zero(plain)
    sign, shown = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
    suffix = _SUFFIX.get((unit, language), "")
    if shown == "1" and language == "en":
        suffix = suffix.removesuffix("s")
    return f"{sign}{_PREFIX.get((unit, language), '')}{shown}{suffix}"


def points(value: Number, language: Language) -> str:
    """Return by how much a rate moved, in percentage points: 1.5%p, 1.5 points.

    >>> points(0.015, "ko"), points(0.015, "en")
    ('1.5%p', '1.5 points')
    """
    moved = number(value, "ratio", language)
    return f"{moved}p" if language == "ko" else f"{moved.removesuffix('%')} points"


_SIZES: dict[Language, tuple[tuple[int, str], ...]] = {
    "ko": ((10**12, "조"), (10**8, "억"), (10**4, "만")),
    "en": ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
}


def about(value: Number, unit: Unit | str, language: Language) -> str:
    """Return long money as people say it, rounded; empty where the number is short enough.

    >>> about(1234567890, "KRW", "ko"), about(1234567890, "KRW", "en")
    ('약 12억 3,457만 원', 'about ₩1.23 billion')
    """
    amount, sign = abs(Decimal(str(value))), "-" if value < 0 else ""
    if unit != "KRW" or not 10**8 <= amount < 10**16:
        return ""
    (size, name), (part, part_name) = _sizes(amount, language)
    if language == "en":
        return f"about {sign}₩{round(amount / size, 2):,.4g}{name}"
    big, small = divmod(round(amount / part), size // part)
    rest = f" {small:,}{part_name}" if small else ""
    return f"약 {sign}{big:,}{name}{rest} 원"


def _sizes(amount: Decimal, language: Language) -> tuple[tuple[int, str], tuple[int, str]]:
    """Return the largest size that fits into an amount, and the one below it."""
    sizes = _SIZES[language]
    at = next((i for i, (size, _) in enumerate(sizes) if amount >= size), len(sizes) - 1)
    return sizes[at], sizes[min(at + 1, len(sizes) - 1)]


def _digits(value: Number, unit: str) -> str:
    if unit in ("KRW", "people", "count") or value == int(value):
        return "#,##0"
    if unit == "USD":
        return "#,##0.00"
    return "0.###" if -1 < value < 1 else "#,##0.##"


def _unsigned_zero(shown: str) -> str:
    """Drop the sign of a number that is rounded to zero."""
    return shown if any(c in "123456789" for c in shown) else shown.removeprefix("-")


def day(value: date, language: Language) -> str:
    """Return a day: 2024년 3월 1일, 1 Mar 2024."""
    pattern = "y년 M월 d일" if language == "ko" else "d MMM y"
    return str(format_date(value, pattern, locale=language))


def period(start: date, end: date, language: Language) -> str:
    """Return first and last day, without saying a year or month twice."""
    if start == end:
        return day(start, language)
    if language == "en":
        head = "d MMM" if start.year == end.year else "d MMM y"
        return f"{format_date(start, head, locale='en')} – {day(end, 'en')}"
    tail = "M월 d일" if start.year == end.year else "y년 M월 d일"
    return f"{day(start, 'ko')} ~ {format_date(end, tail, locale='ko')}"


def span(start: date, end: date, language: Language) -> str:
    """Return a period by its calendar name where it has one: 2024년, Q1 2024; else its days."""
    grains: tuple[Grain, ...] = ("year", "quarter", "month")
    for grain in grains:
        if first_day(start, grain) == start and last_day(start, grain) == end:
            return bucket(start, grain, language)
    return period(start, end, language)


_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}


def first_day(within: date, grain: Grain) -> date:
    """Return the first day of the bucket that holds a day; weeks begin on Monday."""
    if grain == "day":
        return within
    if grain == "week":
        return within - timedelta(days=within.weekday())
    month = within.month - (within.month - 1) % _MONTHS[grain]
    return date(within.year, month, 1)


def last_day(within: date, grain: Grain) -> date:
    """Return the last day of the bucket that holds a day.

    >>> last_day(date(2024, 2, 1), "month")
    datetime.date(2024, 2, 29)
    """
    if grain in ("day", "week"):
        return first_day(within, grain) + timedelta(days=6 if grain == "week" else 0)
    start = first_day(within, grain)
    after = start.month - 1 + _MONTHS[grain]
    return date(start.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def bucket(start: date, grain: Grain, language: Language) -> str:
    """Return the name of the bucket that begins on `start`: 2024년 3월, Q1 2024."""
    if grain == "week":
        return period(start, start + timedelta(days=6), language)
    if grain == "month":
        return str(format_date(start, "y년 M월" if language == "ko" else "MMM y", locale=language))
    if grain == "quarter":
        quarter = (start.month + 2) // 3
        return f"{start.year}년 {quarter}분기" if language == "ko" else f"Q{quarter} {start.year}"
    if grain == "year":
        return f"{start.year}년" if language == "ko" else str(start.year)
    return day(start, language)
