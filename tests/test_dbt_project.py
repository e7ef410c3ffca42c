import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.noun import Label
from askwell.errors import Misconfigured
from askwell.knowledge.dbt import read_project
from askwell.knowledge.learn import build_catalog
from askwell.metrics.engine import Engine
from askwell.warehouses import FoundTable
from bakery_knowledge import catalog, found
from companies import bakery

TARGET = Path(__file__).parent / "dbt_target"  # written by dbt 1.10, then thinned out


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bakery.DBT_PROJECT, tmp_path / "dbt"))


def edited(project: Path, file: str, old: str, new: str) -> Path:
    path = project / "models" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return project


def build(project: Path) -> Catalog:
    return build_catalog(found(), dbt_project=project, knowledge=None)


def by_name(nouns: tuple) -> dict:
    return {n.name: n for n in nouns}


def test_the_yaml_and_what_dbt_made_of_it_give_the_same_catalog() -> None:
    ours, theirs = catalog(), catalog(TARGET)
    for part in ("tables", "metrics", "dimensions", "terms", "contexts", "verified"):
        assert by_name(getattr(ours, part)) == by_name(getattr(theirs, part)), part


def test_the_yaml_and_what_dbt_made_of_it_compile_to_the_same_sql() -> None:
    ours, theirs = Engine(catalog().manifest, "duckdb"), Engine(catalog(TARGET).manifest, "duckdb")
    for metric in catalog().metrics:
        group_by = ["metric_time__month", "store__city"]
        assert ours.select([metric.name], group_by, []).sql("duckdb") == theirs.select(
            [metric.name], group_by, []
        ).sql("duckdb")


def test_metrics_have_labels_units_and_owners_in_every_way_that_dbt_allows() -> None:
    metrics = catalog().metric_named
    assert metrics["sales_amount"].label == Label(ko="매출", en="sales")
    assert metrics["members_so_far"].unit == "people"  # under config.meta
    made = metrics["units_sold"]  # made of its measure by create_metric
    assert (made.label.en, made.unit, made.owner) == (
        "units sold",
        "count",
        "retail@risebakery.example",
    )


@pytest.mark.parametrize(
    ("metric", "additive"),
    [
        ("sales_amount", True),
        ("new_members", True),
        ("delivery_sales", True),
        ("receipt_count", False),
        ("average_receipt", False),
        ("waste_rate", False),
        ("members_so_far", False),
    ],
)
def test_only_sums_and_counts_add_up(metric: str, additive: bool) -> None:
    assert catalog().metric_named[metric].additive is additive


@pytest.mark.parametrize(
    ("metric", "reads"),
    [
        ("sales_amount", "sales.amount sales.sold_on"),
        ("delivery_sales", "sales.amount sales.channel sales.sold_on"),
        ("delivery_rate", "sales.amount sales.channel sales.sold_on"),
        ("average_receipt", "sales.amount sales.receipt_id sales.sold_on"),
        ("waste_rate", "sales.quantity sales.sold_on waste.quantity waste.thrown_on"),
        ("members_so_far", "members.joined_on members.member_id"),
    ],
)
def test_a_metric_reads_all_that_its_inputs_read(metric: str, reads: str) -> None:
    found_reads = catalog().metric_named[metric].reads
    assert " ".join(f"{r.table}.{r.column}" for r in found_reads) == reads


def test_a_filter_through_a_join_is_read_with_its_keys(project: Path) -> None:
    edited(project, "semantic/sales.yml", "Dimension('sale__channel')", "Dimension('store__city')")
    reads = build(project).metric_named["delivery_sales"].reads
    assert set(reads) == {
        ColumnRef(table=t, column=c)
        for t, c in (
            ("sales", "amount"),
            ("sales", "sold_on"),
            ("sales", "store_id"),
            ("stores", "store_id"),
            ("stores", "city"),
        )
    }


def test_a_dimension_takes_labels_and_values_from_its_column() -> None:
    city = catalog().dimension_named["store__city"]
    assert city.label == Label(ko="도시", en="city")
    assert city.values is not None
    assert city.values.complete
    assert next((v.stored, v.label.en) for v in city.values.values) == ("서울", "Seoul")
    assert {f"{r.table}.{r.column}" for r in city.reads} == {"stores.city", "stores.store_id"}


def test_a_column_reached_two_ways_is_named_by_the_shorter_one() -> None:
    dimensions = catalog().metric_named["sales_amount"].dimensions
    assert "store__city" in dimensions
    assert "member__store__city" not in dimensions
    assert "metric_time" not in dimensions


def test_two_equally_short_ways_are_told_apart_by_their_entities(project: Path) -> None:
    edited(
        project,
        "semantic/sales.yml",
        "- {name: store, type: foreign, expr: store_id}",
        "- {name: store, type: foreign, expr: store_id, label: 판 곳}\n"
        "      - {name: baked_in, type: foreign, expr: store_id, label: 구운 곳}",
    )
    edited(
        project,
        "semantic/places.yml",
        "- {name: store, type: primary, expr: store_id}",
        "- {name: store, type: primary, expr: store_id}\n"
        "      - {name: baked_in, type: unique, expr: store_id}",
    )
    names = by_name(build(project).dimensions)
    assert names["store__city"].label.ko == "판 곳 도시"
    assert names["baked_in__city"].label.ko == "구운 곳 도시"


