"""Answer one question of a thread, and remember it."""

import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from askwell.agent.reply import broken, choices, empty, too_long
from askwell.agent.state import Context, State
from askwell.domain.answer import Answer, Usage
from askwell.domain.intent import Intent, Reading
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.domain.turn import Pending, Turn
from askwell.errors import Cancelled, Misconfigured
from askwell.language import detect

_LOG = logging.getLogger("askwell")
LONGEST_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Step:
    """Tell a surface how far the work is; names no table and no value."""

    name: Literal["understood", "drafted", "checked", "ran"]


_STEPS = {
    "understand": Step("understood"),
    "compile_metrics": Step("drafted"),
    "bind_verified": Step("drafted"),
    "generate": Step("drafted"),
    "check": Step("checked"),
    "execute": Step("ran"),
}


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answer questions for anybody; `context_of` gives each asker a context of their own."""

    graph: Any
    context_of: Callable[[Asker], Awaitable[Context]]
    default_language: Language = "ko"

    async def answer(
        self,
        question: str,
        *,
        asker: Asker,
        thread: str | None = None,
        language: Language | None = None,
    ) -> AsyncIterator[Step | Answer]:
        """Yield the steps of the work, and last the answer.

        Raises:
            Misconfigured: a setting stops the work; everything else becomes an answer.
        """
        started = time.perf_counter()
        state = _first_state(question, thread, language or asker.language)
        spoken = state["language"] or detect(question) or self.default_language
        if len(question) > LONGEST_QUESTION:
            yield too_long(state, spoken, LONGEST_QUESTION)
            return
        if not any(c.isalnum() for c in question):
            yield empty(state, spoken)
            return
        try:
            async for item in self._work(state, asker):
                yield _timed(item, started) if isinstance(item, Answer) else item
        except (Misconfigured, Cancelled):
            raise
        except Exception:  # noqa: BLE001  # whatever went wrong, the asker gets one kind sentence
            reference = uuid.uuid4().hex[:8]
            _LOG.exception("question failed; reference %s", reference)
            yield broken(state, spoken, reference)

    async def _work(self, state: State, asker: Asker) -> AsyncIterator[Step | Answer]:
        context = await self.context_of(asker)
        final = state
        stream = self.graph.astream(state, context=context, stream_mode=["updates", "values"])
        async for mode, item in stream:
            if mode == "values":
                final = item
                continue
            for node in item.keys() & _STEPS.keys():
                yield _STEPS[node]
        await context.turns.write(_turn(final, context))
        yield _with_costs(final)


def _first_state(question: str, thread: str | None, language: Language | None) -> State:
    return {
        "question": question,
        "thread": thread or uuid.uuid4().hex[:12],
        "turn": uuid.uuid4().hex,
        "new_thread": thread is None,
        "language": language,
    }


def _with_costs(state: State) -> Answer:
    """Return the answer with what the model has cost, however it ended."""
    calls, path = state.get("calls", ()), state.get("path", ())
    usage = Usage(
        model_calls=len(calls),
        input_tokens=sum(c.input_tokens for c in calls),
        output_tokens=sum(c.output_tokens for c in calls),
        repairs=sum(step.kind != "written" for step in path),
    )
    return state["answer"].model_copy(update={"usage": usage, "calls": calls, "path": path})


def _timed(answer: Answer, started: float) -> Answer:
    total = round((time.perf_counter() - started) * 1000, 1)
    return answer.model_copy(update={"timings_ms": {**answer.timings_ms, "total": total}})


def _turn(state: State, context: Context) -> Turn:
    """Make the record of a finished question."""
    reading, answer = state["reading"], state["answer"]
    draft, result, previous = state.get("draft"), state.get("result"), state.get("previous")
    asks_back = answer.kind == "clarify"
    return Turn(
        id=state["turn"],
        thread=state["thread"],
        question=state["question"],
        asker=context.asker.email,
        language=answer.language,
        asked=context.clock.now(),
        kind=answer.kind,
        standalone=reading.standalone,
        intent=_remembered(reading, answer, previous),
        pending=Pending(phrase=_phrase(reading), choices=choices(reading)) if asks_back else None,
        way=answer.way,
        sql=answer.sql,
        dialect=answer.dialect,
        reads=draft.reads if draft else (previous.reads if previous else ()),
        result_id=result.id if result else None,
        restarted=reading.request == "restart",
        catalog_version=context.catalog.version,
    )


def _remembered(reading: Reading, answer: Answer, previous: Turn | None) -> Intent | None:
    """Keep the intent that was answered; while asking back, the one that is built upon."""
    if answer.kind == "answer" and reading.intent:
        return reading.intent
    return previous.intent if previous else None


def _phrase(reading: Reading) -> str:
    phrases = [a.phrase for a in reading.ambiguities] + [w.phrase for w in reading.open_words]
    return next(iter(phrases), "")
