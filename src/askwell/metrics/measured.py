"""Metrics over a scope: MetricFlow's SELECT, with askwell's conditions and column names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlglot import exp

from askwell.domain.catalog import Catalog, Grain
from askwell.metrics.business import working_days
from askwell.metrics.conditions import Test, literal, put_in, stand_in, test_of
from askwell.metrics.engine import Engine
from askwell.metrics.periods import STEPS, bucket
from askwell.metrics.shape import TIME, Scope, Shape, named

GRAINS: tuple[Grain, ...] = tuple(STEPS)


class Where(NamedTuple):
    """Be a condition: what MetricFlow calls the field, and the test that its column passes."""

    field: str
    test: Test


@dataclass(frozen=True, slots=True)
class Source:
    """Hold where metrics come from; `country` says whose holidays are no business days.

    `names` maps MetricFlow's dimension names to the column names wanted.
    """

    catalog: Catalog
    engine: Engine
    names: Mapping[str, str]
    country: str

    def measured(self, metrics: Sequence[str], scope: Scope) -> exp.Select:
        """Return a SELECT of the time, the dimensions and the metrics.

        Raises:
            BadQuery: MetricFlow cannot combine these metrics, dimensions and filters.
        """
        finest = finest_grain(self.catalog, metrics)
        time = [Where(time_field(finest), test) for test in self._time_tests(scope, finest)]
        return self.select(metrics, scope, [*self.filters(scope), *time])

    def select(
        self,
        metrics: Sequence[str],
        scope: Scope,
        where: Sequence[Where],
        templates: Sequence[str] = (),
    ) -> exp.Select:
        """Return the SELECT under `where`, whatever the scope's period and filters.

        `templates` are further conditions, in MetricFlow's own words, out of the dbt project.
        """
        stand_ins = [f"{{{{ {w.field} }}}} = '{stand_in(i)}'" for i, w in enumerate(where)]
        group_by = [f"{TIME}__{scope.grain}"] if scope.grain else []
        select = self.engine.select(
            metrics, [*group_by, *scope.dimensions], [*stand_ins, *templates]
        )
        put_in(select, {stand_in(i): w.test for i, w in enumerate(where)})
        return self._renamed(select, metrics, scope)

    def filters(self, scope: Scope) -> list[Where]:
        """Return the filters of a scope."""
        return [Where(self._field(f.field), test_of(f)) for f in scope.filters]

    def _field(self, name: str) -> str:
        if self.catalog.dimension_named[name].type == "time":
            return f"TimeDimension('{name}', 'day')"
        return f"Dimension('{name}')" if "__" in name else f"Entity('{name}')"

    def _time_tests(self, scope: Scope, finest: Grain) -> list[Test]:
        period = scope.period
        if period is None:
            return []
        tests = [between(bucket(period.start, finest), period.end)]
        if scope.business_days:
            tests.append(lambda column: working_days(column, period, self.country))
        return tests

    def _renamed(self, select: exp.Select, metrics: Sequence[str], scope: Scope) -> exp.Select:
        found = {e.alias_or_name: e.unalias() for e in select.expressions}
        columns = [_day(found[f"{TIME}__{scope.grain}"], TIME)] if scope.grain else []
        for dimension in scope.dimensions:
            columns.append(_dimension(found, dimension, self.names[dimension]))
        columns += [named(found[m], m) for m in metrics]
        select.set("expressions", columns)
        return select


def time_field(grain: Grain) -> str:
    """Return what MetricFlow calls the time of the metrics at a grain."""
    return f"TimeDimension('{TIME}', '{grain}')"


def finest_grain(catalog: Catalog, metrics: Sequence[str]) -> Grain:
    """Return the finest grain that all of `metrics` have."""
    return max((catalog.metric_named[m].grain for m in metrics), key=GRAINS.index)


def between(first: date, last: date) -> Test:
    """Return the test for the days from `first` to `last`, both inclusive."""
    return lambda column: column.between(literal(first), literal(last))


def folded(parts: Mapping[str, Mapping[str, str]], shape: Shape) -> exp.Select:
    """Join tables of equal keys into one with the metrics of all.

    `parts` maps each table to its metrics: the name here, the column there. The rows are
    stacked and folded by their keys, because a full outer join on keys that may be NULL is
    not in every dialect.
    """
    stacked = [
        exp.select(*shape.keys)
        .select(*(named(_or_null(own.get(m)), m) for m in shape.metrics))
        .from_(table)
        for table, own in parts.items()
    ]
    for table, own in list(parts.items())[2:]:
        _give_type(stacked[0], {m: exp.column(c, table) for m, c in own.items()})
    rows = exp.union(*stacked, distinct=False).subquery("stacked")
    values = [shape.value(m, exp.Max(this=exp.column(m))) for m in shape.metrics]
    return exp.select(*shape.keys, *values).from_(rows).group_by(*shape.keys)


def _give_type(first: exp.Select, metrics: Mapping[str, exp.Column]) -> None:
    """Write a NULL that has the metric's type: two bare ones on top of it are a text to some."""
    for column in first.selects:
        metric = metrics.get(column.alias)
        if metric is not None:
            typed = exp.select(metric).from_(metric.table).limit(0)
            column.set("this", typed.subquery())


def _dimension(found: Mapping[str, exp.Expr], dimension: str, name: str) -> exp.Expr:
    """Return the dimension's column; to the name of a time MetricFlow adds its grain."""
    if dimension in found:
        return named(found[dimension], name)
    return _day(next(found[d] for g in GRAINS if (d := f"{dimension}__{g}") in found), name)


def _or_null(column: str | None) -> exp.Expr:
    return exp.null() if column is None else exp.column(column)


def _day(column: exp.Expr, name: str) -> exp.Expr:
    return named(exp.cast(column, "DATE"), name)
