"""Generation: find what the question is about, and let the model write SQL for it.

A subgraph of its own: a question in, a draft (or why there is none) out.
"""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from askwell.agent.calls import TOO_LARGE, ask
from askwell.agent.state import Context
from askwell.agent.wording import demands_text, lines, notes_text
from askwell.domain.intent import Intent, Reading
from askwell.domain.model import ModelCall
from askwell.domain.noun import Message, Noun
from askwell.domain.recall import Constraint, Recalled
from askwell.domain.result import Attempt, Draft, Finding
from askwell.grounding.constraints import constraints
from askwell.knowledge.schema_text import schema_text
from askwell.language import computed_words, is_function_word

_SHORTEST_VERB = 5
_NOTHING_READABLE = Message(text="There is no data here that you may read.")


class Asked(TypedDict):
    """Go into generation: how the question was read."""

    reading: Reading


class Written(TypedDict, total=False):
    """Come out of generation: a draft with all that it stands on, or a refusal."""

    recalled: Recalled
    constraints: tuple[Constraint, ...]
    missing: tuple[str, ...]
    draft: Draft
    refusal: Message | None
    path: tuple[Attempt, ...]
    findings: tuple[Finding, ...]
    calls: Annotated[tuple[ModelCall, ...], operator.add]


class _Generation(Asked, Written):
    """Be the subgraph's own state."""


class WrittenSQL(Noun):
    """Be the model's answer."""

    sql: str


class WrittenOrMissed(WrittenSQL):
    """Be the answer where words are in doubt: those of them that the data cannot answer."""

    not_in_data: tuple[str, ...] = ()


def build() -> CompiledStateGraph[_Generation, Context, Asked, Written]:
    """Return the compiled subgraph."""
    graph = StateGraph(_Generation, Context, input_schema=Asked, output_schema=Written)
    for node in (recall_schema, write_sql):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "recall_schema")
    graph.add_conditional_edges("recall_schema", _recalled, ["write_sql", END])
    graph.add_edge("write_sql", END)
    return graph.compile()


async def recall_schema(state: _Generation, runtime: Runtime[Context]) -> Written:
    """Find tables, values, notes and examples; and what the SQL will have to witness."""
    context, reading = runtime.context, state["reading"]
    assert context.recall is not None
    if not context.catalog.tables:
        return {"refusal": _NOTHING_READABLE}
    recalled = await context.recall(reading.standalone)
    demanded = constraints(
        reading.standalone, context.grounding, values=recalled.values, intent=_settled(reading)
    )
    return {"recalled": recalled, "constraints": demanded}


def _recalled(state: _Generation) -> str:
    return END if state.get("refusal") else "write_sql"


def _settled(reading: Reading) -> Intent | None:
    """Return the intent of a question that was understood whole, without a period nobody said.

    What the lattice makes of a question that it understood in part demands nothing.
    """
    if reading.intent is None or reading.open_words or reading.missing or reading.ambiguities:
        return None
    if any(line.role == "period" for line in reading.receipt):
        return reading.intent
    return reading.intent.model_copy(update={"period": None})


async def write_sql(state: _Generation, runtime: Runtime[Context]) -> Written:
    """Let the model write one query; what is not in the data is named, or declined."""
    context, reading, recalled = runtime.context, state["reading"], state["recalled"]
    doubtful = _doubtful(state)
    said, calls = await _say(state, recalled, doubtful, context)
    if said == TOO_LARGE and context.recall is not None:
        recalled = await context.recall(reading.standalone, halved=True)
        said, more = await _say(state, recalled, doubtful, context)
        calls = (*calls, *more)
    if isinstance(said, Message):
        return {"refusal": said, "calls": calls}
    missing = _missing(said, doubtful)
    if missing and _is_about(missing, reading):
        return {"refusal": nothing_about(missing), "calls": calls}
    draft = Draft(sql=said.sql, dialect=context.catalog.dialect, way="generated")
    written = Attempt(kind="written", sql=said.sql, copied=recalled.copied)
    return {
        "recalled": recalled,
        "draft": draft,
        "missing": missing,
        "path": (written,),
        "findings": (),
        "calls": calls,
        "refusal": None,
    }


async def _say(
    state: _Generation, recalled: Recalled, doubtful: tuple[str, ...], context: Context
) -> tuple[WrittenSQL | Message, tuple[ModelCall, ...]]:
    """Let the model answer from what was recalled."""
    question = state["reading"].standalone
    inputs = {
        "dialect": context.catalog.dialect,
        "schema": schema_text(context.catalog, recalled),
        "notes": notes_text(recalled),
        "demands": demands_text(question, state["constraints"], context.clock.today()),
        "question": question,
    }
    if doubtful:
        inputs["doubtful"] = lines(doubtful)
        return await ask(context, "write_sql_or_miss", WrittenOrMissed, **inputs)
    return await ask(context, "write_sql", WrittenSQL, **inputs)


def nothing_about(words: tuple[str, ...]) -> Message:
    """Say which words of the question nothing in the data is about."""
    return Message(
        text="I found nothing in the data about {words}.", values={"words": ", ".join(words)}
    )


def _doubtful(state: _Generation) -> tuple[str, ...]:
    """Return open words of the question that nothing in the schema is said with.

    A model that may name any word as missing names half of the question.
    """
    open_words = {w for o in state["reading"].open_words for w in o.phrase.casefold().split()}
    unknown = (word for word in state["recalled"].unknown if word.casefold() in open_words)
    return tuple(word for word in unknown if _names_something(word))


def _names_something(word: str) -> bool:
    """Tell whether a word may name what data holds: no verb form, nothing that SQL computes."""
    folded = word.casefold()
    is_verb = folded.endswith(("ed", "ing", "ly")) and len(folded) > _SHORTEST_VERB
    return not (is_verb or folded in computed_words() or is_function_word(word))


def _missing(said: WrittenSQL, doubtful: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words in doubt that the model says the data knows nothing about."""
    if not isinstance(said, WrittenOrMissed):
        return ()
    named = {w.casefold() for w in said.not_in_data}
    return tuple(w for w in doubtful if w.casefold() in named)


def _is_about(missing: tuple[str, ...], reading: Reading) -> bool:
    """Tell whether the question is about what is missing: most of what it names is."""
    words = (w for o in reading.open_words for w in o.phrase.split())
    return 2 * len(missing) > len({w.casefold() for w in words if _names_something(w)})
