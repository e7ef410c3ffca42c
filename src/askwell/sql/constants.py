"""The constants that a query names, worked out: numbers, texts and days.

`CURRENT_DATE - INTERVAL '30 days'` is a constant too, once it is known what day it is.
"""

import operator
import re
from collections.abc import Callable, Iterator
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
_SHIFTS = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div),
    *(exp.DateAdd, exp.DateSub, exp.TsOrDsAdd, exp.TimestampAdd),
)
_TRUNCATIONS = (exp.DateTrunc, exp.TimestampTrunc)
_PARTS = (exp.Extract, exp.Year, exp.Month, exp.Quarter, exp.Week)
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

    @property
    def day(self) -> date | None:
        """Return the day that it is or begins with."""
        if isinstance(self.value, str):
            return as_day(self.value)
        return self.value if isinstance(self.value, date) else None

    @property
    def number(self) -> Decimal | None:
        """Return the number that it is, or is the text of."""
        if isinstance(self.value, str):
            return as_number(self.value)
        return self.value if isinstance(self.value, Decimal) else None


class _Known:
    """Hold the constants below a node, by node."""

    def __init__(self, today: date | None) -> None:
        self.today = today
        self._found: dict[int, Constant] = {}

    def of(self, node: object) -> Constant | None:
        """Return the constant that a node is, None if it is none."""
        return self._found.get(id(node))

    def add(self, node: exp.Expr) -> None:
        """Work a node out; all nodes below it must have been."""
        constant = _constant(node, self)
        if constant:
            self._found[id(node)] = constant


def constants(tree: exp.Expr, today: date | None) -> Iterator[Constant]:
    """Yield every constant of a tree, also those that a larger one is made of.

    One that moves with today is only given whole: a part of it is not what the query says.
    """
    known = _Known(today)
    for node in reversed(list(tree.walk())):
        known.add(node)
    stack = [tree]
    while stack:
        node = stack.pop()
        found = known.of(node)
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
    plain = re.fullmatch(r"\s*-?\d{0,30}\.?\d{0,30}(?:e\d{1,2})?\s*", text, re.IGNORECASE)
    try:
        return Decimal(text.strip()) if plain else None
    except InvalidOperation:
        return None


def _constant(node: exp.Expr, known: _Known) -> Constant | None:
    if isinstance(node, exp.Literal):
        number = None if node.is_string else as_number(node.name)
        return Constant(node.name if number is None else number, node)
    if _is_now(node):
        return Constant(known.today, node, moving=True) if known.today else None
    for kinds, work_out in _WORKED_OUT:
        if isinstance(node, kinds):
            try:
                return work_out(node, known)
            except (ArithmeticError, ValueError):  # no such day, or too large a number
                return None
    return None


def _is_now(node: exp.Expr) -> bool:
    named = isinstance(node, (exp.Anonymous, exp.Column)) and node.name.lower() in _NOW_NAMES
    return isinstance(node, _NOW) or (named and not node.args.get("table"))


def _wrapped(node: exp.Expr, known: _Known) -> Constant | None:
    inner = known.of(node.this)
    return inner and Constant(inner.day or inner.value, node, inner.moving)


def _truncated(node: exp.Expr, known: _Known) -> Constant | None:
    inner = known.of(node.this)
    if inner is None or inner.day is None:
        return None
    return Constant(truncated(node.text("unit").lower(), inner.day), node, inner.moving)


def _part(node: exp.Expr, known: _Known) -> Constant | None:
    """Work out `EXTRACT(YEAR FROM CURRENT_DATE)`."""
    extract = isinstance(node, exp.Extract)
    inner = known.of(node.expression if extract else node.this)
    if inner is None or inner.day is None:
        return None
    name, day = node.name.lower() if extract else node.key, inner.day
    parts = {"year": day.year, "month": day.month, "day": day.day}
    parts |= {"quarter": (day.month + 2) // 3, "week": day.isocalendar().week}
    return Constant(Decimal(parts[name]), node, inner.moving) if name in parts else None


def _from_parts(node: exp.Expr, known: _Known) -> Constant | None:
    parts = [known.of(node.args.get(name)) for name in ("year", "month", "day")]
    numbers = [int(p.number) for p in parts if p and p.number is not None]
    moving = any(p.moving for p in parts if p)
    return Constant(date(*numbers), node, moving) if len(numbers) == len(parts) else None


def _combined(node: exp.Expr, known: _Known) -> Constant | None:
    return _shifted(node, known) or _calculated(node, known)


def _shifted(node: exp.Expr, known: _Known) -> Constant | None:
    """Work out a day plus or minus an interval, or a number of days."""
    inner, step = known.of(node.this), node.expression
    interval = step if isinstance(step, exp.Interval) else None
    amount = known.of(interval.this if interval else step)
    if inner is None or inner.day is None or amount is None or isinstance(node, exp.Mul):
        return None
    unit = (interval or node).text("unit").lower().removesuffix("s") or "day"
    if amount.number is None or unit not in UNIT_DAYS:
        return None
    sign = -1 if isinstance(node, (exp.Sub, exp.DateSub)) else 1
    return Constant(moved(unit, inner.day, sign * int(amount.number)), node, inner.moving)


def _calculated(node: exp.Expr, known: _Known) -> Constant | None:
    one, other = known.of(node.this), known.of(node.expression)
    if one is None or other is None:
        return None
    left, right = one.value, other.value
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    calculate = _OPERATIONS.get(type(node))
    moving = one.moving or other.moving
    return Constant(calculate(left, right), node, moving) if calculate else None


def _negative(node: exp.Expr, known: _Known) -> Constant | None:
    inner = known.of(node.this)
    return Constant(-inner.value, node) if inner and isinstance(inner.value, Decimal) else None


_OPERATIONS: dict[type[exp.Expr], Callable[[Decimal, Decimal], Decimal]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Div: operator.truediv,
}
_WORKED_OUT: tuple[
    tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr, _Known], Constant | None]], ...
] = (
    (_WRAPPED, _wrapped),
    (_TRUNCATIONS, _truncated),
    (_PARTS, _part),
    ((exp.DateFromParts,), _from_parts),
    ((exp.Neg,), _negative),
    (_SHIFTS, _combined),
)


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
