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
# "Predicted" and "due to" may be about stored data: a model can tell.
_DOUBTFUL = ("forecast", "cause")


def after_understanding(state: State, runtime: Runtime[Context]) -> str:
    """Ask back, take one of the two ways without a model, or let a model settle what is open."""
    reading, context = state["reading"], runtime.context
    if context.model and reading.request in _DOUBTFUL:
        return "interpret"
    if reading.request != "data" or reading.declines or _only_ambiguous(reading):
        return "reply"
    if not _unsettled(reading):
        return _drafting(reading)
    if context.model is None:
        return "reply"
    # Without metrics and without a thread there is nothing for this call to decide.
    decides = context.catalog.metrics or state.get("previous")
    return "interpret" if decides else "generate"


def after_interpreting(state: State) -> str:
    """Compile what the model could say in metrics; let SQL be written for the rest."""
    reading = state["reading"]
    if state.get("refusal") or reading.request != "data" or _only_ambiguous(reading):
        return "reply"
    return "generate" if _unsettled(reading) else _drafting(reading)


def _drafting(reading: Reading) -> str:
    assert reading.intent is not None
    return "bind_verified" if reading.intent.verified else "compile_metrics"


def _only_ambiguous(reading: Reading) -> bool:
    """Tell whether a word with two meanings is all that is open: that is asked."""
    return bool(reading.ambiguities) and not reading.open_words


def _unsettled(reading: Reading) -> bool:
    return bool(
        reading.open_words or reading.ambiguities or reading.missing or reading.intent is None
    )


def after_drafting(state: State, runtime: Runtime[Context]) -> str:
    """Run what was drafted; what metrics cannot say, a model may."""
    if not state.get("refusal"):
        return "execute"
    return "generate" if runtime.context.model else "reply"


def after_writing(state: State) -> str:
    """Mend what was written, or say why nothing was."""
    return "reply" if state.get("refusal") else "repair"


def after_repair(state: State) -> str:
    """Check again what was changed; run what stays as it is."""
    if state.get("refusal"):
        return "reply"
    return "execute" if state.get("is_final") else "check"


def after_check(state: State) -> str:
    """Run what nothing was found against."""
    return "repair" if state["findings"] else "execute"


def after_running(state: State) -> str:
    """Show what came back; let a query be mended that the warehouse could not finish."""
    if state.get("refusal"):
        return "reply"
    return "show" if "result" in state else "repair"


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
