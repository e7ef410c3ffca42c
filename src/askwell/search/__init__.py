"""The door to hybrid search: one small protocol, one file a backend.

Vectors come from outside, so that a search engine never needs a model.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, Protocol

Kind = Literal["table", "column", "value", "metric", "term", "context", "verified"]
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Document:
    """Be one thing that can be found; `id` is unique, e.g. `column:users.region`.

    `table` and `column`: what it belongs to, where it belongs to one. `names`: what people
    call it; those of a `term` mean the same, wherever one is said.
    """

    id: str
    kind: Kind
    text: str
    table: str = ""
    column: str = ""
    names: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return what changes with anything in it."""
        return blake2b(repr(self).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Hit:
    """Be one document that was found.

    `words`: its BM25 score, 0 where no word matches. `score`: from reciprocal rank fusion,
    comparable only within one answer. `copied`: it is from the copy that stands in while the
    search engine is away.
    """

    document: Document
    score: float
    words: float
    copied: bool = False


class Search(Protocol):
    """Find documents by words and by meaning; every backend passes `tests/contracts/`.

    One process at a time writes; any number find. A search is opened for one embedder, whose
    name its index remembers: what another made is not compared with it.

    Raises, all of them:
        Transient: the search engine is away or too busy.
        Misconfigured: it refuses, or the index and the settings disagree.
    """

    async def version(self) -> str:
        """Return what was last written; "" where nothing usable is there."""
        ...

    async def digests(self) -> Mapping[str, str]:
        """Return the digest of each document that is there, by its id."""
        ...

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Replace everything by `documents`, whole: nobody sees half of it, or nothing.

        `vectors`: by id; a document without one is only found by its words.
        """
        ...

    async def update(
        self,
        changed: Sequence[Document],
        vectors: Mapping[str, Vector],
        removed: Collection[str],
        version: str,
    ) -> None:
        """Write documents that are new or changed, and take others away.

        Only for few: the words of the glossary mean what they meant at the last `rebuild`.
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

        `among` is what the asker may read: nothing else takes part in the ranking. Give the
        same frozenset each time, what it stands for is remembered. Without a vector only words
        count; with one, documents come too that share no word; without a text, only meaning.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
