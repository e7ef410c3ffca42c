"""Work that stops when somebody asks for it: the flag is in a store, outside any queue."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeVar

from askwell.errors import Cancelled, Transient
from askwell.stores import StopStore

T = TypeVar("T")
EVERY_SECONDS = 0.25
_END = object()


async def until_stopped(
    work: AsyncGenerator[T], stops: StopStore, turn: str | None
) -> AsyncGenerator[T]:
    """Yield what `work` yields; its flag is looked at while it runs, not while others do.

    Raises:
        Cancelled: the flag was raised; whatever `work` waited for was cancelled and has ended.
    """
    items: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(_drain(work, items))
    watch = asyncio.create_task(_cancel_when_asked(stops, turn, task)) if turn else None
    try:
        while (item := await items.get()) is not _END:
            yield item
        await asyncio.wait([task])
        if task.cancelled():
            raise Cancelled("somebody asked for it to stop")
        task.result()
    finally:
        tasks = [t for t in (task, watch) if t is not None]
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _drain(work: AsyncGenerator[T], items: asyncio.Queue[Any]) -> None:
    try:
        async with aclosing(work) as running:
            async for item in running:
                items.put_nowait(item)
    finally:
        items.put_nowait(_END)


async def _cancel_when_asked(stops: StopStore, turn: str, task: asyncio.Task[None]) -> None:
    while not await _is_asked(stops, turn):  # noqa: ASYNC110  # another process raises it
        await asyncio.sleep(EVERY_SECONDS)
    task.cancel()


async def _is_asked(stops: StopStore, turn: str) -> bool:
    try:
        return await stops.asked(turn)
    except Transient:
        return False  # it is looked at again at once
