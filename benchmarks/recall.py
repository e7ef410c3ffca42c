"""Measure what recall finds: `python -m benchmarks.recall CASES.csv CATALOGS`.

CATALOGS is a folder with one learned catalog a database, `DATABASE.json`. A question counts
as found where all tables (columns) that one of its accepted queries reads were recalled; it
could be where those fit into the budget at all. An optional third argument takes each n-th.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.evaluation.cases import Case, load, variants
from askwell.knowledge.index import Index
from askwell.knowledge.recall import BUDGET, NAMES_SHARE, Recaller
from askwell.knowledge.schema_text import least_tokens, schema_text
from askwell.language import Tokenizer
from askwell.language.prompt_tokens import prompt_tokens
from askwell.models.usem3 import USEM3
from askwell.search import Document, Hit, Kind, Search, Vector
from askwell.search.embedded import EmbeddedSearch
from askwell.sql.parse import parse
from askwell.sql.scopes import reads
from benchmarks.schemas import merged

_SHARES = (0.25, 0.5)
# The first ones select the fewest columns, so they ask for least.
_VARIANTS = 3
_RANKED_BY = {"words": (True, False), "meaning": (False, True), "both": (True, True)}
Reads = frozenset[ColumnRef]
Wanted = Mapping[str, Sequence[Reads]]


@dataclass(frozen=True)
class Half:
    """Be a search that may use only words, or only meaning."""

    search: Search
    words: bool
    meaning: bool

    async def version(self) -> str:
        return await self.search.version()

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        await self.search.rebuild(documents, vectors, version)

    async def find(
        self,
        text: str,
        vector: Vector | None = None,
        *,
        kinds: Collection[Kind],
        among: Collection[str],
        limit: int,
    ) -> tuple[Hit, ...]:
        said, near = text if self.words else "", vector if self.meaning else None
        return await self.search.find(said, near, kinds=kinds, among=among, limit=limit)

    async def close(self) -> None:
        await self.search.close()


@dataclass(frozen=True)
class Found:
    """Hold what became of one question."""

    could: bool
    tables: bool
    columns: bool
    tokens: int
    seconds: float


def main() -> None:
    step = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    cases, folder = load(Path(sys.argv[1]))[::step], Path(sys.argv[2])
    names = sorted({c.database for c in cases})
    catalogs = {n: _load(folder / f"{n}.json") for n in names}
    print("| schema | ranked by | could be | tables found | columns found | tokens | ms, median |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    asyncio.run(_print(cases, catalogs))


async def _print(cases: Sequence[Case], catalogs: Mapping[str, Catalog]) -> None:
    async for schema, ranked, found in _measured(cases, catalogs):
        print("| " + " | ".join((schema, ranked, *_cells(found))) + " |", flush=True)


def _load(path: Path) -> Catalog:
    return Catalog.model_validate_json(path.read_text("utf-8"))


async def _measured(
    cases: Sequence[Case], catalogs: Mapping[str, Catalog]
) -> AsyncIterator[tuple[str, str, list[Found]]]:
    large = merged(catalogs)
    wanted = {c.id: tuple(_reads(c, catalogs[c.database])) for c in cases}
    moved = {c.id: tuple(_moved(r, c.database) for r in wanted[c.id]) for c in cases}
    for ranked in _RANKED_BY:
        for share in _SHARES:
            cut = []
            for name, catalog in catalogs.items():
                own = [c for c in cases if c.database == name]
                budget = int(sum(least_tokens(catalog).values()) * share / NAMES_SHARE)
                cut += await _run(own, wanted, catalog, ranked, budget)
            yield f"{share:.0%} of each", ranked, cut
        yield "100 tables", ranked, await _run(cases, moved, large, ranked, BUDGET)


async def _run(
    cases: Sequence[Case], wanted: Wanted, catalog: Catalog, ranked: str, budget: int
) -> list[Found]:
    tokenizer = Tokenizer()
    with tempfile.TemporaryDirectory() as folder:
        search = EmbeddedSearch(Path(folder) / "search.npz", tokenizer)
        index = Index(Half(search, *_RANKED_BY[ranked]), USEM3(), tokenizer)
        await index.refresh(catalog)
        recaller = Recaller(catalog, index, budget_tokens=budget)
        room = int(budget * NAMES_SHARE)
        return [await _found(c, wanted[c.id], catalog, recaller, room) for c in cases]


async def _found(
    case: Case, wanted: Sequence[Reads], catalog: Catalog, recaller: Recaller, room: int
) -> Found:
    start = time.perf_counter()
    recalled = await recaller.recall(case.question)
    seconds = time.perf_counter() - start
    shown, tables = frozenset(recalled.columns), set(recalled.tables)
    costs = least_tokens(catalog)
    needed = [
        sum(costs[r] for t in {r.table for r in some} for r in catalog.table_named[t].refs)
        for some in wanted
    ]
    return Found(
        could=min(needed) <= room,
        tables=any({ref.table for ref in some} <= tables for some in wanted),
        columns=any(some <= shown for some in wanted),
        tokens=prompt_tokens(schema_text(catalog, recalled)),
        seconds=seconds,
    )


def _reads(case: Case, catalog: Catalog) -> Iterator[Reads]:
    """Yield the columns that each accepted query reads."""
    for folded in case.accepted:
        for sql in variants(folded)[:_VARIANTS]:
            yield frozenset(reads(parse(sql, catalog.dialect), catalog))


def _moved(refs: Reads, prefix: str) -> Reads:
    return frozenset(ColumnRef(table=f"{prefix}_{r.table}", column=r.column) for r in refs)


def _cells(found: Sequence[Found]) -> tuple[str, ...]:
    count = len(found)
    return (
        f"{sum(f.could for f in found) / count:.0%}",
        f"{sum(f.tables for f in found) / count:.0%}",
        f"{sum(f.columns for f in found) / count:.0%}",
        str(max(f.tokens for f in found)),
        f"{statistics.median(f.seconds for f in found) * 1000:.0f}",
    )


if __name__ == "__main__":
    main()
