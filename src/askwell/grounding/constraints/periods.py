"""The periods that a question names, where it is certain that it asks for them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from askwell.domain.catalog import Catalog
from askwell.domain.recall import Constraint
from askwell.grounding.constraints.spoken import COUNTED_FROM, Spoken
from askwell.grounding.pieces import Piece
from askwell.grounding.timeframes import TimeSpan

_OFFSET_AFTER = re.compile(
    r"\s*(?:로부터|부터|에서|보다)?\s*(?:\d+|한|두|세)\s*(?:일|주|개월|달|분기|년)\s*(?:후|뒤|전|이후|이전)"
)
_EXCLUDED_BEFORE = re.compile(r"(?:not\s+including|excluding|except(?:\s+for)?|without)\s*$", re.I)
_EXCLUDED_AFTER = re.compile(r"\s*(?:을|를|은|는)?\s*(?:제외|빼고|말고)")
# Years that do not begin in January.
_OTHER_YEAR = re.compile(r"(?:academic|fiscal|school|financial|model|FY)\s*(?:years?\s*)?$", re.I)
_OTHER_YEAR_AFTER = re.compile(
    r"\s*(?:학년도|회계\s*연도|학기|season|시즌|model|edition|version"
    r"|(?:school|academic|fiscal|financial)\s+year)",
    re.IGNORECASE,
)
# "the last 5 days of March"
_PART_OF = re.compile(r"\s*of\b", re.IGNORECASE)
_BARE_YEAR = re.compile(r"\d{4}")
_LEADS_TO_YEAR = re.compile(
    r"(?:^|[,(~–—-]|\b(?:in|of|for|since|from|to|through|until|till|and|or|vs\.?|versus|between"
    r"|during|by|before|after|years?|than|with))\s*$",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"\s*(?:[?.!,;)]|$|and\b|or\b|vs\b|versus\b|to\b)", re.IGNORECASE)
_OR_LATER = re.compile(r"\s*(?:or|and)\s+(?:after|later|onwards?|newer|beyond)\b", re.IGNORECASE)
_OR_EARLIER = re.compile(r"\s*(?:or|and)\s+(?:before|earlier|older)\b", re.IGNORECASE)
_BEFORE = re.compile(r"(?:before|prior\s+to)\b", re.IGNORECASE)
_NOT_SURE = re.compile(r"이전")


def periods(said: Spoken) -> Iterator[Constraint]:
    """Yield the periods of a question, as far as they can only be meant as such."""
    for piece in said.marks:
        time = piece.time if isinstance(piece, Piece) else None
        if isinstance(piece, Piece) and time and _is_certain(piece, time, said):
            start, end = _bounds(piece, time, said)
            if start or end:
                phrase = said.phrase(piece.start, piece.end)
                yield Constraint(kind="period", phrase=phrase, start=start, end=end)


def _bounds(piece: Piece, time: TimeSpan, said: Spoken) -> tuple[date | None, date | None]:
    if time.period and _OR_LATER.match(said.text[piece.end :]):
        return time.period.start, None
    if time.period and _OR_EARLIER.match(said.text[piece.end :]):
        return None, time.period.end
    if time.period:
        return time.period.start, time.period.end
    phrase = said.phrase(piece.start, piece.end)
    if time.kind != "until" or time.whole is None or _NOT_SURE.search(phrase):
        return None, None
    exclusive = _BEFORE.match(phrase)
    return None, time.whole.start - timedelta(days=1) if exclusive else time.whole.end


def _is_certain(piece: Piece, time: TimeSpan, said: Spoken) -> bool:
    before, after = said.text[: piece.start], said.text[piece.end :]
    phrase = said.phrase(piece.start, piece.end)
    excluded = _EXCLUDED_BEFORE.search(before) or _EXCLUDED_AFTER.match(after)
    if COUNTED_FROM.search(before) or _OFFSET_AFTER.match(after) or (excluded and time.relative):
        return False
    if time.relative and _PART_OF.match(after):
        return False
    if _OTHER_YEAR.search(before) or _OTHER_YEAR_AFTER.match(after):
        return False
    if _BARE_YEAR.fullmatch(phrase):
        return bool(_LEADS_TO_YEAR.search(before) or _ENDS_SENTENCE.match(after))
    return not time.yearless or _has_data(time, said.catalog)


def _has_data(time: TimeSpan, catalog: Catalog) -> bool:
    """Tell whether the year that was guessed is one that the data is about."""
    bounds = [(_day(c.least), _day(c.greatest)) for t in catalog.tables for c in t.columns]
    known = [(low, high) for low, high in bounds if low and high]
    period = time.period
    return bool(period) and any(
        low <= period.end and period.start <= high for low, high in known if period
    )


def _day(value: object) -> date | None:
    text = str(value)[:10] if value is not None else ""
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
