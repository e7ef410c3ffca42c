"""The nearest of many vectors, in this process: a coarse scan, then the exact angle of the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from askwell.search import Document, Vector

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# Up to so many rows, a scan of everything takes a few milliseconds.
_FEW = 20_000
# Of more rows, their main directions are scanned; so many times too many are looked at exactly.
_DIRECTIONS = 96
_WIDER = 20
_SAMPLE = 20_000


@dataclass(frozen=True, eq=False)
class Vectors:
    """Hold unit vectors of some documents.

    `places`: whose each row is; `rows`: exact enough in half precision; `basis`: the directions
    in which they differ most; `coarse`: the rows along these.
    """

    places: Places
    rows: npt.NDArray[np.float16] | Floats
    basis: Floats
    coarse: Floats

    @property
    def dimensions(self) -> int:
        """Return the length of each vector."""
        return int(self.rows.shape[1])

    def nearest(self, vector: Vector, allowed: Mask, count: int) -> Places:
        """Return the places of the nearest documents among the allowed ones, nearest first."""
        asked = unit(np.asarray([vector], dtype=np.float32))[0]
        open_ = allowed[self.places]
        if not len(self.coarse):
            rough = np.where(open_, self.rows @ asked, -np.inf)
            return self.places[best(rough, count)]
        rough = np.where(open_, self.coarse @ (self.basis @ asked), -np.inf)
        wide = best(rough, count * _WIDER)
        exact = self.rows[wide].astype(np.float32) @ asked
        return self.places[wide[best(exact, count)]]

    def row(self, place: int) -> Floats | None:
        """Return the vector of one document, or None."""
        found = np.searchsorted(self.places, place)
        if found == len(self.places) or self.places[found] != place:
            return None
        return np.asarray(self.rows[found], dtype=np.float32)


def gathered(documents: Sequence[Document], vectors: Mapping[str, Vector]) -> Vectors:
    """Return the vectors of documents, which may lack one or have one without direction."""
    known = [(i, vectors[d.id]) for i, d in enumerate(documents) if d.id in vectors]
    places = np.array([i for i, _ in known], dtype=np.intp)
    width = max((len(v) for _, v in known), default=1)
    rows = np.asarray([v for _, v in known], dtype=np.float32).reshape(len(known), width)
    some = rows.any(axis=1)
    return made(places[some], unit(rows[some]))


def made(places: Places, rows: Floats) -> Vectors:
    """Return vectors, with their main directions where they are many."""
    none = np.zeros((0, 0), dtype=np.float32)
    if len(rows) <= _FEW or rows.shape[1] <= _DIRECTIONS:
        return Vectors(places, rows, none, none)
    sample = rows[:: max(len(rows) // _SAMPLE, 1)]
    _, directions = np.linalg.eigh(sample.T @ sample)  # ascending
    basis = np.ascontiguousarray(directions[:, -_DIRECTIONS:].T, dtype=np.float32)
    return Vectors(places, rows.astype(np.float16), basis, np.ascontiguousarray(rows @ basis.T))


def best(scores: npt.NDArray[np.floating], count: int) -> Places:
    """Return the places of the best finite scores, best first, ties by place."""
    some = np.flatnonzero(np.isfinite(scores))
    if len(some) > count:
        least = np.partition(scores[some], len(some) - count)[len(some) - count]
        some = some[scores[some] >= least]
    return some[np.argsort(-scores[some], kind="stable")][:count]


def unit(rows: Floats) -> Floats:
    """Return rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)
