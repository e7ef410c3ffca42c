"""Pieces: everything that a stretch of the question could mean, before one cover is chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from askwell.grounding.lexicon import VERIFIED, Lexicon, Sense, key, singular
from askwell.grounding.nearest import one_letter_off
from askwell.grounding.timeframes import TimeSpan
from askwell.language import NumberSpan, Token, WordSpan

_LONGEST_NAME = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """Be one reading of `start`..`end`; exactly one of the last four fields is set."""

    start: int
    end: int
    senses: tuple[Sense, ...] = ()
    time: TimeSpan | None = None
    number: NumberSpan | None = None
    word: WordSpan | None = None
    misspelt: bool = False

    @property
    def role(self) -> str:
        """Return what the piece is: a sense's kind, a function word's role, or a time kind."""
        if self.senses:
            return _kind(self.senses)
        if self.time:
            return self.time.kind
        return self.word.role if self.word else "number"

    @property
    def payload(self) -> str:
        """Return a function word's payload, else an empty text."""
        return self.word.payload if self.word else ""

    def text(self, question: str) -> str:
        """Return the phrase as the person typed it."""
        return question[self.start : self.end].strip()


_KIND_ORDER = (
    "verified",
    "metric",
    "dimension",
    "value",
    "conditions",
    "argument",
    "word",
    "company",
    "table",
    "term",
)


def _kind(senses: Sequence[Sense]) -> str:
    return min((s.kind for s in senses), key=_KIND_ORDER.index)


def without_verified(pieces: Sequence[Piece]) -> list[Piece]:
    """Take the words of verified queries away, where no such query is asked for."""
    kept = []
    for piece in pieces:
        senses = tuple(s for s in piece.senses if s.kind not in VERIFIED)
        if senses or not piece.senses:
            kept.append(replace(piece, senses=senses))
    return kept


def entities(cover: Sequence[Piece]) -> tuple[Piece, ...]:
    """Let a short name be its table where another piece names the metric in full.

    In "AOV of gold users", users are people and not "new users".
    """
    full = any(s.kind == "metric" and not s.short for p in cover for s in p.senses)
    return tuple(_as_table(p) if full else p for p in cover)


def _as_table(piece: Piece) -> Piece:
    tables = tuple(s for s in piece.senses if s.kind == "table")
    no_name = all(s.short or s.kind == "value" for s in piece.senses)
    return replace(piece, senses=tables) if tables and no_name else piece


_PER = "별"


def split_per(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """Cut 별 off a word that was taken for one: 도시별 is 도시 and 별."""
    cut: list[Token] = []
    for token in tokens:
        if token.text.endswith(_PER) and len(token.text) > 1 and not lexicon.of(key(token.text)):
            stem = token.text.removesuffix(_PER)
            at = token.end - len(_PER)
            cut.append(replace(token, text=stem, form=stem, end=at))
            cut.append(Token(_PER, _PER, "XSN", at, token.end, True))
        else:
            cut.append(token)
    return tuple(cut)


def names(question: str, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Piece]:
    """Yield every run of tokens that is a name in the catalog."""
    for first, last, senses in _windows(question, tokens, lexicon):
        yield Piece(tokens[first].start, tokens[last].end, senses=senses)


def _windows(
    question: str, tokens: Sequence[Token], lexicon: Lexicon
) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
    for first in range(len(tokens)):
        for last in range(first, min(first + _LONGEST_NAME, len(tokens))):
            window = tokens[first : last + 1]
            if not any(t.content for t in window):
                continue
            typed = key(question[window[0].start : window[-1].end])
            senses = lexicon.of(typed, key("".join(singular(t) for t in window)))
            if senses:
                yield first, last, senses


def misspelt(
    question: str, tokens: Sequence[Token], lexicon: Lexicon, known: Sequence[Piece]
) -> Iterator[Piece]:
    """Yield runs of unknown content tokens that are one letter away from a single name."""
    covered = [(p.start, p.end) for p in known]
    named = {p.start for p in known if p.senses}
    for first in range(len(tokens)):
        for last in range(first, min(first + 4, len(tokens))):
            start, end = tokens[first].start, tokens[last].end
            grown = last > first and any(t.content for t in tokens[first + 1 : last + 1])
            if not tokens[first].content or (start in named and not grown):
                continue
            if any(s <= start and end <= e for s, e in covered):
                continue
            found = one_letter_off(key(question[start:end]), lexicon)
            if found:
                yield Piece(start, end, senses=lexicon.of(found), misspelt=True)
