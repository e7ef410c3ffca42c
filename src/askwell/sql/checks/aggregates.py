"""Aggregates of a SELECT, as the rules tell them from window functions and plain functions."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.sql.scopes import Scope, walk

_WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


def is_aggregate(node: exp.Expr) -> bool:
    """Tell whether a function makes one row of many, which it does not under OVER."""
    if not isinstance(node, exp.AggFunc):
        return False
    while isinstance(node.parent, _WRAPPERS) and node.arg_key == "this":
        node = node.parent
    return not (isinstance(node.parent, exp.Window) and node.arg_key == "this")


def may_aggregate(node: exp.Expr) -> bool:
    """Tell whether it is an aggregate, its FILTER or ORDER, or a function that nobody knows."""
    return is_aggregate(node) or isinstance(node, (*_WRAPPERS, exp.Anonymous))


def aggregates(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """Yield the aggregates within an expression or clause, without those of subqueries."""
    return (n for n in walk(node) if is_aggregate(n)) if node else iter(())


def is_distinct(aggregate: exp.Expr) -> bool:
    """Tell whether repeated rows leave an aggregate as it is."""
    if isinstance(aggregate, (exp.Max, exp.Min, exp.ApproxDistinct, exp.AnyValue)):
        return True
    if isinstance(aggregate, (exp.LogicalAnd, exp.LogicalOr)):
        return True
    return isinstance(aggregate.this, exp.Distinct)


def aggregates_of(scope: Scope) -> list[exp.Expr]:
    """Return the aggregates that a SELECT itself computes."""
    select = scope.select
    clauses = [*select.expressions, *(select.args.get(k) for k in ("having", "order", "qualify"))]
    return [a for clause in clauses for a in aggregates(clause)]
