"""Compare results, not SQL: is what came back what an accepted query gives?

Shapes first; then rows as multisets, or in order; columns in any order and under any name.

Numbers are equal within a relative 1e-5, as pandas' `assert_frame_equal` has it, which
github.com/defog-ai/sql-eval uses; whole numbers only if they are the same, for they are counts
and keys. Their type does not matter, and true is 1. A day is its midnight, an instant is what
the clock shows, and spaces at the end of a text do not count, as in SQL's CHAR.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import isclose, isnan, nan
from typing import Literal

from askwell.domain.noun import Noun, Scalar

_RELATIVE = 1e-5
_ABSOLUTE = 1e-8
_MOST_STEPS = 10_000
_EXACT = 2**53

Miss = Literal[
    "other order",
    "other values",
    "extra columns",
    "missing columns",
    "other columns",
    "too many rows",
    "too few rows",
    "empty",
]
_NEAREST: tuple[Miss, ...] = (
    "extra columns",
    "other order",
    "missing columns",
    "other values",
    "too many rows",
    "too few rows",
    "other columns",
    "empty",
)
Column = tuple[Hashable, ...]
Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Hold a result: how many columns it has, and its rows.

    `ordered_by`: the columns whose order down the rows counts; none where no order does.
    """

    width: int
    rows: Sequence[Sequence[Scalar]]
    ordered_by: tuple[int, ...] = ()


class Verdict(Noun):
    """Say whether a result is right.

    `right`: it equals an accepted result. `contained`: an accepted result is in it, beside
    further columns. `miss`: how the nearest accepted result differs.
    """

    right: bool
    contained: bool
    miss: Miss | None = None


def judge(got: Grid, accepted: Iterable[Grid]) -> Verdict:
    """Compare a result with every accepted one; the best match counts."""
    nearest: Miss | None = None
    for wanted in accepted:
        miss = _miss(got, wanted)
        if miss is None:
            return Verdict(right=True, contained=True)
        nearest = min((m for m in (miss, nearest) if m), key=_NEAREST.index)
    return Verdict(right=False, contained=nearest == "extra columns", miss=nearest)


def _miss(got: Grid, wanted: Grid) -> Miss | None:
    """Return how `got` differs from `wanted`, or None where it does not."""
    if len(got.rows) != len(wanted.rows):
        return _other_length(len(got.rows), len(wanted.rows))
    ours, theirs = _alike(got, wanted)
    if _contains(ours, theirs, wanted.ordered_by):
        return None if got.width == wanted.width else "extra columns"
    if got.width == wanted.width:
        return "other order" if _contains(ours, theirs) else "other values"
    return "missing columns" if _contains(theirs, ours) else "other columns"


def _other_length(got: int, wanted: int) -> Miss:
    if got == 0:
        return "empty"
    return "too many rows" if got > wanted else "too few rows"


def _contains(ours: Columns, theirs: Columns, ordered_by: tuple[int, ...] = ()) -> bool:
    """Say whether each of their columns is one of ours, so that the rows are the same.

    Columns are assigned one by one; an assignment goes on only while the rows cut to the
    columns so far are the same multiset. It gives up after many steps.
    """
    steps = iter(range(_MOST_STEPS))
    sorts = [Counter(column) for column in ours]

    def fits(index: int) -> list[int]:
        column = theirs[index]
        if index in ordered_by:
            return [i for i, our in enumerate(ours) if our == column]
        counted = Counter(column)
        return [i for i, sort in enumerate(sorts) if sort == counted]

    candidates = [fits(i) for i in range(len(theirs))]

    def assign(chosen: tuple[int, ...]) -> bool:
        done = len(chosen)
        if done and not _same_rows([ours[i] for i in chosen], theirs[:done]):
            return False
        if done == len(theirs):
            return True
        free = {ours[i]: i for i in candidates[done] if i not in chosen}  # one of equal columns
        return any(next(steps, None) is not None and assign((*chosen, i)) for i in free.values())

    return assign(())


def _same_rows(ours: Sequence[Column], theirs: Sequence[Column]) -> bool:
    return Counter(zip(*ours, strict=True)) == Counter(zip(*theirs, strict=True))


def _alike(*grids: Grid) -> tuple[Columns, ...]:
    """Return the columns of each grid; values that count as equal are equal in them."""
    plain = [[[_plain(v) for v in row] for row in grid.rows] for grid in grids]
    numbers = {v for rows in plain for row in rows for v in row if isinstance(v, int | float)}
    same = _classes(numbers)
    return tuple(
        tuple(tuple(same.get(row[i], row[i]) for row in rows) for i in range(grid.width))
        for grid, rows in zip(grids, plain, strict=True)
    )


def _plain(value: Scalar) -> Hashable:
    match value:
        case bool() | int():
            return int(value)
        case float() | Decimal():
            return _number(float(value), value)
        case datetime():
            return value.replace(tzinfo=None)
        case date():
            return datetime.combine(value, time())
        case str():
            return value.rstrip(" ")
        case _:
            return value


def _number(near: float, exact: float | Decimal) -> int | float | None:
    """Return a whole number as int, where a float can hold it exactly; nothing for NaN."""
    if isnan(near):
        return None
    whole = near.is_integer() and (isinstance(exact, Decimal) or abs(near) < _EXACT)
    return int(exact) if whole else near


def _classes(numbers: set[int | float]) -> dict[Hashable, int | float]:
    """Map each number to the least one that it is equal to; no class holds two whole ones."""
    classes: dict[Hashable, int | float] = {}
    least, has_whole = nan, False
    for number in sorted(numbers):
        is_whole = isinstance(number, int)
        close = isclose(least, number, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        if not close or (is_whole and has_whole):
            least, has_whole = number, False
        has_whole = has_whole or is_whole
        classes[number] = least
    return classes
