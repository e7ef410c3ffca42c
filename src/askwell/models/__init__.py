"""The door to a language model: one small protocol, one file a backend."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Request:
    """Hold one prompt, the steadiest part first, so that a prefix cache can help.

    `system`: the instructions; `context`: schema and knowledge; `question`: what changes.
    """

    system: str
    context: str
    question: str


@dataclass(frozen=True, slots=True)
class Reply(Generic[A]):
    """Hold a typed answer and what it cost; `attempts` counts tries on the wire.

    `model`: who answered, where that is not the one that was asked.
    """

    answer: A
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    attempts: int = 1
    model: str = ""


class Model(Protocol):
    """Answer prompts with typed values; every backend passes `tests/contracts/`."""

    @property
    def name(self) -> str:
        """Return `door:model`, as in the setting."""
        ...

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Return one answer of the promised type. Cancelling the task ends the call itself.

        Raises:
            BadModelOutput: prose, broken JSON, a refusal, or an answer that was cut off;
                Filtered: a guardrail or a content filter stopped it.
            Transient: throttled, timed out or not reachable, after retries with back-off.
            TooLarge: the prompt does not fit into the model's context.
            Misconfigured: no such model, or no right to call it.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
