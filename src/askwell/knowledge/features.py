"""A reranker without a model: which words of the question a text holds, and if it is stale."""

import asyncio
import math
from collections import Counter
from collections.abc import Sequence

from askwell.language import Tokenizer
from askwell.search.words import search_words

# What says of a table that another one is meant, in either language, unless the question says it.
_STALE_WORDS = """
bak backup old copy tmp temp temporary deprecate deprecated obsolete archive unused
백업 임시 복사 복사본 옛 옛날 예전 폐기
"""
_STALE = frozenset(_STALE_WORDS.split())
_STALE_COSTS = 1.0
# Of two texts that hold the same words of a question, the one that says less else is nearer.
_ELSE_COSTS = 0.02
_MOST_KNOWN = 50_000


class Features:
    """Score by words: rare ones count more; what else a text says, and staleness, count against.

    A word is rare that few of the given texts hold.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, frozenset[str]] = {}

    @property
    def name(self) -> str:
        """Return `features`."""
        return "features"

    async def rerank(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Return one score a text."""
        return await asyncio.to_thread(self._scores, question, texts)

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = self._words(question)
        held = [self._words(text) for text in texts]
        counts = Counter(word for words in held for word in words & asked)
        rare = {word: math.log(1 + len(texts) / count) for word, count in counts.items()}
        return [_score(words, asked, rare) for words in held]

    def _words(self, text: str) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            found = frozenset(search_words(text, self._tokenizer))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = found
        return found


def _score(words: frozenset[str], asked: frozenset[str], rare: dict[str, float]) -> float:
    said = sum(rare[word] for word in words & asked)
    stale = bool(words & _STALE) and not asked & _STALE
    return said - _ELSE_COSTS * len(words - asked) - _STALE_COSTS * stale
