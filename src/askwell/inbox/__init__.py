"""The door to the inbox: events are kept before they are acked, and delivered at least once.

Events of one group (a thread) are delivered one at a time and in order; groups go side by side.
A delivery is leased: whoever holds it extends it while working, and says when it is done. A
lease that ran out is delivered again, with a higher fence. "Exactly one answer" is not promised
here: it is the worker's, with the ledger of what was posted (`stores.Ledger`).
"""

from collections.abc import Mapping
from typing import Any, Protocol

from askwell.domain.delivery import DeadLetter, Delivery


class Inbox(Protocol):
    """Keep events until they are done."""

    async def put(self, identity: str, group: str, body: Mapping[str, Any]) -> bool:
        """Keep an event durably; False if its identity was kept within the last 24 hours.

        Raises:
            Transient: it could not be written; the sender must send it again.
        """
        ...

    async def take(self, *, wait: float = 0.0) -> Delivery | None:
        """Lease the oldest event whose group is free; wait up to `wait` seconds for one."""
        ...

    async def extend(self, delivery: Delivery) -> Delivery:
        """Hold the lease for its full time again; return the delivery with its new end.

        Raises:
            LostLease: somebody else has it now.
        """
        ...

    async def done(self, delivery: Delivery) -> None:
        """Forget the event's body; its identity stays known for 24 hours.

        Raises:
            LostLease: somebody else has it now.
        """
        ...

    async def give_back(self, delivery: Delivery, *, after: float = 0.0) -> None:
        """End the lease; the event is delivered again after `after` seconds, before its group's.

        Raises:
            LostLease: somebody else has it now.
        """
        ...

    async def bury(self, delivery: Delivery, *, reference: str, reason: str) -> None:
        """Move an event that cannot be answered to the dead letters.

        Raises:
            LostLease: somebody else has it now.
        """
        ...

    async def waiting(self, group: str) -> tuple[str, ...]:
        """Return the identities of a group's events that are not done, the oldest first."""
        ...

    async def dead_letters(self, *, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters, newest first."""
        ...

    async def check(self) -> None:
        """Look whether what keeps the events is as it must be.

        Raises:
            Misconfigured: what is wrong, and what to set instead.
            Transient: it does not answer.
        """
        ...

    async def close(self) -> None:
        """Write what waits to be written, and close."""
        ...
