"""The catalog as documents that can be found, and the index that holds them."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from askwell.domain.catalog import Catalog, Column, Metric, Table, Term
from askwell.domain.noun import Label
from askwell.errors import Transient
from askwell.knowledge.telling import name_words
from askwell.language import Tokenizer
from askwell.models.embedder import Embedder
from askwell.models.reranker import Reranker
from askwell.search import Document, Search, Vector

_VALUES_A_COLUMN = 50
_VALUES_IN_ALL = 5_000
_VALUE_LETTERS = 100
# Up to this part of all documents is written into the index as it stands.
_FEW_CHANGES = 0.2
# Seconds for which an index that was right is not looked at again.
_SEEN = 30.0
_ANY = ""  # a version of the index, whichever it is


@dataclass(frozen=True)
class Index:
    """Hold what finding takes; call `refresh` after each new catalog.

    `is_shared`: other processes search the same index. Then whoever learns writes it, before the
    catalog is published; whoever answers takes what is there, which may be newer than its catalog.
    """

    search: Search
    embedder: Embedder
    tokenizer: Tokenizer
    reranker: Reranker | None = None
    is_shared: bool = False
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _seen: dict[str, float] = field(default_factory=dict)

    async def refresh(self, catalog: Catalog) -> None:
        """Index the whole catalog, unless this version is indexed already.

        Where little has changed only that is written. What another process has indexed since
        is noticed within half a minute.
        """
        async with self._refreshing:
            version = f"{catalog.version}:{self.embedder.name}"
            if catalog.version and self._seen.get(version, -_SEEN) > time.monotonic() - _SEEN:
                return
            known = await self.search.version()
            if not catalog.version or known != version:
                await self._write(documents(catalog), version, afresh=not known)
            self._seen.clear()
            self._seen[version] = time.monotonic()

    async def ready(self, catalog: Catalog) -> None:
        """Do as `refresh`, for a question: what is indexed will do while nothing can be written.

        Raises:
            Transient: nothing is indexed at all, and the search engine is away.
        """
        if self.is_shared and await self._is_usable():
            return
        try:
            await self.refresh(catalog)
        except Transient:
            if not await self.search.version():
                raise

    async def _is_usable(self) -> bool:
        looked = self._seen.get(_ANY, -_SEEN)
        if looked > time.monotonic() - _SEEN:
            return True
        if not await self.search.version():
            return False
        self._seen[_ANY] = time.monotonic()
        return True

    async def close(self) -> None:
        """Let go of the search and of who embeds and reranks for it."""
        await self.search.close()
        await self.embedder.close()
        if self.reranker:
            await self.reranker.close()

    async def _write(self, found: Sequence[Document], version: str, *, afresh: bool) -> None:
        there = {} if afresh else await self.search.digests()
        changed = [d for d in found if there.get(d.id) != d.digest]
        removed = there.keys() - {d.id for d in found}
        few = len(changed) + len(removed) <= _FEW_CHANGES * len(there)
        if few and not any(d.kind == "term" for d in changed):
            await self.search.update(changed, await self._vectors(changed), removed, version)
        else:
            await self.search.rebuild(found, await self._vectors(found), version)

    async def _vectors(self, found: Sequence[Document]) -> dict[str, Vector]:
        meant = [d for d in found if d.kind != "value"]
        vectors = await self.embedder.embed([d.text for d in meant])
        return {d.id: v for d, v in zip(meant, vectors, strict=True)}


def documents(catalog: Catalog) -> tuple[Document, ...]:
    """Return everything in a catalog that can be found, in its order.

    Nothing in a document depends on what else an asker may read: the documents of a readable
    catalog are among those of the whole one.
    """
    values = [d for t in catalog.tables for c in t.columns for d in _values(t, c)]
    return (
        *(_table(t) for t in catalog.tables),
        *(_column(t, c) for t in catalog.tables for c in t.columns),
        *values[:_VALUES_IN_ALL],
        *(_metric(m) for m in catalog.metrics),
        *(_term(t) for t in catalog.terms),
        *(
            Document(f"context:{c.name}", "context", _joined(*both(c.title), *both(c.text)))
            for c in catalog.contexts
        ),
        *(
            Document(f"verified:{v.name}", "verified", _joined(*v.questions, *both(v.label)))
            for v in catalog.verified
        ),
    )


def both(label: Label) -> tuple[str, str]:
    """Return the Korean and the English text of a label."""
    return label.ko, label.en


def _named(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.strip() for n in names if n.strip()))


def _joined(*texts: str) -> str:
    return ". ".join(dict.fromkeys(t.strip() for t in texts if t.strip()))


def _table(table: Table) -> Document:
    names = (name_words(table.name), *both(table.label), *table.synonyms)
    text = _joined(*names, table.description)
    return Document(f"table:{table.name}", "table", text, table.name, names=_named(*names))


def _column(table: Table, column: Column) -> Document:
    names = (name_words(column.name), *both(column.label), *column.synonyms)
    text = _joined(*names, column.description, name_words(table.name))
    place = f"column:{table.name}.{column.name}"
    return Document(place, "column", text, table.name, column.name, _named(*names))


def _values(table: Table, column: Column) -> Iterator[Document]:
    if column.values is None or column.pii:
        return
    for value in column.values.values[:_VALUES_A_COLUMN]:
        if isinstance(value.stored, str):
            names = (value.stored[:_VALUE_LETTERS], *both(value.label), *value.synonyms)
            place = f"value:{table.name}.{column.name}={value.stored[:_VALUE_LETTERS]}"
            own = (table.name, column.name, _named(*names))
            yield Document(place, "value", _joined(*names), *own)


def _metric(metric: Metric) -> Document:
    names = (name_words(metric.name), *both(metric.label), *metric.synonyms)
    text = _joined(*names, metric.description)
    return Document(f"metric:{metric.name}", "metric", text, names=_named(*names))


def _term(term: Term) -> Document:
    names = (*both(term.label), *term.synonyms, *term.abbreviations)
    text = _joined(*names, *both(term.definition))
    return Document(f"term:{term.name}", "term", text, names=_named(*names))
