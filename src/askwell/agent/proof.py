"""Prove that every number in the words comes out of the table."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from askwell.agent.facts import Facts, change
from askwell.messages import about

_NUMBER = re.compile(r"\d+(?:,\d+)*(?:\.\d+)?")
_PERCENT = 100


def unproven(texts: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Return the numbers in `texts` that the table, its sums and its names do not give."""
    named, known = set(_named(facts)), tuple(_known(facts))
    return tuple(n for text in texts for n in _lost(_NUMBER.findall(text), named, known, facts))


def _lost(
    said: list[str], named: set[str], known: tuple[Decimal, ...], facts: Facts
) -> Iterator[str]:
    sources = {n: _sources(n, known) for n in said if n not in named}
    roundly = (about(v, "KRW", facts.language) for found in sources.values() for v in found)
    spoken = {n for words in roundly for n in _NUMBER.findall(words)}
    yield from (n for n, found in sources.items() if not found and n not in spoken)


def _sources(said: str, known: tuple[Decimal, ...]) -> list[Decimal]:
    """Return the values that are what was said, as exactly as it was said."""
    shown = Decimal(said.replace(",", ""))
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    half = Decimal(5).scaleb(exponent - 1)
    return [value for value in known if abs(value - shown) <= half]


def _named(facts: Facts) -> Iterator[str]:
    """Yield the digits of names: days, groups, labels, filters."""
    names = [facts.when, facts.title, str(facts.result.row_count), f"{facts.result.row_count:,}"]
    names += [facts.name(row) for row in facts.rows]
    names += [facts.label(i) for i in range(len(facts.result.columns))]
    for condition in facts.intent.filters:
        known = facts.catalog.dimension_named.get(condition.field)
        labels = known.values.values if known and known.values else ()
        names += [v.label.text(facts.language) for v in labels]
        names += [f"{v} {v:,}" if isinstance(v, int) else str(v) for v in condition.values]
    for name in names:
        yield from _NUMBER.findall(name)


def _known(facts: Facts) -> Iterator[Decimal]:
    """Yield the size of every number that may be said: cells, sums, shares, changes."""
    for now, before in _compared(facts):
        yield abs(now - before) * _PERCENT
        yield abs(change(now, before) or Decimal(0)) * _PERCENT
    for column in facts.at("metric", "previous", "change", "share", "cumulative"):
        values = [value for _, value in facts.numbers(column)]
        scale = _PERCENT if facts.is_ratio(column) else 1
        total = sum(values, Decimal(0))
        yield from (abs(v * scale) for v in (*values, total))
        if total:
            yield from (abs(v / total * _PERCENT) for v in values)
        for before, now in _pairs(values):
            yield abs((now - before) * scale)
            moved = change(now, before)
            if moved is not None:
                yield abs(moved * _PERCENT)


def _compared(facts: Facts) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield each number with the earlier one beside it."""
    for column, earlier in zip(facts.at("metric"), facts.at("previous"), strict=False):
        for row in facts.rows:
            now, before = facts.value(row, column), facts.value(row, earlier)
            if now is not None and before is not None:
                yield now, before


def _pairs(values: list[Decimal]) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the neighbours, and each value with the first and the last."""
    yield from pairwise(values)
    for end in values[:1] + values[-1:]:
        yield from ((end, value) for value in values)
        yield from ((value, end) for value in values)
