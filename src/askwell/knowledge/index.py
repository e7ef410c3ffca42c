"""The catalog as documents that can be found, and the index that holds them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from askwell.domain.catalog import Catalog, Column, Metric, Table, Term
from askwell.domain.noun import Label
from askwell.knowledge.telling import name_words
from askwell.language import Tokenizer
from askwell.models.embedder import Embedder
from askwell.search import Document, Search

_VALUES_A_COLUMN = 50
_VALUES_IN_ALL = 5_000
_VALUE_LETTERS = 100


@dataclass(frozen=True)
class Index:
    """Hold what finding takes; call `refresh` after each new catalog."""

    search: Search
    embedder: Embedder
    tokenizer: Tokenizer
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, catalog: Catalog) -> None:
        """Rebuild from the whole catalog, unless this version is indexed already."""
        async with self._refreshing:
            version = f"{catalog.version}:{self.embedder.name}"
            if not catalog.version or await self.search.version() != version:
                found = documents(catalog)
                meant = [d for d in found if d.kind != "value"]
                vectors = await self.embedder.embed([d.text for d in meant])
                by_id = {d.id: v for d, v in zip(meant, vectors, strict=True)}
                await self.search.rebuild(found, by_id, version)


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


def _joined(*texts: str) -> str:
    return ". ".join(dict.fromkeys(t.strip() for t in texts if t.strip()))


def _table(table: Table) -> Document:
    names = (name_words(table.name), *both(table.label), *table.synonyms)
    return Document(f"table:{table.name}", "table", _joined(*names, table.description), table.name)


def _column(table: Table, column: Column) -> Document:
    names = (name_words(column.name), *both(column.label), *column.synonyms)
    text = _joined(*names, column.description, name_words(table.name))
    place = f"column:{table.name}.{column.name}"
    return Document(place, "column", text, table.name, column.name)


def _values(table: Table, column: Column) -> Iterator[Document]:
    if column.values is None or column.pii:
        return
    for value in column.values.values[:_VALUES_A_COLUMN]:
        if isinstance(value.stored, str):
            text = _joined(value.stored[:_VALUE_LETTERS], *both(value.label), *value.synonyms)
            place = f"value:{table.name}.{column.name}={value.stored[:_VALUE_LETTERS]}"
            yield Document(place, "value", text, table.name, column.name)


def _metric(metric: Metric) -> Document:
    names = (name_words(metric.name), *both(metric.label), *metric.synonyms)
    return Document(f"metric:{metric.name}", "metric", _joined(*names, metric.description))


def _term(term: Term) -> Document:
    names = (*both(term.label), *term.synonyms, *term.abbreviations)
    return Document(f"term:{term.name}", "term", _joined(*names, *both(term.definition)))
