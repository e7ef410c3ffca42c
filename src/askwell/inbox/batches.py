"""What is written together: while one batch is on its way, the next one gathers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from askwell.errors import AskwellError

Entry = Mapping[str, Any]
Write = Callable[[Sequence[Entry]], Awaitable[Mapping[int, AskwellError]]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: Entry
    size: int
    written: "asyncio.Future[None]"


class Batches:
    """Hand entries to `write` in the order of `add`, one batch at a time.

    `write` returns the errors of the entries that failed, by their place in the batch. A batch
    has at most `most` entries, which have at most `size` in all.
    """

    def __init__(self, write: Write, *, most: int, size: int) -> None:
        self._write = write
        self._most = most
        self._size = size
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    def add(self, entry: Entry, size: int = 0) -> "asyncio.Future[None]":
        """Line up an entry; the future ends when it is written, or with why it is not."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(entry, size, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return written

    async def close(self) -> None:
        """Wait until everything is written."""
        if self._writing:
            await self._writing

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                failed = await self._write([one.entry for one in batch])
            except AskwellError as error:
                failed = dict.fromkeys(range(len(batch)), error)
            except BaseException:
                for one in batch:
                    one.written.cancel()
                raise
            for place, one in enumerate(batch):
                if one.written.done():
                    continue  # whoever waited was cancelled
                if place in failed:
                    one.written.set_exception(failed[place])
                else:
                    one.written.set_result(None)

    def _next(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting and len(batch) < self._most:
            size += self._waiting[0].size
            if size > self._size:
                break
            batch.append(self._waiting.popleft())
        return batch
