"""Run the draft through the one door, and look at what came back."""

import asyncio

from langgraph.runtime import Runtime

from askwell.agent.state import Context, State
from askwell.domain.catalog import Condition
from askwell.domain.intent import Intent
from askwell.domain.noun import Message
from askwell.domain.result import Draft, Finding, Result
from askwell.errors import BadQuery, Refused, TimedOut, TooLarge, Transient
from askwell.grounding.filters import describe
from askwell.sql.conditions import without_each_condition
from askwell.sql.parse import parse, render

# More filters than this are not tried one by one: each costs a query.
_MOST_FILTERS = 4


async def execute(state: State, runtime: Runtime[Context]) -> State:
    """Run the query; what cannot be run becomes a reason that the asker can read."""
    context, draft = runtime.context, state["draft"]
    try:
        result, freshness = await asyncio.gather(
            context.run(draft), context.freshness(context.catalog.tables_of(draft.reads))
        )
    except (BadQuery, Refused, Transient, TooLarge) as error:
        if _can_be_mended(error, state):
            return {"findings": (Finding(rule="execution", message=str(error)),)}
        return {"refusal": _reason(error)}
    emptied = await _reason_for_nothing(state, context) if is_empty(result) else None
    return {"result": result, "freshness": freshness, "emptied_by": emptied}


def _can_be_mended(error: Exception, state: State) -> bool:
    """Tell whether another query could do: one that ran out of time is never tried again."""
    wrong = isinstance(error, BadQuery) and not isinstance(error, TimedOut)
    return wrong and state["draft"].way == "generated" and not state.get("is_final")


def _reason(error: Exception) -> Message:
    if isinstance(error, TimedOut):
        return Message(text="The query took too long and was stopped. Ask for a shorter period.")
    if isinstance(error, Transient):
        return Message(text="The data cannot be reached right now. Please try again soon.")
    if isinstance(error, Refused):
        return Message(text="You do not have the right to read what this needs.")
    return Message(text="The warehouse did not accept the query.")


def is_empty(result: Result) -> bool:
    """Tell whether a result says nothing: no rows, or nothing but nulls and zeros."""
    numbers = [i for i, c in enumerate(result.columns) if c.role not in ("time", "dimension")]
    if result.rows and not numbers:
        return False
    return all(not row[i] for row in result.rows for i in numbers)


async def _reason_for_nothing(state: State, context: Context) -> Message | None:
    """Return which condition leaves nothing; a failure to find out is worth no trouble."""
    try:
        return await _emptied_by(state, context)
    except (BadQuery, Refused, TooLarge, Transient):
        return None


async def _emptied_by(state: State, context: Context) -> Message | None:
    """Return the single filter without which there would be rows, or None."""
    if state["draft"].way == "generated":
        return await _emptied_by_condition(state["draft"], context)
    intent = state["reading"].intent
    if intent is None or intent.verified or len(intent.filters) > _MOST_FILTERS:
        return None
    for condition in intent.filters:
        if not is_empty(await context.run(_without(intent, condition, context))):
            return describe(condition, context.catalog)
    return None


async def _emptied_by_condition(draft: Draft, context: Context) -> Message | None:
    """Return the single condition of written SQL without which there would be rows."""
    wider = list(without_each_condition(parse(draft.sql, draft.dialect)))
    if len(wider) > _MOST_FILTERS:
        return None
    for condition, tree in wider:
        sql = render(tree, draft.dialect)
        if not is_empty(await context.run(draft.model_copy(update={"sql": sql}))):
            said = condition.sql(draft.dialect, comments=False)
            return Message(text="{condition}", values={"condition": said})
    return None


def _without(intent: Intent, condition: Condition, context: Context) -> Draft:
    kept = tuple(f for f in intent.filters if f != condition)
    wider = intent.model_copy(update={"filters": kept, "limit": 1})
    return context.compiler.compile(wider, today=context.clock.today())
