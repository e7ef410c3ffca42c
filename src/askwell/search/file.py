"""One index as one file: everything of one version, written whole."""

import json
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from askwell.search import Document, Kind
from askwell.search.bm25 import Words, counted
from askwell.search.vectors import Vectors, gathered

# Another layout of the file must not be read as this one.
_LAYOUT = 2
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, eq=False)
class Kept:
    """Hold what is in a file. `keys`: those of each document's names."""

    version: str
    embedder: str
    documents: tuple[Document, ...]
    keys: Sequence[Sequence[str]]
    words: Words
    vectors: Vectors


def write(file: Path, kept: Kept) -> None:
    """Write beside the old file, then swap: a reader has either."""
    body = {
        "layout": _LAYOUT,
        "version": kept.version,
        "embedder": kept.embedder,
        "documents": [[d.id, d.kind, d.text, d.table, d.column, d.names] for d in kept.documents],
        "keys": kept.keys,
        "words": list(kept.words.numbers),
    }
    text = np.frombuffer(json.dumps(body, ensure_ascii=False).encode(), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as opened:
            np.savez(
                opened,
                body=text,
                numbers=np.array(list(kept.words.numbers.values()), dtype=np.int64),
                **{name: getattr(kept.words, name) for name in ("starts", "places", "scores")},
                **{
                    f"vector_{name}": getattr(kept.vectors, name)
                    for name in ("places", "rows", "basis", "coarse")
                },
            )
        os.replace(temporary, file)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read(file: Path) -> Kept:
    """Return what `write` wrote, or an index of nothing: it can always be built again."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            body = json.loads(stored["body"].tobytes())
            if body["layout"] == _LAYOUT:
                numbers = dict(zip(body["words"], stored["numbers"].tolist(), strict=True))
                parts = (stored[name] for name in ("starts", "places", "scores"))
                vectors = (
                    stored[f"vector_{name}"] for name in ("places", "rows", "basis", "coarse")
                )
                return Kept(
                    body["version"],
                    body["embedder"],
                    tuple(_document(*fields) for fields in body["documents"]),
                    body["keys"],
                    Words(numbers, *parts),
                    Vectors(*vectors),
                )
    except _BROKEN:
        pass
    return Kept("", "", (), (), counted([]), gathered((), {}))


def _document(
    id_: str, kind: Kind, text: str, table: str, column: str, names: Sequence[str]
) -> Document:
    return Document(id_, kind, text, table, column, tuple(names))
