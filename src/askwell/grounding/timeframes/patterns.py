"""Regular expressions out of the languages' time vocabulary."""

import re
from functools import cache

from askwell.domain.noun import Language
from askwell.grounding.timeframes.calendar import Unit
from askwell.language import time_words

# Korean particles and nouns that belong to a time phrase. 도 and 만 are left: they mean more.
_KOREAN_TAIL = re.compile(
    r"(?:\s*(?:동안|내내|기간|중에|중)(?:의|에|은|는|에는)?|에는|에서|에만|에|의|은|는|엔|을|를|이|가"
    r"|으로|로|분|치|자)(?![가-힣])"
)
_PARTICLE = re.compile(
    r"(?:부터|까지|이후|이전|대비|보다|도|만|과|와|랑|이랑|하고|에도|인|이고|이야|이요|요|로|별)"
)
# 2024년 1년간, 5월 한 달 동안: the length only repeats what the unit says.
_ECHOES: dict[Unit, str] = {
    "year": r"(?:1|일|한)\s*(?:년|해)|12\s*개월|1년치",
    "half": r"6\s*개월|반년",
    "quarter": r"3\s*개월|한\s*분기|세\s*달",
    "month": r"(?:한|1)\s*달|1\s*개월",
    "week": r"(?:일|1)\s*주일?|한\s*주|7일",
    "day": r"하루",
}
# 5월 말, 5월 3주차: which days these are is anybody's guess.
_VAGUE = re.compile(
    r"\s*(?:초순|중순|하순|상순|초반|중반|후반|초|말|\d\s*주\s*차|(?:첫|둘|셋|넷|다섯)째\s*주|첫\s*주|마지막\s*주)"
    r"(?=에|의|은|는|에는|[^가-힣]|$)"
)
_ENGLISH_LEAD = re.compile(
    r"(?<![a-z])(?:in|on|during|for|over|within|throughout|at|of|as of)\s+"
    r"(?:the\s+)?(?:(?:month|year)\s+of\s+|(?:calendar\s+)?year\s+)?$|(?<![a-z])the\s+$",
    re.IGNORECASE,
)
_ENGLISH_TAIL = re.compile(r"['’]s?(?![a-z])", re.IGNORECASE)

KOREAN_COUNT = rf"(?:\d{{1,3}}|{'|'.join(time_words('ko', 'count'))})"


@cache
def alternatives(language: Language, group: str) -> str:
    """Return `a|b|c` of a group's surfaces, with their spaces optional or flexible."""
    gap = r"\s*" if language == "ko" else r"[\s-]+"
    return "|".join(
        gap.join(map(re.escape, surface.split())) for surface in time_words(language, group)
    )


@cache
def payload(language: Language, group: str, found: str) -> str:
    """Return the payload of a surface as it was found in a text, in any spacing and case."""
    words = {_bare(surface): meaning for surface, meaning in time_words(language, group).items()}
    return words[_bare(found)]


def _bare(surface: str) -> str:
    return re.sub(r"[\s-]", "", surface).lower()


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a verbose pattern, ignoring case."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def before(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str] | None:
    """Search a pattern that ends in `$` just before `start`; far back would cost n²."""
    return pattern.search(text, max(0, start - 60), start)


def korean_tail(text: str, end: int) -> int:
    """Return where the phrase ends with its particles."""
    match = _KOREAN_TAIL.match(text, end)
    return match.end() if match else end


def english_lead(text: str, start: int) -> int:
    """Return where the phrase begins with its preposition."""
    match = before(_ENGLISH_LEAD, text, start)
    return match.start() if match else start


def ends_with_unit(text: str, start: int, end: int) -> bool:
    """Tell whether a number and its unit end the phrase: 5월매출 has no other reading."""
    return bool(re.search(r"\d\s*(?:년도?|월|일|분기)$", text[start:end]))


def particle_follows(text: str, end: int) -> bool:
    """Tell whether a particle, and no longer word, follows."""
    return bool(_PARTICLE.match(text, end))


def vague_end(text: str, end: int) -> int | None:
    """Return where a vague part of a unit (5월 말) ends; None where there is none."""
    match = _VAGUE.match(text, end)
    return match.end() if match else None


def echo(text: str, end: int, unit: Unit) -> int:
    """Return where the phrase ends with a length that repeats its unit."""
    match = re.compile(rf"\s*(?:{_ECHOES[unit]})(?:\s*(?:간|동안)|(?![가-힣]))").match(text, end)
    return match.end() if match else end


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Add prepositions and particles to a phrase."""
    match = _ENGLISH_TAIL.match(text, end)
    end = match.end() if match else korean_tail(text, end)
    return english_lead(text, start), end


def count(language: Language, found: str) -> int:
    """Return the number that `3`, `세` or `three` stands for."""
    return int(found) if found.isdigit() else int(payload(language, "count", found))
