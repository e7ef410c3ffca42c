"""Prove that every number in the words comes out of the table."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from askwell.agent.facts import Facts, change
from askwell.messages import number

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def unproven(texts: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Return the numbers in `texts` that the table, its sums and its names do not give."""
    allowed = set(_allowed(facts))
    return tuple(n for text in texts for n in _NUMBER.findall(text) if n not in allowed)


def _allowed(facts: Facts) -> Iterator[str]:
    """Yield every number that may be said: named things, cells, sums, shares and changes."""
    names = [facts.when, *(facts.name(row) for row in facts.rows)]
    names += [facts.label(i) for i in range(len(facts.result.columns))]
    names += [str(v) for f in facts.intent.filters for v in f.values]
    names += [f"{v:,}" for f in facts.intent.filters for v in f.values if isinstance(v, int)]
    names += [label for c in facts.result.columns for label in facts.labels(c).values()]
    for name in (*names, number(facts.result.row_count, "", facts.language)):
        yield from _NUMBER.findall(name)
    for column in facts.at("metric", "previous", "change", "share", "cumulative"):
        yield from _of_column(facts, column)


def _of_column(facts: Facts, column: int) -> Iterator[str]:
    values = [value for _, value in facts.numbers(column)]
    total = sum(values, Decimal(0))
    for value in (*values, total):
        yield from _NUMBER.findall(facts.told(abs(value), column))
    for ratio in _ratios(values, total):
        yield from _NUMBER.findall(number(abs(ratio), "ratio", facts.language))


def _ratios(values: list[Decimal], total: Decimal) -> Iterator[Decimal]:
    yield from (value / total for value in values if total)
    ends = [(values[0], values[-1]), (values[-1], values[0])] if values else []
    for before, now in (*pairwise(values), *ends):
        moved = change(now, before)
        if moved is not None:
            yield moved
