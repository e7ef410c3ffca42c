"""The doors to what askwell itself remembers: turns, results, audit."""

from collections.abc import Mapping
from typing import Protocol

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
