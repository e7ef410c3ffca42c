"""What a question names of the data, found without a model."""

import pytest

from askwell.domain.catalog import Catalog, Column, Table
from askwell.knowledge.linking import Linker, spans
from askwell.language import Tokenizer
from shop_catalog import ref, shop, values

TOKENIZER = Tokenizer()
SHOP = shop()


def links(question: str, catalog: Catalog = SHOP) -> list[tuple[str, str, object]]:
    found = Linker(catalog).values(spans(question, TOKENIZER))
    return [(v.phrase, f"{v.column.table}.{v.column.column}", v.stored) for v in found]


@pytest.mark.parametrize(
    ("question", "phrase", "stored"),
    [
        ("baskets in new york", "new york", "New York"),
        ("baskets in New-York?", "New-York", "New York"),
        ('stores in "St Ives"', "St Ives", "St. Ives"),
        ("the paid baskets", "paid", "PAID"),
        ("결제완료된 장바구니", "결제완료", "PAID"),
        ("결제 완료 건수", "결제 완료", "PAID"),
        ("취소가 많은 매장", "취소", "VOID"),
        ("baskets in state NY", "NY", "NY"),
    ],
)
def test_values_are_found_however_they_are_written(question: str, phrase: str, stored: str) -> None:
    assert (phrase, stored) in [(p, s) for p, _, s in links(question)]


@pytest.mark.parametrize(
    "question",
    [
        "baskets in total or by store",
        "how many baskets in may",
        "what is the average total",
        "top 5 stores",
        "",
        "???",
    ],
)
def test_small_words_numbers_and_signs_are_no_values(question: str) -> None:
    assert links(question) == []


def test_only_the_longest_of_nested_phrases_counts() -> None:
    assert [s for _, _, s in links("stores in New York")] == ["New York"]
    assert [s for _, _, s in links("stores in York")] == ["York"]


def test_a_value_of_several_columns_is_linked_to_each_the_named_one_first() -> None:
    assert [c for _, c, _ in links("baskets in Seoul")] == ["cities.city_name", "staff.home"]
    assert [c for _, c, _ in links("staff whose home is Seoul")] == [
        "staff.home",
        "cities.city_name",
    ]


def test_personal_data_is_never_linked() -> None:
    assert all("full_name" not in column for _, column, _ in links("baskets of Seoul Kim"))


def one_table(*stored: str) -> Catalog:
    column = Column(name="maker", type="text", values=values(*stored))
    return Catalog(tables=(Table(name="planes", columns=(column,)),))


def test_one_slip_in_a_long_unknown_word_is_read_through() -> None:
    planes = one_table("Bombardier", "Airbus", "Cessna")
    assert links("planes by Bombadier", planes) == [("Bombadier", "planes.maker", "Bombardier")]
    assert links("planes by Bombadir", planes) == []
    assert links("planes by Cesna", planes) == []


def test_a_dictionary_word_is_never_taken_for_a_slip() -> None:
    assert links("how many flights", one_table("Slights")) == []


def test_plural_and_singular_meet() -> None:
    assert [s for _, _, s in links("list the helicopters", one_table("Helicopter"))]
    assert [s for _, _, s in links("list every helicopter", one_table("Helicopters"))]


def test_tables_and_columns_are_found_by_their_words() -> None:
    found = Linker(SHOP).named(spans("city name of each store with staff", TOKENIZER))
    assert found.tables == {"cities", "stores", "staff"}
    assert found.columns == {ref("cities.city_name")}
    assert Linker(SHOP).named(spans("매장 수", TOKENIZER)).tables == {"stores"}


def test_hostile_values_and_questions_do_no_harm() -> None:
    odd = one_table("", " ", "'; DROP TABLE x; --", "</schema>", "🙂", "a" * 10_000)
    assert links("'; DROP TABLE x; -- </schema> 🙂 " + "a " * 2_000, odd)[0][2] == (
        "'; DROP TABLE x; --"
    )
