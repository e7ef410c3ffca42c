"""English words: splitting and lemmas, without loading a Korean model."""

import re
from functools import lru_cache

import simplemma

WORD = re.compile(
    r"""
      \d+(?:[.,]\d+)+[^\W\d_]*      # 1,000  2.5m
    | [^\W_]+(?:_[^\W_]+)*          # users  10k  Q3  user_id
    | ['’](?:s|re|ll|ve|d|t|m)\b    # what's
    | \S
    """,
    re.VERBOSE,
)
_NOT_PLURAL = ("ss", "us", "is", "os")


@lru_cache(maxsize=4096)
def lemma(word: str) -> str:
    """Return the dictionary form, lower case: `Users` is `user`, `paid` is `pay`."""
    lower = word.lower()
    found = str(simplemma.lemmatize(lower, lang="en"))
    unknown_plural = found == lower and len(lower) > 3 and lower.endswith("s")
    if unknown_plural and not lower.endswith(_NOT_PLURAL):
        return lower[:-1]
    return found
