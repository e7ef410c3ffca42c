"""Hybrid search in this process: BM25 over words, cosine over vectors, one file on disk."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from askwell.errors import Misconfigured
from askwell.language import Tokenizer
from askwell.search import Document, Hit, Kind, Vector, weights
from askwell.search.bm25 import Floats, Words, counted
from askwell.search.file import Kept, read, write
from askwell.search.vectors import Mask, Places, Vectors, best, gathered
from askwell.search.words import name_key, names_said, search_words

_MOST_MASKS = 64


@dataclass(frozen=True, eq=False)
class _Index:
    """Hold everything of one version; replaced as a whole."""

    kept: Kept
    named: Mapping[str, Sequence[int]]
    masks: OrderedDict[tuple[frozenset[Kind], frozenset[str]], Mask] = field(
        default_factory=OrderedDict
    )

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.kept.documents

    @property
    def words(self) -> Words:
        return self.kept.words

    @property
    def vectors(self) -> Vectors:
        return self.kept.vectors

    def allowed(self, kinds: Collection[Kind], among: Collection[str]) -> Mask:
        """Return which documents take part; remembered, for it looks at every document."""
        key = frozenset(kinds), frozenset(among)
        found = self.masks.get(key)
        if found is None:
            wanted, readable = key
            which = (d.kind in wanted and d.id in readable for d in self.documents)
            found = np.fromiter(which, dtype=np.bool_, count=len(self.documents))
            while len(self.masks) >= _MOST_MASKS:
                self.masks.popitem(last=False)
            self.masks[key] = found
        return found

    def synonyms(self, said: frozenset[str], tokenizer: Tokenizer) -> list[str]:
        """Return the words of the other names of every term that is said."""
        terms = {i for key in said for i in self.named.get(key, ())}
        names = (n for i in terms if self.documents[i].kind == "term" for n in _names(self, i))
        return [word for name in names for word in search_words(name, tokenizer)]


class EmbeddedSearch:
    """Keep documents, their words and vectors in `file`; safe for many readers.

    `embedder` names what makes the vectors; "" takes any.
    """

    def __init__(self, file: Path, tokenizer: Tokenizer, embedder: str = "") -> None:
        self._file = file
        self._tokenizer = tokenizer
        self._embedder = embedder
        self._index: _Index | None = None

    async def version(self) -> str:
        """Return what was last written; "" where the file is missing, broken or another's."""
        index = await self._open()
        return index.kept.version if self._is_own(index) else ""

    async def digests(self) -> Mapping[str, str]:
        """Return the digest of each document, by its id."""
        return {d.id: d.digest for d in (await self._open()).documents}

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Write a new file beside the old one and swap it in."""
        self._index = await asyncio.to_thread(self._build, tuple(documents), vectors, version)

    async def update(
        self,
        changed: Sequence[Document],
        vectors: Mapping[str, Vector],
        removed: Collection[str],
        version: str,
    ) -> None:
        """Write the file anew; what did not change keeps its vectors."""
        old = await self._open()
        if not self._is_own(old):
            raise Misconfigured(
                f"The search index was made by {old.kept.embedder!r}, not {self._embedder!r}:"
                " their vectors do not mix. Run `askwell learn`."
            )
        gone = {*removed, *(d.id for d in changed)}
        documents = (*(d for d in old.documents if d.id not in gone), *changed)
        kept: dict[str, Vector] = {
            d.id: row.tolist()
            for i, d in enumerate(old.documents)
            if d.id not in gone and (row := old.vectors.row(i)) is not None
        }
        await self.rebuild(documents, {**kept, **vectors}, version)

    async def find(
        self,
        text: str,
        vector: Vector | None = None,
        *,
        kinds: Collection[Kind],
        among: Collection[str],
        limit: int,
    ) -> tuple[Hit, ...]:
        """Return the best documents, their ranks by words and by meaning fused."""
        index = await self._open()
        if not self._is_own(index):
            vector = None
        return await asyncio.to_thread(self._find, index, text, vector, (kinds, among), limit)

    async def close(self) -> None:
        """Let go of the memory."""
        self._index = None

    def _is_own(self, index: _Index) -> bool:
        return not self._embedder or index.kept.embedder == self._embedder

    async def _open(self) -> _Index:
        if self._index is None:
            self._index = await asyncio.to_thread(lambda: _opened(read(self._file)))
        return self._index

    def _build(
        self, documents: tuple[Document, ...], vectors: Mapping[str, Vector], version: str
    ) -> _Index:
        words = counted([search_words(d.text, self._tokenizer) for d in documents])
        keys = [[name_key(n, self._tokenizer) for n in d.names] for d in documents]
        made = gathered(documents, vectors)
        kept = Kept(version, self._embedder, documents, keys, words, made)
        write(self._file, kept)
        return _opened(kept)

    def _find(
        self,
        index: _Index,
        text: str,
        vector: Vector | None,
        wanted: tuple[Collection[Kind], Collection[str]],
        limit: int,
    ) -> tuple[Hit, ...]:
        allowed = index.allowed(*wanted)
        by_words, named = self._score(index, text)
        said = np.where(allowed & (by_words + named > 0), by_words + named, -np.inf)
        ranked = [(weights.WORDS, best(said, weights.CANDIDATES))]
        if vector is not None and len(index.vectors.places):
            _same_length(index, vector)
            near = index.vectors.nearest(vector, allowed, weights.CANDIDATES)
            ranked.append((weights.MEANING, near))
        return tuple(
            Hit(index.documents[place], score, float(by_words[place]))
            for place, score in _fused(ranked)[:limit]
        )

    def _score(self, index: _Index, text: str) -> tuple[Floats, Floats]:
        """Return each document's score by BM25, and what is added where a name of it is said."""
        said = names_said(text, self._tokenizer)
        own = dict.fromkeys(search_words(text, self._tokenizer))
        more = dict.fromkeys(index.synonyms(said, self._tokenizer))
        words = [*own, *(w for w in more if w not in own)][: weights.MOST_WORDS]
        scores = index.words.score(words, len(index.documents))
        named = np.zeros_like(scores)
        places = [p for key in said for p in index.named.get(key, ())]
        named[np.array(places, dtype=np.intp)] = weights.NAMED
        return scores, named


def _opened(kept: Kept) -> _Index:
    named: dict[str, list[int]] = {}
    for place, keys in enumerate(kept.keys):
        for key in filter(None, keys):
            named.setdefault(key, []).append(place)
    return _Index(kept, named)


def _names(index: _Index, place: int) -> tuple[str, ...]:
    return index.documents[place].names


def _fused(ranked: Sequence[tuple[float, Places]]) -> list[tuple[int, float]]:
    """Return places with their scores by reciprocal rank fusion, best first."""
    scores: dict[int, float] = {}
    for weight, order in ranked:
        for rank, place in enumerate(order.tolist(), start=1):
            scores[place] = scores.get(place, 0.0) + weight / (weights.FLATTENING + rank)
    return sorted(scores.items(), key=lambda one: (-one[1], one[0]))


def _same_length(index: _Index, vector: Vector) -> None:
    if len(vector) != index.vectors.dimensions:
        raise Misconfigured(
            f"The search index holds vectors of {index.vectors.dimensions} numbers, the question's"
            f" has {len(vector)}: another embedder made it. Run `askwell learn`."
        )
