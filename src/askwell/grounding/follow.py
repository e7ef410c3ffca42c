"""Follow-ups: the roles that a question fills replace those of the previous intent."""

from askwell.domain.catalog import Catalog, Condition
from askwell.domain.intent import Comparison, Intent, Order
from askwell.domain.noun import Language, Message
from askwell.domain.turn import Turn
from askwell.grounding.filters import describe
from askwell.grounding.roles import Roles
from askwell.messages import period, say, text


def retold(intent: Intent, catalog: Catalog, language: Language) -> str:
    """Return an intent as a question that needs no thread: metrics, filters, groups, time."""
    parts = [catalog.metric_named[m].label.text(language, m) for m in intent.metrics]
    parts += [say(describe(f, catalog), language) for f in (*intent.filters, *intent.having)]
    parts += [catalog.dimension_named[d].label.text(language, d) for d in intent.dimensions]
    parts += [text(f"by {intent.grain}", language)] if intent.grain else []
    if intent.period:
        parts.append(period(intent.period.start, intent.period.end, language))
    return " · ".join(parts)


def readable_intent(turn: Turn, catalog: Catalog) -> Intent | None:
    """Return a turn's intent if this catalog, cut to the asker's rights, still has all of it."""
    intent = turn.intent
    if intent is None:
        return None
    readable = {(t.name, c.name) for t in catalog.tables for c in t.columns}
    if any((r.table, r.column) not in readable for r in turn.reads):
        return None
    known = set(catalog.metric_named) | set(catalog.dimension_named)
    fields = [*intent.metrics, *intent.dimensions, *(f.field for f in intent.filters)]
    if intent.verified and intent.verified not in catalog.verified_named:
        return None
    return intent if all(f in known for f in fields) else None


def merge(previous: Intent, new: Intent, roles: Roles) -> Intent:
    """Return `previous` changed by what the new question says."""
    metrics = _metrics(previous, new, roles)
    taken = {
        "metrics": metrics,
        "dimensions": new.dimensions or previous.dimensions,
        "filters": _filters(previous.filters, new.filters),
        "having": new.having or previous.having,
        "period": new.period or previous.period,
        "grain": new.grain or previous.grain,
        "business_days": new.business_days or previous.business_days,
        "comparison": new.comparison or _kept_comparison(previous, new),
        "share": new.share or (previous.share and not new.comparison),
        "cumulative": new.cumulative or (previous.cumulative and not new.comparison),
        "order": new.order or _order(previous, new, roles, metrics),
        "limit": new.limit or previous.limit,
        "chart": new.chart or previous.chart,
        "verified": None,
        "arguments": (),
    }
    merged = Intent.model_validate(taken)
    return _order_fits(merged)


def _metrics(previous: Intent, new: Intent, roles: Roles) -> tuple[str, ...]:
    if roles.also:
        return tuple(dict.fromkeys(previous.metrics + new.metrics))
    return new.metrics or previous.metrics


def _order(previous: Intent, new: Intent, roles: Roles, metrics: tuple[str, ...]) -> Order | None:
    """Order what stood before: "top 10" names no metric of its own."""
    if roles.descending is None or not metrics:
        return previous.order
    over_time = (new.grain or previous.grain) and not (new.dimensions or previous.dimensions)
    limited = new.limit or previous.limit
    by_time = roles.by_time or (over_time and not limited)
    return Order(by="time" if by_time else metrics[0], descending=roles.descending)


def _filters(old: tuple[Condition, ...], new: tuple[Condition, ...]) -> tuple[Condition, ...]:
    replaced = {f.field for f in new}
    return tuple(f for f in old if f.field not in replaced) + new


def _kept_comparison(previous: Intent, new: Intent) -> Comparison | None:
    """Drop a comparison against a named period once another period is asked for."""
    comparison = previous.comparison
    if comparison and ((comparison.to == "period" and new.period) or new.share or new.cumulative):
        return None
    return comparison


def _order_fits(intent: Intent) -> Intent:
    """Let an order by a metric that is gone be by the first metric, and by time need a grain."""
    order = intent.order
    if order is None:
        return intent
    if order.by == "time" and intent.grain is None:
        return intent.model_copy(update={"order": None})
    known = {"time", *intent.metrics, *intent.dimensions}
    if order.by not in known and intent.metrics:
        order = order.model_copy(update={"by": intent.metrics[0]})
    return intent.model_copy(update={"order": order})


INHERITED = Message(text="What you did not say again is taken from the question before.")
