"""How many and in which order: top 5, 상위 3개, the most, sorted by, 높은 순."""

import re
from collections.abc import Iterator, Sequence

from askwell.domain.recall import Constraint
from askwell.grounding.constraints.spoken import Spoken, singular
from askwell.grounding.pieces import Piece
from askwell.language import Token
from askwell.language.english import lemma

_COUNTED = frozenset(("", "count", "people"))
# Words of aggregates and columns, more often than of a ranking.
_AGGREGATES = frozenset(("max", "maximum", "최대", "최소", "최저", "최고"))
_NEAR = 4
_CLOSE = re.compile(r"[\s-]*(?:the\s+|most\s+)?")
_ASKS = re.compile(
    r"(?:^|\b(?:the|which|what|list|show|find|give|name|return|get|are|me|identify))\s*$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first|last|latest|newest|oldest|earliest)\s*$", re.IGNORECASE)
_NOT_ROWS = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:letter|character|char|digit|word|initial|quarter|season|semester|round|inning|minute"
    r"|hour|second|time|chapter|name|half|halve|place|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_RANK = re.compile(r"\s*(?:위|등|번째|percent|%|퍼센트|프로)")


def limits(said: Spoken) -> tuple[Constraint, ...]:
    """Return how many rows are asked for; a superlative counts where no number does."""
    counted = tuple(_counted(said))
    return counted or tuple(_superlatives(said))


def _counted(said: Spoken) -> Iterator[Constraint]:
    for at, mark in enumerate(said.marks):
        if not isinstance(mark, Piece) or mark.number is None:
            continue
        marker = _marker(said, at, mark)
        number = mark.number
        whole = number.value == int(number.value) and number.value >= 1
        if marker is None or number.unit not in _COUNTED or not whole or _is_compared(said, at):
            continue
        start, end = min(marker, mark.start), max(marker, mark.end)
        phrase = said.phrase(start, end)
        yield Constraint(kind="limit", phrase=phrase, values=(int(number.value),))


def _is_compared(said: Spoken, at: int) -> bool:
    """Tell whether an operator stands beside a number: it is a bound then."""
    number = said.marks[at]
    before = said.text[said.marks[at - 1].end : number.start] if at else ""
    after = said.text[number.end : said.marks[at + 1].start] if at + 1 < len(said.marks) else ""
    bound_before = at > 0 and said.letters[at - 1] == "o" and len(before.strip()) < _NEAR
    return bound_before or (said.letters[at + 1 : at + 2] == "o" and len(after.strip()) < _NEAR)


def _marker(said: Spoken, at: int, number: Piece) -> int | None:
    """Return where the word begins or ends that makes a number a limit, else None."""
    if _RANK.match(said.text[number.end :]) and not said.korean:
        return None
    before, after = said.marks[:at], said.marks[at + 1 :]
    if before and _is_marker(before[-1], said) and _CLOSE.fullmatch(said.gap(before[-1], number)):
        return before[-1].start
    if after and _is_marker(after[0], said) and _CLOSE.fullmatch(said.gap(number, after[0])):
        return after[0].end
    if extreme := _extreme_beside(said, number):
        return extreme
    if first := _FIRST.search(said.text[: number.start]):
        return None if _NOT_ROWS.match(said.text[number.end :]) else first.start()
    if said.korean:
        return _korean_marker(said, at)
    named = re.match(r"..?.?t", said.letters[at + 1 :]) and _ASKS.search(said.text[: number.start])
    return number.end if named and "o" not in said.letters[at + 1 : at + 4] else None


def _extreme_beside(said: Spoken, number: Piece) -> int | None:
    """Find the superlative of "10 cheapest" and "cheapest 10", which no list of words has."""
    after = re.match(r"\s+(?P<word>[a-z]+est)\b", said.text[number.end :], re.IGNORECASE)
    before = re.search(r"\b(?P<word>[a-z]+est)\s+$", said.text[: number.start], re.IGNORECASE)
    if after and _is_superlative(after["word"]):
        return number.end + after.end()
    return before.start() if before and _is_superlative(before["word"]) else None


