"""Calls to embedding and reranking models: in batches, tried again where that may help."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from askwell.errors import Transient

A = TypeVar("A")
B = TypeVar("B")

ATTEMPTS = 4
FIRST_WAIT = 0.5
_LONGEST_WAIT = 20.0


async def in_batches(
    things: Sequence[A], size: int, side_by_side: int, call: Callable[[Sequence[A]], Awaitable[B]]
) -> list[B]:
    """Return what `call` says of each batch, in order; a few are under way at once."""
    gate = asyncio.Semaphore(side_by_side)

    async def one(batch: Sequence[A]) -> B:
        async with gate:
            return await tried(lambda: call(batch))

    batches = [things[i : i + size] for i in range(0, len(things), size)]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(batch)) for batch in batches]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def tried(call: Callable[[], Awaitable[B]]) -> B:
    """Return what a call says; Transient is tried again, after what the server asks for.

    Raises:
        Transient: the last attempt failed too.
    """
    for attempt in range(ATTEMPTS):
        try:
            return await call()
        except Transient as error:
            if attempt == ATTEMPTS - 1:
                raise Transient(str(error), after=error.after, attempts=ATTEMPTS) from None
            wait = FIRST_WAIT * (1 << attempt) * random.uniform(0.5, 1.5)
            await asyncio.sleep(min(error.after or wait, _LONGEST_WAIT))
    raise AssertionError("unreachable")
