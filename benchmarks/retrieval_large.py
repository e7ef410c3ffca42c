"""Measure a search over 10,000 tables and 200,000 documents, for `benchmarks.retrieval --large`.

The texts are those of the made-up warehouse, of many companies. The vectors are made up, too,
around a few hundred middles, for to embed the texts would take a quarter of an hour. So this
tells how long a search takes, not what it finds. Run it where nothing else runs, on one core:
`OPENBLAS_NUM_THREADS=1`; a server is pinned with `taskset`.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from opensearchpy import AsyncOpenSearch

from askwell.language import Tokenizer
from askwell.search import Document, Kind, Search
from askwell.search.embedded import EmbeddedSearch
from askwell.search.opensearch import OpenSearch
from askwell.search.opensearch.client import opened
from benchmarks.retrieval_catalog import catalog, questions

_TABLES, _COLUMNS, _LENGTH = 10_000, 19, 512
_COPIES = 9
_MIDDLES = 300
_SEARCHES = 300
_KINDS: dict[str, frozenset[Kind]] = {
    "everything": frozenset({"table", "column"}),
    "tables": frozenset({"table"}),
    "columns": frozenset({"column"}),
}
Floats = npt.NDArray[np.float64]


async def measure(url: str) -> None:
    """Print a Markdown table; an index of this size that OpenSearch has already is used again."""
    documents, tokenizer = tuple(_documents()), Tokenizer()
    rows = _rows(len(documents))
    vectors = {d.id: row.tolist() for d, row in zip(documents, rows, strict=True)} if url else {}
    version = f"large-{len(documents)}"
    print("| search | over | may read | p50 ms | p95 ms | own CPU p50 | own CPU p95 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        if url:
            client = opened(url, seconds=120)
            search = OpenSearch(client, tokenizer, prefix="askwell-large")
            if await search.version() != version:
                await search.rebuild(documents, vectors, version)
            await _merged(client)
            await _twin("OpenSearch", search, documents, rows)
            await search.close()
        else:
            own = EmbeddedSearch(Path(folder) / "index", tokenizer)
            started = time.perf_counter()
            await own.rebuild(documents, _ByRow(documents, rows), version)
            built = time.perf_counter() - started
            await _twin("embedded", own, documents, rows)
            print(f"\nbuilt in {built:.0f} s; {_megabytes(Path(folder)):.0f} MB")


async def _merged(client: AsyncOpenSearch) -> None:
    """Wait until the server has made one graph of many, which takes minutes at this size."""
    while (await client.cat.tasks(params={"actions": "*forcemerge*", "h": "action"})).strip():  # noqa: ASYNC110
        await asyncio.sleep(5)


class _ByRow(Mapping[str, Floats]):
    """Give the rows of a matrix by document, without a second copy."""

    def __init__(self, documents: tuple[Document, ...], rows: Floats) -> None:
        self._places = {d.id: i for i, d in enumerate(documents)}
        self._rows = rows

    def __getitem__(self, id_: str) -> Floats:
        return self._rows[self._places[id_]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


async def _twin(name: str, search: Search, documents: tuple[Document, ...], rows: Floats) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    everything = frozenset(d.id for d in documents)
    half = frozenset(d.id for d in documents if len(d.table) % 2)
    for what, kinds in _KINDS.items():
        for who, among in (("everything", everything), ("half of the tables", half)):
            taken = [t async for t in _times(search, kinds, among, rows)][_SEARCHES // 3 :]
            cells = (name, what, who, *(f for own in zip(*taken, strict=True) for f in _cells(own)))
            print("| " + " | ".join(cells) + " |", flush=True)


async def _times(search: Search, kinds: frozenset[Kind], among: frozenset[str], rows: Floats):  # type: ignore[no-untyped-def]
    """Yield each search's seconds, and those of this process's CPU; the first third warms up."""
    asked, random = questions(), np.random.default_rng(11)
    for i in range(_SEARCHES):
        near = rows[random.integers(len(rows))] + random.normal(size=_LENGTH) * 0.02
        vector, text = near.tolist(), asked[i % len(asked)].text
        start, busy = time.perf_counter(), time.process_time()
        hits = await search.find(text, vector, kinds=kinds, among=among, limit=10)
        yield time.perf_counter() - start, time.process_time() - busy
        assert len(hits) == 10


def _cells(times: tuple[float, ...]) -> tuple[str, str]:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times) * 1000:.1f}", f"{p95 * 1000:.1f}"


def _documents() -> Iterator[Document]:
    for table in islice(catalog(_COPIES).tables, _TABLES):
        label = f"{table.label.ko}. {table.label.en}"
        names = (table.label.ko, table.label.en)
        yield Document(f"table:{table.name}", "table", label, table.name, names=names)
        for i in range(_COLUMNS):
            field = table.columns[i % len(table.columns)]
            name = f"{field.name}_{i}"
            text = f"{name}. {field.label.ko}. {field.label.en}. {table.name}"
            id_ = f"column:{table.name}.{name}"
            yield Document(id_, "column", text, table.name, name, (name, field.label.ko))


def _rows(count: int) -> Floats:
    random = np.random.default_rng(7)
    middles = random.normal(size=(_MIDDLES, _LENGTH))
    rows = middles[random.integers(_MIDDLES, size=count)] + random.normal(size=(count, _LENGTH))
    found: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).round(5)
    return found


def _megabytes(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20
