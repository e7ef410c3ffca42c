"""How far the work is, for whoever waits for it."""

from dataclasses import dataclass
from typing import Literal

from askwell.agent.generated import title_of
from askwell.agent.named import of_intent
from askwell.agent.state import Context, State
from askwell.conversation.reads import read_by, under
from askwell.domain.intent import Intent, Reading
from askwell.domain.rights import TableRights
from askwell.grounding.follow import retold

StepName = Literal["understood", "drafted", "checked", "ran"]


@dataclass(frozen=True, slots=True)
class Step:
    """Tell how far the work is.

    `detail`: what the question was understood as, in the asker's language, where that is
    certain. It names what `reads` says: show it only to an audience that may see it.
    `reads` is None as long as it is not known.
    """

    name: StepName
    detail: str = ""
    reads: tuple[TableRights, ...] | None = None


NAMES: dict[str, StepName] = {
    "understand": "understood",
    "compile_metrics": "drafted",
    "bind_verified": "drafted",
    "generate": "drafted",
    "check": "checked",
    "execute": "ran",
}


def step_after(node: str, state: State, context: Context) -> Step:
    """Return the step that ends with a node of the graph; `state` is what is known since."""
    draft = state.get("draft")
    if draft is None or (draft.way == "generated" and node == "generate"):
        return _understood(NAMES[node], state, context)
    ran = read_by(draft, context.catalog)
    reads = under(context.rights, *ran) if ran else None
    return Step(NAMES[node], _detail(state, context) if reads is not None else "", reads)


def _understood(name: StepName, state: State, context: Context) -> Step:
    intent = _settled(state["reading"])
    if intent is None:
        return Step(name)
    reads = under(context.rights, of_intent(intent, context.catalog))
    return Step(name, _said(intent, state, context), reads)


def _settled(reading: Reading) -> Intent | None:
    """Return the intent of a question that was understood whole."""
    if reading.request not in ("data", "chart") or reading.open_words or reading.ambiguities:
        return None
    return None if reading.missing else reading.intent


def _detail(state: State, context: Context) -> str:
    if state["draft"].way == "generated":
        return title_of(state)
    intent = state["reading"].intent
    return _said(intent, state, context) if intent else ""


def _said(intent: Intent, state: State, context: Context) -> str:
    language = state["reading"].language
    if intent.verified:
        query = context.catalog.verified_named[intent.verified]
        return query.label.text(language, query.name)
    return retold(intent, context.catalog, language)
