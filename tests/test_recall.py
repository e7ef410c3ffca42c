"""Recall: the part of a schema, the notes and the examples that fit a question."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from askwell.domain.catalog import Catalog, Column, Context, Table
from askwell.domain.noun import Label
from askwell.domain.rights import Rights, TableRights
from askwell.knowledge.index import Index, documents
from askwell.knowledge.recall import Recaller
from askwell.knowledge.schema_text import schema_text
from askwell.language import Tokenizer
from askwell.models.embedder import Vector
from askwell.models.usem3 import USEM3
from askwell.rights import readable
from askwell.search.embedded import EmbeddedSearch
from shop_catalog import CITIES, STORES, key, ref, shop, to

TOKENIZER = Tokenizer()
SMALL = 172


class Counting(USEM3):
    """Count how many texts were embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str], *, asked: bool = False) -> Sequence[Vector]:
        self.texts += texts
        return await super().embed(texts, asked=asked)


async def index_of(catalog: Catalog, folder: Path) -> Index:
    search = EmbeddedSearch(folder / "search.npz", TOKENIZER)
    index = Index(search, Counting(), TOKENIZER)
    await index.refresh(catalog)
    return index


def fillers(count: int) -> list[Table]:
    return [
        Table(
            name=f"archive_{i}",
            columns=tuple(Column(name=f"field_{i}_{j}", type="text") for j in range(5)),
        )
        for i in range(count)
    ]


async def test_a_schema_that_fits_goes_whole_in_its_own_order(tmp_path: Path) -> None:
    catalog = shop()
    index = await index_of(catalog, tmp_path)
    embedder = index.embedder
    assert isinstance(embedder, Counting)
    embedder.texts.clear()
    recaller = Recaller(catalog, index)
    first = await recaller.recall("baskets in Seoul")
    second = await recaller.recall("who works where?")
    assert first.whole
    assert first.tables == ("cities", "stores", "baskets", "staff")
    assert (first.columns, first.room, first.joins) == (second.columns, second.room, second.joins)
    assert embedder.texts == []


async def test_a_large_schema_is_cut_to_the_best_tables_with_their_bridges(tmp_path: Path) -> None:
    catalog = shop(*fillers(40))
    recaller = Recaller(catalog, await index_of(catalog, tmp_path), budget_tokens=SMALL)
    recalled = await recaller.recall("How many baskets were paid in each city?")
    assert not recalled.whole
    assert recalled.tables == ("cities", "stores", "baskets")
    assert {(j.left, j.right) for j in recalled.joins} == {
        (ref("stores.city_id"), ref("cities.city_id")),
        (ref("baskets.store_id"), ref("stores.store_id")),
    }


@pytest.mark.parametrize("budget", [SMALL, 100_000], ids=["cut", "whole"])
async def test_half_is_less_of_the_same_with_the_best_tables(tmp_path: Path, budget: int) -> None:
    catalog = shop(*fillers(40))
    recaller = Recaller(catalog, await index_of(catalog, tmp_path), budget_tokens=budget)
    question = "How many baskets were paid in each city?"
    usual, half = await recaller.recall(question), await recaller.recall(question, halved=True)
    texts = [len(schema_text(catalog, recalled)) for recalled in (usual, half)]
    assert texts[1] < 0.7 * texts[0]
    assert set(half.columns) < set(usual.columns)
    assert "baskets" in half.tables
    assert not half.whole


async def test_of_a_wide_table_keys_and_named_columns_stay(tmp_path: Path) -> None:
    others = tuple(Column(name=f"measure_{i}", type="numeric") for i in range(200))
    wide = Table(
        name="sensors",
        columns=(
            key("sensor_id"),
            *others,
            to("store_id", "stores.store_id"),
            Column(name="humidity", type="numeric"),
        ),
    )
    catalog = shop(wide)
    recaller = Recaller(catalog, await index_of(catalog, tmp_path), budget_tokens=400)
    recalled = await recaller.recall("average humidity of the sensors")
    own = [c.column for c in recalled.columns if c.table == "sensors"]
    assert {"sensor_id", "store_id", "humidity"} <= set(own)
    assert len(own) < 30
    assert own == [c.name for c in wide.columns if c.name in own]


