"""Short texts for a small picture: axis numbers, names, ticks, titles."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from askwell.domain.noun import Language

_STEPS: dict[Language, tuple[tuple[float, str], ...]] = {
    "ko": ((1e12, "조"), (1e8, "억"), (1e4, "만")),
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "K")),
}
_DATED = re.compile(r"(?P<year>\d{4}년) (?P<rest>.+)|(?P<rest_en>.+) (?P<year_en>\d{4})")
_LONGEST_NAME = 24


def step(largest: float, language: Language) -> tuple[float, str]:
    """Return the size and the name in which numbers up to `largest` are written."""
    fits = (found for found in _STEPS[language] if largest >= found[0])
    return next(fits, (1.0, ""))


def short(value: float, unit: str, language: Language, largest: float | None = None) -> str:
    """Return a number in a few letters: 1.2억, 1.5K, 12%; like the `largest` of its axis.

    >>> short(120_000_000, "KRW", "ko"), short(1500, "", "en"), short(8000, "", "ko", 12000)
    ('1.2억', '1.5K', '0.8만')
    """
    if unit == "ratio":
        return f"{round(value * 100, 2):g}%"
    size, name = step(abs(value) if largest is None else largest, language)
    scaled = value / size
    digits = 0 if abs(scaled) >= 1000 else 1 if abs(scaled) >= 10 or size == 1 else 2
    shown = f"{scaled:,.{digits}f}"
    whole = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if whole in ("0", "-0") else f"{whole}{name}"


def width(text: str) -> int:
    """Return how many columns a text takes; Korean letters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shortened(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a name of at most `most` columns, the rest behind an ellipsis."""
    if width(name) <= most:
        return name
    kept = name
    while width(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, columns: int, lines: int) -> str:
    """Break a text into at most `lines` lines of `columns` columns, between words."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if width(longer) <= columns or not found[-1]:
            found[-1] = shortened(longer, columns)
        else:
            found.append(shortened(word, columns))
    if len(found) > lines:
        found = [*found[: lines - 1], shortened(" ".join(found[lines - 1 :]), columns)]
    return "\n".join(found)


def ticks(names: Sequence[str], at: Iterable[int]) -> list[str]:
    r"""Name the ticks at some positions; a year is said once, below its first tick.

    >>> ticks(["2023년 12월", "2024년 1월", "2024년 2월"], [0, 1, 2])
    ['12월\n2023년', '1월\n2024년', '2월']
    """
    parts = [_DATED.fullmatch(name) for name in names]
    if not all(parts):
        return [wrapped(names[i], 14, 2) for i in at]
    said, shown = "", []
    for i in at:
        match = parts[i]
        assert match is not None
        year = match["year"] or match["year_en"]
        rest = re.split(r" [~–] ", match["rest"] or match["rest_en"])[0]
        shown.append(rest if year == said else f"{rest}\n{year}")
        said = year
    return shown