def _is_superlative(word: str) -> bool:
    """Tell "cheapest" from "forest"."""
    return word.lower() in {"most", "least"} or lemma(word) != word.lower()


def _korean_marker(said: Spoken, at: int) -> int | None:
    """Find the superlative or order that a number of things belongs to: 가장 … 상품 3개."""
    number = said.marks[at]
    span = number.number if isinstance(number, Piece) else None
    found = re.search(r"[ter][^po]{0,6}$", said.letters[:at])
    if span is None or span.unit not in {"count", "people"} or not found:
        return None
    marker = said.marks[found.start()]
    return None if said.phrase(marker.start, marker.end) in _AGGREGATES else marker.start


def _is_marker(mark: Piece | Token, said: Spoken) -> bool:
    named = isinstance(mark, Piece) and mark.role == "limit"
    return named and said.phrase(mark.start, mark.end).lower() not in _AGGREGATES


_SUPERLATIVE = re.compile(
    r"(?<!at )\b(?:the\s+)?(?P<word>most|least|[a-z]+est)\b(?!\s+of\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what)\s+(?P<noun>(?:[\w'’-]+\s+){1,3}?)(?P<verb>has|have|had|is|are|was|were|did|do"
    r"|does|can|will|received|got|made|sold|scored|spent|earned|won|[a-z]+ed|[a-z]+s)\s"
    r"(?:[\w'’-]+\s+){0,4}?$",
    re.IGNORECASE,
)
_WHO = re.compile(r"\bwho\s+(?!are\b|were\b|have\b)(?:[\w'’-]+\s+){1,3}?$", re.IGNORECASE)
_WHO_ARE = re.compile(r"\b(?:who|what|which)\s+(?:are|were)\s+$", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:second|third|fourth|fifth|\d(?:nd|rd|th)|next)[\s-]+$", re.IGNORECASE)
_THE_ONE = re.compile(
    r"\bthe\s+(?:[\w'’-]+\s+){0,2}?(?P<noun>[\w'’-]+)\s+(?:with|that|who|which|having)\s+"
    r"(?:[\w'’-]+\s+){0,3}?$",
    re.IGNORECASE,
)
_IS_THE = re.compile(r"\b(?:what|who|which)(?:['’]s|\s+is|\s+was)\s+$", re.IGNORECASE)
_SEVERAL = frozenset(("have", "are", "were", "do"))
_KOREAN_MOST = re.compile(r"(?:가장|제일|젤|최고로)\s|최다")
_KOREAN_SEVERAL = re.compile(
    r"[가-힣]들(?:은|이|을|의|과|에|도|$|[\s?])|\s순|순(?:서|으로|위)|목록|리스트"
)


def _superlatives(said: Spoken) -> Iterator[Constraint]:
    """Yield the single best that is asked for, or an order where several are."""
    if said.korean:
        yield from _korean_superlatives(said)
        return
    for match in _SUPERLATIVE.finditer(said.text):
        word = match["word"].lower()
        if not _is_superlative(word) or word in said.column_words:
            continue
        several = _is_plural(said.text[: match.start()], said.text[match.end() :])
        if several is not None:
            phrase = said.phrase(*match.span())
            if several:
                yield Constraint(kind="order", phrase=phrase)
            else:
                yield Constraint(kind="limit", phrase=phrase, values=(1,))


def _is_plural(before: str, after: str) -> bool | None:
    """Tell one from several by the noun that is asked for; None where it cannot be told."""
    if _ORDINAL.search(before):
        return None
    if _WHO_ARE.search(before):
        return True
    if match := _WHICH.search(before):
        noun = match["noun"].split()[-1]
        return match["verb"].lower() in _SEVERAL or singular(noun) != noun.lower()
    if match := _THE_ONE.search(before):
        return singular(match["noun"]) != match["noun"].lower()
    if _WHO.search(before):
        return False
    noun = re.match(r"\s+(?:[a-z]+\s+)?(?P<noun>[a-z]+)", after, re.IGNORECASE)
    if _IS_THE.search(before) and noun:
        return False if singular(noun["noun"]) == noun["noun"].lower() else None
    return None


