"""What happens in a workspace, for whoever wants to watch: a page, or a test that waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

LOOK_AGAIN = 0.05  # seconds: a condition may also hang on time, or on the app's own state


@dataclass(frozen=True)
class Change:
    """One change to a message, view, status, session, prompts, channel, user or file, or a call."""

    kind: str
    subject: object


class Feed:
    """Tell every watcher about every change, in order."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Change]] = set()

    def tell(self, kind: str, subject: object) -> None:
        """Say that something changed."""
        for queue in self._watchers:
            queue.put_nowait(Change(kind, subject))

    @contextmanager
    def watched(self) -> Iterator["asyncio.Queue[Change]"]:
        """Give a queue of every change from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    async def changes(self) -> AsyncIterator[Change]:
        """Yield each change from now on."""
        with self.watched() as queue:
            while True:
                yield await queue.get()

    async def until(self, condition: Callable[[], object], timeout: float) -> None:  # noqa: ASYNC109
        """Wait until the condition holds; look again after every change, and every 50 ms.

        Raises:
            TimeoutError: it did not hold within `timeout` seconds.
        """
        with self.watched() as queue:
            async with asyncio.timeout(timeout):
                while not condition():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(queue.get(), LOOK_AGAIN)
