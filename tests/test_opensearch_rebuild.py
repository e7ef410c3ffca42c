"""OpenSearch's indices: built beside the old ones, changed in place, of one layout and embedder."""

import asyncio
from collections.abc import AsyncIterator
from secrets import token_hex

import pytest
from opensearchpy import AsyncOpenSearch

from askwell.domain.catalog import Catalog
from askwell.errors import Misconfigured, Transient
from askwell.knowledge.index import Index
from askwell.language import Tokenizer
from askwell.models.usem3 import USEM3
from askwell.search import Document
from askwell.search.opensearch import KINDS, PREFIX, OpenSearch, mapping
from askwell.search.opensearch.client import opened
from servers.opensearch_server import opensearch_url
from shop_catalog import shop

TOKENIZER = Tokenizer()
MANY = [Document(f"table:t{i}", "table", f"orders of day {i}", f"t{i}") for i in range(700)]
VECTORS = {d.id: (1.0, i / 700, 0.5) for i, d in enumerate(MANY)}
IDS = frozenset(d.id for d in MANY)


@pytest.fixture
async def client() -> AsyncIterator[AsyncOpenSearch]:
    opened_ = opened(opensearch_url(), seconds=60)
    yield opened_
    await opened_.close()


@pytest.fixture
def prefix() -> str:
    return f"t{token_hex(6)}"


def over(client: AsyncOpenSearch, prefix: str, **how: object) -> OpenSearch:
    return OpenSearch(client, TOKENIZER, prefix=prefix, **how)  # type: ignore[arg-type]


async def indices(client: AsyncOpenSearch, prefix: str) -> set[str]:
    return set(await client.indices.get_alias(index=f"{prefix}-*"))


async def test_who_searches_while_it_is_rebuilt_always_gets_an_answer(
    client: AsyncOpenSearch, prefix: str
) -> None:
    await over(client, prefix).rebuild(MANY, VECTORS, "0")
    reader, found = over(client, prefix), set()
    building = True

    async def search() -> int:
        count = 0
        while building:
            hits = await reader.find("orders", (1.0, 0, 0), kinds={"table"}, among=IDS, limit=5)
            assert len(hits) == 5
            found.add(await reader.version())
            count += 1
        return count

    searching = asyncio.create_task(search())
    for version in range(1, 4):
        await over(client, prefix).rebuild(MANY, VECTORS, str(version))
    building = False
    assert await searching > 3
    assert found <= {"0", "1", "2", "3"}
    assert await reader.version() == "3"


