"""Next questions that askwell can surely read: follow-ups made from what is readable."""

from askwell.agent.facts import Facts
from askwell.domain.catalog import Dimension
from askwell.messages import text

_MOST = 3
_MOST_TOP = 5


def suggestions(facts: Facts) -> tuple[str, ...]:
    """Return up to three follow-ups that the intent does not hold yet."""
    intent, language = facts.intent, facts.language
    if intent.verified or not intent.metrics:
        return ()
    found = []
    if intent.grain is None and not intent.dimensions:
        found.append(text("By month", language))
    if intent.comparison is None and not intent.share and not intent.cumulative and intent.period:
        found.append(text("Compared to last year", language))
    unused = further_dimension(facts)
    if unused:
        found.append(text("By {dimension}", language, dimension=unused.label.text(language)))
    if intent.dimensions and not intent.limit and len(facts.rows) > _MOST_TOP:
        found.append(text("Top 5", language))
    return tuple(found)[:_MOST]


def further_dimension(facts: Facts) -> Dimension | None:
    """Return a dimension to split by that has few, known groups, and that anybody may see."""
    if facts.intent.verified or not facts.intent.metrics:
        return None
    metric = facts.catalog.metric_named[facts.intent.metrics[0]]
    named = (facts.catalog.dimension_named.get(name) for name in metric.dimensions)
    # What the metric itself filters by, as approved payments do by status, has one group left.
    own = set(metric.reads)
    taken = {*facts.intent.dimensions, *(f.field for f in facts.intent.filters)}
    fit = (
        d
        for d in named
        if d and d.type == "categorical" and d.name not in taken and d.label.text(facts.language)
        if not own & set(d.reads[:1]) and not _is_flagged(d, facts)
    )
    return min(fit, key=_groups, default=None)


def _is_flagged(dimension: Dimension, facts: Facts) -> bool:
    """Tell whether naming a dimension would keep an answer from others."""
    columns = (facts.catalog.column(ref) for ref in dimension.reads)
    return any(c is not None and (c.pii or c.sensitive) for c in columns)


def _groups(dimension: Dimension) -> tuple[bool, int]:
    values = dimension.values.values if dimension.values else ()
    return len(values) < 3, len(values)
