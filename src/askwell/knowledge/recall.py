"""Find what a writer of SQL needs to know for one question, within a budget of tokens."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.recall import JoinPath, Recalled
from askwell.knowledge.cutting import Evidence, chosen, ranked_tables
from askwell.knowledge.index import Index, documents
from askwell.knowledge.joins import keys, neighbours
from askwell.knowledge.linking import Linker, spans
from askwell.knowledge.notes import KINDS, examples, notes
from askwell.knowledge.rerank import reranked
from askwell.knowledge.schema_text import least_tokens
from askwell.language import computed_words, detect, is_function_word
from askwell.search import Hit, Kind, Vector
from askwell.search.words import search_words

BUDGET = 5_000
# A small schema is described in about so many tokens. A larger one may cost half as much again
# as its names, or nothing could be said of its columns.
_ENOUGH = 1_200
_DESCRIBED = 1.5
# Of the budget for a cut schema, the part for names and keys; the rest describes them.
NAMES_SHARE = 0.6
_HITS = 100
# Of the question's words, the part that a text which is about it says.
_MOST = 0.65


class Recaller:
    """Recall from one readable catalog; build it once for all who have the same rights.

    `index` may hold more than the catalog: nothing else takes part.
    """

    def __init__(self, catalog: Catalog, index: Index, *, budget_tokens: int = BUDGET) -> None:
        self._catalog = catalog
        self._index = index
        self._budget = budget_tokens
        self._documents = documents(catalog)
        self._told = {d.table: d.text for d in self._documents if d.kind == "table"}
        self._ids = frozenset(document.id for document in self._documents)
        self._keys = keys(catalog)
        self._around = neighbours(self._keys)
        self._linker = Linker(catalog)
        self._costs = least_tokens(catalog)
        self._cost = sum(self._costs.values())
        self._half = int(min(self._budget, self._cost / NAMES_SHARE) / 2)
        self._room = int(max(self._cost * _DESCRIBED if self._cost > _ENOUGH else 0, _ENOUGH))

    async def recall(self, question: str, *, halved: bool = False) -> Recalled:
        """Return the part of the catalog that fits a question.

        A schema of which the names, types and keys fit into the budget goes whole, the same
        for every question. Of a larger one the best tables go, with what joins them; `halved`:
        half of what would have gone.
        """
        budget = self._half if halved else self._budget
        whole = self._cost <= budget
        hits = await self._find(question, by_meaning=not whole)
        said = spans(question, self._index.tokenizer)
        linked, names = self._linker.values(said), self._linker.named(said)
        columns = tuple(self._costs)
        if not whole:
            evidence = await self._looked_again(question, Evidence(hits, linked, names))
            room = int(budget * NAMES_SHARE)
            columns = chosen(self._catalog, evidence, self._around, self._costs, room)
        language = detect(question) or "en"
        return Recalled(
            columns=columns,
            whole=whole,
            room=self._room if whole else budget,
            values=linked,
            joins=self._joins(columns),
            notes=notes(self._catalog, hits, language, self._concerns(question)),
            examples=examples(self._catalog, hits, language),
            unknown=await asyncio.to_thread(self._unknown, question),
            best=max(
                float(bool(linked or names.tables or names.columns)),
                *(h.words for h in hits if h.document.table),
                0.0,
            ),
            copied=any(hit.copied for hit in hits),
        )

    def _concerns(self, question: str) -> Callable[[str], bool]:
        """Return what tells whether a text is about a question.

        It is if it shares a word that is no name of the schema, or most of the question's words.
        """
        tokenizer = self._index.tokenizer
        asked = frozenset(
            word
            for word in search_words(question, tokenizer)
            if not is_function_word(word) and word not in computed_words()
        )

        def concerns(text: str) -> bool:
            shared = asked & {*search_words(text, tokenizer)}
            return bool(shared - self._names) or len(shared) >= _MOST * len(asked)

        return concerns

    @cached_property
    def _names(self) -> frozenset[str]:
        """Return every word that a table or column is called by."""
        names = (n for t in self._catalog.tables for n in (t.name, *(c.name for c in t.columns)))
        return frozenset(w for n in names for w in search_words(n, self._index.tokenizer))

    def _unknown(self, question: str) -> tuple[str, ...]:
        tokens = [t for t in self._index.tokenizer.tokens(question) if t.content]
        words = {t.text: search_words(t.text, self._index.tokenizer) for t in tokens}
        return tuple(text for text, own in words.items() if own and not {*own} & self._words)

    @cached_property
    def _words(self) -> frozenset[str]:
        """Return every word that something readable is said with."""
        tokenizer = self._index.tokenizer
        return frozenset(w for d in self._documents for w in search_words(d.text, tokenizer))

    async def _find(self, question: str, *, by_meaning: bool) -> tuple[Hit, ...]:
        """Return the hits of every kind, each kind's best first."""
        vector: Vector | None = None
        if by_meaning:
            [vector] = await self._index.embedder.embed([question], asked=True)
        find = partial(self._index.search.find, question, vector, among=self._ids, limit=_HITS)
        kinds: tuple[Kind, ...] = ("table", "column", "value", *KINDS)
        found = await asyncio.gather(*(find(kinds={kind}) for kind in kinds))
        return tuple(hit for hits in found for hit in hits)

    async def _looked_again(self, question: str, evidence: Evidence) -> Evidence:
        found = ranked_tables(evidence)
        order = await reranked(question, found, self._told, self._index.reranker)
        return replace(evidence, order=order)

    def _joins(self, columns: tuple[ColumnRef, ...]) -> tuple[JoinPath, ...]:
        shown = frozenset(columns)
        return tuple(join for join in self._keys if {join.left, join.right} <= shown)
