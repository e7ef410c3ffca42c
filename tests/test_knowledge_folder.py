import shutil
from datetime import date
from pathlib import Path

import pytest

from askwell.domain.catalog import Catalog, ColumnRef, Condition
from askwell.domain.noun import Label
from askwell.errors import Misconfigured
from askwell.knowledge.columns_read import parameters_of, read_by_query
from askwell.knowledge.learn import build_catalog
from bakery_knowledge import catalog, found
from companies import bakery


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bakery.KNOWLEDGE, tmp_path / "knowledge"))


def build(folder: Path) -> Catalog:
    return build_catalog(found(), dbt_project=bakery.DBT_PROJECT, knowledge=folder)


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def reads(sql: str) -> set[str]:
    refs = read_by_query(sql, catalog().tables, "duckdb", "here")
    return {f"{r.table}.{r.column}" for r in refs}


def test_the_company_has_two_names_a_currency_and_a_zone() -> None:
    learned = catalog()
    assert learned.company.label == Label(ko="아침빵집", en="Rise Bakery")
    assert learned.company.currency == "KRW"
    assert learned.time_zone == "Asia/Seoul"


def test_a_term_stands_for_a_metric_a_dimension_conditions_a_query_or_nothing() -> None:
    meaning = {t.name: t.meaning for t in catalog().terms}
    assert meaning["aov"].metric == "average_receipt"
    assert meaning["branch"].dimension == "store__name"
    assert meaning["vip"].conditions == (
        Condition(field="member__tier", operator="in", values=("GOLD",)),
    )
    assert meaning["first_purchase"].verified == "first_purchase_30d"
    assert meaning["cogs"].model_dump(exclude_defaults=True) == {}


def test_a_context_has_its_period_and_reads_what_its_metrics_read() -> None:
    typhoon = next(c for c in catalog().contexts if c.name == "typhoon_2024")
    assert (typhoon.start, typhoon.end) == (date(2024, 8, 10), date(2024, 8, 12))
    assert ColumnRef(table="sales", column="receipt_id") in typhoon.reads


def test_a_verified_query_knows_its_parameters_and_what_it_reads() -> None:
    query = catalog().verified_named["first_purchase_30d"]
    assert {f"{r.table}.{r.column}" for r in query.reads} == {
        "members.joined_on",
        "members.member_id",
        "sales.member_id",
        "sales.sold_on",
    }
    assert parameters_of(query.sql, "duckdb") == ("joined_start", "joined_end")
    assert query.reviewed == date(2024, 10, 2)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select s.amount from sales s", "sales.amount"),
        ("select SUM(Amount) AS x from Sales", "sales.amount"),
        ("with a as (select amount m from sales where channel = 'APP') select m from a",
         "sales.amount sales.channel"),
        ("select name from stores where store_id in (select store_id from sales)",
         "stores.name stores.store_id sales.store_id"),
        ("select (select max(amount) from sales x where x.store_id = t.store_id) from stores t",
         "sales.amount sales.store_id stores.store_id"),
        ("select * from (select city, kind from stores)", "stores.city stores.kind"),
        ("select city from stores union all select name from products",
         "stores.city products.name"),
        ("select sum(amount) from sales join stores using (store_id) where city = '부산'",
         "sales.amount sales.store_id stores.city stores.store_id"),
        ("select count(*) from sales", ""),
        ("select i from range(3) as t(i)", ""),
    ],
)  # fmt: skip
def test_reads_are_found_through_aliases_ctes_stars_and_subqueries(sql: str, expected: str) -> None:
    assert reads(sql) == set(expected.split())


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("glossary.yml", "metric: average_receipt", "metric: averag_receipt", "'average_receipt'"),
        ("glossary.yml", "dimension: store__name", "dimension: store__nam", "'store__name'"),
        ("glossary.yml", "field: member__tier", "field: member__teir", "'member__tier'"),
        ("glossary.yml", "values: [GOLD]", "values: [GOLDEN]", r"glossary\.yml:\d+: .*'GOLD'"),
        ("glossary.yml", "operator: not in", "operator: outside", r"`operator`"),
        ("glossary.yml", "verified: first_purchase_30d", "verified: first_purchase", "_30d"),
        ("glossary.yml", "{metric: waste_units}", "{metrik: waste_units}", "exactly one of"),
        ("glossary.yml", "name: loss", "name: aov", r"glossary\.yml:9: 'aov' is already at"),
        ("glossary.yml", "ko: 로스\n", "ko: [로스\n", r"glossary\.yml:\d+: not valid YAML"),
        ("contexts.yml", "units_sold]", "unit_sold]", "'units_sold'"),
        ("contexts.yml", "tables: [sales]", "tables: [sale]", "'sales'"),
        ("contexts.yml", "start: 2024-08-10", "start: 2024-09-10", "swap them"),
        ("contexts.yml", "start: 2024-08-10", "start: yesterday", r"`start`"),
        ("company.yml", "Asia/Seoul", "Seoul", "Asia/Seoul"),
        ("company.yml", "currency: KRW", "currency: won", "`currency`"),
        ("verified/waste_by_weekday.yml", "from waste as", "from wast as", "'waste'"),
        ("verified/waste_by_weekday.yml", "w.quantity)", "w.quantty)", "quantty"),
        ("verified/waste_by_weekday.yml", "group by 1", "group bye 1", "not valid SQL"),
        ("verified/waste_by_weekday.yml", "= $category)", "= $kategory)", r"\$category"),
        ("verified/waste_by_weekday.yml", "name: thrown,", "name: throw,", r"\$thrown_start"),
        ("verified/waste_by_weekday.yml", "name: units,", "name: unit,", "the same order"),
        ("verified/waste_by_weekday.yml", "type: enum", "type: list", "`type`"),
        ("verified/waste_by_weekday.yml", "product__category", "product__kategory", "category'"),
    ],
)
def test_what_does_not_exist_is_named_with_its_file(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(Misconfigured, match=message) as raised:
        build(edited(folder, file, old, new))
    assert file in str(raised.value)


def test_a_parameter_that_the_sql_never_uses_is_refused(folder: Path) -> None:
    edited(
        folder,
        "verified/waste_by_weekday.yml",
        "($category is null or p.category = $category)",
        "true",
    )
    with pytest.raises(Misconfigured, match=r"never uses \$category"):
        build(folder)


def test_a_folder_with_nothing_in_it_is_enough_and_a_missing_one_is_named(tmp_path: Path) -> None:
    learned = build(tmp_path)
    assert (learned.terms, learned.verified, learned.contexts) == ((), (), ())
    with pytest.raises(Misconfigured, match="ASKWELL_KNOWLEDGE"):
        build(tmp_path / "nowhere")
