"""What Slack said, remembered for a while."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Remembered(Generic[K, V]):
    """Remember values for `seconds`, and fetch each once for all who want it at a time.

    Whoever waits no longer does not end a fetch: the next one finds it done.
    """

    seconds: float
    most: int = 20_000
    now: Callable[[], float] = time.monotonic
    _known: dict[K, tuple[V, float]] = field(default_factory=dict)
    _fetching: dict[K, asyncio.Task[V]] = field(default_factory=dict)

    async def get(self, key: K, fetch: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return what is known of `key`, or fetch it; raises what `fetch` raises."""
        value, until = self._known.get(key, (None, 0.0))
        if value is not None and until > self.now():
            return value
        if key not in self._fetching:
            self._fetching[key] = task = asyncio.create_task(self._fetched(key, fetch))
            task.add_done_callback(_looked_at)
        return await asyncio.shield(self._fetching[key])

    def peek(self, key: K) -> V | None:
        """Return what is known without asking Slack, however old it is."""
        return self._known.get(key, (None, 0.0))[0]

    def forget(self, key: K) -> None:
        """Fetch it anew the next time; what is under way may be too old already."""
        self._known.pop(key, None)
        self._fetching.pop(key, None)

    async def _fetched(self, key: K, fetch: Callable[[], Coroutine[Any, Any, V]]) -> V:
        own = asyncio.current_task()
        try:
            value = await fetch()
            if self._fetching.get(key) is own:
                self._keep(key, value)
            return value
        finally:
            if self._fetching.get(key) is own:
                del self._fetching[key]

    def _keep(self, key: K, value: V) -> None:
        self._known.pop(key, None)
        while len(self._known) >= self.most:
            del self._known[next(iter(self._known))]
        self._known[key] = (value, self.now() + self.seconds)


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Take notice of a failure that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
