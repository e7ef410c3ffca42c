"""From an intent to a draft: measure, fill, compare, share, accumulate, keep, sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.intent import Intent, Period
from askwell.domain.result import Draft
from askwell.metrics import layers
from askwell.metrics.check import accumulating, check
from askwell.metrics.columns import result_columns
from askwell.metrics.conditions import literal, test_of
from askwell.metrics.cumulative import cumulative
from askwell.metrics.engine import engine
from askwell.metrics.measured import Source, business_days, folded
from askwell.metrics.periods import (
    STEPS,
    bucket_step,
    buckets,
    earlier,
    earlier_buckets,
    finished,
)
from askwell.metrics.shape import TIME, Scope, Shape, Steps, short_names


class Compiler:
    """Compile the intents of one catalog.

    `country` says whose public holidays are no business days. MetricFlow's engine is built
    at the first use of a manifest and shared by all compilers of it.
    """

    def __init__(self, catalog: Catalog, country: str = "KR") -> None:
        self._catalog = catalog
        self._country = country

    def compile(self, intent: Intent, *, today: date) -> Draft:
        """Return the SQL that answers `intent`; synchronous work of about 20 ms.

        A metric that looks back in time is shown by the step it looks back, if by nothing else.
        Empty time buckets of a metric that counts nothing as 0 are shown, up to `today`;
        groups only get rows of 0 where a comparison or a running total needs them.

        Raises:
            BadQuery: a name is unknown or cannot be combined; says which.
            Refused: a share or running total would be wrong.
            Misconfigured: the manifest cannot be read.
        """
        check(intent, self._catalog)
        dialect = self._catalog.dialect
        compiler = engine(self._catalog.manifest, dialect)
        grain = intent.grain or compiler.needed_grain(intent.metrics)
        intent = intent.model_copy(update={"grain": grain})
        names = short_names(intent.dimensions, intent.metrics)
        source = Source(self._catalog, compiler, names, self._country)
        statement = _Build(source, intent, today).statement()
        return Draft(
            sql=statement.sql(dialect=dialect, pretty=True),
            dialect=dialect,
            way="governed",
            columns=result_columns(intent, self._catalog, names),
            reads=_reads(intent, self._catalog),
        )


@dataclass(frozen=True)
class _Build:
    """Build the statement of one intent."""

    source: Source
    intent: Intent
    today: date

    def statement(self) -> exp.Query:
        steps = Steps().then("measured", self.measure(self.scope))
        steps = self.compare(steps) if self.intent.comparison else self.fill(steps)
        if self.intent.share:
            steps = self.share(steps)
        running = accumulating(self.intent, self.source.catalog)
        if running:
            table = layers.accumulated(steps.last, steps.columns, running, self.shape)
            steps = steps.then("accumulated", table)
        return self.sort(self.keep(steps)).statement()

    @property
    def scope(self) -> Scope:
        """Return what is measured; an unfinished period is compared without its open days."""
        intent, period = self.intent, self.intent.period
        if intent.comparison and period:
            period = finished(period, self.today)
        return Scope(intent.grain, intent.dimensions, intent.filters, period, intent.business_days)

    @property
    def shape(self) -> Shape:
        zero_filled = [
            m for m in self.intent.metrics if self.source.catalog.metric_named[m].zero_filled
        ]
        return Shape(
            self.intent.grain is not None,
            tuple(self.source.names[d] for d in self.intent.dimensions),
            self.intent.metrics,
            frozenset(zero_filled),
        )

    def measure(self, scope: Scope) -> exp.Query:
        """Return the metrics over `scope`: MetricFlow's all at once, beside the cumulative."""
        plain = [m for m in self.intent.metrics if not self.is_cumulative(m)]
        rest = [m for m in self.intent.metrics if self.is_cumulative(m)]
        if not plain and len(rest) == 1:
            return cumulative(self.source, rest[0], scope, self.today)
        if not rest:
            return self.counted(self.source.measured(plain, scope))
        steps = Steps().then("plain", self.source.measured(plain, scope)) if plain else Steps()
        for metric in rest:
            steps = steps.then(metric, cumulative(self.source, metric, scope, self.today))
        parts = {"plain": {m: m for m in plain}} if plain else {}
        parts |= {metric: {metric: metric} for metric in rest}
        return steps.then("together", folded(parts, self.shape)).statement()

    def is_cumulative(self, metric: str) -> bool:
        return self.source.catalog.metric_named[metric].type == "cumulative"

    def counted(self, select: exp.Select) -> exp.Select:
        """Write 0 for NULL where several metrics, or no keys, make rows out of nothing."""
        if len(self.intent.metrics) > 1 or not self.shape.keys:
            keys, values = len(self.shape.keys), select.expressions
            filled = [self.shape.value(v.alias_or_name, v.unalias()) for v in values[keys:]]
            select.set("expressions", [*values[:keys], *filled])
        return select

    def fill(self, steps: Steps) -> Steps:
        dense = self.intent.cumulative or not self.intent.dimensions
        cumulative = any(self.is_cumulative(m) for m in self.intent.metrics)
        if cumulative or not (self.intent.grain and self.shape.zero_filled and dense):
            return steps
        return self.fill_buckets(steps, ["measured"])

    def fill_buckets(self, steps: Steps, seen: Sequence[str]) -> Steps:
        """Add a row for every bucket of every group that occurs in the tables `seen`."""
        steps = steps.then("buckets", self.buckets())
        future = self.scope.period is not None and self.scope.period.end > self.today
        join = "full" if future and not self.intent.dimensions else "left"
        if self.intent.dimensions:
            steps = steps.then("groups", layers.groups(seen, self.shape))
        return steps.then("filled", layers.filled("measured", self.shape, join=join))

    def buckets(self) -> exp.Select:
        grain, period = self.intent.grain, self.scope.period
        assert grain is not None
        if period is None:
            return layers.series(_edge(exp.Min), _edge(exp.Max), STEPS[grain])
        last = max(period.start, min(period.end, self.today))
        ends = buckets(Period(start=period.start, end=last), grain)
        days = layers.series(literal(ends.start), literal(ends.end), STEPS[grain])
        if self.intent.business_days and grain == "day":
            return days.where(business_days(exp.column("day"), period, self.source.country))
        return days

    def compare(self, steps: Steps) -> Steps:
        comparison, period, grain = self.intent.comparison, self.scope.period, self.intent.grain
        assert comparison is not None
        assert period is not None
        assert self.intent.period is not None
        if grain is None:
            before = earlier(self.intent.period, comparison, today=self.today)
            return self.compare_whole(
                steps.then("earlier", self.measure(self.scope.during(before)))
            )
        before = earlier_buckets(period, grain, comparison)
        steps = steps.then("earlier", self.measure(self.scope.during(before)))
        table = "measured"
        if self.shape.zero_filled:
            steps, table = self.fill_buckets(steps, ["measured", "earlier"]), "filled"
        step = bucket_step(period, grain, comparison)
        return steps.then("compared", layers.compared_by_bucket(table, "earlier", step, self.shape))

    def compare_whole(self, steps: Steps) -> Steps:
        metrics = self.intent.metrics
        previous = {m + layers.PREVIOUS: m for m in metrics}
        both = Shape(
            False,
            self.shape.dimensions,
            (*metrics, *previous),
            self.shape.zero_filled | {m + layers.PREVIOUS for m in self.shape.zero_filled},
        )
        parts = {"measured": {m: m for m in metrics}, "earlier": previous}
        steps = steps.then("beside", folded(parts, both))
        return steps.then("compared", layers.compared_whole("beside", self.shape))

    def share(self, steps: Steps) -> Steps:
        table, columns, totals = steps.last, steps.columns, None
        if self.intent.filters and not self.intent.dimensions:
            scope = self.scope
            whole = Scope(scope.grain, (), (), scope.period, scope.business_days)
            steps, totals = steps.then("totals", self.measure(whole)), "totals"
        return steps.then("shared", layers.shared(table, columns, self.shape, totals))

    def keep(self, steps: Steps) -> Steps:
        if not self.intent.having:
            return steps
        tests = [test_of(c)(exp.column(c.field)) for c in self.intent.having]
        kept = exp.select(*steps.columns).from_(steps.last).where(*tests)
        return steps.then("kept", kept)

    def sort(self, steps: Steps) -> Steps:
        order, limit = self.order(), self.intent.limit
        by_time = self.intent.order is not None and self.intent.order.by == "time"
        if limit and self.intent.grain and self.intent.dimensions and not by_time:
            best = order if self.intent.order else [self.top(), *order]
            return layers.ranked(steps, best, limit)
        name, select = steps.named[-1]
        select = select.order_by(*order)
        return Steps((*steps.named[:-1], (name, select.limit(limit) if limit else select)))

    def order(self) -> list[exp.Ordered]:
        """Return the sort keys: the wish or the default, then all keys, so ties are settled."""
        keys = [layers.ascending(k) for k in self.shape.keys]
        wish = self.intent.order
        if wish is None:
            return keys if self.intent.grain else [self.top(), *keys]
        by = {"time": TIME, **self.source.names}.get(wish.by, wish.by)
        direction = layers.descending if wish.descending else layers.ascending
        return [direction(by), *(k for k in keys if k.name != by)]

    def top(self) -> exp.Ordered:
        return layers.descending(self.intent.metrics[0])


def _edge(function: type[exp.AggFunc]) -> exp.Expr:
    """Return the first or last bucket that was measured."""
    return exp.select(function(this=exp.column(TIME))).from_("measured").subquery()


def _reads(intent: Intent, catalog: Catalog) -> tuple[ColumnRef, ...]:
    fields = (*intent.dimensions, *(f.field for f in intent.filters))
    nouns = [catalog.metric_named[m] for m in intent.metrics]
    refs = {r for noun in nouns for r in noun.reads}
    refs |= {r for field in fields for r in catalog.dimension_named[field].reads}
    return tuple(sorted(refs, key=lambda r: (r.table, r.column)))
