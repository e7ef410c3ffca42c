"""Divide and round numbers as they are meant."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, scopes, walk
from askwell.sql.types import cuts_fraction

_INEXACT = frozenset({"real", "double precision", "float4", "float8", "double", "float"})


def arithmetic(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Keep the fraction of a ratio, round inexact numbers, divide by zero, in PostgreSQL."""
    if catalog.dialect != "postgres":
        return
    for scope in scopes(tree, catalog):
        for node in list(walk(scope.select)):
            if cuts_fraction(node, scope):
                yield _cast(node, "DOUBLE PRECISION", catalog)
        for node in list(walk(scope.select)):
            if isinstance(node, exp.Div) and _may_be_zero(node.expression):
                yield _give_null(node, catalog)
        for node in list(walk(scope.select)):
            if isinstance(node, exp.Round) and _rounds_inexact(node, scope):
                yield _cast(node, "DECIMAL", catalog)


def _may_be_zero(divisor: exp.Expr) -> bool:
    """Tell whether a divisor is neither a number nor guarded anywhere."""
    plain = divisor.unnest()
    while isinstance(plain, exp.Cast):
        plain = plain.this.unnest()
    return not isinstance(plain, exp.Literal) and plain.find(exp.Nullif, exp.Case) is None


def _give_null(node: exp.Div, catalog: Catalog) -> Change:
    """Let a division by zero give NULL, as in DuckDB, and not fail the whole query."""
    before = shown(node, catalog)
    divisor = node.expression.unnest().copy()
    node.set("expression", exp.Nullif(this=divisor, expression=exp.Literal.number(0)))
    return Change(mend="arithmetic", before=before, after=shown(node, catalog))


def _cast(node: exp.Expr, kind: str, catalog: Catalog) -> Change:
    """Cast the dividend of a division, or what is rounded."""
    before = shown(node, catalog)
    node.set("this", exp.cast(node.this.copy(), kind, dialect=catalog.dialect))
    return Change(mend="arithmetic", before=before, after=shown(node, catalog))


def _rounds_inexact(node: exp.Round, scope: Scope) -> bool:
    """Tell whether digits are asked of an inexact number, which PostgreSQL cannot round so."""
    is_cast = isinstance(node.this, exp.Cast) and not _is_inexact(node.this, scope)
    if is_cast or not node.args.get("decimals"):
        return False
    return any(_is_inexact(n, scope) for n in walk(node.this))


def _is_inexact(node: exp.Expr, scope: Scope) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.sql("postgres").lower() in _INEXACT
    if isinstance(node, exp.Column):
        readings = scope.resolve(node)
        column = readings[0].column if len(readings) == 1 else None
        return isinstance(column, Column) and column.type.lower() in _INEXACT
    return False
