"""Which columns of a query's result its ORDER BY puts in order."""

from sqlglot import exp

from askwell.errors import BadQuery
from askwell.sql.parse import parse


def ordered_by(sql: str, dialect: str, width: int) -> tuple[int, ...]:
    """Return the places of the columns that the rows of `sql` are ordered by.

    Rows that tie there may come in any order. All columns where the query orders by something
    that it does not select; none where it does not order.
    """
    try:
        tree = parse(sql, dialect)
    except BadQuery:
        return ()
    order = tree.args.get("order")
    if order is None:
        return ()
    selected = tree.selects if isinstance(tree, exp.Query) else []
    places = [_place(key.this, selected) for key in order.expressions]
    known = tuple(p for p in places if p is not None)
    whole = len(known) == len(places) and len(selected) == width
    return known if whole else tuple(range(width))


def _place(key: exp.Expr, selected: list[exp.Expr]) -> int | None:
    if isinstance(key, exp.Literal) and key.is_int:
        return int(key.this) - 1
    name = key.name.lower() if isinstance(key, exp.Column) and not key.table else None
    for place, column in enumerate(selected):
        if name == column.alias_or_name.lower() or key == column.unalias():
            return place
    return None
