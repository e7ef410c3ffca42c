"""Verified queries: trusted SQL whose typed parameters the driver binds."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from askwell.domain.catalog import Parameter, VerifiedQuery
from askwell.domain.intent import Intent, Period
from askwell.domain.noun import Scalar
from askwell.domain.result import Draft, ResultColumn
from askwell.errors import BadQuery, Refused
from askwell.metrics.measured import GRAINS
from askwell.sql.parse import parse


def bind(query: VerifiedQuery, intent: Intent, *, dialect: str) -> Draft:
    """Return `query` with the arguments of `intent` as bound parameters.

    A period without an argument takes the intent's period. A parameter without argument
    and default is bound as NULL where the SQL allows for it (`$name IS NULL OR …`).

    Raises:
        BadQuery: an argument is missing, unknown or of the wrong type; says which.
        Refused: a value is none of the parameter's known values.
    """
    _check_names(query, intent)
    tree = parse(query.sql, dialect)
    given = {a.name: a.value for a in intent.arguments}
    values: dict[str, Scalar] = {}
    for parameter in query.parameters:
        values |= _bound(query, parameter, given.get(parameter.name), intent, tree)
    used = {p.name for p in tree.find_all(exp.Placeholder, exp.Parameter)}
    if unknown := sorted(used - values.keys()):
        raise BadQuery(f"{query.name}: the SQL uses ${unknown[0]}, which is no parameter of it.")
    return Draft(
        sql=query.sql.strip(),
        dialect=dialect,
        way="verified",
        parameters={name: value for name, value in values.items() if name in used},
        columns=_columns(query),
        reads=query.reads,
    )


def _check_names(query: VerifiedQuery, intent: Intent) -> None:
    known = {p.name for p in query.parameters}
    for argument in intent.arguments:
        if argument.name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise BadQuery(f"{query.name} has no parameter {argument.name!r}; it has {names}.")


def _bound(
    query: VerifiedQuery,
    parameter: Parameter,
    value: Scalar | Period,
    intent: Intent,
    tree: exp.Expr,
) -> Mapping[str, Scalar]:
    """Return what one parameter binds: two dates for a period, else one value."""
    where = f"{query.name}: {parameter.name!r}"
    names = _placeholders(parameter)
    if value is None:
        value = intent.period if parameter.type == "period" else parameter.default
    if value is None:
        if not _optional(tree, names):
            raise BadQuery(f"{where} needs a value ({parameter.type}).")
        return dict.fromkeys(names, None)
    if parameter.type == "period":
        period = _period(value, where)
        return dict(zip(names, (period.start, period.end), strict=True))
    if isinstance(value, Period):
        raise BadQuery(f"{where} takes one {parameter.type}, not a period.")
    return {parameter.name: _typed(parameter, value, where)}


def _placeholders(parameter: Parameter) -> tuple[str, ...]:
    name = parameter.name
    return (f"{name}_start", f"{name}_end") if parameter.type == "period" else (name,)


def _optional(tree: exp.Expr, names: tuple[str, ...]) -> bool:
    """Say whether the SQL asks if each of these parameters is NULL."""
    tested = (t.this for t in tree.find_all(exp.Is) if isinstance(t.expression, exp.Null))
    bare = (t.this if isinstance(t, exp.Cast) else t for t in tested)
    asked = {t.name for t in bare if isinstance(t, exp.Placeholder | exp.Parameter)}
    return asked.issuperset(names)


def _typed(parameter: Parameter, value: Scalar, where: str) -> Scalar:
    if parameter.type == "date":
        return _day(value, where)
    if parameter.type == "number":
        return _number(value, where)
    if parameter.type == "grain":
        return _one_of(GRAINS, value, where)
    if parameter.type == "text" and not isinstance(value, str):
        raise BadQuery(f"{where} takes a text, not {value!r}.")
    if parameter.type == "enum" or parameter.values:
        return _one_of([v.stored for v in parameter.values], value, where)
    return value


def _one_of(known: "tuple[Scalar, ...] | list[Scalar]", value: Scalar, where: str) -> Scalar:
    if value not in known:
        names = ", ".join(map(str, known))
        raise Refused(f"{where} cannot be {value!r}; it is one of {names}.", rule="parameter")
    return value


def _number(value: Scalar, where: str) -> Scalar:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise BadQuery(f"{where} takes a number, not {value!r}.") from None


def _day(value: Scalar, where: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadQuery(f"{where} takes a date such as 2024-12-31, not {value!r}.") from None


def _period(value: Scalar | Period, where: str) -> Period:
    """Return the period; a default is written as two dates, 2024-01-01/2024-12-31."""
    if isinstance(value, Period):
        return value
    first, slash, last = str(value).partition("/")
    if not slash:
        raise BadQuery(f"{where} takes a first and a last day, not {value!r}.")
    return Period(start=_day(first, where), end=_day(last, where))


def _columns(query: VerifiedQuery) -> tuple[ResultColumn, ...]:
    return tuple(
        ResultColumn(name=c.name, label=c.label, unit=c.unit, role=c.role, type=_type(c.role))
        for c in query.columns
    )


def _type(role: str) -> str:
    return {"time": "date", "metric": "numeric"}.get(role, "varchar")