def _korean_superlatives(said: Spoken) -> Iterator[Constraint]:
    for at, mark in enumerate(said.marks):
        phrase = said.phrase(mark.start, mark.end)
        rest = said.text[mark.start :]
        superlative = said.letters[at] in "te" and _KOREAN_MOST.match(rest)
        if not superlative or said.letters[at + 1 : at + 2] == "p":
            continue
        if _KOREAN_SEVERAL.search(rest):
            yield Constraint(kind="order", phrase=phrase)
        else:
            yield Constraint(kind="limit", phrase=phrase, values=(1,))


_DIRECTIONS = {"asc": False, "desc": True, "latest": True}
_RANKING = re.compile(r"rank|순위|랭킹|역순|reverse", re.IGNORECASE)
# "ranked matches", "search ranking": names of things without a BY.
_RANKED = re.compile(r"rank(?:ed|ing)", re.IGNORECASE)
_BY = re.compile(r"\s+by\b", re.IGNORECASE)
_SORTS = re.compile(r"\b(?:sort|order|rank|arrang|list)", re.IGNORECASE)
_NEEDS_SORT = frozenset(
    ("ascending", "descending", "asc", "desc", "increasing order", "decreasing order")
)
_FROM_TO = re.compile(
    r"\bfrom\s+(?:the\s+)?(?P<first>most|least|best|worst|[a-z]+est)\s+to\s+(?:the\s+)?"
    r"(?:most|least|best|worst|[a-z]+est)\b",
    re.IGNORECASE,
)
_FALLING = frozenset(("highest", "largest", "biggest", "longest", "most", "greatest", "best"))
_RISING = frozenset(("lowest", "smallest", "shortest", "least", "fewest", "cheapest", "worst"))
_SORTED_BY = re.compile(
    r"\b(?:sort(?:ed)?|arranged?)\s+(?:[\w'’]+\s+){0,4}?by\b|(?:^|[,.;]|\band)\s*order(?:ed)?\s+by\b"
    r"|\border\s+(?:the\s+|these\s+|those\s+)?(?:results?|output|rows?|list|them|it)\s+by\b",
    re.IGNORECASE,
)
_KOREAN_SORTED = re.compile(r"[가-힣]\s?순(?:서대)?으?로\b|정렬")


def orders(said: Spoken, ranked: Sequence[Constraint]) -> Iterator[Constraint]:
    """Yield the order that is asked for in so many words; a direction only where it is said."""
    found = [*_named_orders(said), *_from_to(said)]
    yield from found
    sorted_by = (_KOREAN_SORTED if said.korean else _SORTED_BY).search(said.text)
    if sorted_by and not found and not any(c.kind == "order" for c in ranked):
        yield Constraint(kind="order", phrase=said.phrase(*sorted_by.span()))


def _named_orders(said: Spoken) -> Iterator[Constraint]:
    for piece in said.of("order"):
        phrase = piece.text(said.question)
        if phrase.lower() in _NEEDS_SORT and not _SORTS.search(said.text[: piece.start]):
            continue
        if _RANKED.fullmatch(phrase) and not _BY.match(said.text[piece.end :]):
            continue
        direction = None if _RANKING.search(phrase) else _DIRECTIONS.get(piece.payload)
        yield Constraint(kind="order", phrase=phrase, descending=direction)


def _from_to(said: Spoken) -> Iterator[Constraint]:
    covered = [(p.start, p.end) for p in said.of("order")]
    for match in _FROM_TO.finditer(said.text):
        if any(start <= match.start() < end for start, end in covered):
            continue
        first = match["first"].lower()
        direction = True if first in _FALLING else False if first in _RISING else None
        yield Constraint(kind="order", phrase=said.phrase(*match.span()), descending=direction)
