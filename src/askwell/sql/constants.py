"""The constants that a query names, worked out: numbers, texts and days.

`CURRENT_DATE - INTERVAL '30 days'` is a constant too, once it is known what day it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from askwell.sql.days import UNIT_DAYS, moved, truncated

Value = date | Decimal | str

_DAY = re.compile(r"((?:19|20)\d\d)([-./]?)(\d\d)\2(\d\d)(?!\d)|(\d{4})[-./](\d\d?)[-./](\d\d?)")
_NOW = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentDatetime, exp.Localtimestamp)
_NOW_NAMES = frozenset({"now", "today", "getdate", "current_localtimestamp", "get_current_time"})
_WRAPPED = (
    *(exp.Cast, exp.Paren, exp.Date, exp.Timestamp, exp.TsOrDsToDate, exp.StrToDate),
    *(exp.StrToTime, exp.TsOrDsToTimestamp, exp.TimeToStr, exp.ToChar),
)
_SHIFTS = (exp.Add, exp.Sub, exp.DateAdd, exp.DateSub, exp.TsOrDsAdd, exp.TimestampAdd)
_TRUNCATIONS = (exp.DateTrunc, exp.TimestampTrunc)
_PARTS = {exp.Year: "year", exp.Month: "month", exp.Quarter: "quarter", exp.Week: "week"}
# Numbers there say how something is written, not what is asked for.
_FORMAL = (exp.Round, exp.DataTypeParam, exp.DataType, exp.Ordered, exp.Group, exp.WindowSpec)
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_SERIES = (exp.GenerateSeries, exp.GenerateDateArray)


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """Be a constant of a query; `moving`: it was worked out from today."""

    value: Value
    node: exp.Expr
    moving: bool = False


def constants(tree: exp.Expr, today: date | None) -> Iterator[Constant]:
    """Yield every constant of a tree, also those that a larger one is made of.

    One that moves with today is only given whole: a part of it is not what the query says.
    """
    stack = [tree]
    while stack:
        node = stack.pop()
        found = _constant(node, today)
        if found and not isinstance(node.parent, _FORMAL):
            yield found
        if found is None or not found.moving:
            stack.extend(node.iter_expressions())


def compared(constant: Constant) -> exp.Expr | None:
    """Return the comparison that a constant is one side of, through casts and brackets."""
    node = constant.node
    while isinstance(node.parent, (*_WRAPPED, exp.Tuple)):
        node = node.parent
    return node.parent if isinstance(node.parent, (*COMPARISONS, *_SERIES)) else None


def as_day(text: str) -> date | None:
    """Return the day that a text begins with, else None."""
    match = _DAY.match(text.strip())
    try:
        return date(*(int(p) for p in match.groups() if p and p.isdigit())) if match else None
    except ValueError:
        return None


def as_number(text: str) -> Decimal | None:
    """Return the number that a text is, else None."""
    try:
        return Decimal(text.strip()) if re.fullmatch(r"\s*-?[\d.]+(?:e\d+)?\s*", text) else None
    except InvalidOperation:
        return None


def _constant(node: exp.Expr, today: date | None) -> Constant | None:
    if isinstance(node, exp.Literal):
        number = None if node.is_string else as_number(node.name)
        return Constant(node.name if number is None else number, node)
    if _is_now(node):
        return Constant(today, node, moving=True) if today else None
    if isinstance(node, _WRAPPED) and isinstance(node.this, exp.Expr):
        return _wrapped(node, _constant(node.this, today))
    if isinstance(node, _TRUNCATIONS):
        return _truncated(node, _constant(node.this, today))
    if isinstance(node, (exp.Extract, *_PARTS)):
        return _part(node, today)
    if isinstance(node, exp.DateFromParts):
        return _from_parts(node, today)
    if isinstance(node, exp.Neg):
        inner = _constant(node.this, today)
        negative = inner and isinstance(inner.value, Decimal)
        return Constant(-inner.value, node) if negative else None  # type: ignore[operator, union-attr]
    if isinstance(node, (*_SHIFTS, exp.Mul, exp.Div)):
        return _shifted(node, today) or _calculated(node, today)
    return None


def _is_now(node: exp.Expr) -> bool:
    named = isinstance(node, (exp.Anonymous, exp.Column)) and node.name.lower() in _NOW_NAMES
    return isinstance(node, _NOW) or (named and not node.args.get("table"))


def _wrapped(node: exp.Expr, inner: Constant | None) -> Constant | None:
    if inner is None:
        return None
    day = as_day(inner.value) if isinstance(inner.value, str) else None
    return Constant(day or inner.value, node, inner.moving)


def _day(constant: Constant | None) -> date | None:
    if constant is None:
        return None
    value = constant.value
    return as_day(value) if isinstance(value, str) else value if isinstance(value, date) else None


def _truncated(node: exp.Expr, inner: Constant | None) -> Constant | None:
    day = _day(inner)
    if day is None or inner is None:
        return None
    return Constant(truncated(node.text("unit").lower(), day), node, inner.moving)


def _part(node: exp.Expr, today: date | None) -> Constant | None:
    """Work out `EXTRACT(YEAR FROM CURRENT_DATE)`."""
    source = node.expression if isinstance(node, exp.Extract) else node.this
    inner = _constant(source, today) if isinstance(source, exp.Expr) else None
    day = _day(inner)
    name = node.name.lower() if isinstance(node, exp.Extract) else _PARTS[type(node)]
    if day is None or inner is None:
        return None
    parts = {"year": day.year, "month": day.month, "day": day.day}
    parts |= {"quarter": (day.month + 2) // 3, "week": day.isocalendar().week}
    return Constant(Decimal(parts[name]), node, inner.moving) if name in parts else None


def _from_parts(node: exp.Expr, today: date | None) -> Constant | None:
    parts = [_constant(node.args[name], today) for name in ("year", "month", "day")]
    try:
        day = date(*(int(p.value) for p in parts if p and isinstance(p.value, Decimal)))
    except (TypeError, ValueError):
        return None
    return Constant(day, node, any(p.moving for p in parts if p))


def _shifted(node: exp.Expr, today: date | None) -> Constant | None:
    """Work out a day plus or minus an interval, or a number of days."""
    inner = _constant(node.this, today) if isinstance(node.this, exp.Expr) else None
    day, step = _day(inner), node.expression
    if day is None or inner is None or isinstance(node, (exp.Mul, exp.Div)):
        return None
    interval = step if isinstance(step, exp.Interval) else None
    amount = _constant(interval.this if interval else step, today)
    count = as_number(str(amount.value)) if amount else None
    unit = (interval or node).text("unit").lower().removesuffix("s") or "day"
    if count is None or unit not in UNIT_DAYS:
        return None
    sign = -1 if isinstance(node, (exp.Sub, exp.DateSub)) else 1
    return Constant(moved(unit, day, sign * int(count)), node, inner.moving)


def _calculated(node: exp.Expr, today: date | None) -> Constant | None:
    sides = [_constant(side, today) for side in (node.this, node.expression)]
    left, right = (s.value if s else None for s in sides)
    moving = any(s.moving for s in sides if s)
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    if isinstance(node, exp.Div):
        return Constant(left / right, node, moving) if right else None
    total = {exp.Add: left + right, exp.Sub: left - right, exp.Mul: left * right}.get(type(node))
    return None if total is None else Constant(total, node, moving)


def strict_step(comparison: exp.Expr | None, node: exp.Expr) -> int:
    """Return 1 where a value must be above a constant, -1 where it must be below it, else 0."""
    if not isinstance(comparison, (exp.GT, exp.LT)):
        return 0
    on_the_left = any(n is node for n in comparison.this.walk())
    return 1 if isinstance(comparison, exp.GT) != on_the_left else -1


def bounds(constant: Constant, day: date) -> Iterator[date]:
    """Yield a day as a comparison bounds it, itself included: `< 2024-04-01` is to 31 March.

    `= 2024-03-01` may compare a month, quarter or year that is named by its first day.
    """
    yield day
    comparison = compared(constant)
    if step := strict_step(comparison, constant.node):
        yield day + timedelta(days=step)
    elif _may_close(comparison, constant.node):
        for unit in ("week", "month", "quarter", "year"):
            if truncated(unit, day) == day:
                yield moved(unit, day, 1) - timedelta(days=1)


def _may_close(comparison: exp.Expr | None, node: exp.Expr) -> bool:
    """Tell whether a constant is the last of what is compared: `= x`, `<= x`, `BETWEEN … AND x`."""
    if isinstance(comparison, (exp.Between, *_SERIES)):
        last = comparison.args.get("high") or comparison.args.get("end")
        return last is not None and any(n is node for n in last.walk())
    return isinstance(comparison, (exp.EQ, exp.In, exp.LTE))
