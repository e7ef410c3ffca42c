"""What travels through the graph, and what stands beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypedDict

from askwell.domain.answer import Answer
from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.intent import Reading
from askwell.domain.noun import Language, Message
from askwell.domain.result import Draft, Freshness, Result
from askwell.domain.rights import Asker, Rights
from askwell.domain.turn import Turn
from askwell.grounding.read import Grounding
from askwell.metrics import Compiler
from askwell.stores import ResultStore, TurnStore


class State(TypedDict, total=False):
    """Hold what is known so far about one question; a node returns the keys it changed."""

    question: str
    thread: str
    turn: str
    new_thread: bool
    language: Language | None
    previous: Turn | None
    reading: Reading
    draft: Draft
    result: Result
    refusal: Message
    emptied_by: Message | None
    freshness: tuple[Freshness, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what a turn needs and must not store: rights, catalog, doors.

    `catalog` is already cut to what the asker may read; `run` runs a draft with their rights.
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
    freshness: Callable[[tuple[str, ...]], Awaitable[tuple[Freshness, ...]]]
