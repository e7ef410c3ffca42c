"""What travels through the graph, and what stands beside it."""

import operator
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol, TypedDict

from askwell.domain.answer import Answer
from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.clock import Clock
from askwell.domain.intent import Choice, Reading
from askwell.domain.model import ModelCall
from askwell.domain.noun import Language, Message
from askwell.domain.recall import Constraint, Recalled
from askwell.domain.result import Attempt, Draft, Finding, Freshness, Result
from askwell.domain.rights import Asker, Rights
from askwell.domain.turn import Turn
from askwell.grounding.read import Grounding
from askwell.metrics import Compiler
from askwell.models import Model
from askwell.stores import ResultStore, TurnStore


class State(TypedDict, total=False):
    """Hold what is known so far about one question; a node returns the keys it changed.

    `findings`: what the last check has against the draft. `path`: the steps to the draft.
    `is_final`: no further repair is tried. `missing`: words of the question
    that the data knows nothing about.
    `named`: columns whose names the answer says beside what it read; None: not known which.
    `offered`: what is behind the answer's choices.
    """

    question: str
    thread: str
    turn: str
    new_thread: bool
    language: Language | None
    previous: Turn | None
    reading: Reading
    draft: Draft
    result: Result
    refusal: Message | None
    emptied_by: Message | None
    freshness: tuple[Freshness, ...]
    answer: Answer
    named: tuple[ColumnRef, ...] | None
    offered: tuple[Choice, ...]
    recalled: Recalled
    constraints: tuple[Constraint, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    path: tuple[Attempt, ...]
    is_final: bool
    calls: Annotated[tuple[ModelCall, ...], operator.add]


class Recall(Protocol):
    """Find what a writer of SQL needs; `halved`: half as much, for a prompt was too long."""

    async def __call__(self, question: str, *, halved: bool = False) -> Recalled:
        """Return what was found."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what a turn needs and must not store: rights, catalog, doors.

    `catalog` is already cut to what the asker may read; `run` runs a draft with their rights,
    `guard` says what forbids it, `dry_run` asks the warehouse for its plan. `model` and
    `recall` are None where no model is set: then only the first two ways are open.
    """

    catalog: Catalog
    rights: Rights
    asker: Asker
    clock: Clock
    grounding: Grounding
    compiler: Compiler
    turns: TurnStore
    results: ResultStore
    run: Callable[[Draft], Awaitable[Result]]
    guard: Callable[[Draft], tuple[Finding, ...]]
    dry_run: Callable[[Draft], Awaitable[object]]
    freshness: Callable[[tuple[str, ...]], Awaitable[tuple[Freshness, ...]]]
    model: Model | None = None
    recall: Recall | None = None
