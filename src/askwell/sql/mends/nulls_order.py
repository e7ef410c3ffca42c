"""Let rows without a value come last."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, fold, scopes

_NEVER_NULL = (exp.Count, exp.CountIf, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Literal)


def nulls_order(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Write NULLS LAST where PostgreSQL would put NULL above the greatest value.

    Only where a limit would let the NULLs push the values out.
    """
    if catalog.dialect != "postgres" or _says_nulls(tree):
        return
    for scope in scopes(tree, catalog):
        order = scope.select.args.get("order")
        if order is None or not scope.select.args.get("limit"):
            continue
        first = order.expressions[0]
        if first.args.get("desc") and _may_be_null(first.this, scope):
            before = shown(first, catalog)
            first.set("nulls_first", False)
            yield Change(mend="nulls_order", before=before, after=shown(first, catalog))


def _says_nulls(tree: exp.Expr) -> bool:
    """Tell whether any order says where NULLs go, other than by default."""
    return any(
        bool(o.args.get("nulls_first")) != bool(o.args.get("desc"))
        for o in tree.find_all(exp.Ordered)
    )


def _may_be_null(node: exp.Expr, scope: Scope) -> bool:
    node = _meant(node, scope).unalias().unnest()
    if isinstance(node, exp.Coalesce):
        return all(_may_be_null(n, scope) for n in (node.this, *node.expressions))
    if isinstance(node, exp.Cast):
        return _may_be_null(node.this, scope)
    if isinstance(node, exp.Column):
        readings = scope.resolve(node)
        column = readings[0].column if len(readings) == 1 else None
        return not (isinstance(column, Column) and column.primary_key)
    return not isinstance(node, _NEVER_NULL)


def _meant(node: exp.Expr, scope: Scope) -> exp.Expr:
    """Return the output that a name or a position in ORDER BY stands for."""
    outputs: list[exp.Expr] = scope.select.expressions
    if node.is_int:
        return (outputs[int(node.name) - 1 : int(node.name)] or [node])[0]
    if isinstance(node, exp.Column) and not node.table:
        name = fold(node.this, scope.catalog)
        named = (p for p in outputs if p.alias and fold(p.args["alias"], scope.catalog) == name)
        return next(named, node)
    return node
