"""Measure retrieval: `python -m benchmarks.retrieval [URL]`, and `--large` for its speed.

URL is an OpenSearch server; without one only the embedded twin is measured. What is found is
tables: of each question one table is needed, among look-alikes, summaries and stale copies.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from askwell.domain.catalog import Catalog
from askwell.grounding.lexicon import surfaces
from askwell.knowledge.cutting import Evidence, ranked_tables
from askwell.knowledge.features import Features
from askwell.knowledge.index import Index, documents
from askwell.knowledge.linking import Linker, spans
from askwell.knowledge.rerank import reranked
from askwell.language import Tokenizer
from askwell.models.usem3 import USEM3
from askwell.search import Hit, Search, Vector
from askwell.search.embedded import EmbeddedSearch
from askwell.search.opensearch import OpenSearch
from askwell.search.opensearch.client import opened
from benchmarks import retrieval_large
from benchmarks.retrieval_catalog import Asked, catalog, questions

_WIDE = 100
_PREFIX = "askwell-benchmark"


@dataclass(frozen=True)
class Found:
    """Hold what became of one question: the tables, best first, and how long it took."""

    asked: Asked
    tables: Sequence[str]
    seconds: float

    def rank(self) -> int:
        """Return the place of the needed table from 1, or 0."""
        places = (i for i, t in enumerate(self.tables, start=1) if t in self.asked.needed)
        return next(places, 0)


def main() -> None:
    arguments = [a for a in sys.argv[1:] if a != "--large"]
    url = arguments[0] if arguments else ""
    measure = retrieval_large.measure if "--large" in sys.argv else _measure
    asyncio.run(measure(url))


async def _measure(url: str) -> None:
    whole, tokenizer = catalog(), Tokenizer()
    tokenizer = Tokenizer(surfaces(whole))
    asked = questions()
    korean = sum(q.korean for q in asked)
    print(f"{len(whole.tables)} tables, {len(documents(whole))} documents,")
    print(f"{len(asked)} questions, {korean} of them in Korean,")
    unseen = sum(q.unseen for q in asked)
    print(f"{unseen} of them of trades that nobody had seen who chose how to rank\n")
    print("| search | ranked by | recall@5 | recall@10 | unseen | MRR | p50 ms | p95 ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        twins: dict[str, Search] = {"embedded": EmbeddedSearch(Path(folder) / "index", tokenizer)}
        if url:
            twins["OpenSearch"] = OpenSearch(opened(url, seconds=60), tokenizer, prefix=_PREFIX)
        for name, search in twins.items():
            await _twin(name, search, whole, tokenizer, asked)
            await search.close()


async def _twin(
    name: str, search: Search, whole: Catalog, tokenizer: Tokenizer, asked: Sequence[Asked]
) -> None:
    index = Index(search, USEM3(), tokenizer, Features(tokenizer))
    await index.refresh(whole)
    arms = _arms(index, whole)
    for arm, ranked in arms.items():
        for question in asked[:10]:
            await ranked(question.text)  # warm
        found = [await _found(q, ranked) for q in asked]
        print(f"| {name} | {arm} | " + " | ".join(_cells(found)) + " |", flush=True)
        for language in (True, False):
            own = [f for f in found if f.asked.korean is language]
            if arm.startswith("all of it"):
                said = "Korean" if language else "English"
                print(f"| | {said} | " + " | ".join(_cells(own)) + " |", flush=True)


Ranked = Callable[[str], Awaitable[Sequence[str]]]


def _arms(index: Index, whole: Catalog) -> Mapping[str, Ranked]:
    """Return the ways to rank tables, from each arm alone to what `Recaller` does."""
    ids = frozenset(d.id for d in documents(whole))
    told = {d.table: d.text for d in documents(whole) if d.kind == "table"}

    linker = Linker(whole)

    async def find(text: str, vector: Vector | None, kind: str) -> tuple[Hit, ...]:
        kinds = {kind}
        return await index.search.find(text, vector, kinds=kinds, among=ids, limit=_WIDE)  # type: ignore[arg-type]

    async def words(question: str) -> Sequence[str]:
        return [h.document.table for h in await find(question, None, "table")]

    async def meaning(question: str) -> Sequence[str]:
        [vector] = await index.embedder.embed([question], asked=True)
        return [h.document.table for h in await find("", vector, "table")]

    async def fused(question: str) -> Sequence[str]:
        [vector] = await index.embedder.embed([question], asked=True)
        return [h.document.table for h in await find(question, vector, "table")]

    async def all_kinds(question: str) -> Sequence[str]:
        [vector] = await index.embedder.embed([question], asked=True)
        hits = [h for k in ("table", "column", "value") for h in await find(question, vector, k)]
        said = spans(question, index.tokenizer)
        return ranked_tables(Evidence(hits, linker.values(said), linker.named(said)))

    async def again(question: str) -> Sequence[str]:
        return await reranked(question, await fused(question), told, index.reranker)

    async def all_again(question: str) -> Sequence[str]:
        return await reranked(question, await all_kinds(question), told, index.reranker)

    return {
        "words": words,
        "vectors": meaning,
        "fused": fused,
        "fused, reranked": again,
        "fused, with columns and values": all_kinds,
        "all of it, reranked (`Recaller`)": all_again,
    }


async def _found(asked: Asked, ranked: Ranked) -> Found:
    start = time.perf_counter()
    tables = await ranked(asked.text)
    return Found(asked, tables, time.perf_counter() - start)


def _cells(found: Sequence[Found]) -> tuple[str, ...]:
    ranks = [f.rank() for f in found]
    times = [f.seconds for f in found]
    return (
        _recall(ranks, 5),
        _recall(ranks, 10),
        _recall([f.rank() for f in found if f.asked.unseen], 10),
        f"{sum(1 / r for r in ranks if r) / len(ranks):.3f}",
        f"{statistics.median(times) * 1000:.1f}",
        f"{statistics.quantiles(times, n=20)[-1] * 1000:.1f}",
    )


def _recall(ranks: Sequence[int], among: int) -> str:
    return f"{sum(0 < r <= among for r in ranks) / len(ranks):.3f}"


if __name__ == "__main__":
    main()
