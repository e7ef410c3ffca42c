"""The door to hybrid search: one small protocol, one file a backend.

Vectors come from outside, so that a search engine never needs a model.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["table", "column", "value", "metric", "term", "context", "verified"]
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Document:
    """Be one thing that can be found; `id` is unique, e.g. `column:users.region`.

    `table` and `column`: what it belongs to, where it belongs to one.
    """

    id: str
    kind: Kind
    text: str
    table: str = ""
    column: str = ""


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

    async def version(self) -> str:
        """Return what `rebuild` was last given; "" where nothing usable is there."""
        ...

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Replace everything by `documents`, whole: nobody sees half of it.

        `vectors`: by id; a document without one is only found by its words.
        """
        ...

    async def find(
        self,
        text: str,
        vector: Vector | None = None,
        *,
        kinds: Collection[Kind],
        among: Collection[str],
        limit: int,
    ) -> tuple[Hit, ...]:
        """Return the best documents of `kinds` whose ids are in `among`, best first.

        `among` is what the asker may read: nothing else takes part in the ranking. Without
        a vector only words count; with one, documents come too that share no word.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
