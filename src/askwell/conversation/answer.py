"""Answer one question of a thread, and remember it."""

import logging
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing

from askwell.agent.reply import broken, empty, stopped, too_long
from askwell.agent.state import Context, State
from askwell.conversation.doors import Doors
from askwell.conversation.record import bare_kept, kept_of, turn_of, with_costs
from askwell.conversation.steps import NAMES, Step, step_after
from askwell.conversation.watch import until_stopped
from askwell.domain.answer import Answer
from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.errors import AskwellError, Cancelled, Misconfigured
from askwell.language import detect

_LOG = logging.getLogger("askwell")
LONGEST_QUESTION = 2_000


async def answer(
    doors: Doors,
    question: str,
    *,
    asker: Asker,
    thread: str | None = None,
    language: Language | None = None,
    turn: str | None = None,
) -> AsyncGenerator[Step | Answer]:
    """Yield the steps of the work, and last the answer, which is kept by then.

    Raises:
        Misconfigured: a setting stops the work; everything else becomes an answer.
    """
    if turn and (before := await doors.answers.get(turn)) is not None:
        yield before.answer
        return
    state = _first_state(question, thread, language or asker.language, turn)
    spoken = state["language"] or detect(question) or doors.language
    try:
        async with aclosing(_work(doors, state, asker, spoken, watched=turn)) as work:
            async for item in work:
                yield item
    except Misconfigured:
        raise
    except Exception:  # noqa: BLE001  # whatever went wrong, the asker gets one kind sentence
        reference = uuid.uuid4().hex[:8]
        _LOG.exception("question failed; reference %s", reference)
        yield await _apology(doors, state, asker, broken(state, spoken, reference))


async def _work(
    doors: Doors, state: State, asker: Asker, spoken: Language, *, watched: str | None
) -> AsyncGenerator[Step | Answer]:
    started = time.perf_counter()
    unread = _unreadable(state, spoken)
    if unread:
        yield await _kept(doors, bare_kept(unread, state["question"], asker, doors.clock))
        return
    context = await doors.context_of(asker)
    final = state
    graph = doors.graph.astream(state, context=context, stream_mode=["updates", "values"])
    try:
        async with aclosing(until_stopped(graph, doors.stops, watched)) as stream:
            async for mode, item in stream:
                if mode == "values":
                    final = item
                    continue
                for node in item.keys() & NAMES.keys():
                    yield step_after(node, {**final, **item[node]}, context)
    except Cancelled:
        given = with_costs(stopped(state, spoken), final)
        kept = bare_kept(_timed(given, started), state["question"], asker, doors.clock)
    else:
        kept = await _remembered(final, context, started)
    yield await _kept(doors, kept)


def _unreadable(state: State, spoken: Language) -> Answer | None:
    """Return the answer to what nobody can read as a question."""
    question = state["question"]
    if len(question) > LONGEST_QUESTION:
        return too_long(state, spoken, LONGEST_QUESTION)
    return None if any(c.isalnum() for c in question) else empty(state, spoken)


async def _remembered(state: State, context: Context, started: float) -> KeptAnswer:
    """Write the turn; before the answer is kept, for a second try stops at a kept answer."""
    await context.turns.write(turn_of(state, context))
    given = _timed(with_costs(state["answer"], state), started)
    return kept_of(given, state, context)


async def _kept(doors: Doors, kept: KeptAnswer) -> Answer:
    return (await doors.answers.add(kept)).answer


async def _apology(doors: Doors, state: State, asker: Asker, apology: Answer) -> Answer:
    """Keep the apology; where even that fails, it is still said."""
    kept = bare_kept(apology, state["question"], asker, doors.clock)
    try:
        return await _kept(doors, kept)
    except AskwellError:  # the same store may be what is broken
        _LOG.exception("an apology could not be kept; reference %s", apology.reference)
        return apology


def _first_state(
    question: str, thread: str | None, language: Language | None, turn: str | None
) -> State:
    return {
        "question": question,
        "thread": thread or uuid.uuid4().hex[:12],
        "turn": turn or uuid.uuid4().hex,
        "new_thread": thread is None,
        "language": language,
    }


def _timed(given: Answer, started: float) -> Answer:
    total = round((time.perf_counter() - started) * 1000, 1)
    return given.model_copy(update={"timings_ms": {**given.timings_ms, "total": total}})
