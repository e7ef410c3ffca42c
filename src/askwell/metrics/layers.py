"""What is built over measured metrics: empty buckets, comparison, share, running total."""

from collections.abc import Sequence

from sqlglot import exp

from askwell.metrics.periods import Step
from askwell.metrics.shape import TIME, Shape, Steps, named

PREVIOUS, CHANGE, SHARE, CUMULATIVE = "__previous", "__change", "__share", "__cumulative"


def series(first: exp.Expr, last: exp.Expr, step: Step) -> exp.Select:
    """Return a SELECT of the days from `first` to `last`, both included, a step apart."""
    days = exp.GenerateSeries(start=first, end=last, step=interval(step))
    alias = exp.TableAlias(this=exp.to_identifier("series"), columns=[exp.to_identifier("day")])
    day = exp.alias_(exp.cast(exp.column("day"), "DATE"), TIME)
    return exp.select(day).from_(exp.Table(this=days, alias=alias))


def interval(step: Step) -> exp.Expr:
    """Return a step as SQL."""
    count, unit = (step.months, "MONTH") if step.months else (step.days, "DAY")
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit))


def groups(tables: Sequence[str], shape: Shape) -> exp.Query:
    """Return every group that occurs in any of `tables`, once."""
    columns = [exp.column(d) for d in shape.dimensions]
    first, *others = (exp.select(*columns).from_(t) for t in tables)
    if not others:
        return first.distinct()
    return exp.union(first, *others)


def filled(table: str, shape: Shape, *, join: str) -> exp.Select:
    """Return `table` with a row for every bucket (of every group): 0 where nothing was.

    Reads the steps `buckets` and, with dimensions, `groups`. `join` is `left`, or `full`
    to keep rows outside the buckets (only without dimensions).
    """
    time: exp.Expr = exp.column(TIME, "buckets")
    if join == "full":
        time = exp.func("COALESCE", time, exp.column(TIME, table))
    columns = [exp.alias_(time, TIME), *(exp.column(d, "groups") for d in shape.dimensions)]
    columns += [shape.value(m, exp.column(m, table)) for m in shape.metrics]
    select = exp.select(*columns).from_("buckets")
    if shape.dimensions:
        select = select.join("groups", join_type="cross")
    on = exp.column(TIME, table).eq(exp.column(TIME, "buckets"))
    return select.join(table, on=exp.and_(on, *_same(shape, table, "groups")), join_type=join)


def compared_by_bucket(table: str, earlier: str, step: Step, shape: Shape) -> exp.Select:
    """Return each bucket of `table` beside the one that lies `step` back in `earlier`."""
    back: exp.Expr = exp.column(TIME, table)
    if step != Step():
        back = exp.Sub(this=back, expression=interval(step))
    on = exp.column(TIME, earlier).eq(back)
    select = exp.select(*(exp.column(k, table) for k in shape.keys)).from_(table)
    for metric in shape.metrics:
        before = shape.value(metric, exp.column(metric, earlier)).unalias()
        select = select.select(*_beside(metric, exp.column(metric, table), before))
    return select.join(earlier, on=exp.and_(on, *_same(shape, table, earlier)), join_type="left")


def moved_on(days: exp.Select, table: str, shape: Shape) -> exp.Select:
    """Return `table` with each of the `days` moved on to the one after it."""
    following = exp.Window(
        this=exp.Lead(this=exp.column(TIME)), order=exp.Order(expressions=[ascending(TIME)])
    )
    pairs = exp.select(TIME, exp.alias_(following, "next_day")).from_(days.subquery("days"))
    rest = (exp.column(c, table) for c in (*shape.dimensions, *shape.metrics))
    select = exp.select(exp.alias_(exp.column("next_day", "pairs"), TIME), *rest).from_(table)
    same = exp.column(TIME, "pairs").eq(exp.column(TIME, table))
    return select.join(pairs.subquery("pairs"), on=same)


