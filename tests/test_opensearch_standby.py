"""OpenSearch goes away and comes back; questions go on from the copy on disk."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from askwell.domain.catalog import Catalog
from askwell.knowledge.index import Index
from askwell.knowledge.recall import Recaller
from askwell.language import Tokenizer
from askwell.models.usem3 import USEM3
from askwell.search import Document, Hit
from askwell.search.embedded import EmbeddedSearch
from askwell.search.opensearch import OpenSearch
from askwell.search.opensearch.client import opened
from askwell.search.standby import Standby
from servers.opensearch_server import is_ready, start, temporary_opensearch
from shop_catalog import shop

TOKENIZER = Tokenizer()
SECONDS = 2.0


def opened_standby(url: str, file: Path) -> Standby:
    first = OpenSearch(opened(url, seconds=30), TOKENIZER, embedder="usem3")
    return Standby(first, EmbeddedSearch(file, TOKENIZER, "usem3"), seconds=SECONDS, pause=0.2)


async def ask(search: Standby) -> tuple[Hit, ...]:
    return await search.find("stores", kinds={"table"}, among={"table:stores"}, limit=3)


def came_up(port: int) -> None:
    until = time.monotonic() + 120
    while not is_ready(port):
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.fixture
def served() -> Iterator[tuple[str, "subprocess.Popen[bytes]", Path]]:
    with temporary_opensearch() as server:
        yield server


async def test_answers_go_on_while_it_hangs_or_is_dead_and_it_comes_back_by_itself(
    served: tuple[str, "subprocess.Popen[bytes]", Path], tmp_path: Path
) -> None:
    url, process, home = served
    search, catalog = opened_standby(url, tmp_path / "copy"), shop()
    index = Index(search, USEM3(), TOKENIZER)
    await index.refresh(catalog)
    recaller = Recaller(catalog, index, budget_tokens=172)
    usual = await recaller.recall("How many stores are in each city?")
    assert not usual.copied

    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    recalled = await recaller.recall("How many stores are in each city?")
    assert time.monotonic() - began < 2 * SECONDS  # one time-out for all its searches
    assert recalled.copied
    assert recalled.tables == usual.tables
    began = time.monotonic()
    for _ in range(20):
        [hit] = await ask(search)
        assert hit.copied
    assert time.monotonic() - began < SECONDS
    assert await search.version() == f"{catalog.version}:usem3"
    await index.ready(catalog.model_copy(update={"version": "newer"}))
    process.send_signal(signal.SIGCONT)
    await asyncio.wait_for(search.back(), 60)
    assert not (await ask(search))[0].copied

    process.kill()
    process.wait()
    assert (await ask(search))[0].copied
    again = start(home, int(url.rpartition(":")[2]))
    try:
        await asyncio.to_thread(came_up, int(url.rpartition(":")[2]))
        await asyncio.wait_for(search.back(), 60)
        assert not (await ask(search))[0].copied
        await another_machine(url, tmp_path / "elsewhere", catalog, again)
    finally:
        again.kill()
        again.wait()
        await search.close()


async def another_machine(
    url: str, file: Path, catalog: Catalog, process: "subprocess.Popen[bytes]"
) -> None:
    """Show that a machine that never learned makes a copy of what another has indexed."""
    search = opened_standby(url, file)
    await Index(search, USEM3(), TOKENIZER).refresh(catalog)
    await search.caught_up()
    process.kill()
    process.wait()
    near = await USEM3().embed(["shops"])
    hits = await search.find(
        "", near[0], kinds={"table"}, among={"table:stores", "table:cities"}, limit=1
    )
    assert [(h.document.id, h.copied) for h in hits] == [("table:stores", True)]
    await search.close()


async def test_a_copy_that_was_behind_is_made_anew_by_an_update(tmp_path: Path) -> None:
    both = [EmbeddedSearch(tmp_path / name, TOKENIZER) for name in ("first", "copy")]
    documents = [Document(f"table:{n}", "table", f"{n} things", n) for n in ("a", "b")]
    await both[0].rebuild(documents[:1], {}, "1")
    first = both[0]

    class Whole(EmbeddedSearch):
        async def contents(self):  # type: ignore[no-untyped-def]
            return documents, {}

    standby = Standby(Whole(tmp_path / "first", TOKENIZER), both[1])
    await standby.update(documents[1:], {}, (), "2")
    assert await both[1].version() == "2"
    assert len(await both[1].digests()) == 2
    await standby.close()
    await first.close()
