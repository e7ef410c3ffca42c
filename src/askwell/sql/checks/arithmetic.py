"""Arithmetic that does not give what it seems to."""

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from askwell.domain.catalog import Column
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.aggregates import aggregates_of
from askwell.sql.finding import found, quoted
from askwell.sql.scopes import walk
from askwell.sql.types import cuts_fraction, kind_of

_SUMS = (exp.Sum, exp.Avg)
_NO_TIMES = frozenset({"integer", "bigint", "number", "text", "boolean"})
# 1980 to 2100, in seconds since 1970.
_SECONDS = (315_532_800, 4_102_444_800)


def integer_division(subject: Subject) -> Iterator[Finding]:
    """Find ratios of two whole numbers where the dialect cuts the fraction off."""
    if subject.dialect != "postgres":
        return
    for scope in subject.scopes:
        for node in walk(scope.select):
            if isinstance(node, exp.Div) and cuts_fraction(node, scope):
                said = quoted(node, subject.dialect)
                left, right = quoted(node.left, subject.dialect), _divisor(node.right, subject)
                message = f"{said} divides whole numbers and cuts the fraction off"
                hint = f"write CAST({left} AS double precision) / {right}"
                yield found("integer_division", node, message, hint)


def summed_key(subject: Subject) -> Iterator[Finding]:
    """Find sums and averages of keys."""
    for scope in subject.scopes:
        for aggregate in aggregates_of(scope):
            column = scope.stored(aggregate.this) if isinstance(aggregate, _SUMS) else None
            if column and _is_key(column):
                said = quoted(aggregate, subject.dialect)
                message = f"{said} adds up keys, which are no amounts"
                yield found(
                    "summed_key", aggregate, message, "take the column that holds the amount"
                )


def no_time(subject: Subject) -> Iterator[Finding]:
    """Find parts and periods of time taken from a column that holds no time."""
    for scope in subject.scopes:
        for node in walk(scope.select):
            column = scope.stored(_timed(node))
            kind = kind_of(column.type) if column else None
            if column and kind in _NO_TIMES:
                said = quoted(node, subject.dialect)
                message = f"{said} needs a date or timestamp, and {column.name} is {column.type}"
                yield found("no_time", node, message, _as_time(column, kind))


def _timed(node: exp.Expr) -> exp.Expr | None:
    """Return what a time is taken from."""
    part = "expression" if isinstance(node, exp.Extract) else "this"
    timed = isinstance(node, (exp.Extract, exp.TimestampTrunc, exp.DateTrunc))
    return node.args[part] if timed else None


def _as_time(column: Column, kind: str | None) -> str:
    bounds = [b for b in (column.least, column.greatest) if isinstance(b, (int, float, Decimal))]
    if len(bounds) == 2 and all(_SECONDS[0] <= b <= _SECONDS[1] for b in bounds):
        return f"it may count seconds since 1970: TO_TIMESTAMP({column.name})"
    return "cast it to a date first" if kind == "text" else "compare the number itself"


def _is_key(column: Column) -> bool:
    """Tell whether a column is named and known as a key; likely keys alone may be amounts."""
    known = column.primary_key or (column.references is not None and not column.inferred)
    return known and column.name.lower().endswith("id")


def _divisor(node: exp.Expr, subject: Subject) -> str:
    said = quoted(node, subject.dialect)
    return said if node.find(exp.Nullif) else f"NULLIF({said}, 0)"
