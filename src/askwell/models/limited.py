"""A model that is asked by at most so many at a time; the others wait their turn."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel

from askwell.models import Model, Reply, Request

A = TypeVar("A", bound=BaseModel)


class Limited:
    """Answer over another door, `calls` at a time, so that a flood does not throttle everybody."""

    def __init__(self, model: Model, calls: int = 8) -> None:
        self._model = model
        self._turnstile = asyncio.Semaphore(calls)

    @property
    def name(self) -> str:
        """Return the name of the model behind it."""
        return self._model.name

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Wait for a turn and ask; the time limit runs from then. Errors as in the protocol."""
        async with self._turnstile:
            return await self._model.ask(request, answer)

    async def close(self) -> None:
        """Close the door behind it."""
        await self._model.close()
