"""Answers that need no query: asking back, declining, explaining, small talk."""

from langgraph.runtime import Runtime

from askwell.agent.named import named_in_reply
from askwell.agent.present import shown_intent, shown_receipt
from askwell.agent.state import Context, State
from askwell.domain.answer import Answer
from askwell.domain.catalog import Catalog, Metric
from askwell.domain.intent import Choice, Reading
from askwell.domain.noun import Language
from askwell.domain.turn import Kind
from askwell.messages import say, text

_MOST_CHOICES = 5


async def reply(state: State, runtime: Runtime[Context]) -> State:
    """Answer without a query."""
    reading, catalog = state["reading"], runtime.context.catalog
    kind, said = _said(state, reading, catalog)
    intent = reading.intent if kind in ("clarify", "decline") else None
    previous = state.get("previous")
    gives_sql = reading.request == "sql" and previous is not None
    offered = _shown(choices(reading), reading.language) if kind == "clarify" else ()
    suggested = _example_metrics(catalog) if kind in ("chat", "decline") else []
    answer = Answer(
        thread=state["thread"],
        turn=state["turn"],
        kind=kind,
        language=reading.language,
        headline=said,
        sql=previous.sql if previous and gives_sql else None,
        dialect=previous.dialect if previous and gives_sql else None,
        intent=shown_intent(intent) if intent else None,
        receipt=shown_receipt(reading),
        files_of=_rows_of(state) if reading.request == "csv" else "",
        choices=tuple(_text(c, reading.language) for c in offered),
        suggestions=tuple(_example(m, reading.language) for m in suggested),
    )
    named = named_in_reply(state, runtime.context, offered, suggested)
    return {"answer": answer, "named": named, "offered": offered}


def _said(state: State, reading: Reading, catalog: Catalog) -> tuple[Kind, str]:
    language = reading.language
    refusal = state.get("refusal")
    if refusal:
        return "decline", say(refusal, language)
    if reading.request == "definition":
        return "chat", _definition(reading, catalog)
    if reading.request in _DECLINED:
        return "decline", text(_DECLINED[reading.request], language)
    if reading.request == "sql":
        found = state.get("previous") and state["previous"].sql  # type: ignore[union-attr]
        return "chat", text("Here is the SQL." if found else "There is no SQL yet.", language)
    if reading.request == "csv" and _rows_of(state):
        return "chat", text("Here are the rows as a file.", language)
    if reading.request in _CHATTED:
        return "chat", text(_CHATTED[reading.request], language)
    return _asked_back(reading)


def _rows_of(state: State) -> str:
    previous = state.get("previous")
    return previous.rows_of if previous else ""


_DECLINED = {
    "pii": "I do not give out people's personal data.",
    "write": "I only read data; I never change it, and I do not run SQL that is pasted.",
    "forecast": "I do not forecast. I can show how it went so far.",
    "cause": "I cannot tell causes from the numbers alone. I can show how it changed, by group.",
}
_CHATTED = {
    "chat": "Hello! Ask me about the company's data.",
    "help": "I answer questions about the company's data, such as these.",
    "restart": "We start anew. What would you like to know?",
    "csv": "There are no rows yet. Ask for numbers first, and I give you a file of them.",
    "chart": "Which number do you want to see as a chart?",
}


def _asked_back(reading: Reading) -> tuple[Kind, str]:
    language = reading.language
    if reading.open_words:
        words = ", ".join(f"“{w.phrase}”" for w in reading.open_words)
        near = any(w.nearest for w in reading.open_words)
        msgid = (
            "I do not know what {words} means here. Did you mean one of these?"
            if near
            else "I do not know what {words} means here. Could you say it differently?"
        )
        return "clarify", text(msgid, language, words=words)
    if reading.ambiguities:
        phrase = reading.ambiguities[0].phrase
        msgid = "“{phrase}” can mean several things. Which one?"
        return "clarify", text(msgid, language, phrase=phrase)
    if reading.missing:
        kind: Kind = "decline" if reading.declines else "clarify"
        return kind, say(reading.missing, language)
    return "clarify", text("Which number do you mean?", language)


def choices(reading: Reading) -> tuple[Choice, ...]:
    """Return everything that is offered, in the order in which it is shown."""
    asked = [c for a in reading.ambiguities for c in a.choices]
    near = [c for w in reading.open_words for c in w.nearest]
    first = near if reading.open_words else asked
    return (*first, *(() if first else reading.choices))


def _shown(offered: tuple[Choice, ...], language: Language) -> tuple[Choice, ...]:
    """Return the first choices that read differently."""
    first: dict[str, Choice] = {}
    for choice in offered:
        first.setdefault(_text(choice, language), choice)
    return tuple(first.values())[:_MOST_CHOICES]


def _text(choice: Choice, language: Language) -> str:
    return choice.label.text(language, choice.question)


def _definition(reading: Reading, catalog: Catalog) -> str:
    language, name = reading.language, reading.definition
    term = next((t for t in catalog.terms if t.name == name), None)
    if term is None:
        meant = [t for t in catalog.terms if name in (t.meaning.metric, t.meaning.dimension)]
        term = next(iter(meant), None)
    if term and term.definition.text(language):
        title = term.label.text(language, term.name)
        return text(
            "{title}: {definition}",
            language,
            title=title,
            definition=term.definition.text(language),
        )
    metric = catalog.metric_named.get(name or "")
    if metric and metric.description:
        title = metric.label.text(language, metric.name)
        return text("{title}: {definition}", language, title=title, definition=metric.description)
    return text("Nobody has written down yet what that means.", language)


def examples(catalog: Catalog, language: Language) -> tuple[str, ...]:
    """Return questions that this asker's catalog surely answers: one a unit."""
    return tuple(_example(m, language) for m in _example_metrics(catalog))


def _example_metrics(catalog: Catalog) -> list[Metric]:
    by_unit = {m.unit: m for m in reversed(catalog.metrics) if m.additive or m.unit == "ratio"}
    return list(by_unit.values())[:3]


def _example(metric: Metric, language: Language) -> str:
    return text(
        "{metric} by month this year", language, metric=metric.label.text(language, metric.name)
    )


def broken(state: State, language: Language, reference: str) -> Answer:
    """Return the apology for an internal error, with its reference number."""
    said = text(
        "Something went wrong on my side. Please tell the data team this number: {reference}.",
        language,
        reference=reference,
    )
    return _bare(state, language, "error", said).model_copy(update={"reference": reference})


def too_long(state: State, language: Language, most: int) -> Answer:
    """Return the answer to a question that is too long to read."""
    msgid = "That is too long for me. Please ask in at most {n} characters."
    return _bare(state, language, "decline", text(msgid, language, n=most))


def empty(state: State, language: Language) -> Answer:
    """Return the answer to a question without a word in it."""
    return _bare(state, language, "clarify", text("What would you like to know?", language))


def stopped(state: State, language: Language) -> Answer:
    """Return what is said where somebody stopped the work."""
    return _bare(state, language, "stopped", text("I stopped, as you asked.", language))


def _bare(state: State, language: Language, kind: Kind, said: str) -> Answer:
    return Answer(
        thread=state["thread"], turn=state["turn"], kind=kind, language=language, headline=said
    )