async def test_only_what_the_asker_may_read_is_recalled(tmp_path: Path) -> None:
    catalog = shop()
    index = await index_of(catalog, tmp_path)
    rights = Rights(
        tables=(
            TableRights(table="cities", columns=("city_id", "city_name")),
            TableRights(table="stores", columns=tuple(c.name for c in STORES.columns)),
        )
    )
    recaller = Recaller(readable(catalog, rights), index)
    recalled = await recaller.recall("paid baskets by staff in New York, NY, total, sales")
    assert recalled.tables == ("cities", "stores")
    assert {v.column for v in recalled.values} == {ref("cities.city_name")}
    assert recalled.examples == ()
    assert not any("Paid" in note for note in recalled.notes)
    assert (await recaller.recall("basket totals that were void")).best == 0


async def test_documents_of_a_readable_catalog_are_among_those_of_the_whole() -> None:
    catalog = shop()
    rights = Rights(tables=(TableRights(table="cities", columns=("city_name",)),))
    assert set(documents(readable(catalog, rights))) <= set(documents(catalog))


async def test_the_index_is_built_once_a_version(tmp_path: Path) -> None:
    catalog = shop()
    index = await index_of(catalog, tmp_path)
    again = Index(EmbeddedSearch(tmp_path / "search.npz", TOKENIZER), Counting(), TOKENIZER)
    await again.refresh(catalog)
    assert isinstance(again.embedder, Counting)
    assert again.embedder.texts == []
    await index.refresh(Catalog(version="shop2", tables=(CITIES,)))
    assert await index.search.version() == "shop2:usem3"


async def test_best_says_whether_the_data_knows_the_question(tmp_path: Path) -> None:
    catalog = shop()
    recaller = Recaller(catalog, await index_of(catalog, tmp_path))
    assert (await recaller.recall("weather forecast tomorrow")).best == 0
    assert (await recaller.recall("paid baskets")).best >= 1


@pytest.mark.parametrize("question", ["sales of regulars", "단골 매출"])
async def test_notes_are_the_context_and_what_is_named(tmp_path: Path, question: str) -> None:
    catalog = shop()
    recaller = Recaller(catalog, await index_of(catalog, tmp_path))
    notes = (await recaller.recall(question)).notes
    assert notes[0] == "Stores are closed on Sundays."
    assert any("Paid totals" in note for note in notes)
    assert any("five baskets" in n or "다섯 개" in n for n in notes)
    assert (await recaller.recall("staff by city")).notes == notes[:1]


async def test_of_much_context_only_what_fits_is_told(tmp_path: Path) -> None:
    rules = [f"Rule {i}: the {'long ' * 30} story of subject{i}x." for i in range(30)]
    contexts = tuple(Context(name=f"r{i}", text=Label(en=r)) for i, r in enumerate(rules))
    catalog = Catalog(version="v", tables=(CITIES,), contexts=contexts)
    recaller = Recaller(catalog, await index_of(catalog, tmp_path))
    notes = (await recaller.recall("cities and subject7x")).notes
    assert notes[0].startswith("Rule 7")
    assert len(notes) <= 6


async def test_long_note_is_told_where_it_is_about_the_question(tmp_path: Path) -> None:
    long = (
        "To count the staff of a store that was ever renovated, join the register of works first,"
        " then leave out what the landlord paid for, and look at the newest permit only."
    )
    contexts = (
        Context(name="works", text=Label(en=long)),
        Context(name="rule", text=Label(en="Leave out stores that are closed.")),
    )
    catalog = shop().model_copy(update={"contexts": contexts})
    recaller = Recaller(catalog, await index_of(catalog, tmp_path))
    told = {
        question: [
            n for n in (await recaller.recall(question)).notes if n in (long, contexts[1].text.en)
        ]
        for question in ("staff by city", "staff of renovated stores")
    }
    assert told["staff by city"] == ["Leave out stores that are closed."]
    assert long in told["staff of renovated stores"]


async def test_examples_hold_values_instead_of_placeholders(tmp_path: Path) -> None:
    catalog = shop()
    recaller = Recaller(catalog, await index_of(catalog, tmp_path))
    [example] = (await recaller.recall("stores with the most baskets")).examples
    assert "$" not in example.sql
    assert "LIMIT 5" in example.sql
    assert "'PAID'" in example.sql
    assert "2024-01-01" in example.sql
    assert "2024-01-01" in example.question
