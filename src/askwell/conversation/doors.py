"""What a conversation needs of a running askwell."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from askwell.agent.state import Context
from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.noun import Language
from askwell.domain.result import Draft, Result
from askwell.domain.rights import Asker, Rights
from askwell.stores import AnswerStore, PreferenceStore, StopStore, TurnStore, VoteStore


@dataclass(frozen=True, slots=True)
class Doors:
    """Hold the agent's graph, what anybody may read, and what is kept.

    `context_of` makes what one asker's turn needs. `rights_of` and `catalog` say what anybody
    may read, now and of the whole; `run_all` runs a draft with somebody's rights for a file.
    `named` are the people whom the policy names.
    """

    graph: Any
    context_of: Callable[[Asker], Awaitable[Context]]
    rights_of: Callable[[Asker], Rights]
    catalog: Callable[[], Catalog]
    run_all: Callable[[Draft, Asker], Awaitable[Result]]
    clock: Clock
    turns: TurnStore
    answers: AnswerStore
    votes: VoteStore
    stops: StopStore
    preferences: PreferenceStore
    language: Language = "ko"
    named: Callable[[], Iterable[Asker]] = tuple
