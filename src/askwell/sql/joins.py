"""The conditions under which a SELECT joins its sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from askwell.domain.catalog import ColumnRef
from askwell.sql.sources import (
    Reading,
    Scope,
    Source,
    alias_of,
    joins_of,
    readings_within,
    shared_names,
)


@dataclass(frozen=True, slots=True, eq=False)
class Equality:
    """Be a condition `left = right` that every row must meet, between two sources of a SELECT.

    `node` is the comparison, or the JOIN whose USING or NATURAL says it. `left` and `right`
    are None where they are no stored columns.
    """

    node: exp.Expr
    left_source: Source
    right_source: Source
    left: ColumnRef | None
    right: ColumnRef | None


def equalities(scope: Scope) -> tuple[Equality, ...]:
    """Return the equalities between two sources that ON, USING, NATURAL and WHERE demand."""
    compared = [_equality(c, scope) for c in conditions(scope.select) if isinstance(c, exp.EQ)]
    return (*(e for e in compared if e), *shared(scope))


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that must all hold."""
    if isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif condition is not None:
        yield condition


def conditions(select: exp.Select) -> Iterator[exp.Expr]:
    """Yield the parts of ON and WHERE, each of which must hold."""
    for join in joins_of(select):
        yield from conjuncts(join.args.get("on"))
    if where := select.args.get("where"):
        yield from conjuncts(where.this)


def _equality(node: exp.EQ, scope: Scope) -> Equality | None:
    sides = [_only_reading(side, scope) for side in (node.left, node.right)]
    left, right = sides
    if left is None or right is None or left.source is right.source:
        return None
    return Equality(node, left.source, right.source, left.ref, right.ref)


def _only_reading(expression: exp.Expr, scope: Scope) -> Reading | None:
    while isinstance(expression, exp.Paren):
        expression = expression.this
    if not isinstance(expression, exp.Column):
        return None
    readings = scope.resolve(expression)
    return readings[0] if len(readings) == 1 and readings[0].scope is scope else None


def shared(scope: Scope) -> Iterator[Equality]:
    """Yield what USING and NATURAL demand."""
    for join in joins_of(scope.select):
        right = scope.sources.get(alias_of(join.this, scope.catalog))
        for name in shared_names(join, scope) if right else ():
            found = [r for s in scope.sources.values() for r in readings_within(name, s, scope)]
            own = next((r for r in found if r.source is right), None)
            other = next((r for r in found if r.source is not right), None)
            if own and other:
                yield Equality(join, other.source, own.source, other.ref, own.ref)
