"""A reranker without a model: the words of the question, and what speaks against a table."""

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
# In words that few of the texts hold.
_STALE_COSTS = 3.0
_VARIANT_COSTS = 3.0
_MOST_KNOWN = 50_000


class Features:
    """Score by words, of which rare ones count more; stale copies and variants come later.

    A word is rare that few of the given texts hold. A variant is called as another one, and
    more: `orders_daily` beside `orders`. Where the question says the more, it is meant. A text
    begins with its name, as a sentence.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, frozenset[str]] = {}

    @property
    def name(self) -> str:
        """Return `features`."""
        return "features"

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    async def rerank(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Return one score a text."""
        return await asyncio.to_thread(self._scores, question, texts)

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = self._words(question)
        held = {text: self._words(text) for text in texts}
        counts = Counter(word for words in held.values() for word in words & asked)
        rare = {word: math.log(1 + len(texts) / count) for word, count in counts.items()}
        called = {_name(text): text for text in texts}
        return [
            sum(rare[word] for word in words & asked)
            - _STALE_COSTS * (bool(words & _STALE) and not asked & _STALE)
            - _VARIANT_COSTS * self._is_needless(text, called, asked)
            for text, words in ((text, held[text]) for text in texts)
        ]

    def _is_needless(
        self, text: str, called: dict[tuple[str, ...], str], asked: frozenset[str]
    ) -> bool:
        """Tell whether a text is of a variant, and the question does not say of which."""
        name = _name(text)
        plain = (called[name[:n]] for n in range(1, len(name)) if name[:n] in called)
        return any(not (self._words(text) - self._words(other)) & asked for other in plain)

    def _words(self, text: str) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            found = frozenset(search_words(text, self._tokenizer))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = found
        return found


def _name(text: str) -> tuple[str, ...]:
    return tuple(text.partition(". ")[0].split())
