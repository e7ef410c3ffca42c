"""The conditions of a query, taken away one by one: which of them leaves nothing?"""

from collections.abc import Iterator

from sqlglot import exp


def without_each_condition(tree: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Yield each condition of the outer WHERE with the query without it, cut to one row."""
    where = tree.args.get("where")
    if not isinstance(tree, exp.Select) or where is None:
        return
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    for place, condition in enumerate(conditions):
        kept = [c.copy() for i, c in enumerate(conditions) if i != place]
        wider = tree.copy()
        wider.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
        yield condition, wider.limit(1, copy=False)
