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

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Return one vector a text, in their order."""
        ...