async def test_a_reader_that_never_looked_again_is_answered_after_two_rebuilds(
    client: AsyncOpenSearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askwell.search.opensearch._BUILDING_SECONDS", -10)
    writer, reader = over(client, prefix), over(client, prefix)
    await writer.rebuild(MANY[:3], {}, "1")
    assert len(await reader.find("orders", kinds={"table"}, among=IDS, limit=9)) == 3
    for version in ("2", "3", "4"):
        await writer.rebuild(MANY[:4], {}, version)
    assert len(await reader.find("orders", kinds={"table"}, among=IDS, limit=9)) == 4
    assert len(await indices(client, prefix)) <= 2 * len(KINDS)


async def test_a_build_that_fails_leaves_nothing_and_the_old_index_answers(
    client: AsyncOpenSearch, prefix: str
) -> None:
    search = over(client, prefix)
    await search.rebuild(MANY[:3], VECTORS, "1")
    before = await indices(client, prefix)
    wrong = {MANY[0].id: (1.0, 2.0, 3.0), MANY[1].id: (1.0, 2.0)}
    with pytest.raises(Misconfigured, match="table:t1"):
        await search.rebuild(MANY[:3], wrong, "2")
    assert await indices(client, prefix) == before
    assert await search.version() == "1"
    assert len(await search.find("orders", kinds={"table"}, among=IDS, limit=9)) == 3


async def test_two_layouts_are_kept_side_by_side(client: AsyncOpenSearch, prefix: str) -> None:
    one, other = over(client, f"{prefix}-v1"), over(client, f"{prefix}-v2")
    await one.rebuild(MANY[:3], VECTORS, "1")
    await other.rebuild(MANY[:3], VECTORS, "2")
    assert [await one.version(), await other.version()] == ["1", "2"]
    assert PREFIX.endswith(f"-v{mapping.LAYOUT}")


async def test_another_layout_is_not_read_and_is_built_anew(
    client: AsyncOpenSearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = shop()
    index = Index(over(client, prefix, embedder="usem3"), USEM3(), TOKENIZER)
    monkeypatch.setattr(mapping, "LAYOUT", 0)
    monkeypatch.setattr(mapping.Meta.__init__, "__defaults__", (0,))
    await index.refresh(catalog)
    monkeypatch.undo()
    newer = Index(over(client, prefix, embedder="usem3"), USEM3(), TOKENIZER)
    assert await newer.search.version() == ""
    with pytest.raises(Transient, match="askwell learn"):
        await newer.search.find("stores", kinds={"table"}, among={"table:stores"}, limit=1)
    await newer.refresh(catalog)
    assert await newer.search.version() == f"{catalog.version}:usem3"
    assert await newer.search.find("stores", kinds={"table"}, among={"table:stores"}, limit=1)


async def test_only_lucene_with_cosine_is_searched(client: AsyncOpenSearch, prefix: str) -> None:
    body = mapping.body(mapping.Meta("table", "1", "", 3), [], {})
    assert mapping.checked("i", body["mappings"]).dimensions == 3
    vector = body["mappings"]["properties"]["vector"]
    for wrong in (
        {"method": {"name": "hnsw", "engine": "faiss"}},
        {"method": {"name": "hnsw"}},
        {"method": {}},
        {"space_type": "l2"},
    ):
        properties = {"vector": vector | wrong}
        with pytest.raises(Misconfigured, match="lucene"):
            mapping.checked("i", {"properties": properties, "_meta": {}})
    body["mappings"]["properties"]["vector"] = vector | {"space_type": "l2"}
    await client.indices.create(index=f"{prefix}-table-1", body=body)
    actions = [
        {"add": {"index": f"{prefix}-table-1", "alias": f"{prefix}-{kind}"}} for kind in KINDS
    ]
    await client.indices.update_aliases(body={"actions": actions})
    with pytest.raises(Misconfigured, match="l2"):
        await over(client, prefix).version()


async def test_what_another_embedder_made_is_not_mixed(
    client: AsyncOpenSearch, prefix: str
) -> None:
    await over(client, prefix, embedder="a").rebuild(MANY[:3], VECTORS, "1")
    other = over(client, prefix, embedder="b")
    assert await other.version() == ""
    with pytest.raises(Misconfigured, match="do not mix"):
        await other.update(MANY[:1], VECTORS, (), "2")
    near = (1.0, 0.0, 0.0)
    assert await other.find("customers", near, kinds={"table"}, among=IDS, limit=3) == ()
    assert len(await other.find("orders", near, kinds={"table"}, among=IDS, limit=3)) == 3
    with pytest.raises(Misconfigured, match="do not mix"):
        await over(client, prefix).find("x", (1.0,), kinds={"table"}, among=IDS, limit=3)


async def test_little_change_embeds_little(client: AsyncOpenSearch, prefix: str) -> None:
    class Counting(USEM3):
        texts = 0

        async def embed(self, texts, *, asked=False):  # type: ignore[no-untyped-def]
            self.texts += len(texts)
            return await super().embed(texts)

    embedder = Counting()
    index = Index(over(client, prefix, embedder="usem3"), embedder, TOKENIZER)
    catalog = shop()
    await index.refresh(catalog)
    before, all_ = await indices(client, prefix), embedder.texts
    table = catalog.tables[0].model_copy(update={"description": "Where everybody lives"})
    changed = catalog.model_copy(
        update={"version": "next", "tables": (table, *catalog.tables[1:]), "verified": ()}
    )
    await index.refresh(changed)
    assert embedder.texts - all_ == 1
    assert await indices(client, prefix) == before
    assert await index.search.version() == "next:usem3"
    among = frozenset({f"table:{table.name}"})
    assert await index.search.find("everybody", kinds={"table"}, among=among, limit=1)
    await index.refresh(Catalog(version="small", tables=(table,)))
    assert await indices(client, prefix) != before


async def test_whoever_answers_leaves_a_shared_index_as_it_is(
    client: AsyncOpenSearch, prefix: str
) -> None:
    catalog = shop()
    searches = [over(client, prefix, embedder="usem3") for _ in range(2)]
    older, newer = (Index(s, USEM3(), TOKENIZER, is_shared=True) for s in searches)
    await older.ready(catalog)
    built = await indices(client, prefix)
    await newer.refresh(Catalog(version="newer", tables=catalog.tables[:1]))
    rebuilt = await indices(client, prefix)
    assert rebuilt != built
    later = Index(over(client, prefix, embedder="usem3"), USEM3(), TOKENIZER, is_shared=True)
    for index in (older, later):
        await index.ready(catalog)
    assert await indices(client, prefix) == rebuilt
    assert await searches[0].version() == "newer:usem3"


async def test_a_collection_without_refresh_shows_what_was_written_in_time(
    client: AsyncOpenSearch, prefix: str
) -> None:
    search = over(client, prefix, serverless=True)
    await search.rebuild(MANY[:5], VECTORS, "1")
    assert len(await search.find("orders", kinds={"table"}, among=IDS, limit=9)) == 5


async def test_the_glossary_teaches_korean_words_and_synonyms(
    client: AsyncOpenSearch, prefix: str
) -> None:
    term = Document("term:gmv", "term", "거래액", names=("거래액", "GMV", "총 취급고"))
    table = Document("table:pay", "table", "총취급고 일별 합계", "pay")
    search = over(client, prefix)
    await search.rebuild([term, table], {}, "1")
    for question in ("GMV", "지난달 거래액이 얼마야?", "총 취급고"):
        [hit] = await search.find(question, kinds={"table"}, among={"table:pay"}, limit=1)
        assert hit.words > 0
    [index] = [i for i in await indices(client, prefix) if "-table-" in i]
    analysed = await client.indices.analyze(
        index=index, body={"analyzer": "korean", "text": "총취급고를"}
    )
    assert [t["token"] for t in analysed["tokens"]][:1] == ["총취급고"]
