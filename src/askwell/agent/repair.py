"""Repair: on the tree first, without a model; then by the model, with the findings.

A subgraph of its own: a draft and its findings in, another draft (or why there is none) out.
A draft without findings, as generation hands it over, is only mended on its tree.
"""

import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from askwell.agent.calls import UNUSABLE, ask
from askwell.agent.check import only_open_demands
from askwell.agent.state import Context
from askwell.agent.wording import demands_text, findings_text, narrowed, notes_text
from askwell.domain.catalog import Catalog
from askwell.domain.intent import Reading
from askwell.domain.model import ModelCall
from askwell.domain.noun import Message, Noun
from askwell.domain.recall import Constraint, Recalled
from askwell.domain.result import Attempt, Draft, Finding
from askwell.errors import BadQuery
from askwell.knowledge.schema_text import schema_text
from askwell.sql.columns import result_columns
from askwell.sql.mends import mend
from askwell.sql.parse import parse
from askwell.sql.scopes import reads

MOST_ROUNDS = 3
_ROUNDS_FOR_OPEN_DEMANDS = 1


class Faulty(TypedDict):
    """Go into repair: the draft, what is wrong with it, and the steps so far."""

    reading: Reading
    draft: Draft
    recalled: Recalled
    constraints: tuple[Constraint, ...]
    findings: tuple[Finding, ...]
    path: tuple[Attempt, ...]


class Repaired(TypedDict, total=False):
    """Come out of repair: another draft, and the steps to it; or a refusal.

    `is_final`: the draft is the same as before, and its findings are said beside the answer.
    """

    draft: Draft
    path: tuple[Attempt, ...]
    is_final: bool
    refusal: Message | None
    calls: tuple[ModelCall, ...]


class _Repair(Faulty, total=False):
    """Be the subgraph's own state."""

    is_final: bool
    refusal: Message | None
    calls: Annotated[tuple[ModelCall, ...], operator.add]


class RewrittenSQL(Noun):
    """Be the model's answer: the whole query, corrected."""

    sql: str


def build() -> CompiledStateGraph[_Repair, Context, Faulty, Repaired]:
    """Return the compiled subgraph."""
    graph = StateGraph(_Repair, Context, input_schema=Faulty, output_schema=Repaired)
    for node in (rewrite, mend_tree, give_up):
        graph.add_node(node.__name__, node)
    graph.add_conditional_edges(START, _first, ["rewrite", "mend_tree", "give_up"])
    graph.add_conditional_edges("rewrite", _rewritten, ["mend_tree", "give_up", END])
    graph.add_edge("mend_tree", END)
    graph.add_edge("give_up", END)
    return graph.compile()


def _first(state: _Repair) -> str:
    findings = state["findings"]
    if not findings:
        return "mend_tree"
    most = _ROUNDS_FOR_OPEN_DEMANDS if only_open_demands(findings) else MOST_ROUNDS
    return "rewrite" if rounds(state["path"]) < most else "give_up"


def rounds(path: tuple[Attempt, ...]) -> int:
    """Return how often the model has rewritten the query."""
    return sum(step.kind == "rewritten" for step in path)


async def rewrite(state: _Repair, runtime: Runtime[Context]) -> Repaired:
    """Let the model correct the query: it sees the findings, and the schema that they need."""
    context, draft, findings = runtime.context, state["draft"], state["findings"]
    question = state["reading"].standalone
    needed = narrowed(state["recalled"], draft.sql, findings, context.catalog)
    said, calls = await ask(
        context,
        "repair_sql",
        RewrittenSQL,
        dialect=draft.dialect,
        schema=schema_text(context.catalog, needed),
        notes=notes_text(needed),
        demands=demands_text(question, state["constraints"], context.clock.today()),
        sql=draft.sql,
        findings=findings_text(findings),
        question=question,
    )
    if isinstance(said, Message):
        return {"refusal": said, "calls": calls}
    step = Attempt(kind="rewritten", sql=said.sql, findings=findings)
    path = (*state["path"], step)
    return {"draft": draft.model_copy(update={"sql": said.sql}), "path": path, "calls": calls}


def _rewritten(state: _Repair) -> str:
    """Stop where a query comes back unchanged, unless demands are all that is open."""
    if state.get("refusal"):
        return END
    *before, last = state["path"]
    same = any(_squeezed(step.sql) == _squeezed(last.sql) for step in before)
    return "give_up" if same and not only_open_demands(state["findings"]) else "mend_tree"


def _squeezed(sql: str) -> str:
    return "".join(sql.split()).rstrip(";")


async def mend_tree(state: _Repair, runtime: Runtime[Context]) -> Repaired:
    """Mend on the tree what can be mended without guessing."""
    return await asyncio.to_thread(_mended, state, runtime.context.catalog)


def _mended(state: _Repair, catalog: Catalog) -> Repaired:
    draft, path = state["draft"], state["path"]
    mended = mend(draft.sql, catalog)
    if mended is None or mended.sql == draft.sql:
        return {"draft": _described(draft.sql, draft, catalog), "path": path}
    notes = tuple(f"{c.before} → {c.after}" for c in mended.changes)
    step = Attempt(kind="mended", sql=mended.sql, notes=notes)
    return {"draft": _described(mended.sql, draft, catalog), "path": (*path, step)}


def _described(sql: str, draft: Draft, catalog: Catalog) -> Draft:
    """Return the draft with what it reads and gives; nothing, where it cannot be parsed."""
    try:
        tree = parse(sql, draft.dialect)
    except BadQuery:
        return draft.model_copy(update={"sql": sql, "reads": (), "columns": ()})
    promised = {"reads": reads(tree, catalog), "columns": result_columns(tree, catalog)}
    return draft.model_copy(update={"sql": sql, **promised})


async def give_up(state: _Repair, runtime: Runtime[Context]) -> Repaired:
    """Decline what stays wrong; a demand that stays open is said beside the answer."""
    if only_open_demands(state["findings"]):
        return {"is_final": True}
    return {"refusal": UNUSABLE}
