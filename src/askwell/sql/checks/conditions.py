"""Conditions that no row meets, and days that a period loses."""

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations

from sqlglot import exp

from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.finding import found, quoted
from askwell.sql.joins import conjuncts
from askwell.sql.scopes import Scope, walk
from askwell.sql.types import DAYS, kind_of

_ENDS = (exp.Between, exp.LTE)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def null_comparison(subject: Subject) -> Iterator[Finding]:
    """Find comparisons with NULL, which are never true."""
    for node in subject.tree.find_all(exp.EQ, exp.NEQ):
        if isinstance(node.right, exp.Null) or isinstance(node.left, exp.Null):
            side = node.left if isinstance(node.right, exp.Null) else node.right
            test = "IS NULL" if isinstance(node, exp.EQ) else "IS NOT NULL"
            message = f"{quoted(node, subject.dialect)} is never true"
            hint = f"write {quoted(side, subject.dialect)} {test}"
            yield found("null_comparison", node, message, hint)


def contradiction(subject: Subject) -> Iterator[Finding]:
    """Find a column that must equal two values at once."""
    for scope in subject.scopes:
        for node in walk(scope.select):
            if isinstance(node, exp.And) and not isinstance(_holder(node), exp.And):
                for one, other in combinations(_equal_to(node, scope), 2):
                    if one[0] == other[0] and _differ(one[1], other[1]):
                        yield _contradiction(one, other, subject)


def reversed_range(subject: Subject) -> Iterator[Finding]:
    """Find BETWEEN with its ends the wrong way round."""
    for node in subject.tree.find_all(exp.Between):
        ends = _value(node.args["low"]), _value(node.args["high"])
        if type(ends[0]) is type(ends[1]) and ends[0] and ends[0] > ends[1]:  # type: ignore[operator]
            message = f"{quoted(node, subject.dialect)} ends before it begins"
            yield found("reversed_range", node, message, "exchange the two ends")


def impossible_day(subject: Subject) -> Iterator[Finding]:
    """Find days that are in no calendar."""
    for scope in subject.scopes:
        for node in walk(scope.select):
            match = _DAY.fullmatch(node.name) if isinstance(node, exp.Literal) else None
            if match and not _day(node.name) and _is_day(node, scope):
                year, month, _ = map(int, match.groups())
                known = 1 <= month <= 12
                last = (
                    f"{month_name[month]} {year} ends on {monthrange(year, month)[1]}"
                    if known
                    else ""
                )
                yield found("impossible_day", node.parent or node, f"{node.name} is no day", last)


def last_day_cut(subject: Subject) -> Iterator[Finding]:
    """Find instants that must not be later than the first moment of a period's last day."""
    for scope in subject.scopes:
        for node in walk(scope.select):
            if last := last_day(node, scope):
                column, next_day = quoted(node.this, subject.dialect), last + timedelta(days=1)
                message = f"{quoted(node, subject.dialect)} leaves out all of {last} but midnight"
                hint = f"write {column} < '{next_day}' for the end"
                yield found("last_day_cut", node, message, hint)


def last_day(node: exp.Expr, scope: Scope) -> date | None:
    """Return the day at whose first moment a condition ends, though the day is meant.

    The first day of a month is not taken for a last day.
    """
    end = node.args["high"] if isinstance(node, exp.Between) else node.args.get("expression")
    last = _value(end) if isinstance(node, _ENDS) else None
    is_cut = isinstance(last, date) and last.day > 1 and _is_instant(node.this, scope)
    return last if is_cut and isinstance(last, date) else None


def _holder(node: exp.Expr) -> exp.Expr | None:
    while isinstance(node.parent, exp.Paren):
        node = node.parent
    return node.parent


_Equal = tuple[tuple[str, str], exp.EQ]


def _equal_to(condition: exp.Expr, scope: Scope) -> list[_Equal]:
    """Return the columns that a condition holds to a constant: their source and name."""
    found_ = []
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ) and isinstance(part.left, exp.Column):
            readings = scope.resolve(part.left)
            if len(readings) == 1 and readings[0].column and isinstance(part.right, exp.Literal):
                found_.append(((readings[0].source.name, readings[0].column.name), part))
    return found_


def _differ(one: exp.EQ, other: exp.EQ) -> bool:
    texts = [_plain(node.right) for node in (one, other)]
    return texts[0] != texts[1]


def _plain(literal: exp.Expr) -> Decimal | str:
    text = literal.name.strip().casefold()
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _contradiction(one: _Equal, other: _Equal, subject: Subject) -> Finding:
    column = quoted(one[1].left, subject.dialect)
    values = [quoted(equal[1].right, subject.dialect) for equal in (one, other)]
    message = f"no row has {values[0]} and {values[1]} as {column} at once"
    hint = (
        f"for either write {column} IN ({', '.join(values)}); for what has both, also GROUP BY it "
        f"and write HAVING COUNT(DISTINCT {column}) = 2"
    )
    return found("contradiction", one[1], message, hint)


def _value(node: exp.Expr | None) -> date | Decimal | None:
    """Return the number or the day that a constant is; an instant is neither."""
    if isinstance(node, exp.Cast):
        return _value(node.this)
    if isinstance(node, exp.Literal):
        return _day(node.name) if node.is_string else Decimal(node.name)
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_day(literal: exp.Expr, scope: Scope) -> bool:
    """Tell whether a literal is cast to a day, or compared with one."""
    holder = literal.parent
    if isinstance(holder, exp.Cast):
        return kind_of(holder.to.sql(scope.catalog.dialect)) in DAYS
    if not isinstance(holder, _COMPARISONS):
        return False
    return any(_kind(side, scope) in DAYS for side in holder.iter_expressions())


def _kind(node: exp.Expr, scope: Scope) -> str | None:
    column = scope.stored(node)
    return kind_of(column.type) if column else None


def _is_instant(node: exp.Expr, scope: Scope) -> bool:
    """Tell whether a column holds times of the day, and not just midnights."""
    column = scope.stored(node)
    if column is None or kind_of(column.type) != "timestamp":
        return False
    known = [v for v in (column.least, column.greatest) if isinstance(v, datetime)]
    return not known or any(v.time() != time() for v in known)
