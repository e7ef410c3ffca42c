"""An event on its way from a surface's listener to a worker, and what was posted for it."""

from typing import Any, Literal

from askwell.domain.noun import Noun


class Delivery(Noun):
    """Be an event under a lease.

    `tries`: how often it was delivered, this time included. `fence` grows with each delivery;
    `until`: when the lease ends, as a Unix time.
    """

    identity: str
    group: str
    body: dict[str, Any]
    tries: int
    fence: int
    received: float
    until: float


class DeadLetter(Noun):
    """Be an event that could not be answered, with the reference number that people were told."""

    identity: str
    group: str
    body: dict[str, Any]
    tries: int
    reference: str
    reason: str
    died: float


class Posted(Noun):
    """Be a message that was posted for a question.

    `part`: which of its messages, as "answer" or "pointer". `state`: a stream is `open` until
    it is stopped; `done` says that the part needs nothing more.
    """

    question: str
    part: str
    channel: str
    ts: str
    state: Literal["open", "done"]
