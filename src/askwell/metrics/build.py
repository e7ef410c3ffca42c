"""The statement of an intent, step by step: each step a named SELECT over those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from askwell.domain.catalog import Grain
from askwell.domain.intent import Intent, Period
from askwell.metrics import layers
from askwell.metrics.business import working_day_before, working_days
from askwell.metrics.check import accumulating
from askwell.metrics.conditions import literal, test_of
from askwell.metrics.cumulative import cumulative
from askwell.metrics.measured import Source, folded
from askwell.metrics.periods import (
    STEPS,
    Step,
    bucket_step,
    buckets,
    earlier,
    earlier_buckets,
    finished,
)
from askwell.metrics.shape import TIME, Scope, Shape, Steps


@dataclass(frozen=True)
class Build:
    """Build the statement of one intent: measure, fill, compare, share, add up, keep, sort."""

    source: Source
    intent: Intent
    today: date

    def statement(self) -> exp.Query:
        """Return the SELECT of the whole table, in its order."""
        steps = Steps().then("measured", self._measure(self._scope))
        steps = self._compare(steps) if self.intent.comparison else self._fill(steps)
        if self.intent.share:
            steps = self._share(steps)
        running = accumulating(self.intent, self.source.catalog)
        if running:
            table = layers.accumulated(steps.last, steps.columns, running, self._shape)
            steps = steps.then("accumulated", table)
        return self._sort(self._keep(steps)).statement()

    @property
    def _scope(self) -> Scope:
        """Return what is measured; an unfinished period is compared without its open days."""
        intent, period = self.intent, self.intent.period
        if intent.comparison and period:
            period = finished(period, self.today)
        return Scope(intent.grain, intent.dimensions, intent.filters, period, intent.business_days)

    @property
    def _shape(self) -> Shape:
        zero_filled = [
            m for m in self.intent.metrics if self.source.catalog.metric_named[m].zero_filled
        ]
        return Shape(
            self.intent.grain is not None,
            tuple(self.source.names[d] for d in self.intent.dimensions),
            self.intent.metrics,
            frozenset(zero_filled),
        )

    def _measure(self, scope: Scope) -> exp.Query:
        """Return the metrics over `scope`: MetricFlow's all at once, beside the cumulative."""
        plain = [m for m in self.intent.metrics if not self._is_cumulative(m)]
        rest = [m for m in self.intent.metrics if self._is_cumulative(m)]
        if not plain and len(rest) == 1:
            return cumulative(self.source, rest[0], scope, self.today)
        if not rest:
            return self._counted(self.source.measured(plain, scope))
        steps = Steps().then("plain", self.source.measured(plain, scope)) if plain else Steps()
        for metric in rest:
            steps = steps.then(metric, cumulative(self.source, metric, scope, self.today))
        parts = {"plain": {m: m for m in plain}} if plain else {}
        parts |= {metric: {metric: metric} for metric in rest}
        return steps.then("together", folded(parts, self._shape)).statement()

    def _is_cumulative(self, metric: str) -> bool:
        return self.source.catalog.metric_named[metric].type == "cumulative"

    def _counted(self, select: exp.Select) -> exp.Select:
        """Write 0 for NULL where several metrics, or no keys, make rows out of nothing."""
        if len(self.intent.metrics) > 1 or not self._shape.keys:
            keys, values = len(self._shape.keys), select.expressions
            filled = [self._shape.value(v.alias_or_name, v.unalias()) for v in values[keys:]]
            select.set("expressions", [*values[:keys], *filled])
        return select

    def _fill(self, steps: Steps) -> Steps:
        dense = self.intent.cumulative or not self.intent.dimensions
        cumulative = any(self._is_cumulative(m) for m in self.intent.metrics)
        if cumulative or not (self.intent.grain and self._shape.zero_filled and dense):
            return steps
        return self._fill_buckets(steps, ["measured"])

    def _fill_buckets(self, steps: Steps, seen: Sequence[str]) -> Steps:
        """Add a row for every bucket of every group that occurs in the tables `seen`."""
        steps = steps.then("buckets", self._buckets())
        future = self._scope.period is not None and self._scope.period.end > self.today
        join = "full" if future and not self.intent.dimensions else "left"
        if self.intent.dimensions:
            steps = steps.then("groups", layers.groups(seen, self._shape))
        return steps.then("filled", layers.filled("measured", self._shape, join=join))

    def _buckets(self) -> exp.Select:
        grain, period = self.intent.grain, self._scope.period
        assert grain is not None
        if period is None:
            return layers.series(_edge(exp.Min), _edge(exp.Max), STEPS[grain])
        last = max(period.start, min(period.end, self.today))
        return self._days(Period(start=period.start, end=last), grain)

    def _days(self, period: Period, grain: Grain) -> exp.Select:
        ends = buckets(period, grain)
        days = layers.series(literal(ends.start), literal(ends.end), STEPS[grain])
        if self.intent.business_days and grain == "day":
            return days.where(working_days(exp.column("day"), period, self.source.country))
        return days

    def _compare(self, steps: Steps) -> Steps:
        comparison, period, grain = self.intent.comparison, self._scope.period, self.intent.grain
        assert comparison is not None
        assert period is not None
        assert self.intent.period is not None
        if grain is None:
            before = earlier(self.intent.period, comparison, today=self.today)
            return self._compare_whole(
                steps.then("earlier", self._measure(self._scope.during(before)))
            )
        if self.intent.business_days and grain == "day" and comparison.to == "previous":
            return self._compare_business_days(steps, period)
        before = earlier_buckets(period, grain, comparison)
        steps = steps.then("earlier", self._measure(self._scope.during(before)))
        return self._beside(steps, bucket_step(period, grain, comparison))

    def _compare_business_days(self, steps: Steps, period: Period) -> Steps:
        first = working_day_before(period.start, self.source.country)
        since = Period(start=first, end=period.end)
        steps = steps.then("days", self._measure(self._scope.during(since)))
        moved = layers.moved_on(self._days(since, "day"), "days", self._shape)
        return self._beside(steps.then("earlier", moved), Step())

    def _beside(self, steps: Steps, step: Step) -> Steps:
        table = "measured"
        if self._shape.zero_filled:
            steps, table = self._fill_buckets(steps, ["measured", "earlier"]), "filled"
        compared = layers.compared_by_bucket(table, "earlier", step, self._shape)
        return steps.then("compared", compared)

    def _compare_whole(self, steps: Steps) -> Steps:
        metrics = self.intent.metrics
        previous = {m + layers.PREVIOUS: m for m in metrics}
        both = Shape(
            False,
            self._shape.dimensions,
            (*metrics, *previous),
            self._shape.zero_filled | {m + layers.PREVIOUS for m in self._shape.zero_filled},
        )
        parts = {"measured": {m: m for m in metrics}, "earlier": previous}
        steps = steps.then("beside", folded(parts, both))
        return steps.then("compared", layers.compared_whole("beside", self._shape))

    def _share(self, steps: Steps) -> Steps:
        table, columns, totals = steps.last, steps.columns, None
        if self.intent.filters and not self.intent.dimensions:
            scope = self._scope
            whole = Scope(scope.grain, (), (), scope.period, scope.business_days)
            steps, totals = steps.then("totals", self._measure(whole)), "totals"
        return steps.then("shared", layers.shared(table, columns, self._shape, totals))

    def _keep(self, steps: Steps) -> Steps:
        if not self.intent.having:
            return steps
        tests = [test_of(c)(exp.column(c.field)) for c in self.intent.having]
        kept = exp.select(*steps.columns).from_(steps.last).where(*tests)
        return steps.then("kept", kept)

    def _sort(self, steps: Steps) -> Steps:
        order, limit = self._order(), self.intent.limit
        by_time = self.intent.order is not None and self.intent.order.by == "time"
        if limit and self.intent.grain and self.intent.dimensions and not by_time:
            best = order if self.intent.order else [self._top(), *order]
            return layers.ranked(steps, best, limit)
        name, select = steps.named[-1]
        ordered = select.order_by(*order) if order else select
        return Steps((*steps.named[:-1], (name, ordered.limit(limit) if limit else ordered)))

    def _order(self) -> list[exp.Ordered]:
        """Return the sort keys: the wish or the default, then all keys, so ties are settled."""
        keys = [layers.ascending(k) for k in self._shape.keys]
        wish = self.intent.order
        if not keys:
            return []
        if wish is None or (wish.by == "time" and not self.intent.grain):
            return keys if self.intent.grain else [self._top(), *keys]
        by = {"time": TIME, **self.source.names}.get(wish.by, wish.by)
        direction = layers.descending if wish.descending else layers.ascending
        return [direction(by), *(k for k in keys if k.name != by)]

    def _top(self) -> exp.Ordered:
        return layers.descending(self.intent.metrics[0])


def _edge(function: type[exp.AggFunc]) -> exp.Expr:
    """Return the first or last bucket that was measured."""
    return exp.select(function(this=exp.column(TIME))).from_("measured").subquery()
