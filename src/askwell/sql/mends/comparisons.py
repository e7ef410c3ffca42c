"""Compare with what can be equal: NULL by IS, truth with truth, text in its own case."""

import re
from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.mends.values import stored_column
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, scopes, walk
from askwell.sql.types import kind_of

_TRUTHS = {"1": True, "0": False, "true": True, "false": False}
_NUMBERS = frozenset({"integer", "bigint", "number"})


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
    column = stored_column(node.this, scope) if isinstance(node.this, exp.Column) else None
    known = column.values if column else None
    pattern = node.expression
    if not known or not known.complete or not pattern.is_string or node.args.get("escape"):
        return None
    wanted = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern.name)
    texts = [v.stored for v in known.values if isinstance(v.stored, str)]
    strict, loose = (
        any(re.fullmatch(wanted, t, flags | re.DOTALL) for t in texts)
        for flags in (re.NOFLAG, re.IGNORECASE)
    )
    if strict or not loose:
        return None
    return exp.ILike(this=node.this.copy(), expression=pattern.copy())


def _of_one_type(node: exp.Expr, scope: Scope) -> exp.Expr | None:
    column = stored_column(node.this, scope) if isinstance(node.this, exp.Column) else None
    other = _in_type_of(column, node.expression) if column else None
    if other is None:
        return None
    return type(node)(this=node.this.copy(), expression=other)


def _in_type_of(column: Column, literal: exp.Expr) -> exp.Expr | None:
    """Return a literal as the column's type writes it; None where it is fine as it is."""
    kind = kind_of(column.type)
    if kind == "boolean" and isinstance(literal, exp.Literal):
        truth = _TRUTHS.get(literal.name.lower())
        return None if truth is None or literal.is_string else exp.Boolean(this=truth)
    if kind in _NUMBERS and isinstance(literal, exp.Boolean):
        return exp.Literal.number(int(literal.this))
    if kind == "text" and isinstance(literal, exp.Literal) and not literal.is_string:
        held = {v.stored for v in column.values.values} if column.values else set()
        return exp.Literal.string(literal.name) if literal.name in held else None
    return None
