"""The door to hybrid search: one small protocol, one file a backend.

Vectors come from outside, so that a search engine never needs a model.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["table", "column", "value", "metric", "term", "context", "verified"]
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Document:
    """Be one thing that can be found; `id` is unique, e.g. `column:users.region`.

    `tables`: the names of the tables that it is about, for which the asker needs the right.
    """

    id: str
    kind: Kind
    text: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Be one document that was found.

    `words`: its BM25 score, 0 where no word matches. `score`: from reciprocal rank fusion,
    comparable only within one answer.
    """

    document: Document
    score: float
    words: float


class Search(Protocol):
    """Find documents by words and by meaning; every backend passes `tests/contracts/`."""

    async def rebuild(self, documents: Sequence[Document], vectors: Sequence[Vector]) -> None:
        """Replace everything by `documents`, whole: nobody sees half of it."""
        ...

    async def find(
        self, text: str, vector: Vector, *, kinds: Collection[Kind], limit: int
    ) -> tuple[Hit, ...]:
        """Return the best documents of `kinds`, best first."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
