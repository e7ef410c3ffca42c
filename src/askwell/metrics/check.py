"""Whether an intent is a metric query at all, said before MetricFlow says it less clearly."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from askwell.domain.catalog import Catalog, Metric
from askwell.domain.intent import Intent
from askwell.errors import BadQuery, Refused
from askwell.metrics.layers import CHANGE, CUMULATIVE, PREVIOUS, SHARE
from askwell.metrics.measured import GRAINS, finest_grain


def check(intent: Intent, catalog: Catalog) -> None:
    """Refuse what the metrics of `catalog` cannot say.

    Raises:
        BadQuery: a name is unknown, or cannot be combined with a metric, or a part is missing.
        Refused: a share or a running total of a metric whose groups do not add up.
    """
    if not intent.metrics:
        raise BadQuery("A metric query needs at least one metric.")
    metrics = [_known(m, catalog) for m in intent.metrics]
    fields = (*intent.dimensions, *(f.field for f in intent.filters))
    for metric in metrics:
        _check_reach(metric, fields, catalog)
    _check_time(intent, catalog)
    _check_columns(intent, catalog)
    if intent.share:
        _check_additive(metrics, "share")
    _check_additive([_known(m, catalog) for m in accumulating(intent, catalog)], "running total")


def _known(name: str, catalog: Catalog) -> Metric:
    if name not in catalog.metric_named:
        raise BadQuery(f"There is no metric {name!r}.{_nearest(name, catalog.metric_named)}")
    return catalog.metric_named[name]


def _check_reach(metric: Metric, fields: Iterable[str], catalog: Catalog) -> None:
    for field in fields:
        if field not in metric.dimensions or field not in catalog.dimension_named:
            nearest = _nearest(field, metric.dimensions)
            raise BadQuery(f"The metric {metric.name!r} cannot be split by {field!r}.{nearest}")


def _check_time(intent: Intent, catalog: Catalog) -> None:
    cumulative = any(catalog.metric_named[m].type == "cumulative" for m in intent.metrics)
    if cumulative and intent.business_days:
        raise BadQuery("A cumulative metric counts every day; ask without business days.")
    if cumulative and intent.grain and intent.period is None:
        raise BadQuery("A cumulative metric over time needs a period: a first and a last day.")
    if intent.period is None and (intent.comparison or intent.business_days):
        raise BadQuery("A comparison, and business days, need a period: a first and a last day.")
    finest = finest_grain(catalog, intent.metrics)
    if intent.grain and GRAINS.index(intent.grain) < GRAINS.index(finest):
        raise BadQuery(f"These metrics are kept by {finest}; ask by {finest} or longer.")


def _check_columns(intent: Intent, catalog: Catalog) -> None:
    known = set(value_columns(intent, catalog))
    for condition in intent.having:
        if condition.field not in known:
            nearest = _nearest(condition.field, known)
            raise BadQuery(f"{condition.field!r} is no value of this query.{nearest}")
    sortable = known | {"time", *intent.dimensions}
    if intent.order and intent.order.by not in sortable:
        raise BadQuery(f"Cannot sort by {intent.order.by!r}.{_nearest(intent.order.by, sortable)}")


def accumulating(intent: Intent, catalog: Catalog) -> tuple[str, ...]:
    """Return the metrics that get a running total: those that are not cumulative already."""
    if not intent.cumulative:
        return ()
    return tuple(m for m in intent.metrics if catalog.metric_named[m].type != "cumulative")


def value_columns(intent: Intent, catalog: Catalog) -> Iterator[str]:
    """Yield the names of the value columns that `intent` asks for, in their order."""
    for metric in intent.metrics:
        yield metric
        if intent.comparison:
            yield metric + PREVIOUS
            yield metric + CHANGE
    if intent.share:
        yield from (m + SHARE for m in intent.metrics)
    yield from (m + CUMULATIVE for m in accumulating(intent, catalog))


def _check_additive(metrics: Iterable[Metric], what: str) -> None:
    for metric in metrics:
        if not metric.additive:
            raise Refused(
                f"A {what} of {metric.name!r} would be wrong: its groups do not add up to its "
                "total, as those of a sum or a count do.",
                rule="additive",
            )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Nearest: {', '.join(near)}." if near else ""
