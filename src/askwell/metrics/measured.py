"""Metrics over a scope: MetricFlow's SELECT, with askwell's conditions and column names."""

from collections.abc import Mapping, Sequence
from datetime import date

import holidays
from sqlglot import exp

from askwell.domain.catalog import Catalog, Grain
from askwell.domain.intent import Period
from askwell.metrics.conditions import Test, literal, put_in, stand_in, test_of
from askwell.metrics.engine import Engine
from askwell.metrics.periods import STEPS, bucket
from askwell.metrics.shape import TIME, Scope, Shape

GRAINS: tuple[Grain, ...] = tuple(STEPS)


def measured(
    engine: Engine,
    catalog: Catalog,
    metrics: Sequence[str],
    scope: Scope,
    names: Mapping[str, str],
    country: str,
) -> exp.Select:
    """Return a SELECT of the time, the dimensions (as `names` calls them) and the metrics.

    Raises:
        BadQuery: MetricFlow cannot combine these metrics, dimensions and filters.
    """
    finest = finest_grain(catalog, metrics)
    tests = _tests(catalog, scope, finest, country)
    where = [f"{{{{ {field} }}}} = '{stand_in(index)}'" for index, (field, _) in enumerate(tests)]
    group_by = [f"{TIME}__{scope.grain}"] if scope.grain else []
    select = engine.select(metrics, [*group_by, *scope.dimensions], where)
    put_in(select, {stand_in(index): test for index, (_, test) in enumerate(tests)})
    return _renamed(select, metrics, scope, names)


def finest_grain(catalog: Catalog, metrics: Sequence[str]) -> Grain:
    """Return the finest grain that all of `metrics` have."""
    return max((catalog.metric_named[m].grain for m in metrics), key=GRAINS.index)


def business_days(column: exp.Expr, period: Period, country: str) -> exp.Expr:
    """Return the test for Mondays to Fridays that are not public holidays."""
    years = range(period.start.year, period.end.year + 1)
    days_off = sorted(
        day
        for day in holidays.country_holidays(country, years=years)
        if period.start <= day <= period.end and day.weekday() < 5
    )
    weekday = exp.Extract(this=exp.var("ISODOW"), expression=column.copy())
    working = exp.LTE(this=weekday, expression=exp.Literal.number(5))
    if not days_off:
        return working
    day = exp.cast(column.copy(), "DATE")
    return exp.and_(working, exp.not_(day.isin(*(literal(d) for d in days_off))))


def _tests(catalog: Catalog, scope: Scope, finest: Grain, country: str) -> list[tuple[str, Test]]:
    """Pair what MetricFlow calls a field with the test that its column must pass."""
    tests = [(_field(catalog, f.field), test_of(f)) for f in scope.filters]
    time = f"TimeDimension('{TIME}', '{finest}')"
    if scope.period is not None:
        first, last = bucket(scope.period.start, finest), scope.period.end
        tests.append((time, _between(first, last)))
        if scope.business_days:
            period = scope.period
            tests.append((time, lambda column: business_days(column, period, country)))
    return tests


def _between(first: date, last: date) -> Test:
    return lambda column: column.between(literal(first), literal(last))


def _field(catalog: Catalog, name: str) -> str:
    if catalog.dimension_named[name].type == "time":
        return f"TimeDimension('{name}', 'day')"
    return f"Dimension('{name}')" if "__" in name else f"Entity('{name}')"


def _renamed(
    select: exp.Select, metrics: Sequence[str], scope: Scope, names: Mapping[str, str]
) -> exp.Select:
    found = {e.alias_or_name: e.unalias() for e in select.expressions}
    columns = [_day(found[f"{TIME}__{scope.grain}"], TIME)] if scope.grain else []
    for dimension in scope.dimensions:
        if dimension in found:
            columns.append(exp.alias_(found[dimension], names[dimension]))
        else:
            columns.append(_day(found[f"{dimension}__day"], names[dimension]))
    columns += [exp.alias_(found[m], m) for m in metrics]
    select.set("expressions", columns)
    return select


def _day(column: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(exp.cast(column, "DATE"), name)


def folded(parts: Mapping[str, Mapping[str, str]], shape: Shape) -> exp.Select:
    """Join tables of equal keys into one with the metrics of all.

    `parts` maps each table to its metrics: the name here, the column there. The rows are
    stacked and folded by their keys, because a full outer join on keys that may be NULL is
    not in every dialect.
    """
    stacked = [
        exp.select(*shape.keys)
        .select(*(exp.alias_(_or_null(own.get(m)), m) for m in shape.metrics))
        .from_(table)
        for table, own in parts.items()
    ]
    rows = exp.union(*stacked, distinct=False).subquery("stacked")
    values = [shape.value(m, exp.Max(this=exp.column(m))) for m in shape.metrics]
    return exp.select(*shape.keys, *values).from_(rows).group_by(*shape.keys)


def _or_null(column: str | None) -> exp.Expr:
    return exp.null() if column is None else exp.column(column)
