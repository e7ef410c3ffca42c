"""A verified query fires only when it accounts for every content word of the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from askwell.domain.catalog import Catalog, Parameter, VerifiedQuery
from askwell.domain.intent import Argument, ChartWish, Intent, Period, ReceiptLine
from askwell.domain.noun import Label, Message, Scalar
from askwell.grounding.defaults import default_period
from askwell.grounding.lattice import best_cover, uncovered
from askwell.grounding.pieces import Piece
from askwell.language import Token

_FREE = {
    "light", "greeting", "company", "per", "only", "followup", "interrogative", "definition",
    "chart", "among", "also", "aggregate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """Hold the intent of a verified query, how each phrase led to it, and what was assumed."""

    intent: Intent
    receipt: tuple[ReceiptLine, ...]
    assumptions: tuple[Message, ...] = ()


def matched(
    catalog: Catalog,
    question: str,
    tokens: Sequence[Token],
    pieces: Sequence[Piece],
    today: date,
) -> Match | None:
    """Return the verified query that the whole question asks for, or None."""
    for name in dict.fromkeys(s.name for p in pieces for s in p.senses if s.kind == "verified"):
        query = catalog.verified_named[name]
        own = [p for p in pieces if _accounts_for(query, p)]
        cover = best_cover(len(question), tokens, own)
        named = any(s.kind == "verified" for p in cover for s in p.senses)
        if named and not uncovered(tokens, cover):
            return _match(query, question, cover, today)
    return None


def _accounts_for(query: VerifiedQuery, piece: Piece) -> bool:
    if piece.role in _FREE or any(_own(query, s.kind, s.name) for s in piece.senses):
        return True
    return any(_given(parameter, piece) is not None for parameter in query.parameters)


def _own(query: VerifiedQuery, kind: str, name: str) -> bool:
    return kind in {"verified", "word", "argument"} and name == query.name


def _given(parameter: Parameter, piece: Piece) -> Scalar | Period:
    """Return the value that `piece` gives `parameter`, or None."""
    if piece.time and piece.time.period and parameter.type == "period":
        return piece.time.period
    if piece.time and piece.time.period and parameter.type == "date":
        return piece.time.period.start
    if piece.time and piece.time.kind == "grain" and parameter.type == "grain":
        return piece.time.grain
    if piece.number and parameter.type == "number":
        return int(piece.number.value)
    for sense in piece.senses:
        if sense.kind == "argument" and sense.parameter == parameter.name:
            return sense.value
        if sense.kind == "value" and sense.name == parameter.dimension:
            return sense.value
    return None


def _match(query: VerifiedQuery, question: str, cover: Sequence[Piece], today: date) -> Match:
    arguments: list[Argument] = []
    lines = [_line(question, p, query) for p in cover if _names(query, p)]
    notes: list[Message] = []
    for parameter in query.parameters:
        giver = next((p for p in cover if _given(parameter, p) is not None), None)
        if giver:
            arguments.append(Argument(name=parameter.name, value=_given(parameter, giver)))
            lines.append(_argument_line(question, giver, parameter))
        elif parameter.type == "period" and parameter.default is None:
            period = default_period("month", today)
            arguments.append(Argument(name=parameter.name, value=period))
            notes.append(_assumed(period))
    chart = next((p.payload for p in cover if p.role == "chart"), None)
    intent = Intent(verified=query.name, arguments=tuple(arguments), chart=_wish(chart))
    receipt = tuple(sorted(lines, key=lambda line: line.start))
    return Match(intent, receipt, tuple(notes))


def _wish(payload: str | None) -> ChartWish | None:
    return payload  # type: ignore[return-value]  # the data file's payloads are ChartWish


def _names(query: VerifiedQuery, piece: Piece) -> bool:
    return any(s.kind in {"verified", "word"} and s.name == query.name for s in piece.senses)


def _line(question: str, piece: Piece, query: VerifiedQuery) -> ReceiptLine:
    meaning = Message(text="verified query “{name}”", values={"name": query.label})
    return ReceiptLine(
        phrase=piece.text(question),
        role="metric",
        meaning=meaning,
        start=piece.start,
        end=piece.end,
    )


def _argument_line(question: str, piece: Piece, parameter: Parameter) -> ReceiptLine:
    value = _given(parameter, piece)
    role = "period" if isinstance(value, Period) else "filter"
    if isinstance(value, Period):
        meaning = Message(text="{start} to {end}", values={"start": value.start, "end": value.end})
    else:
        label = parameter.label if parameter.label != Label() else Label(en=parameter.name)
        meaning = Message(text="{field} is {values}", values={"field": label, "values": str(value)})
    return ReceiptLine(
        phrase=piece.text(question), role=role, meaning=meaning, start=piece.start, end=piece.end
    )


def _assumed(period: Period | None) -> Message:
    if period is None:
        return Message(text="No period was named, so this is everything to yesterday.")
    return Message(
        text="No period was named, so this is {start} to {end}.",
        values={"start": period.start, "end": period.end},
    )
