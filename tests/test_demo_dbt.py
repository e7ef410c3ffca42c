"""The demo's dbt project describes the warehouse as it is: its own tests hold on the data."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from askwell import demo

MODELS = demo.DBT_PROJECT / "models"
DOCUMENTS = [yaml.safe_load(p.read_text("utf-8")) for p in sorted(MODELS.glob("*.yml"))]


def all_of(kind: str) -> list[dict]:
    return [item for document in DOCUMENTS for item in document.get(kind, [])]


TABLES = {model["name"]: model for model in all_of("models")}
COLUMNS = [(t, c) for t, model in TABLES.items() for c in model["columns"]]
METRICS = {metric["name"]: metric for metric in all_of("metrics")}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    demo.build(path, scale=0.02, end=date(2025, 9, 30))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def checks_of(column: dict) -> dict[str, dict]:
    return {
        name: body.get("arguments", {})
        for test in column.get("data_tests", [])
        for name, body in ([(test, {})] if isinstance(test, str) else test.items())
    }


def broken_rows(table: str, column: str, test: str, arguments: dict) -> str:
    match test:
        case "not_null":
            return f"SELECT count(*) FROM {table} WHERE {column} IS NULL"
        case "unique":
            return f"SELECT count({column}) - count(DISTINCT {column}) FROM {table}"
        case "accepted_values":
            values = ", ".join(f"'{v}'" for v in arguments["values"])
            return f"SELECT count(*) FROM {table} WHERE {column} NOT IN ({values})"
        case _:
            other = arguments["to"].removeprefix("ref('").removesuffix("')")
            return (
                f"SELECT count(*) FROM {table} WHERE {column} NOT IN"
                f" (SELECT {arguments['field']} FROM {other})"
            )


def test_every_table_and_column_is_described(warehouse):
    found = warehouse.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert sorted(found) == sorted((t, c["name"]) for t, c in COLUMNS)
    assert all(c["description"] for _, c in COLUMNS)


@pytest.mark.parametrize("table", TABLES)
def test_a_model_selects_the_columns_it_describes(table):
    sql = (MODELS / f"{table}.sql").read_text("utf-8")
    assert all(c["name"] in sql for c in TABLES[table]["columns"])
    assert "{{ source(" in sql


@pytest.mark.parametrize(
    ("table", "column", "test", "arguments"),
    [(t, c["name"], test, a) for t, c in COLUMNS for test, a in checks_of(c).items()],
)
def test_the_data_pass_dbts_tests(warehouse, table, column, test, arguments):
    sql = broken_rows(table, column, test, arguments)
    assert warehouse.execute(sql).fetchone() == (0,)


def test_named_values_are_the_accepted_ones():
    for table, column in COLUMNS:
        accepted = checks_of(column).get("accepted_values", {}).get("values")
        named = column["config"]["meta"].get("values")
        if accepted and named:
            assert set(named) == set(accepted), (table, column["name"])


def test_every_metric_has_both_labels_synonyms_a_unit_and_an_owner():
    assert len(METRICS) >= 18
    assert {m["type"] for m in METRICS.values()} == {"simple", "ratio", "derived", "cumulative"}
    for metric in METRICS.values():
        meta = metric["config"]["meta"]
        assert metric["label"]
        assert metric["description"]
        assert meta["label_en"]
        assert meta["synonyms"]
        assert meta["owner"].endswith("@moapay.example")
        assert "unit" in meta


def test_a_word_names_two_metrics_only_where_the_company_means_two_things():
    owners: dict[str, set[str]] = {}
    for name, metric in METRICS.items():
        meta = metric["config"]["meta"]
        for word in [metric["label"], meta["label_en"], *meta["synonyms"]]:
            owners.setdefault(word.replace(" ", "").lower(), set()).add(name)
    shared = {word: names for word, names in owners.items() if len(names) > 1}
    assert shared == {
        "매출": {"gmv", "fee_revenue"},
        "매출액": {"gmv", "fee_revenue"},
        "sales": {"gmv", "fee_revenue"},
        "revenue": {"gmv", "fee_revenue"},
        "고객수": {"new_users", "paying_users"},
        "customers": {"new_users", "paying_users"},
    }


def test_personal_and_sensitive_columns_are_flagged():
    flagged = {
        flag: {(t, c["name"]) for t, c in COLUMNS if c["config"]["meta"].get(flag)}
        for flag in ("pii", "sensitive")
    }
    assert flagged["pii"] >= {
        ("users", "name"),
        ("users", "phone"),
        ("users", "email"),
        ("merchants", "owner_phone"),
    }
    assert flagged["sensitive"] >= {("merchants", "fee_rate"), ("settlements", "net_amount")}
