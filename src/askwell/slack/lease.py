"""A delivery's lease, held for as long as somebody works on it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from askwell.domain.delivery import Delivery
from askwell.errors import LostLease, Transient
from askwell.inbox import Inbox

_PARTS = 4  # a lease is extended when a fourth of it is over


@dataclass(slots=True)
class Lease:
    """Hold a delivery; `delivery` is the newest, with the end of its lease."""

    inbox: Inbox
    delivery: Delivery
    now: Callable[[], float] = time.time
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        """Take what is left at first as the length of a lease."""
        self.seconds = self.left()

    def left(self) -> float:
        """Return for how many seconds it is still held."""
        return self.delivery.until - self.now()

    def must_outlast(self, seconds: float) -> None:
        """Let only what ends before the lease begin.

        Raises:
            LostLease: somebody else may have the question before `seconds` are over.
        """
        if self.left() < seconds:
            raise LostLease(f"{self.delivery.identity}: the lease ends within {seconds} seconds")

    async def during(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, and extend the lease while it lasts; it is cancelled with the lease.

        Raises:
            LostLease: somebody else has the question now; and whatever `work` raises.
        """
        working, keeping = asyncio.create_task(work), asyncio.create_task(self._keep())
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            (working if working.done() else keeping).result()
        finally:
            for task in (working, keeping):
                task.cancel()
            await asyncio.gather(working, keeping, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self.seconds / _PARTS)
            try:
                self.delivery = await self.inbox.extend(self.delivery)
            except Transient:
                self.must_outlast(0)