def compared_whole(table: str, shape: Shape) -> exp.Select:
    """Return `table`, which has a `__previous` beside each metric, with the change."""
    select = exp.select(*(exp.column(k) for k in shape.keys)).from_(table)
    for metric in shape.metrics:
        columns = exp.column(metric), exp.column(metric + PREVIOUS)
        select = select.select(*_beside(metric, *columns))
    return select


def shared(table: str, columns: Sequence[str], shape: Shape, totals: str | None) -> exp.Select:
    """Return `table` with each metric's fraction of the total.

    The total is that of the time bucket over all groups; of all buckets where there are no
    groups; or it stands in `totals`, a table with the same time and metrics.
    """
    select = exp.select(*(exp.column(c, table) for c in columns)).from_(table)
    for metric in shape.metrics:
        total = _total(table, metric, shape) if totals is None else exp.column(metric, totals)
        fraction = _divide(exp.column(metric, table), total)
        select = select.select(exp.alias_(fraction, metric + SHARE))
    if totals is None:
        return select
    if not shape.timed:
        return select.join(totals, join_type="cross")
    same = exp.column(TIME, totals).eq(exp.column(TIME, table))
    return select.join(totals, on=same, join_type="left")


def accumulated(
    table: str, columns: Sequence[str], metrics: Sequence[str], shape: Shape
) -> exp.Select:
    """Return `table` with running totals of `metrics` from the first bucket, by group."""
    select = exp.select(*(exp.column(c) for c in columns)).from_(table)
    for metric in metrics:
        running = _running(metric, shape) if shape.timed else exp.column(metric)
        select = select.select(exp.alias_(running, metric + CUMULATIVE))
    return select


def _running(metric: str, shape: Shape) -> exp.Expr:
    return exp.Window(
        this=exp.Sum(this=exp.column(metric)),
        partition_by=[exp.column(d) for d in shape.dimensions],
        order=exp.Order(expressions=[ascending(TIME)]),
    )


def ascending(column: str) -> exp.Ordered:
    """Return the column as a sort key, NULL last."""
    return exp.Ordered(this=exp.column(column), desc=False, nulls_first=False)


def descending(column: str) -> exp.Ordered:
    """Return the column as a reversed sort key, NULL last."""
    return exp.Ordered(this=exp.column(column), desc=True, nulls_first=False)


def ranked(steps: Steps, order: Sequence[exp.Ordered], limit: int) -> Steps:
    """Keep the first `limit` rows of each time bucket."""
    columns = [exp.column(c) for c in steps.columns]
    order = [key for key in order if key.name != TIME]
    position = exp.Window(
        this=exp.RowNumber(), partition_by=[exp.column(TIME)], order=exp.Order(expressions=[*order])
    )
    numbered = exp.select(*columns, exp.alias_(position, "position")).from_(steps.last)
    within = exp.column("position") <= limit
    first = exp.select(*(c.copy() for c in columns)).from_("ranked").where(within)
    first = first.order_by(ascending(TIME), ascending("position"))
    return steps.then("ranked", numbered).then("first", first)


def _beside(metric: str, now: exp.Expr, before: exp.Expr) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    difference = exp.Sub(this=now.copy(), expression=before.copy())
    return (
        named(now, metric),
        named(before, metric + PREVIOUS),
        exp.alias_(_divide(difference, before.copy()), metric + CHANGE),
    )


def _divide(part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """Return the quotient as a fraction, NULL where `whole` is 0 or NULL."""
    divisor = exp.func("NULLIF", whole, exp.Literal.number(0))
    return exp.Div(this=exp.cast(part, "DOUBLE"), expression=divisor, typed=False, safe=False)


def _total(table: str, metric: str, shape: Shape) -> exp.Expr:
    by_bucket = shape.timed and shape.dimensions
    return exp.Window(
        this=exp.Sum(this=exp.column(metric, table)),
        partition_by=[exp.column(TIME, table)] if by_bucket else [],
    )


def _same(shape: Shape, left: str, right: str) -> list[exp.Expr]:
    return [
        exp.NullSafeEQ(this=exp.column(d, left), expression=exp.column(d, right))
        for d in shape.dimensions
    ]