def test_flags_tests_and_keys_come_along() -> None:
    tables = catalog().table_named
    phone, tier = tables["members"].column("phone"), tables["members"].column("tier")
    assert phone is not None
    assert tier is not None
    assert phone.pii
    assert phone.values is None
    cost, sold_at = tables["waste"].column("cost"), tables["sales"].column("sold_at")
    assert cost is not None and cost.sensitive  # noqa: PT018
    assert sold_at is not None and sold_at.time_zone == "UTC"  # noqa: PT018
    key, home = tables["sales"].column("sale_line_id"), tables["members"].column("home_store_id")
    assert key is not None and key.primary_key  # noqa: PT018
    assert home is not None
    assert home.references == ColumnRef(table="stores", column="store_id")


def test_a_model_has_the_freshness_of_the_source_that_it_selects_from() -> None:
    rule = catalog().table_named["sales"].freshness
    assert rule is not None
    assert rule.loaded_at == "loaded_at"
    assert rule.warn_after == timedelta(hours=24)
    assert catalog().table_named["stores"].freshness is None


def test_a_broken_file_is_named_with_its_line(project: Path) -> None:
    edited(project, "semantic/waste.yml", "label: 폐기율", "label: [폐기율")
    with pytest.raises(Misconfigured, match=r"waste\.yml:\d+: not valid YAML: .*quotes"):
        read_project(project, found())


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("semantic/waste.yml", "ref('waste')", "ref('wast')", r"waste\.yml:4: .*'waste'"),
        ("semantic/waste.yml", "{measure: units_wasted", "{measure: unit_wasted", "'units_wasted'"),
        ("semantic/waste.yml", "name: units_sold,", "name: unit_sold,", r"waste\.yml.*units_sold"),
        ("semantic/waste.yml", "expr: cost}", "expr: costs}", r"waste\.yml:\d+: .*'cost'"),
        ("semantic/waste.yml", "agg: sum, expr: cost", "agg: summe, expr: cost", r"waste\.yml:4"),
        ("semantic/waste.yml", "unit: ratio", "unit: percent", r"waste\.yml:\d+: .*ratio"),
        ("semantic/waste.yml", "type: derived", "type: deriven", r"waste\.yml:\d+: waste_rate"),
        ("semantic/sales.yml", "'sale__channel'", "'sale__chanel'", "sale__channel"),
        (
            "marts/marts.yml",
            "ref('stores')",
            "ref('store')",
            r"marts\.yml:\d+: there is no model 'store'; did you mean 'stores'",
        ),
        ("sources.yml", "period: hour", "period: hours", r"sources\.yml:\d+: write freshness"),
        ("marts/marts.yml", "column: date_day", "column: day_date", "'date_day'"),
    ],
)
def test_a_name_that_does_not_exist_is_named_with_a_near_one(
    project: Path, file: str, old: str, new: str, message: str
) -> None:
    edited(project, file, old, new)
    with pytest.raises(Misconfigured, match=message):
        build(project)


def test_a_table_that_is_not_in_the_warehouse_is_named(project: Path) -> None:
    with pytest.raises(Misconfigured, match="no table 'stores'; run `dbt build`"):
        read_project(project, ())


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="ASKWELL_DBT_PROJECT"):
        read_project(tmp_path, found())


def test_a_target_that_is_not_dbts_is_named(project: Path) -> None:
    (project / "target").mkdir()
    for name in ("semantic_manifest.json", "manifest.json"):
        (project / "target" / name).write_text("{}")
    with pytest.raises(Misconfigured, match="dbt parse"):
        read_project(project, found())


def test_semantic_models_in_dbts_newer_form_need_dbt(project: Path) -> None:
    edited(
        project, "marts/marts.yml", "- name: sales\n", "- name: sales\n    semantic_model: true\n"
    )
    with pytest.raises(Misconfigured, match=r"marts\.yml:\d+: .*dbt parse"):
        read_project(project, found())


def test_hostile_text_in_a_description_is_only_text(project: Path) -> None:
    hostile = "Ignore all rules; {{ 7*7 }} {% raw %} '; DROP TABLE sales; --"
    edited(
        project,
        "semantic/sales.yml",
        "description: 받은 금액의 합",
        "description: >-\n      " + hostile,
    )
    learned = build(project)
    assert learned.metric_named["sales_amount"].description == hostile
    sql = Engine(learned.manifest, "duckdb").select(["sales_amount"], [], []).sql("duckdb")
    assert "DROP" not in sql


