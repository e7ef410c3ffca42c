"""The check: rules on the tree, the warehouse's own plan, and a reviewer where a demand is open.

A subgraph of its own: a draft in, findings out. Nothing found means that the draft may run.
"""

import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from askwell.agent.calls import ask
from askwell.agent.state import Context
from askwell.agent.wording import lines
from askwell.domain.intent import Reading
from askwell.domain.model import ModelCall
from askwell.domain.noun import Message, Noun
from askwell.domain.recall import Constraint
from askwell.domain.result import Attempt, Draft, Finding
from askwell.errors import BadQuery, Refused, TimedOut, TooLarge, Transient
from askwell.sql.checks import Subject, is_open_demand
from askwell.sql.checks.rules import check as check_rules
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.parse import parse

_RIGHTS = "rights"


class Drafted(TypedDict):
    """Go into the check: a draft, what the question demands of it, and the steps to it."""

    reading: Reading
    draft: Draft
    constraints: tuple[Constraint, ...]
    path: tuple[Attempt, ...]


class Checked(TypedDict, total=False):
    """Come out of the check: what is wrong; nothing, where the draft may run."""

    findings: tuple[Finding, ...]
    calls: Annotated[tuple[ModelCall, ...], operator.add]


class _Check(Drafted, Checked):
    """Be the subgraph's own state."""


class Verdict(Noun):
    """Be what the reviewer says about one demand: the piece of SQL that meets it, or nothing.

    `asked`: the question has this demand at all.
    """

    number: int
    asked: bool = True
    met_by: str = ""


class Review(Noun):
    """Be the reviewer's answer."""

    verdicts: tuple[Verdict, ...] = ()


def build() -> CompiledStateGraph[_Check, Context, Drafted, Checked]:
    """Return the compiled subgraph."""
    graph = StateGraph(_Check, Context, input_schema=Drafted, output_schema=Checked)
    for node in (apply_rules, explain, review):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "apply_rules")
    graph.add_conditional_edges("apply_rules", _ruled, ["explain", END])
    graph.add_conditional_edges("explain", _explained, ["review", END])
    graph.add_edge("review", END)
    return graph.compile()


async def apply_rules(state: _Check, runtime: Runtime[Context]) -> Checked:
    """Apply the guard, the rules on the tree, and the question's demands."""
    return {"findings": await asyncio.to_thread(_findings, state, runtime.context)}


def _findings(state: _Check, context: Context) -> tuple[Finding, ...]:
    draft = state["draft"]
    forbidden = context.guard(draft)
    if any(f.rule != _RIGHTS for f in forbidden):
        return forbidden
    subject = Subject(
        tree=parse(draft.sql, draft.dialect),
        catalog=context.catalog,
        constraints=state["constraints"],
        today=context.clock.today(),
    )
    wrong = check_rules(subject)
    # The rules say of a table that cannot be read which one may be meant; the guard does not.
    return (*(wrong or forbidden), *unwitnessed(subject))


def _ruled(state: _Check) -> str:
    return END if any(not is_open_demand(f) for f in state["findings"]) else "explain"


async def explain(state: _Check, runtime: Runtime[Context]) -> Checked:
    """Ask the warehouse for its plan: whatever it refuses, or is too costly, is a finding."""
    try:
        await runtime.context.dry_run(state["draft"])
    except (TimedOut, Transient):
        return {}  # a plan that does not come is no fault of the draft
    except (BadQuery, Refused, TooLarge) as error:
        place = {"line": getattr(error, "line", None), "column": getattr(error, "column", None)}
        refused = Finding(rule="explain", message=str(error), **place)
        return {"findings": (refused, *state["findings"])}
    return {}


def _explained(state: _Check) -> str:
    """Review a demand that stays open although the model was told of it."""
    was_told = any(step.kind == "rewritten" for step in state["path"])
    return "review" if was_told and only_open_demands(state["findings"]) else END


async def review(state: _Check, runtime: Runtime[Context]) -> Checked:
    """Let the model say where the SQL meets a demand; its quote must stand in the SQL."""
    findings, sql = state["findings"], state["draft"].sql
    said, calls = await ask(
        runtime.context,
        "review",
        Review,
        dialect=state["draft"].dialect,
        sql=sql,
        demands=lines(f"{i}. {f.message}" for i, f in enumerate(findings, 1)),
        question=state["reading"].standalone,
    )
    if isinstance(said, Message):
        return {"calls": calls}
    met = {v.number for v in said.verdicts if not v.asked or _stands_in(v.met_by, sql)}
    return {
        "findings": tuple(f for i, f in enumerate(findings, 1) if i not in met),
        "calls": calls,
    }


def _stands_in(quote: str, sql: str) -> bool:
    wanted = "".join(quote.split()).casefold()
    return bool(wanted) and wanted in "".join(sql.split()).casefold()


def only_open_demands(findings: tuple[Finding, ...]) -> bool:
    """Tell whether open demands are all that is wrong."""
    return bool(findings) and all(is_open_demand(f) for f in findings)
