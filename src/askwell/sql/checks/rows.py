"""What one row of a query's answer stands for."""

import re
from collections.abc import Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, ColumnRef, Grain
from askwell.sql.checks import Subject
from askwell.sql.scopes import Scope

_FINER: dict[Grain, tuple[str, ...]] = {
    "day": ("day", "date", "dow", "doy", "weekday"),
    "week": ("week", "isoweek", "yearweek"),
    "month": ("month", "yearmonth"),
    "quarter": ("quarter",),
    "year": ("year", "isoyear", "decade"),
}
_NAMES: dict[Grain, str] = {
    "day": r"day|date|dt\b|일자|날짜|일$|_at\b|_on\b",
    "week": r"week|wk|주",
    "month": r"month|mon\b|mth|yyyymm|ym\b|월",
    "quarter": r"quarter|qtr|\bq\b|분기",
    "year": r"year|yr\b|yyyy|연도|년",
}
_FORMATS: dict[Grain, str] = {
    "day": r"%d|%F|%j|%x|dd|dy",
    "week": r"%[UWV]|ww|iw",
    "month": r"%[mbB]|mm|mon",
    "quarter": r"q",
    "year": r"%[Yy]|yy",
}
_TIMES = (exp.DateTrunc, exp.TimestampTrunc, exp.Extract, exp.Interval)
_UNIT_FUNCTIONS: dict[Grain, tuple[type[exp.Expr], ...]] = {
    "day": (
        exp.Day,
        exp.DayOfWeek,
        exp.DayOfMonth,
        exp.DayOfYear,
        exp.Date,
        exp.TsOrDsToDate,
        exp.Cast,
    ),
    "week": (exp.Week, exp.WeekOfYear),
    "month": (exp.Month,),
    "quarter": (exp.Quarter,),
    "year": (exp.Year,),
}
_AGGREGATES = (exp.AggFunc, exp.Filter)


def one_row(tree: exp.Expr) -> bool:
    """Tell whether a query sums everything up into one row."""
    select = tree
    while isinstance(select, exp.Subquery):
        select = select.this
    if not isinstance(select, exp.Select) or tree.find(exp.Group, exp.Window):
        return False
    if any(s.args.get("distinct") for s in tree.find_all(exp.Select)):
        return False
    shown = [p.unalias() for p in select.expressions]
    sums = [p for p in shown if p.find(*_AGGREGATES)]
    pivoted = sum(bool(p.find(exp.Case, exp.Filter, exp.If)) for p in sums) > 1
    return bool(sums) and len(sums) == len(shown) and not pivoted


def time_buckets(subject: Subject, grain: Grain) -> bool:
    """Tell whether rows are cut by a unit of time anywhere."""
    keys = [key for select in subject.tree.find_all(exp.Select) for key in _keys(select)]
    series = subject.tree.find_all(exp.GenerateSeries, exp.GenerateDateArray)
    stepped = any(s.find(exp.Interval) for s in series)
    return stepped or any(_is_bucket(key, grain) for key in keys)


def _keys(select: exp.Select) -> Iterator[exp.Expr]:
    """Yield what may tell the rows of a SELECT apart: all that it groups by or shows unsummed."""
    group = select.args.get("group")
    yield from group.find_all(exp.Expr) if group else ()
    for projection in select.expressions:
        if not projection.unalias().find(exp.AggFunc) or projection.find(exp.Window, exp.Case):
            yield projection
    for window in select.find_all(exp.Window):
        yield from window.args.get("partition_by") or ()


def _is_bucket(key: exp.Expr, grain: Grain) -> bool:
    return any(_cuts(node, grain) for node in key.walk())


def _cuts(node: exp.Expr, grain: Grain) -> bool:
    """Tell whether a node is a unit of time: by its function, its format or its name."""
    if isinstance(node, (exp.Column, exp.Alias, exp.Identifier)):
        return re.search(_NAMES[grain], node.alias_or_name.lower()) is not None
    if isinstance(node, _TIMES):
        bound = node.find(exp.Placeholder, exp.Parameter) is not None
        return bound or (node.text("unit") or node.name).lower() in _FINER[grain]
    if isinstance(node, exp.Literal):
        flags = re.NOFLAG if "%" in node.name else re.IGNORECASE
        return node.is_string and re.search(_FORMATS[grain], node.name, flags) is not None
    return isinstance(node, _UNIT_FUNCTIONS[grain])


def grouped_by(subject: Subject, columns: Iterable[ColumnRef]) -> bool:
    """Tell whether one of the columns tells rows apart, or stands in a ratio or distinct count."""
    wanted = set(columns)
    names = {_plain(c.column) for c in wanted} | {_plain(c.table) for c in wanted}
    for scope in subject.scopes:
        for key in (*_keys(scope.select), *scope.select.find_all(exp.Div, exp.Distinct)):
            if any(_stands_for(c, scope, wanted, names) for c in key.find_all(exp.Column)):
                return True
            if key.is_star or (key.alias and _plain(key.alias) in names):
                return True
    return False


def rows_of(tree: exp.Expr, phrase: str, tables: Iterable[str]) -> bool:
    """Tell whether rows are shown as stored in a table that a phrase such as "each user" names."""
    if tree.find(exp.AggFunc, exp.Group, exp.Distinct):
        return False
    read = {t.name for t in tree.find_all(exp.Table)} & set(tables)
    return any(_plain(phrase).endswith(_plain(table)) for table in read)


def _stands_for(column: exp.Column, scope: Scope, wanted: set[ColumnRef], names: set[str]) -> bool:
    refs = {r.ref for r in scope.resolve(column) if r.ref}
    tables = {ref.table for ref in wanted}
    linked = {_target(ref, scope.catalog) for ref in refs}
    return (
        bool(refs & wanted)
        or any(ref.table in tables and _names_rows(ref, scope.catalog) for ref in refs)
        or any(target and target.table in tables for target in linked)
        or any(_plain(column.name) in name or name in _plain(column.name) for name in names)
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower().removesuffix("s")


def _target(ref: ColumnRef, catalog: Catalog) -> ColumnRef | None:
    column = catalog.column(ref)
    return column.references if column else None


def _names_rows(ref: ColumnRef, catalog: Catalog) -> bool:
    column = catalog.column(ref)
    return bool(column and (column.primary_key or column.unique))
