"""Settle with a model what the lattice left open: one call, only where something is open."""

from typing import Literal

from langgraph.runtime import Runtime

from askwell.agent.calls import ask
from askwell.agent.metric_query import MetricQuery, intent_of
from askwell.agent.state import Context, State
from askwell.agent.wording import lines
from askwell.domain.catalog import Catalog
from askwell.domain.intent import Intent, OpenWord, Reading, ReceiptLine
from askwell.domain.noun import Label, Language, Message, Noun
from askwell.domain.turn import Turn
from askwell.messages import say

_MOST_VALUES = 8
_ALWAYS_DECLINED = ("pii", "write")
FILLER, OTHER = "filler", "other"
_NOT_DATA = Message(text="That is not something that the company's data can tell.")


class WordMeaning(Noun):
    """Say what an open word means: a listed name, a filler, or something else."""

    phrase: str
    means: str


class Understood(Noun):
    """Be the model's reading of a question."""

    standalone: str
    words: tuple[WordMeaning, ...] = ()
    metric_query: MetricQuery | None = None
    decline: Literal["no", "forecast", "cause", "not_data"] = "no"


async def interpret(state: State, runtime: Runtime[Context]) -> State:
    """Read the question again with the model's help; a metric query only where it says all."""
    context, reading = runtime.context, state["reading"]
    catalog, language = context.catalog, reading.language
    said, calls = await ask(
        context,
        "understand",
        Understood,
        metrics=lines(_named(m.name, m.label, m.description) for m in catalog.metrics),
        dimensions=lines(_dimension(d.name, d.label, catalog) for d in catalog.dimensions),
        today=context.clock.today().isoformat(),
        previous=_before(state.get("previous"), language),
        receipt=lines(f"{r.phrase} = {say(r.meaning, language)}" for r in _read(reading)),
        open_words=lines(w.phrase for w in reading.open_words),
        question=reading.question,
    )
    if isinstance(said, Message):
        return {"refusal": said, "calls": calls}
    if said.decline == "not_data":
        return {"refusal": _NOT_DATA, "calls": calls}
    if said.decline != "no":
        return {"reading": reading.model_copy(update={"request": said.decline}), "calls": calls}
    return {"reading": _reading(said, reading, context), "calls": calls}


def _read(reading: Reading) -> list[ReceiptLine]:
    return [r for r in reading.receipt if r.role != "not_understood"]


def _named(name: str, label: Label, description: str) -> str:
    said = " / ".join(t for t in (label.ko, label.en, description) if t)
    return f"{name}: {said}" if said else name


def _dimension(name: str, label: Label, catalog: Catalog) -> str:
    known = catalog.dimension_named[name].values
    shown = [str(v.stored) for v in known.values[:_MOST_VALUES]] if known else []
    more = ["…"] if known and len(known.values) > _MOST_VALUES else []
    values = ", ".join([*shown, *more])
    return _named(name, label, f"values: {values}" if values else "")


def _before(previous: Turn | None, language: Language) -> str:
    if previous is None:
        return lines(())
    sql = f"SQL: {previous.sql}" if previous.sql and previous.way == "generated" else ""
    return lines(t for t in (f"Question: {previous.standalone or previous.question}", sql) if t)


def _reading(said: Understood, reading: Reading, context: Context) -> Reading:
    """Return the reading of the standalone question, settled where a metric query says all."""
    again = context.grounding.read(said.standalone, language=reading.language)
    again = again.model_copy(update={"question": reading.question})
    if again.request in _ALWAYS_DECLINED:
        return again
    if again.request != "data":
        again = reading.model_copy(update={"standalone": said.standalone, "request": "data"})
    meanings = {w.phrase.casefold(): w.means for w in said.words}
    intent = _settled_by(said.metric_query, meanings, again, context.catalog)
    if intent is None:
        return again
    return again.model_copy(
        update={
            "intent": intent,
            "open_words": (),
            "missing": None,
            "receipt": tuple(_settled(r, meanings, context.catalog) for r in again.receipt),
            "assumptions": (*again.assumptions, *_said(meanings, context.catalog)),
        }
    )


def _settled_by(
    query: MetricQuery | None, meanings: dict[str, str], again: Reading, catalog: Catalog
) -> Intent | None:
    """Return the intent that a metric query and the meanings of all open words make, or None."""
    if query is None or again.ambiguities:
        return None
    intent = intent_of(query, again.intent or Intent(), catalog)
    if intent is None:
        return None
    accounted = all(_accounts(meanings, word, intent) for word in again.open_words)
    return intent if accounted else None


def _accounts(meanings: dict[str, str], word: OpenWord, intent: Intent) -> bool:
    """Tell whether a word's meaning is part of the intent; one near a known name asks for it."""
    means = meanings.get(word.phrase.casefold(), OTHER)
    if means == FILLER:
        return not word.nearest
    return means in {*intent.metrics, *intent.dimensions, *(f.field for f in intent.filters)}


def _settled(line: ReceiptLine, meanings: dict[str, str], catalog: Catalog) -> ReceiptLine:
    """Return the line of a word that was open with the meaning that the model gave it."""
    if line.role != "not_understood":
        return line
    name = meanings.get(line.phrase.casefold(), FILLER)
    if name == FILLER:
        return line.model_copy(update={"meaning": Message(text="asks for nothing by itself")})
    metric = catalog.metric_named.get(name)
    label = metric.label if metric else catalog.dimension_named[name].label
    meaning = Message(text="{name}", values={"name": label})
    return line.model_copy(update={"role": "metric" if metric else "dimension", "meaning": meaning})


def _said(meanings: dict[str, str], catalog: Catalog) -> list[Message]:
    named: dict[str, Label] = {m.name: m.label for m in catalog.metrics}
    named |= {d.name: d.label for d in catalog.dimensions}
    return [
        Message(
            text="I read “{typed}” as “{name}”.",
            values={"typed": phrase, "name": named[means]},
        )
        for phrase, means in meanings.items()
        if means in named
    ]
