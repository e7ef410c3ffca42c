"""Hybrid search in this process: BM25 over words, cosine over vectors, one file on disk."""

import asyncio
import json
import os
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from askwell.language import Tokenizer
from askwell.search import Document, Hit, Kind, Vector
from askwell.search.words import search_words

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

# The usual constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
_FLATTENING = 60
# Another layout of the file must not be read as this one.
_LAYOUT = 1
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class _Index:
    """Hold everything of one version; replaced as a whole."""

    version: str
    documents: tuple[Document, ...]
    vectors: Floats
    words: Any  # bm25s.BM25; None where no document holds a word

    def places(self, kinds: Collection[Kind], among: Collection[str]) -> Places:
        allowed = frozenset(among)
        return np.array(
            [i for i, d in enumerate(self.documents) if d.kind in kinds and d.id in allowed],
            dtype=np.intp,
        )


class EmbeddedSearch:
    """Keep documents, their words and vectors in `file`; safe for many readers."""

    def __init__(self, file: Path, tokenizer: Tokenizer) -> None:
        self._file = file
        self._tokenizer = tokenizer
        self._index: _Index | None = None

    async def version(self) -> str:
        """Return what `rebuild` was last given; "" where the file is missing or broken."""
        return (await self._open()).version

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Write a new file beside the old one and swap it in."""
        self._index = await asyncio.to_thread(self._build, tuple(documents), vectors, version)

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
        return await asyncio.to_thread(self._find, index, text, vector, (kinds, among), limit)

    async def close(self) -> None:
        """Let go of the memory."""
        self._index = None

    async def _open(self) -> _Index:
        if self._index is None:
            self._index = await asyncio.to_thread(_read, self._file)
        return self._index

    def _build(
        self, documents: tuple[Document, ...], vectors: Mapping[str, Vector], version: str
    ) -> _Index:
        words = [search_words(d.text, self._tokenizer) for d in documents]
        matrix = _matrix(documents, vectors)
        _write(self._file, documents, words, matrix, version)
        return _Index(version, documents, _unit(matrix), _bm25(words))

    def _find(
        self,
        index: _Index,
        text: str,
        vector: Vector | None,
        wanted: tuple[Collection[Kind], Collection[str]],
        limit: int,
    ) -> tuple[Hit, ...]:
        places = index.places(*wanted)
        by_words = _word_scores(index, search_words(text, self._tokenizer))[places]
        ranked = [np.argsort(-by_words, kind="stable")[: int((by_words > 0).sum())]]
        if vector is not None and len(places):
            own = index.vectors[places]
            near = own @ _unit(np.asarray([vector], dtype=np.float32))[0]
            meant = np.flatnonzero(own.any(axis=1))
            ranked.append(meant[np.argsort(-near[meant], kind="stable")])
        fused = np.zeros(len(places))
        for order in ranked:
            fused[order] += 1.0 / (_FLATTENING + 1 + np.arange(len(order)))
        best = [i for i in np.argsort(-fused, kind="stable")[:limit] if fused[i] > 0]
        return tuple(
            Hit(index.documents[places[i]], float(fused[i]), float(by_words[i])) for i in best
        )


def _word_scores(index: _Index, words: list[str]) -> Floats:
    known = [w for w in words if index.words and w in index.words.vocab_dict]
    if not known:
        return np.zeros(len(index.documents), dtype=np.float32)
    return np.asarray(index.words.get_scores(known), dtype=np.float32)


def _bm25(words: Sequence[list[str]]) -> Any:
    if not any(words):
        return None
    found = bm25s.BM25()
    found.index(list(words), show_progress=False)
    return found


def _matrix(documents: Sequence[Document], vectors: Mapping[str, Vector]) -> Floats:
    """Return one row a document, of zeros where it has no vector."""
    width = max(map(len, vectors.values()), default=1)
    matrix = np.zeros((len(documents), width), dtype=np.float32)
    for row, document in enumerate(documents):
        if document.id in vectors:
            matrix[row] = vectors[document.id]
    return matrix


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _write(
    file: Path,
    documents: Sequence[Document],
    words: Sequence[list[str]],
    vectors: Floats,
    version: str,
) -> None:
    body = {
        "layout": _LAYOUT,
        "version": version,
        "documents": [[d.id, d.kind, d.text, d.table, d.column] for d in documents],
        "words": words,
    }
    text = np.frombuffer(json.dumps(body, ensure_ascii=False).encode(), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as opened:
            np.savez(opened, body=text, vectors=vectors)
        os.replace(temporary, file)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _read(file: Path) -> _Index:
    """Return what `_write` wrote, or an index of nothing: it can always be built again."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            body = json.loads(stored["body"].tobytes())
            vectors = stored["vectors"]
        if body["layout"] == _LAYOUT and len(body["documents"]) == len(vectors):
            documents = tuple(Document(*fields) for fields in body["documents"])
            return _Index(body["version"], documents, _unit(vectors), _bm25(body["words"]))
    except _BROKEN:
        pass
    return _Index("", (), np.zeros((0, 1), dtype=np.float32), None)
