"""A second model, for when the first is throttled or cannot be reached."""

import asyncio
import logging
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from askwell.errors import BadModelOutput, Transient
from askwell.models import Model, Reply, Request

A = TypeVar("A", bound=BaseModel)
_LOG = logging.getLogger("askwell")
REST = 30.0


class Fallback:
    """Answer over the first door; over the second where the first fails for now.

    A door that failed is asked last for `REST` seconds, or as long as its server wishes: nobody
    waits for a model in vain that the question before has waited for.
    """

    def __init__(self, first: Model, second: Model) -> None:
        self._first = first
        self._second = second
        self._first_rests_until = 0.0

    @property
    def name(self) -> str:
        """Return the name of the first model."""
        return self._first.name

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Return the first answer that comes; `attempts` counts those of both doors.

        Raises:
            Transient: neither can be reached. Other errors as in the protocol.
        """
        spent, after = 0, None
        for model in self._order():
            try:
                reply = await model.ask(request, answer)
            except Transient as error:
                _LOG.warning("%s is left for now: %s", model.name, error)
                spent, after, said = spent + error.attempts, error.after, str(error)
                self._rest(model, error.after)
            except BadModelOutput as error:
                error.attempts += spent
                raise
            else:
                return replace(reply, model=model.name, attempts=reply.attempts + spent)
        raise Transient(said, after=after, attempts=spent)

    async def close(self) -> None:
        """Close both doors."""
        await self._first.close()
        await self._second.close()

    def _order(self) -> tuple[Model, Model]:
        rests = asyncio.get_running_loop().time() < self._first_rests_until
        return (self._second, self._first) if rests else (self._first, self._second)

    def _rest(self, model: Model, after: float | None) -> None:
        if model is self._first:
            now = asyncio.get_running_loop().time()
            self._first_rests_until = now + max(after or 0.0, REST)
