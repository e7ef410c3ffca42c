"""A model's metric query, made into an intent; nothing that the lattice has read is dropped."""

from datetime import date

from askwell.domain.catalog import Catalog, Condition, Dimension, Grain
from askwell.domain.intent import Intent, Order, Period
from askwell.domain.noun import Noun, Scalar

# What a model's query cannot say, and the lattice's reading keeps.
_KEPT = ("comparison", "share", "cumulative", "business_days", "having", "chart")


class MetricFilter(Noun):
    """Restrict a dimension to some values, or keep them out."""

    dimension: str
    values: tuple[str, ...]
    excluded: bool = False


class MetricQuery(Noun):
    """Be a question as metrics by dimensions over a period; names as in the catalog."""

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[MetricFilter, ...] = ()
    start: date | None = None
    end: date | None = None
    grain: Grain | None = None
    order_by: str | None = None
    descending: bool = True
    limit: int | None = None


def intent_of(query: MetricQuery, read: Intent, catalog: Catalog) -> Intent | None:
    """Return the query as an intent; None where it names what is not there or drops a demand.

    `read` is what the lattice made of the same question.
    """
    filters = [_condition(f, catalog) for f in query.filters]
    known = {*query.metrics} <= {*catalog.metric_named}
    known &= {*query.dimensions} <= {*catalog.dimension_named}
    if not (query.metrics and known) or None in filters:
        return None
    intent = Intent(
        metrics=query.metrics,
        dimensions=query.dimensions,
        filters=tuple(f for f in filters if f),
        period=read.period or _period(query),
        grain=query.grain,
        order=_order(query),
        limit=query.limit,
        **{name: getattr(read, name) for name in _KEPT},
    )
    return intent if _keeps(intent, read) else None


def _condition(wanted: MetricFilter, catalog: Catalog) -> Condition | None:
    dimension = catalog.dimension_named.get(wanted.dimension)
    stored = [_stored(v, dimension) for v in wanted.values] if dimension else []
    if not stored or None in stored:
        return None
    operator = "not in" if wanted.excluded else "in"
    return Condition(field=wanted.dimension, operator=operator, values=tuple(stored))


def _stored(value: str, dimension: Dimension) -> Scalar:
    """Return the stored value that is meant; None where a complete set does not hold it."""
    known = dimension.values
    for one in known.values if known else ():
        names = (str(one.stored), one.label.ko, one.label.en, *one.synonyms)
        if value.casefold() in {n.casefold() for n in names if n}:
            return one.stored
    return None if known and known.complete else value


def _period(query: MetricQuery) -> Period | None:
    if query.start is None or query.end is None or query.end < query.start:
        return None
    return Period(start=query.start, end=query.end)


def _order(query: MetricQuery) -> Order | None:
    allowed = {*query.metrics, *query.dimensions, "time"}
    if query.order_by not in allowed or query.order_by is None:
        return None
    return Order(by=query.order_by, descending=query.descending)


def _keeps(intent: Intent, read: Intent) -> bool:
    """Tell whether every demand that the lattice has read is still there."""
    return (
        set(read.metrics) <= set(intent.metrics)
        and set(read.dimensions) <= set(intent.dimensions)
        and set(read.filters) <= set(intent.filters)
        and read.grain in (None, intent.grain)
        and read.limit in (None, intent.limit)
        and (read.order is None or intent.order is not None)
    )
