"""The numbers that a question compares with: rated above 4.5, 3만원 이상, with id 3."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from askwell.domain.noun import Scalar
from askwell.domain.recall import Constraint
from askwell.grounding.constraints.spoken import Spoken
from askwell.grounding.pieces import Piece

# These compare only in part of their uses: "from 3 cities", "minimum fee".
_UNSURE = frozenset(("from", "minimum", "minimum of", "maximum of", "최소", "최대한", "and up"))
_BOUNDS: dict[str, Literal["", ">", ">=", "<", "<="]] = {
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
}
_TIME_UNITS = frozenset(("day", "week", "month", "year", "hour", "minute", "second"))
_BEFORE_NUMBER = re.compile(
    r"\s*(?:(?:of|a|an|the)\b)?\s*(?:(?P<column>[a-z]+)\s+)?[$₩￦]?\s*", re.IGNORECASE
)
_BEFORE_OPERATOR = re.compile(r"\s*(?:[가-힣a-z%]{0,3}\s*(?:이|가|을|를|은|는|의|보다)?)\s*")
_NOUNS_BETWEEN = re.compile(r"(?:\s+[a-z-]+){0,2}\s*")
_BETWEEN = re.compile(r"\s*[가-힣%]{0,2}\s*(?:and|to|~|-|–|에서|부터|와|과)\s*[$₩￦]?\s*", re.I)
_SUFFIX = re.compile(r"(?:or|and)\s", re.IGNORECASE)
# Multiples and decimals are no amounts of anything.
_NO_AMOUNT = re.compile(
    r"\s*(?:배|decimals?|digits?|places|자리|소수|as\s+(?:many|much)|standard)", re.IGNORECASE
)
# Comparatives that no list of words has: heavier than 10.
_ER_THAN = re.compile(
    r"\b(?!(?:great|high|larg|small|low|bigg|short|long|few|oth|rath)er\b)[a-z]{2,}er\s+than\s+[$₩￦]?$",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:\bids?|아이디|번호)\s*(?:가|이|은|는|is|are|of|=|:|#|equals?(?:\s+to)?)?\s*"
    r"(\d{1,12})(?![\d.:,]|\s*or\b)",
    re.IGNORECASE,
)


def amounts(said: Spoken) -> Iterator[Constraint]:
    """Yield the numbers that something is compared with."""
    for at, mark in enumerate(said.marks):
        if said.letters[at] != "o" or not isinstance(mark, Piece):
            continue
        numbers = _compared(said, at, mark)
        if numbers and all(_is_amount(n, mark, said) for n in numbers):
            pieces = (*numbers, mark)
            start, end = min(p.start for p in pieces), max(p.end for p in pieces)
            values = tuple(_plain(n.number.value) for n in numbers if n.number)
            phrase = said.phrase(start, end)
            bound = _BOUNDS.get(str(mark.payload), "")
            yield Constraint(kind="number", phrase=phrase, values=values, operator=bound)
    for piece in said.of("number"):
        compared = _ER_THAN.search(said.text[: piece.start])
        if compared and piece.number and _is_amount(piece, piece, said):
            phrase = said.phrase(compared.start(), piece.end)
            value = _plain(piece.number.value)
            yield Constraint(kind="number", phrase=phrase, values=(value,))
    for match in _ID.finditer(said.text):
        phrase = said.phrase(*match.span())
        yield Constraint(kind="number", phrase=phrase, values=(int(match[1]),))


def _compared(said: Spoken, at: int, operator: Piece) -> list[Piece]:
    """Return the number or the two numbers that belong to an operator."""
    if operator.text(said.question).lower() in _UNSURE:
        return []
    before = [m for m in said.marks[max(0, at - 2) : at] if isinstance(m, Piece)]
    after = [m for m in said.marks[at + 1 : at + 3] if isinstance(m, Piece)]
    if operator.payload == "between":
        return _pair(said, after) or _pair(said, before)
    if after and after[0].number:
        gap = _BEFORE_NUMBER.fullmatch(said.gap(operator, after[0]))
        if gap and (gap["column"] or "").lower() in {"", *said.column_words}:
            return after[:1]
    return _in_front(said, at, operator)


def _in_front(said: Spoken, at: int, operator: Piece) -> list[Piece]:
    """Return the number of `3 papers or more`, `3만원 이상`."""
    suffix = _SUFFIX.match(operator.text(said.question))
    gap = _NOUNS_BETWEEN if suffix else _BEFORE_OPERATOR
    if not suffix and not re.search("[가-힣]", operator.text(said.question)):
        return []
    for mark in reversed(said.marks[max(0, at - 3) : at]):
        if isinstance(mark, Piece) and mark.number:
            return [mark] if gap.fullmatch(said.gap(mark, operator)) else []
    return []


def _pair(said: Spoken, pieces: list[Piece]) -> list[Piece]:
    if len(pieces) < 2 or not (pieces[0].number and pieces[1].number):
        return []
    return pieces if _BETWEEN.fullmatch(said.gap(pieces[0], pieces[1])) else []


def _is_amount(piece: Piece, operator: Piece, said: Spoken) -> bool:
    """Leave out 0 and 1, which a join or EXISTS may say, and lengths of time."""
    number = piece.number
    if number is None or (abs(number.value) <= 1 and number.value == int(number.value)):
        return False
    lasting = number.unit in _TIME_UNITS and operator.text(said.question).lower() == "over"
    return not lasting and not _NO_AMOUNT.match(said.text[piece.end :])


def _plain(value: Decimal) -> Scalar:
    return int(value) if value == value.to_integral_value() else float(value)
