"""The door to a reranker: how well each text answers a question."""

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """Score texts against a question; better than a search, and too slow for all documents."""

    @property
    def name(self) -> str:
        """Return the model's name."""
        ...

    async def rerank(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Return one score a text, in their order; the higher the better.

        Raises:
            Transient: throttled, timed out or not reachable, after retries with back-off.
            Misconfigured: no such model, or no right to call it.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
