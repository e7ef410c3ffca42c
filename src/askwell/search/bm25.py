"""BM25 in this process: each word's documents with what it adds to their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Words:
    """Hold one column a word: `starts[n]` to `starts[n + 1]` of `places` and `scores`."""

    numbers: Mapping[str, int]
    starts: npt.NDArray[np.int64]
    places: npt.NDArray[np.int32]
    scores: Floats

    def score(self, words: Sequence[str], documents: int) -> Floats:
        """Return the score of each document."""
        found = np.zeros(documents, dtype=np.float32)
        for number in (self.numbers[word] for word in words if word in self.numbers):
            own = slice(self.starts[number], self.starts[number + 1])
            found[self.places[own]] += self.scores[own]
        return found


def counted(texts: Sequence[list[str]]) -> Words:
    """Return the words of texts, counted."""
    if not any(texts):
        none = np.zeros(0, dtype=np.int32)
        return Words({}, np.zeros(1, dtype=np.int64), none, none.astype(np.float32))
    made = bm25s.BM25()
    made.index(list(texts), show_progress=False)
    return Words(
        made.vocab_dict,
        np.asarray(made.scores["indptr"], dtype=np.int64),
        np.asarray(made.scores["indices"], dtype=np.int32),
        np.asarray(made.scores["data"], dtype=np.float32),
    )
