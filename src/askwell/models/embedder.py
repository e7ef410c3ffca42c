"""The door to an embedding model: texts to vectors."""

from collections.abc import Sequence
from typing import Protocol

Vector = Sequence[float]


class Embedder(Protocol):
    """Turn texts into vectors whose angle tells how near their meanings are."""

    @property
    def name(self) -> str:
        """Return the model's name; vectors of different models cannot be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Return the length of each vector."""
        ...

    async def embed(self, texts: Sequence[str], *, asked: bool = False) -> Sequence[Vector]:
        """Return one vector a text, in their order. `asked`: they are questions.

        Raises:
            Transient: throttled, timed out or not reachable, after retries with back-off.
            Misconfigured: no such model, or no right to call it.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
