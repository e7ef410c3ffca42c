"""Compare times with whole days, and read days out of text columns that hold nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.checks.conditions import last_day
from askwell.sql.constants import as_day
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, scopes, walk
from askwell.sql.types import kind_of

_PARTS = (exp.Extract, exp.TimestampTrunc, exp.Year, exp.Month, exp.Day, exp.TimeToStr)


def dates(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Let a period include its last day, and cast texts that are days."""
    for scope in scopes(tree, catalog):
        for node in list(walk(scope.select)):
            mended = _whole_last_day(node, scope)
            if mended is not None:
                yield _replace(node, mended, catalog)
        for column in list(scope.columns):
            if _is_taken_for_a_day(column) and _holds_days(scope.stored(column)):
                yield _replace(column, exp.cast(column.copy(), "DATE"), catalog)


def _replace(node: exp.Expr, mended: exp.Expr, catalog: Catalog) -> Change:
    change = Change(mend="dates", before=shown(node, catalog), after=shown(mended, catalog))
    node.replace(mended)
    return change


def _whole_last_day(node: exp.Expr, scope: Scope) -> exp.Expr | None:
    """Return a half-open range where the last day would only count as its midnight."""
    day = last_day(node, scope)
    if day is None:
        return None
    end = exp.Literal.string((day + timedelta(days=1)).isoformat())
    before = exp.LT(this=node.this.copy(), expression=end)
    if isinstance(node, exp.LTE):
        return before
    start = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
    return exp.paren(exp.and_(start, before))


def _is_taken_for_a_day(column: exp.Column) -> bool:
    """Tell whether a part is taken of a column, or it is compared with a day of the clock."""
    holder = column.parent
    if isinstance(holder, _PARTS):
        return True
    comparison = isinstance(holder, (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between))
    others = (n for n in holder.walk()) if comparison and holder else ()
    return any(isinstance(n, (exp.CurrentDate, exp.CurrentTimestamp, exp.Date)) for n in others)


def _holds_days(column: Column | None) -> bool:
    """Tell whether a text column is known to hold nothing but days."""
    held = column.values.values if column and column.values else ()
    if column is None or kind_of(column.type) != "text":
        return False
    days: list[date | None] = [as_day(str(v.stored)) for v in held]
    return bool(days) and all(days)
