"""Understand the question: read it alone, and with the thread's memory only where it needs it."""

from langgraph.runtime import Runtime

from askwell.agent.inherit import may_inherit
from askwell.agent.state import Context, State
from askwell.domain.intent import Reading
from askwell.domain.turn import Turn

_MOST_TURNS = 6


async def understand(state: State, runtime: Runtime[Context]) -> State:
    """Read the question; a question that stands alone costs no read of past turns."""
    context, language = runtime.context, state.get("language")
    reading = context.grounding.read(state["question"], language=language)
    if state["new_thread"] or not leans_on_thread(reading):
        return {"reading": reading, "previous": None}
    previous = await last_readable(state["thread"], context, besides=state["turn"])
    if previous is None:
        return {"reading": reading, "previous": None}
    reading = context.grounding.read(state["question"], language=language, previous=previous)
    return {"reading": reading, "previous": previous}


def leans_on_thread(reading: Reading) -> bool:
    """Tell whether a question says too little by itself to be a question of its own."""
    if reading.request in {"sql", "csv", "chart", "cause"}:
        return True
    intent = reading.intent
    if reading.request != "data" or (intent and intent.verified):
        return False
    complete = intent and intent.metrics and intent.period and not _assumed_period(reading)
    return bool(reading.open_words) or not complete or reading.adds


def _assumed_period(reading: Reading) -> bool:
    return not any(line.role == "period" for line in reading.receipt)


async def last_readable(thread: str, context: Context, *, besides: str = "") -> Turn | None:
    """Return the thread's newest turn that the asker may see, since it was last started over.

    `besides`: the turn that is being answered; on a second try it may have been written.
    """
    for turn in await context.turns.latest(thread, limit=_MOST_TURNS):
        if turn.id == besides:
            continue
        if turn.restarted:
            return None
        if turn.asker != context.asker.email:  # what was offered was cut to another's rights
            turn = turn.model_copy(update={"pending": None})
        if may_inherit(turn, context) and (turn.intent or turn.pending or turn.way == "generated"):
            return turn
    return None
