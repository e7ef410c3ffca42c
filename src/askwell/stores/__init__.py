"""The doors to what askwell itself remembers: turns, answers, results, votes, posts, audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from askwell.domain.delivery import Posted
from askwell.domain.kept import KeptAnswer, Preference, Vote
from askwell.domain.noun import Scalar
from askwell.domain.result import Result
from askwell.domain.turn import Turn


class TurnStore(Protocol):
    """Keep the conversation memory: one record a question."""

    async def write(self, turn: Turn) -> None:
        """Write a turn, once; a second write of the same id changes nothing."""
        ...

    async def latest(self, thread: str, *, limit: int = 1) -> tuple[Turn, ...]:
        """Return the newest turns of a thread, newest first."""
        ...


class ResultStore(Protocol):
    """Keep rows by result id, for a time."""

    async def put(self, result: Result, *, seconds: float) -> None:
        """Keep a result for `seconds`."""
        ...

    async def get(self, result_id: str) -> Result | None:
        """Return a result, or None once its time is over."""
        ...


class AuditStore(Protocol):
    """Keep who read what; append only."""

    async def record(self, event: Mapping[str, Scalar]) -> None:
        """Append one event."""
        ...


class AnswerStore(Protocol):
    """Keep answers by turn id, for their buttons and for a worker that takes over."""

    async def put(self, kept: KeptAnswer) -> None:
        """Keep an answer, or change what is kept under its id."""
        ...

    async def add(self, kept: KeptAnswer) -> KeptAnswer:
        """Keep an answer where none is kept under its id; return the one that is kept.

        Of two workers on one question the first one's stays, and both give that one.
        """
        ...

    async def get(self, answer: str) -> KeptAnswer | None:
        """Return an answer, or None where none is kept."""
        ...

    async def recent(self, asker: str, *, limit: int = 5) -> tuple[KeptAnswer, ...]:
        """Return a person's newest answers, newest first."""
        ...


class VoteStore(Protocol):
    """Keep one vote a person and answer."""

    async def put(self, vote: Vote) -> None:
        """Keep a vote; it replaces the person's earlier one."""
        ...

    async def of(self, answer: str) -> tuple[Vote, ...]:
        """Return all votes on an answer."""
        ...


class StopStore(Protocol):
    """Keep which turns somebody wants stopped, outside any queue."""

    async def ask(self, turn: str) -> None:
        """Ask for a turn to be stopped."""
        ...

    async def asked(self, turn: str) -> bool:
        """Tell whether somebody asked for that."""
        ...


class PreferenceStore(Protocol):
    """Keep what people have set."""

    async def put(self, preference: Preference) -> None:
        """Keep a person's settings."""
        ...

    async def of(self, person: str) -> Preference:
        """Return a person's settings; the defaults where they set nothing."""
        ...


class Ledger(Protocol):
    """Keep what was posted for a question, under the fence of whoever works on it."""

    async def claim(self, question: str, fence: int) -> tuple[Posted, ...]:
        """Take the question over, and return what was posted for it so far.

        Raises:
            LostLease: a higher fence has claimed it.
        """
        ...

    async def record(self, posted: Posted, fence: int) -> None:
        """Write down a post, or its new state.

        Raises:
            LostLease: a higher fence has claimed the question.
        """
        ...


class Budget(Protocol):
    """Share a rate between all processes."""

    async def spend(self, name: str, *, per_minute: int) -> bool:
        """Take one of this minute's `per_minute` from the budget; False where none is left."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """Be one version of something known; versions count from 1."""

    version: int
    body: str


class KnowledgeStore(Protocol):
    """Keep what is known and may be edited, such as the catalog or a term: every version of it."""

    async def newest(self, kind: str, name: str, *, after: int = 0) -> Published | None:
        """Return the newest version, or None where none is newer than `after`."""
        ...

    async def publish(self, kind: str, name: str, body: str, *, after: int) -> int:
        """Write the version that follows `after`, and return its number; 0: the first one.

        Raises:
            Conflict: `after` is not the newest version; somebody else was quicker.
        """
        ...


class ValueStore(Protocol):
    """Keep small values by key, such as the tokens of workspaces; what is kept is never logged."""

    async def put(self, key: str, value: str, *, seconds: float | None = None) -> None:
        """Keep a value, for `seconds` or for good; it replaces the one under its key."""
        ...

    async def get(self, key: str) -> str | None:
        """Return a value, or None where none is kept."""
        ...

    async def take(self, key: str) -> str | None:
        """Forget a value and return it; of several who ask, one gets it."""
        ...
