"""Compare with what can be equal: NULL by IS, truth with truth, text in its own case."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, scopes, walk
from askwell.sql.texts import complete_texts, matches
from askwell.sql.types import NUMBERS, kind_of

_TRUTHS = {"1": True, "0": False}


def comparisons(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Mend comparisons that no row can meet, or that the types forbid."""
    for scope in scopes(tree, catalog):
        for node in list(walk(scope.select)):
            mended = _mended(node, scope)
            if mended is not None:
                change = Change(
                    mend="comparisons", before=shown(node, catalog), after=shown(mended, catalog)
                )
                node.replace(mended)
                yield change


def _mended(node: exp.Expr, scope: Scope) -> exp.Expr | None:
    if isinstance(node, (exp.EQ, exp.NEQ)) and isinstance(node.right, exp.Null):
        test = exp.Is(this=node.left.copy(), expression=exp.Null())
        return test if isinstance(node, exp.EQ) else exp.Not(this=test)
    if isinstance(node, exp.Like):
        return _without_case(node, scope)
    if isinstance(node, (exp.EQ, exp.NEQ)):
        return _of_one_type(node, scope)
    return None


def _without_case(node: exp.Like, scope: Scope) -> exp.Expr | None:
    """Return ILIKE where LIKE matches no stored value and ILIKE does."""
    texts, pattern = complete_texts(scope.stored(node.this)), node.expression
    if not pattern.is_string or node.args.get("escape"):
        return None
    if any(matches(pattern.name, t) for t in texts):
        return None
    if not any(matches(pattern.name, t, ignore_case=True) for t in texts):
        return None
    return exp.ILike(this=node.this.copy(), expression=pattern.copy())


def _of_one_type(node: exp.Expr, scope: Scope) -> exp.Expr | None:
    column = scope.stored(node.this)
    other = _in_type_of(column, node.expression) if column else None
    if other is None:
        return None
    return type(node)(this=node.this.copy(), expression=other)


def _in_type_of(column: Column, literal: exp.Expr) -> exp.Expr | None:
    """Return a literal as the column's type writes it; None where it is fine as it is."""
    kind = kind_of(column.type)
    if kind == "boolean" and isinstance(literal, exp.Literal):
        truth = _TRUTHS.get(literal.name)
        return None if truth is None or literal.is_string else exp.Boolean(this=truth)
    if kind in NUMBERS and isinstance(literal, exp.Boolean):
        return exp.Literal.number(int(literal.this))
    if kind == "text" and isinstance(literal, exp.Literal) and not literal.is_string:
        held = {v.stored for v in column.values.values} if column.values else set()
        return exp.Literal.string(literal.name) if literal.name in held else None
    return None
