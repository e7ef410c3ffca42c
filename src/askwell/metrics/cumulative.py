"""The company's cumulative metrics, fast: a window over the daily metric they add up.

MetricFlow joins every raw row to every day, 6 s over a million rows. Only what does not add
up from days, such as distinct counts, is left to it, and asked for on the days shown alone.
A bucket shows the value of its last day within the period, and of finished days.
"""

from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from askwell.domain.catalog import Grain
from askwell.domain.intent import Period
from askwell.metrics.conditions import literal
from askwell.metrics.layers import ascending, groups, interval, series
from askwell.metrics.measured import Source, Where, between, time_field
from askwell.metrics.periods import STEPS, Step, bucket, buckets, finished
from askwell.metrics.shape import TIME, Scope, Shape, Steps, named

_EVER = date.min
_ONE_DAY = timedelta(days=1)
_ADDING_UP = ("sum", "sum_boolean", "count")


def cumulative(source: Source, metric: str, scope: Scope, today: date) -> exp.Query:
    """Return a SELECT of the time, the dimensions and one cumulative metric.

    Raises:
        BadQuery: MetricFlow cannot combine the metric with these dimensions and filters.
    """
    period = finished(scope.period or Period(start=today, end=today), today)
    period = Period(start=period.start, end=max(period.start, min(period.end, today)))
    steps = Steps().then("ends", _ends(period, scope.grain))
    shape = Shape(True, tuple(source.names[d] for d in scope.dimensions), (metric,))
    known = source.engine.metric(metric).type_params.cumulative_type_params
    if _adds_up(source, known):
        steps = _windowed(steps, source, metric, known, scope, period, shape)
    else:
        last_days = [literal(d) for d in _last_days(period, scope.grain)]
        on_them = Where(time_field("day"), lambda column: column.isin(*last_days))
        daily = Scope("day", scope.dimensions)
        by_metricflow = source.select([metric], daily, [*source.filters(scope), on_them])
        steps = steps.then("running", by_metricflow)
    return steps.then("shown", _at_ends(steps.last, shape, timed=bool(scope.grain))).statement()


def _windowed(
    steps: Steps,
    source: Source,
    metric: str,
    known: Any,
    scope: Scope,
    period: Period,
    shape: Shape,
) -> Steps:
    """Add the steps from the daily metric to its running total on every day."""
    first = _reach(known, _last_days(period, scope.grain)[0])
    during = Where(time_field("day"), _until(first, period.end))
    templates = [
        f.where_sql_template
        for holder in (source.engine.metric(metric), known.metric)
        if holder.filter
        for f in holder.filter.where_filters
    ]
    day_by_day = Scope("day", scope.dimensions)
    where = [*source.filters(scope), during]
    daily = source.select([known.metric.name], day_by_day, where, templates)
    daily.expressions[-1].replace(named(daily.expressions[-1].unalias(), metric))
    steps = steps.then("daily", daily)
    if shape.dimensions:
        steps = steps.then("groups", groups(["daily"], shape))
    return steps.then("running", _running(known, shape))


def _running(known: Any, shape: Shape) -> exp.Select:
    """Return the running total; every group has a row on every day that is shown."""
    (metric,) = shape.metrics
    shown = exp.select(exp.alias_(exp.column("last_day"), TIME), *shape.dimensions)
    shown = shown.select(exp.alias_(exp.Literal.number(0), metric)).from_("ends")
    if shape.dimensions:
        shown = shown.join("groups", join_type="cross")
    daily = exp.select(*shape.keys, metric).from_("daily")
    rows = exp.union(daily, shown, distinct=False).subquery("stacked")
    by: list[exp.Expr] = [exp.column(d) for d in shape.dimensions]
    if known.grain_to_date:
        unit = exp.Literal.string(known.grain_to_date)
        by.append(exp.func("DATE_TRUNC", unit, exp.column(TIME)))
    total = exp.Window(
        this=exp.Sum(this=exp.Sum(this=exp.column(metric))),
        partition_by=by,
        order=exp.Order(expressions=[ascending(TIME)]),
        spec=_frame(known),
    )
    return exp.select(*shape.keys, named(total, metric)).from_(rows).group_by(*shape.keys)


def _frame(known: Any) -> exp.WindowSpec | None:
    """Return the frame of a window of N days or months, which leaves out its first moment."""
    if not known.window:
        return None
    step = _step(known.window)
    start = (
        exp.Interval(this=exp.Literal.string(f"{step.months} month -1 day"))
        if step.months
        else interval(Step(days=step.days - 1))
    )
    return exp.WindowSpec(kind="RANGE", start=start, start_side="PRECEDING", end="CURRENT ROW")


def _at_ends(running: str, shape: Shape, *, timed: bool) -> exp.Select:
    keys = [exp.column(TIME, "ends")] if timed else []
    columns = [exp.column(c, running) for c in (*shape.dimensions, *shape.metrics)]
    on = exp.column(TIME, running).eq(exp.column("last_day", "ends"))
    return exp.select(*keys, *columns).from_("ends").join(running, on=on)


def _ends(period: Period, grain: Grain | None) -> exp.Select:
    """Return a SELECT of the buckets, each with its last day in the period."""
    last = literal(period.end)
    if grain is None:
        return exp.select(exp.alias_(last, "last_day"))
    edges = buckets(period, grain)
    days = series(literal(edges.start), literal(edges.end), STEPS[grain])
    after = exp.Add(this=exp.column("day"), expression=interval(STEPS[grain]))
    day_before = exp.Sub(this=after, expression=interval(Step(days=1)))
    least = exp.func("LEAST", exp.cast(day_before, "DATE"), last)
    return days.select(exp.alias_(least, "last_day"))


def _last_days(period: Period, grain: Grain | None) -> list[date]:
    if grain is None:
        return [period.end]
    days, start = [], bucket(period.start, grain)
    while start <= period.end:
        start = STEPS[grain].after(start)
        days.append(min(start - _ONE_DAY, period.end))
    return days


def _reach(known: Any, last_day: date) -> date:
    """Return the first day that counts for the value of `last_day`."""
    if known.window:
        return _step(known.window).before(last_day) + _ONE_DAY
    if known.grain_to_date:
        return bucket(last_day, known.grain_to_date)
    return _EVER


def _step(window: Any) -> Step:
    step = STEPS[window.granularity]
    return Step(months=step.months * window.count, days=step.days * window.count)


def _until(first: date, last: date) -> Any:
    if first > _EVER:
        return between(first, last)
    return lambda column: exp.LTE(this=column, expression=literal(last))


def _adds_up(source: Source, known: Any) -> bool:
    """Say whether the days of the metric that `known` accumulates add up."""
    if known.metric is None:
        return False
    daily = source.engine.metric(known.metric.name).type_params.metric_aggregation_params
    return daily is not None and daily.agg.value in _ADDING_UP
