"""Small things that are done after Slack has its ack: owned, and a limited number at a time."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_LOG = logging.getLogger("askwell")
_GRACE_SECONDS = 5.0
_HELD_SECONDS = 0.2  # the longest that chores make way


@dataclass(slots=True)
class Chores:
    """Do what nobody waits for, `parallel` at a time, and after what Slack waits for."""

    parallel: int = 50
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(init=False)
    _ahead: int = 0
    _free: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Open the slots."""
        self._slots = asyncio.Semaphore(self.parallel)
        self._free.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let chores wait a little meanwhile: many events at once have their acks first."""
        self._ahead += 1
        self._free.clear()
        try:
            yield
        finally:
            self._ahead -= 1
            if not self._ahead:
                self._free.set()

    @property
    def is_busy(self) -> bool:
        """Tell whether one more would have to wait."""
        return len(self._tasks) >= self.parallel

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something; a failure is logged."""
        task = asyncio.create_task(self._done(work))
        self._tasks.add(task)
        task.add_done_callback(self._over)

    async def settled(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Wait a little, and give up what is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GRACE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._slots:
            with suppress(TimeoutError):
                async with asyncio.timeout(_HELD_SECONDS):
                    await self._free.wait()
            await work

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOG.error("a chore failed", exc_info=error)
