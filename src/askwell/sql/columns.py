"""What the columns of a written query are: their labels and units, and what they are there for."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, Grain
from askwell.domain.noun import Label
from askwell.domain.result import ColumnRole, ResultColumn
from askwell.sql.scopes import Scope, scopes
from askwell.sql.types import DAYS, NUMBERS, kind_of

_COUNTED = (exp.AggFunc, exp.Window, exp.Binary, exp.Round, exp.Abs, exp.Neg)
_BUCKETS = (exp.TimestampTrunc, exp.DateTrunc, exp.Date, exp.TsOrDsToDate)


def result_columns(tree: exp.Expr, catalog: Catalog) -> tuple[ResultColumn, ...]:
    """Return the columns that a query promises, as far as its tree tells."""
    scope = _outermost(tree, catalog)
    return tuple(_described(tree, scope, catalog)) if scope else ()


def grain_of(tree: exp.Expr) -> Grain | None:
    """Return the step of the time buckets that a query makes, if there is just one."""
    units = {str(n.args["unit"].name).lower() for n in tree.find_all(*_BUCKETS) if "unit" in n.args}
    grains: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
    found = [g for g in grains if g in units]
    return found[0] if len(found) == 1 else None


def _outermost(tree: exp.Expr, catalog: Catalog) -> Scope | None:
    query = tree
    while not isinstance(query, exp.Select) and isinstance(query.this, exp.Expr):
        query = query.this
    return next((s for s in scopes(tree, catalog) if s.select is query), None)


def _described(tree: exp.Expr, scope: Scope, catalog: Catalog) -> Iterator[ResultColumn]:
    for derived in scope.outputs:
        known = catalog.column(derived.base)
        label = known.label if known else Label()
        unit = known.unit if known else ""
        role = _role(derived.name, derived.expression, known)
        yield ResultColumn(
            name=derived.name, label=_named(label, derived.name), unit=unit, role=role
        )


def _named(label: Label, name: str) -> Label:
    return label if label.text("en") else Label(en=name.replace("_", " ").strip() or name)


def _role(name: str, expression: exp.Expr | None, known: Column | None) -> ColumnRole:
    if known is not None:
        return _stored_role(known)
    if expression is None:
        return "dimension"
    value = expression.unalias()
    if _is_year(name, value) or isinstance(value, _BUCKETS):
        return "time"
    return "metric" if isinstance(value, _COUNTED) or value.find(exp.AggFunc) else "dimension"


def _stored_role(column: Column) -> ColumnRole:
    """Keys and codes name something; other numbers measure it."""
    kind = kind_of(column.type)
    if kind in DAYS or kind == "time" or column.name.lower() in ("year", "연도", "년도"):
        return "time"
    is_key = column.primary_key or column.unique or column.references is not None
    names = is_key or column.name.lower().endswith(("id", "code", "_no", "number"))
    return "metric" if kind in NUMBERS and not names else "dimension"


def _is_year(name: str, value: exp.Expr) -> bool:
    extracted = isinstance(value, exp.Extract) and value.name.lower() == "year"
    return extracted or isinstance(value, exp.Year)
