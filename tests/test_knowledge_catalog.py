import subprocess
import sys
from pathlib import Path

import pytest

from askwell.domain.catalog import Column, ColumnRef, Table
from askwell.errors import Misconfigured
from askwell.knowledge.catalog import load, save, versioned
from askwell.knowledge.learn import build_catalog
from askwell.knowledge.profile import MAX_VALUES, SAMPLED_VALUES, profile
from askwell.knowledge.reading import Reader
from bakery_knowledge import catalog, found, runner
from companies import bakery


def test_a_saved_catalog_is_loaded_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "home" / "catalog.json"
    save(catalog(), path)
    assert load(path) == catalog()
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_save_leaves_the_old_catalog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalog.json"
    save(catalog(), path)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("askwell.knowledge.catalog.os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        save(versioned(catalog().model_copy(update={"time_zone": "UTC"})), path)
    assert load(path) == catalog()
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_or_old_catalog_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    with pytest.raises(Misconfigured, match="askwell learn"):
        load(path)
    path.write_text('{"version": "1", "forgotten": true}')
    with pytest.raises(Misconfigured, match="another version"):
        load(path)


def test_the_version_changes_exactly_with_the_content() -> None:
    again = build_catalog(found(), dbt_project=bakery.DBT_PROJECT, knowledge=bakery.KNOWLEDGE)
    once_more = build_catalog(found(), dbt_project=bakery.DBT_PROJECT, knowledge=bakery.KNOWLEDGE)
    assert again.version == once_more.version
    assert again.version != catalog().version  # that one has seen the values
    other = versioned(again.model_copy(update={"time_zone": "UTC"}))
    assert other.version != again.version


def test_a_load_needs_neither_metricflow_nor_duckdb() -> None:
    code = (
        "import sys, askwell.knowledge.catalog, askwell.knowledge.learn;"
        "print([m for m in ('metricflow', 'metricflow_semantics', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_values_are_learned_where_they_are_few_and_nobodys_secret() -> None:
    names = catalog().table_named["products"].column("name")
    assert names is not None
    assert names.values is not None
    assert names.values.complete
    assert not names.values.declared
    assert len(names.values.values) == 10
    assert catalog().table_named["sales"].row_count == 27066


async def test_personal_columns_and_listed_values_are_never_read() -> None:
    asked: list[str] = []
    await profile(catalog().tables, Reader(runner(asked), "duckdb"))
    text = " ".join(asked)
    assert '"phone"' not in text
    assert '"members"' in text
    assert "DISTINCT" in text
    assert '"city"' not in text  # its values are known from dbt
    assert not any('"name"' in sql and '"members"' in sql for sql in asked)


async def test_a_column_with_many_values_keeps_the_frequent_ones() -> None:
    table = Table(name="t", columns=(Column(name="c", type="varchar"),))
    many = [(f"v{i}",) for i in range(MAX_VALUES + 1)]

    async def run(sql: str) -> list[tuple]:
        if "COUNT(DISTINCT" in sql:
            return [(300, 300, MAX_VALUES + 1, 2.0)]
        return many[:SAMPLED_VALUES] if "GROUP BY" in sql else [(300,)]

    seen = await profile([table], Reader(run, "duckdb"))
    column = seen.columns[ColumnRef(table="t", column="c")]
    assert seen.rows == {"t": 300}
    assert len(column.values) == SAMPLED_VALUES
    assert not column.complete