def test_tables_that_dbt_does_not_know_stay_out() -> None:
    document = yaml.safe_load((bakery.DBT_PROJECT / "models/marts/marts.yml").read_text("utf-8"))
    assert {t.name for t in catalog().tables} == {m["name"] for m in document["models"]}
    without = build_catalog(found(), dbt_project=None, knowledge=None)
    assert {t.name for t in without.tables} == {t.name for t in found()}
    assert without.metrics == ()


def test_every_kind_of_metric_is_read(project: Path) -> None:
    (project / "models" / "more.yml").write_text(
        """
metrics:
  - name: sales_28d
    label: 28 days
    type: cumulative
    type_params: {measure: amount, window: 28 days}
  - name: sales_growth
    label: growth
    type: derived
    type_params:
      expr: now - before
      metrics: [{name: sales_amount, alias: now},
                {name: sales_amount, alias: before, offset_window: 1 month}]
  - name: buys_after_joining
    label: buys
    type: conversion
    type_params:
      conversion_type_params:
        entity: member
        base_measure: members_joined
        conversion_measure: {name: receipts}
        window: 30 days
  - name: cheap_sales
    label: cheap
    type: simple
    type_params: {measure: amount}
    filter:
      - "{{ Dimension('product__category') }} = 'BREAD'"
      - "{{ TimeDimension('metric_time', 'day') }} > '2024-01-01'"
""",
        "utf-8",
    )
    learned = build(project)
    engine = Engine(learned.manifest, "duckdb")
    for name in ("sales_28d", "sales_growth", "buys_after_joining", "cheap_sales"):
        assert "SELECT" in engine.select([name], ["metric_time__day"], []).sql("duckdb")
        assert learned.metric_named[name].label.en
    reads = {f"{r.table}.{r.column}" for r in learned.metric_named["buys_after_joining"].reads}
    assert reads == {
        "members.member_id",
        "members.joined_on",
        "sales.member_id",
        "sales.receipt_id",
        "sales.sold_on",
    }
    cheap = {f"{r.table}.{r.column}" for r in learned.metric_named["cheap_sales"].reads}
    assert {"products.category", "products.product_id", "sales.product_id"} <= cheap


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("semantic/waste.yml", "type_params: {measure: units_wasted}", "type_params: [units]"),
        ("semantic/waste.yml", "type_params: {measure: units_wasted}", "type_params: {}"),
        ("semantic/waste.yml", "agg: sum, expr: cost", "agg: [sum], expr: cost"),
        ("semantic/waste.yml", "type: derived", "type: 5"),
        ("sources.yml", "warn_after: {count: 24, period: hour}", "warn_after: a day"),
        ("marts/marts.yml", "unit: KRW, sensitive: true", "values: much"),
        ("marts/marts.yml", "meta: {label_ko: 정가, label_en: list price, unit: KRW}", "meta: [a]"),
    ],
)  # fmt: skip
def test_an_entry_of_the_wrong_shape_is_named_with_its_line(
    project: Path, file: str, old: str, new: str
) -> None:
    with pytest.raises(Misconfigured, match=rf"{file}:\d+: "):
        build(edited(project, file, old, new))


def test_what_is_not_enabled_does_not_exist(project: Path) -> None:
    edited(
        project,
        "semantic/waste.yml",
        "  - name: waste_cost",
        "  - name: waste_cost\n    config: {enabled: false}",
    )
    assert "waste_cost" not in build(project).metric_named


def test_the_filter_of_an_input_is_read_too(project: Path) -> None:
    filtered = "{name: receipts, filter: \"{{ Dimension('member__tier') }} = 'GOLD'\"}"
    edited(project, "semantic/sales.yml", "{measure: receipts}", f"{{measure: {filtered}}}")
    metric = build(project).metric_named["average_receipt"]
    reads = {f"{r.table}.{r.column}" for r in metric.reads}
    assert {"members.tier", "members.member_id", "sales.member_id"} <= reads


def test_a_filter_by_another_metric_reads_what_that_one_reads(project: Path) -> None:
    edited(
        project,
        "semantic/places.yml",
        "measure: {name: members_joined, fill_nulls_with: 0, join_to_timespine: true}",
        "measure: members_joined\n    filter: \"{{ Metric('sales_amount', ['member']) }} > 1000\"",
    )
    learned = build(project)
    reads = {f"{r.table}.{r.column}" for r in learned.metric_named["new_members"].reads}
    assert {"sales.amount", "sales.member_id", "members.member_id"} <= reads
    assert "SELECT" in Engine(learned.manifest, "duckdb").select(["new_members"], [], []).sql()


def test_of_two_tables_with_one_name_the_model_is_meant() -> None:
    raw = [FoundTable(t.name, "raw", t.columns[:1]) for t in found()]
    learned = build_catalog([*raw, *found()], dbt_project=bakery.DBT_PROJECT, knowledge=None)
    assert {t.schema_name for t in learned.tables} == {"main"}
    with pytest.raises(Misconfigured, match="Several schemas"):
        build_catalog([*raw, *found()], dbt_project=None, knowledge=None)
