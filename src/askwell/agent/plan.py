"""Choose the way to an answer, and draft the SQL for it."""

import asyncio
import logging

from langgraph.runtime import Runtime

from askwell.agent.state import Context, State
from askwell.domain.catalog import Catalog
from askwell.domain.intent import Intent, Reading
from askwell.domain.noun import Message
from askwell.errors import AskwellError, BadQuery, Refused
from askwell.metrics import bind

_LOG = logging.getLogger("askwell")


def way(state: State) -> str:
    """Return the next node: ask back, one of the two ways without a model, or the third."""
    reading = state["reading"]
    if reading.request != "data" or _unsettled(reading):
        return "reply"
    assert reading.intent is not None
    return "bind_verified" if reading.intent.verified else "compile_metrics"


def _unsettled(reading: Reading) -> bool:
    return bool(
        reading.open_words or reading.ambiguities or reading.missing or reading.intent is None
    )


async def compile_metrics(state: State, runtime: Runtime[Context]) -> State:
    """Compile the intent to SQL by MetricFlow."""
    context, intent = runtime.context, state["reading"].intent
    assert intent is not None
    misfit = _misfit(intent, context.catalog)
    if misfit:
        return {"refusal": misfit}
    try:
        draft = await asyncio.to_thread(
            context.compiler.compile, intent, today=context.clock.today()
        )
    except (Refused, BadQuery) as error:
        return {"refusal": _unfit(error)}
    return {"draft": draft}


def _misfit(intent: Intent, catalog: Catalog) -> Message | None:
    """Say which dimension or sum does not go with which metric, before MetricFlow has to."""
    fields = [*intent.dimensions, *(f.field for f in intent.filters)]
    for name in intent.metrics:
        metric = catalog.metric_named[name]
        for field in fields:
            if field not in metric.dimensions:
                label = catalog.dimension_named[field].label
                return Message(
                    text="{metric} cannot be split by {dimension}.",
                    values={"metric": metric.label, "dimension": label},
                )
        if intent.share and not metric.additive:
            return Message(
                text="{metric} does not add up, so it has no shares.",
                values={"metric": metric.label},
            )
        if intent.cumulative and not (metric.additive or metric.type == "cumulative"):
            return Message(
                text="{metric} does not add up, so it has no running total.",
                values={"metric": metric.label},
            )
    return None


def _unfit(error: AskwellError) -> Message:
    """Log why SQL could not be drafted; the asker gets a plain sentence."""
    _LOG.warning("no SQL for this intent: %s", error)
    return Message(text="I know these words, but they cannot be put together like this.")


async def bind_verified(state: State, runtime: Runtime[Context]) -> State:
    """Bind the parameters of the verified query."""
    context, intent = runtime.context, state["reading"].intent
    assert intent is not None
    assert intent.verified is not None
    query = context.catalog.verified_named[intent.verified]
    try:
        return {"draft": bind(query, intent, dialect=context.catalog.dialect)}
    except (Refused, BadQuery) as error:
        return {"refusal": _unfit(error)}
