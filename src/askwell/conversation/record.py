"""What is remembered of a finished question: its turn for follow-ups, its answer for buttons."""

from askwell.agent.reply import choices
from askwell.agent.state import Context, State
from askwell.conversation.reads import reads_of, under
from askwell.domain.answer import Answer, Usage
from askwell.domain.clock import Clock
from askwell.domain.intent import Intent, Reading
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker
from askwell.domain.turn import Pending, Turn


def with_costs(answer: Answer, state: State) -> Answer:
    """Return the answer with what the model has cost, however it ended."""
    calls, path = state.get("calls", ()), state.get("path", ())
    usage = Usage(
        model_calls=len(calls),
        input_tokens=sum(c.input_tokens for c in calls),
        output_tokens=sum(c.output_tokens for c in calls),
        repairs=sum(step.kind != "written" for step in path),
    )
    return answer.model_copy(update={"usage": usage, "calls": calls, "path": path})


def turn_of(state: State, context: Context) -> Turn:
    """Make the record of a finished question."""
    reading, answer = state["reading"], state["answer"]
    draft, result, previous = state.get("draft"), state.get("result"), state.get("previous")
    asks_back = answer.kind == "clarify"
    reads = draft.reads if draft else (previous.reads if previous else ())
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
        reads=reads,
        seen=under(context.rights, reads),
        result_id=result.id if result else None,
        rows_of=state["turn"] if result else (previous.rows_of if previous else ""),
        restarted=reading.request == "restart",
        catalog_version=context.catalog.version,
    )


def kept_of(answer: Answer, state: State, context: Context) -> KeptAnswer:
    """Make what is kept of an answer, by the rights that it was made under."""
    return KeptAnswer(
        id=answer.turn,
        asker=context.asker.email,
        question=state["question"],
        asked=context.clock.now(),
        answer=answer,
        standalone=state["reading"].standalone,
        draft=state.get("draft") if "result" in state else None,
        reads=reads_of(state, context),
        choices=state.get("offered", ()),
        catalog_version=context.catalog.version,
    )


def bare_kept(answer: Answer, question: str, asker: Asker, clock: Clock) -> KeptAnswer:
    """Make what is kept of an answer that says nothing about the data."""
    return KeptAnswer(
        id=answer.turn,
        asker=asker.email,
        question=question,
        asked=clock.now(),
        answer=answer,
        standalone=question,
        reads=(),
    )


def _remembered(reading: Reading, answer: Answer, previous: Turn | None) -> Intent | None:
    """Keep the intent that was answered; while asking back, the one that is built upon."""
    if answer.kind == "answer" and reading.intent:
        return reading.intent
    return previous.intent if previous else None


def _phrase(reading: Reading) -> str:
    phrases = [a.phrase for a in reading.ambiguities] + [w.phrase for w in reading.open_words]
    return next(iter(phrases), "")
