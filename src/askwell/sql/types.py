"""What kind of value a type name or an expression stands for."""

import re
from collections.abc import Iterable
from typing import Literal

from sqlglot import exp

from askwell.domain.catalog import Column
from askwell.sql.scopes import Derived, Scope, scopes

Kind = Literal["integer", "bigint", "number", "text", "boolean", "date", "timestamp", "time"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("int", "integer", "smallint", "tinyint", "int2", "int4"), "integer"),
    **dict.fromkeys(("utinyint", "usmallint", "uinteger", "serial"), "integer"),
    **dict.fromkeys(("bigint", "int8", "ubigint", "bigserial", "hugeint", "uhugeint"), "bigint"),
    **dict.fromkeys(("numeric", "decimal", "real", "float", "float4", "float8"), "number"),
    **dict.fromkeys(("double", "double precision", "money"), "number"),
    **dict.fromkeys(("text", "varchar", "char", "bpchar", "character varying"), "text"),
    **dict.fromkeys(("character", "string", "citext", "name"), "text"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    "date": "date",
    **dict.fromkeys(("timestamp", "timestamptz", "datetime"), "timestamp"),
    **dict.fromkeys(("timestamp_s", "timestamp_ms", "timestamp_ns"), "timestamp"),
    **dict.fromkeys(("time", "timetz"), "time"),
}
INTEGERS: frozenset[Kind] = frozenset(("integer", "bigint"))
NUMBERS: frozenset[Kind] = INTEGERS | {"number"}
# What holds a day of the calendar.
DAYS: frozenset[Kind] = frozenset(("date", "timestamp"))
_SAME_AS_ARGUMENT = (exp.Paren, exp.Neg, exp.Abs, exp.Min, exp.Max, exp.AnyValue, exp.Distinct)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_CHOICES = (exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least)


def kind_of(type_name: str) -> Kind | None:
    """Return the kind of a warehouse's type, None where it is another or an array."""
    bare = re.sub(r"\(.*?\)|with(out)? time zone", "", type_name.lower()).strip()
    return _KINDS.get(bare)


def cuts_fraction(node: exp.Expr, scope: Scope) -> bool:
    """Tell whether PostgreSQL would cut the fraction off a ratio of whole numbers.

    Division by a number that stands in the query is meant as it is: minutes of seconds.
    """
    if not isinstance(node, exp.Div) or node.right.find(exp.Column, exp.Count) is None:
        return False
    return bool(integer_kind(node.left, scope) and integer_kind(node.right, scope))


def integer_kind(node: exp.Expr | None, scope: Scope) -> Kind | None:
    """Return "integer" or "bigint" if PostgreSQL computes an expression in whole numbers.

    The two differ in their sum: that of a bigint is numeric.
    """
    if node is None or isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Literal):
        return "integer" if node.is_int else None
    if isinstance(node, exp.Column):
        return _column(node, scope)
    if isinstance(node, exp.Cast):
        kind = kind_of(node.to.sql("postgres"))
        return kind if kind in INTEGERS else None
    if isinstance(node, exp.Subquery):
        inner = scopes(node, scope.catalog)[-1:]
        return integer_kind(inner[0].select.expressions[0].unalias(), inner[0]) if inner else None
    if isinstance(node, (exp.Count, exp.CountIf)):
        return "bigint"
    if isinstance(node, exp.Sum):
        return "bigint" if integer_kind(node.this, scope) == "integer" else None
    return _compound(node, scope)


def _compound(node: exp.Expr, scope: Scope) -> Kind | None:
    if isinstance(node, exp.Distinct):
        return integer_kind(node.expressions[0], scope) if len(node.expressions) == 1 else None
    if isinstance(node, (*_SAME_AS_ARGUMENT, exp.Filter, exp.Window)):
        return integer_kind(node.this, scope)
    if isinstance(node, exp.Nullif):
        return integer_kind(node.this, scope)
    if isinstance(node, _ARITHMETIC):
        return _widest((node.left, node.right), scope)
    if isinstance(node, _CHOICES):
        return _widest((node.this, *node.expressions), scope)
    if isinstance(node, exp.Case):
        return _widest(
            (*(i.args["true"] for i in node.args["ifs"]), node.args.get("default")), scope
        )
    return None


def _widest(nodes: Iterable[exp.Expr | None], scope: Scope) -> Kind | None:
    """Return the kind of several that must all be whole numbers; NULL and none are any."""
    kinds = {integer_kind(n, scope) for n in nodes if n is not None and not isinstance(n, exp.Null)}
    if not kinds or None in kinds:
        return None
    return "bigint" if "bigint" in kinds else "integer"


def _column(node: exp.Column, scope: Scope) -> Kind | None:
    readings = scope.resolve(node)
    column = readings[0].column if len(readings) == 1 else None
    if isinstance(column, Column):
        kind = kind_of(column.type)
        return kind if kind in INTEGERS else None
    if isinstance(column, Derived) and column.expression and column.scope:
        return integer_kind(column.expression, column.scope)
    return None
