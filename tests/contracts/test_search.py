"""What every search must do, whatever keeps it; a new backend adds itself to `BACKENDS`."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from secrets import token_hex

import pytest

from askwell.language import Tokenizer
from askwell.search import Document, Kind, Search
from askwell.search.embedded import EmbeddedSearch
from askwell.search.opensearch import OpenSearch
from askwell.search.opensearch.client import opened
from servers.opensearch_server import opensearch_url

TOKENIZER = Tokenizer()


def embedded(folder: Path) -> Search:
    return EmbeddedSearch(folder / "search.npz", TOKENIZER, embedder="made up")


def opensearch(_: Path) -> Search:
    client = opened(opensearch_url(), seconds=30)
    return OpenSearch(client, TOKENIZER, prefix=f"t{token_hex(6)}", embedder="made up")


BACKENDS: dict[str, Callable[[Path], Search]] = {"embedded": embedded, "opensearch": opensearch}

DOCUMENTS = (
    Document("table:users", "table", "users. 회원. People who signed up", "users"),
    Document("table:orders", "table", "orders. 주문. What people bought", "orders"),
    Document("column:users.region", "column", "region. 지역. users", "users", "region"),
    Document("column:orders.paid_at", "column", "paid_at. 결제 시각. orders", "orders", "paid_at"),
    Document("value:users.region=Seoul", "value", "Seoul. 서울", "users", "region"),
)
ALL = frozenset(d.id for d in DOCUMENTS)
KINDS: tuple[Kind, ...] = ("table", "column", "value")
VECTORS = {
    "table:users": (1.0, 0.0, 0.0),
    "table:orders": (0.0, 3.0, 0.0),
    "column:users.region": (0.8, 0.0, 0.6),
    "column:orders.paid_at": (0.0, 0.6, 0.8),
}


@pytest.fixture(params=BACKENDS.values(), ids=BACKENDS.keys())
async def search(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Search]:
    opened: Search = request.param(tmp_path)
    await opened.rebuild(DOCUMENTS, VECTORS, "1")
    yield opened
    await opened.close()


async def found(search: Search, text: str, **how: object) -> list[str]:
    options = {"kinds": KINDS, "among": ALL, "limit": 10} | how
    return [h.document.id for h in await search.find(text, **options)]  # type: ignore[arg-type]


async def test_words_find_in_either_language_and_in_any_form(search: Search) -> None:
    assert (await found(search, "How many orders were there?"))[0] == "table:orders"
    assert (await found(search, "회원이 몇 명이야?"))[0] == "table:users"
    assert await found(search, "서울의") == ["value:users.region=Seoul"]


async def test_parts_of_an_identifier_find_it(search: Search) -> None:
    assert await found(search, "paid") == ["column:orders.paid_at"]
    assert await found(search, "orders.paid_at", kinds={"column"}) == ["column:orders.paid_at"]


async def test_what_shares_no_word_is_found_only_by_its_vector(search: Search) -> None:
    assert await found(search, "customers") == []
    hits = await search.find("customers", (2.0, 0.0, 0.1), kinds=KINDS, among=ALL, limit=2)
    assert [h.document.id for h in hits] == ["table:users", "column:users.region"]
    assert all(h.words == 0 for h in hits)


async def test_both_rankings_count(search: Search) -> None:
    nearest = (0.0, 1.0, 0.0)
    hits = await search.find("회원", nearest, kinds={"table"}, among=ALL, limit=2)
    assert {h.document.id: h.words > 0 for h in hits} == {
        "table:users": True,
        "table:orders": False,
    }
    assert hits[0].document.id == "table:users"


async def test_a_document_without_vector_is_found_by_its_words_alone(search: Search) -> None:
    near = (0.1, 0.1, 0.1)
    assert await search.find("people", near, kinds={"value"}, among=ALL, limit=5) == ()
    assert len(await search.find("Seoul", near, kinds={"value"}, among=ALL, limit=5)) == 1


async def test_what_may_not_be_read_takes_no_part(search: Search) -> None:
    readable = ALL - {"table:users", "column:users.region"}
    near = (1.0, 0.0, 0.0)
    hits = await search.find("users and orders", near, kinds=KINDS, among=readable, limit=10)
    assert {h.document.table for h in hits if h.document.kind != "value"} == {"orders"}
    alone = await search.find("users orders", kinds={"table"}, among={"table:orders"}, limit=1)
    assert [h.document.id for h in alone] == ["table:orders"]


async def test_limit_and_kinds_hold(search: Search) -> None:
    assert len(await found(search, "users orders", limit=2)) == 2
    assert await found(search, "users", kinds={"column"}) == ["column:users.region"]
    assert await found(search, "users", kinds=()) == []


async def test_rebuilding_replaces_everything(search: Search) -> None:
    await search.rebuild(DOCUMENTS[:1], VECTORS, "2")
    assert await search.version() == "2"
    assert await found(search, "orders") == []
    assert await found(search, "users") == ["table:users"]


async def test_an_index_of_nothing_finds_nothing(search: Search) -> None:
    await search.rebuild((), {}, "3")
    assert await search.find("users", (1.0, 0.0), kinds=KINDS, among=ALL, limit=5) == ()


@pytest.mark.parametrize("text", ["", "   ", "?!", "the", "🙂", "가" * 5000, "x" * 5000])
async def test_any_text_may_be_asked_for(search: Search, text: str) -> None:
    assert await found(search, text) == []


async def test_an_update_writes_what_changed_and_takes_away_what_went(search: Search) -> None:
    new = Document("table:staff", "table", "staff. 직원", "staff")
    told = Document("table:users", "table", "users. 고객", "users")
    await search.update((new, told), {"table:staff": (0.0, 0.1, 1.0)}, {"table:orders"}, "2")
    assert await search.version() == "2"
    among = ALL | {new.id}
    assert await found(search, "직원", among=among) == ["table:staff"]
    assert await found(search, "고객", among=among) == ["table:users"]
    assert await found(search, "회원", among=among) == []
    assert "table:orders" not in await found(search, "orders", among=among)
    near = await search.find("", (0.0, 0.1, 1.0), kinds={"table"}, among=among, limit=1)
    assert [h.document for h in near] == [new]
    kept = await search.find("", (0.8, 0.0, 0.6), kinds={"column"}, among=among, limit=1)
    assert [h.document.id for h in kept] == ["column:users.region"]
    digests = await search.digests()
    assert digests.keys() == among - {"table:orders"}
    assert digests["table:users"] == told.digest


async def test_a_name_that_is_said_whole_counts_more(search: Search) -> None:
    long = "weekly report for the finance team about every single thing"
    tables = [
        Document("table:a", "table", f"basket line. {long}", "a", names=("basket line",)),
        Document("table:b", "table", "basket basket basket line line. line basket", "b"),
    ]
    await search.rebuild(tables, {}, "2")
    among = frozenset({"table:a", "table:b"})
    assert (await found(search, "How many basket lines?", among=among))[0] == "table:a"
    assert (await found(search, "lines of a basket", among=among))[0] == "table:b"


@pytest.mark.parametrize("question", ["What was the GMV?", "이번 달 총거래액은?", "거래액 알려줘"])
async def test_names_of_a_term_mean_the_same(search: Search, question: str) -> None:
    term = Document("term:gmv", "term", "거래액. GMV", names=("거래액", "GMV", "총거래액"))
    table = Document("table:pay", "table", "일별 거래액 집계", "pay")
    await search.rebuild((term, table), {}, "2")
    assert await found(search, question, among={"table:pay"}) == ["table:pay"]
