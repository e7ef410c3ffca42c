"""Next questions that askwell can surely read: follow-ups made from what is readable."""

from askwell.agent.facts import Facts
from askwell.messages import text

_MOST = 3


def suggestions(facts: Facts) -> tuple[str, ...]:
    """Return up to three follow-ups that the intent does not hold yet."""
    intent, language = facts.intent, facts.language
    if intent.verified or not intent.metrics:
        return ()
    found = []
    metric = facts.catalog.metric_named[intent.metrics[0]]
    if intent.grain is None and not intent.dimensions:
        found.append(text("By month", language))
    if intent.comparison is None and not intent.share and not intent.cumulative and intent.period:
        found.append(text("Compared to last year", language))
    for name in metric.dimensions:
        dimension = facts.catalog.dimension_named.get(name)
        if dimension and dimension.label.text(language) and name not in intent.dimensions:
            label = dimension.label.text(language)
            found.append(text("By {dimension}", language, dimension=label))
            break
    if intent.dimensions and not intent.limit:
        found.append(text("Top 5", language))
    return tuple(found)[:_MOST]
