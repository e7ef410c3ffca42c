"""A question as demands are read from it: names of things hidden, the rest in pieces."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from askwell.domain.catalog import Catalog
from askwell.grounding.pieces import Piece
from askwell.grounding.read import Grounding
from askwell.language import Token
from askwell.language.english import lemma

# What stands for a hidden letter: a Latin one, so that Korean particles still end a word.
_HIDDEN = "x"
QUOTED = re.compile(
    r"\"(?P<a>[^\"\n]{1,80})\"|“(?P<b>[^”\n]{1,80})”|「(?P<c>[^」\n]{1,80})」"
    r"|(?<![\w'’])'(?P<d>[^'\n]{1,80})'(?!\w)|(?<![\w'’])‘(?P<e>[^’\n]{1,80})’(?!\w)"
)
_LENGTH = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
# "2 months after March 2021" is not March 2021, nor what follows it.
COUNTED_FROM = re.compile(
    rf"\b{_LENGTH}\s+(?:\w+\s+)?(?:day|week|month|quarter|year)s?\s*"
    r"(?:before|after|prior to|from)?\s*$",
    re.IGNORECASE,
)
_LETTERS = {
    "number": "n",
    "operator": "o",
    "limit": "t",
    "extreme": "e",
    "order": "r",
    "grain": "g",
    "period": "p",
}


@dataclass(frozen=True)
class Spoken:
    """Hold a question with its names hidden; all offsets are those of the question.

    `letters` has one letter for each mark (a piece or an unknown word), for patterns.
    """

    question: str
    text: str
    catalog: Catalog
    times: tuple[tuple[int, int], ...]
    marks: tuple[Piece | Token, ...]
    letters: str

    def of(self, role: str) -> Iterator[Piece]:
        """Yield the pieces with a role."""
        return (m for m in self.marks if isinstance(m, Piece) and m.role == role)

    def phrase(self, start: int, end: int) -> str:
        """Return a stretch as the person typed it."""
        return self.question[start:end].strip()

    def gap(self, first: Piece | Token, second: Piece | Token) -> str:
        """Return what stands between two marks."""
        return self.text[first.end : second.start]

    def is_time(self, start: int, end: int) -> bool:
        """Tell whether a stretch of the question is part of a time phrase, or counted from one."""
        counted = COUNTED_FROM.search(self.question[:start])
        return bool(counted) or any(first < end and start < last for first, last in self.times)

    @cached_property
    def korean(self) -> bool:
        """Tell whether the question is Korean."""
        return re.search("[가-힣]", self.text) is not None

    @cached_property
    def column_words(self) -> frozenset[str]:
        """Return the single words that columns are called by."""
        names = (c.name for t in self.catalog.tables for c in t.columns)
        return frozenset(word for name in names for word in re.split(r"[\W_]+", name.lower()))


def spoken(question: str, grounding: Grounding, names: Sequence[str]) -> Spoken:
    """Return the question with quoted texts and `names` (of stored values) hidden."""
    times = tuple((p.start, p.end) for p in grounding.cover(question)[1] if p.time)
    text = _hidden(question, names, times)
    tokens, cover = grounding.cover(text)
    marks: list[Piece | Token] = [*_marks(cover), *_unknown(tokens, cover)]
    marks.sort(key=lambda mark: mark.start)
    letters = "".join(_LETTERS.get(m.role, ".") if isinstance(m, Piece) else "." for m in marks)
    return Spoken(question, text, grounding.catalog, times, tuple(marks), letters)


def _hidden(question: str, names: Iterable[str], times: Sequence[tuple[int, int]]) -> str:
    """Replace quoted texts and names by letters without a meaning; parts of a time stay."""
    text = QUOTED.sub(_blank, question)
    for name in sorted(filter(None, names), key=len, reverse=True):
        pattern = rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])"
        for found in re.finditer(pattern, text, re.IGNORECASE):
            start, end = found.span()
            if not any(first <= start and end <= last for first, last in times):
                text = text[:start] + _blank(found) + text[end:]
    return text


def _blank(match: re.Match[str]) -> str:
    return _HIDDEN * len(match.group())


def singular(word: str) -> str:
    """Return the singular of an English noun, lower case; other words as they are."""
    lower = word.lower()
    return lemma(lower) if lower.endswith("s") and not lower.endswith("ss") else lower


def _marks(cover: Iterable[Piece]) -> Iterator[Piece]:
    return (p for p in cover if p.role not in {"light", "greeting", "definition", "company"})


def _unknown(tokens: Sequence[Token], cover: Sequence[Piece]) -> Iterator[Token]:
    for token in tokens:
        if token.content and not any(p.start <= token.start < p.end for p in cover):
            yield token
