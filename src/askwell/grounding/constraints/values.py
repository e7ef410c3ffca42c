"""The stored values that a question names: linked by recall, filtered by, or in quotes."""

import re
from collections.abc import Iterable, Iterator, Sequence

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.intent import Intent
from askwell.domain.noun import Scalar
from askwell.domain.recall import Constraint, LinkedValue
from askwell.grounding.constraints.spoken import QUOTED, Spoken, singular
from askwell.language import is_function_word

# A code that explains the name before it: Chicago (ORD).
_CODE = re.compile(r"\s*\((?P<code>[A-Z0-9]{2,6})\)")


def named_values(said: Spoken, values: Sequence[LinkedValue]) -> Iterator[Constraint]:
    """Yield quoted texts and linked phrases; of phrases within another the outer one only."""
    quoted = [next(g for g in m.groups() if g is not None) for m in QUOTED.finditer(said.question)]
    certain = [v for v in values if v.phrase in quoted or _is_certain(v, said)]
    phrases = {v.phrase for v in certain}
    for text in dict.fromkeys((*quoted, *sorted(phrases, key=len, reverse=True))):
        outer = (o for o in (*quoted, *phrases) if o != text)
        if text in quoted or not _lies_in(text, outer, said.question):
            linked = [v for v in certain if v.phrase.casefold() == text.casefold()]
            yield _constraint(text, linked, said.question)


def _is_certain(value: LinkedValue, said: Spoken) -> bool:
    """Tell a value from an ordinary word that happens to be stored somewhere.

    A small English word must stand in a question about its table: "paid orders".
    """
    phrase = value.phrase
    if singular(phrase) in _schema_words(said.catalog) or is_function_word(phrase):
        return False
    at = said.question.find(phrase)
    if said.is_time(at, at + len(phrase)):
        return False
    if re.fullmatch(r"[\d.,\s]+", phrase):
        return False
    name = re.search(r"[A-Z가-힣\d\s]", phrase[1:] if at == 0 else phrase)
    return bool(name) or _is_mentioned(value.column, said)


def _is_mentioned(column: ColumnRef, said: Spoken) -> bool:
    words = {singular(word) for word in re.findall(r"\w+", said.question)}
    named = re.split(r"[\W_]+", f"{column.table}_{column.column}".lower())
    return any(singular(part) in words for part in named if len(part) > 2)


def _constraint(text: str, linked: Iterable[LinkedValue], question: str) -> Constraint:
    linked = list(linked)
    stored: list[Scalar] = [v.stored for v in linked] or [text]
    at = question.find(text)
    if code := _CODE.match(question, at + len(text)):
        stored.append(code["code"])
    return Constraint(
        kind="value",
        phrase=text,
        columns=tuple(dict.fromkeys(v.column for v in linked)),
        values=tuple(dict.fromkeys(stored)),
    )


def _lies_in(text: str, others: Iterable[str], question: str) -> bool:
    """Tell whether a phrase is only said as a part of longer ones, or as their code."""
    outer = [o for o in others if text.casefold() in o.casefold()]
    rest = question.casefold()
    for longer in outer:
        rest = rest.replace(longer.casefold(), " ")
    return (
        text.casefold() not in rest
        or re.search(rf"\w\s\({re.escape(text)}\)", question) is not None
    )


def _schema_words(catalog: Catalog) -> frozenset[str]:
    names = [t.name for t in catalog.tables]
    names += [c.name for t in catalog.tables for c in t.columns]
    return frozenset(singular(name) for name in names)


def from_intent(intent: Intent, catalog: Catalog) -> Iterator[Constraint]:
    """Yield the filters of an intent: values of its dimensions, numbers of its thresholds."""
    for condition in (*intent.filters, *intent.having):
        dimension = catalog.dimension_named.get(condition.field)
        reads: tuple[ColumnRef, ...] = dimension.reads if dimension else ()
        phrase = ", ".join(str(v) for v in condition.values)
        if condition.operator in {"in", "not in"} and reads:
            for value in condition.values:
                yield Constraint(kind="value", phrase=str(value), columns=reads, values=(value,))
        elif condition.values and all(isinstance(v, int | float) for v in condition.values):
            yield Constraint(kind="number", phrase=phrase, values=condition.values)


def period_of(intent: Intent) -> Iterator[Constraint]:
    """Yield the period of an intent, for a question that names none itself."""
    if period := intent.period:
        phrase = f"{period.start} to {period.end}"
        yield Constraint(kind="period", phrase=phrase, start=period.start, end=period.end)
