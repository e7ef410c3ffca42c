"""Learning a warehouse that nobody has described: no dbt, no key, no glossary."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from askwell.domain.catalog import Catalog, Column, ColumnRef, Value, ValueSet
from askwell.domain.clock import Clock
from askwell.domain.noun import Label, Scalar
from askwell.errors import Misconfigured, TimedOut
from askwell.knowledge import profile as profiling
from askwell.knowledge.catalog import load, save
from askwell.knowledge.learn import Learned, build_catalog, learn
from askwell.knowledge.profile import MAX_VALUES, SAMPLED_VALUES
from askwell.knowledge.report import report
from askwell.query import QueryDoor
from askwell.rights import everything, open_policy, readable
from askwell.stores.sqlite import Database, SQLiteAudit, SQLiteResults
from askwell.warehouses import FoundTable, Warehouse
from askwell.warehouses.duckdb import DuckDB
from askwell.warehouses.postgres import Postgres
from bakery_knowledge import found as bakery_found
from bakery_knowledge import runner
from companies import bakery
from trades import CLINIC, SHOP, SHOP_KEYS, TRADES, VIEWS

BACKENDS = ("duckdb", "postgres")


@dataclass
class Plain:
    """A warehouse behind the real query door, and the SQL that learning ran on it."""

    warehouse: Warehouse
    folder: Path
    asked: list[str] = field(default_factory=list)
    found: tuple[FoundTable, ...] = ()

    async def learn(self, **files: str) -> Learned:
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
        database = Database(self.folder / "askwell.sqlite3")
        door = QueryDoor(
            self.warehouse, SQLiteResults(database), SQLiteAudit(database), Clock("Asia/Seoul")
        )
        self.found = await door.tables()
        dialect = self.warehouse.dialect
        whole = build_catalog(self.found, dbt_project=None, knowledge=None, dialect=dialect)

        async def run(sql: str) -> tuple[tuple[Scalar, ...], ...]:
            self.asked.append(sql)
            return (await door.fetch(sql, catalog=whole, rights=everything(whole))).rows

        try:
            return await learn(
                self.found, run, dbt_project=None, knowledge=self.folder, dialect=dialect
            )
        finally:
            database.close()


Open = Callable[[str, str], Plain]


@pytest.fixture(params=BACKENDS)
async def plain(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[Warehouse] = []

    def build(name: str, sql: str) -> Plain:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres")
            opened.append(Postgres(server.create(f"plain_{name}", sql=sql), time_zone="Asia/Seoul"))
        else:
            with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
                connection.execute(sql)
            opened.append(DuckDB(tmp_path / f"{name}.duckdb", time_zone="Asia/Seoul"))
        return Plain(opened[-1], tmp_path)

    yield build
    for warehouse in opened:
        await warehouse.close()


@pytest.fixture
async def duck(tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[Warehouse] = []

    def build(name: str, sql: str) -> Plain:
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute(sql)
        opened.append(DuckDB(tmp_path / f"{name}.duckdb", time_zone="Asia/Seoul"))
        return Plain(opened[-1], tmp_path)

    yield build
    for warehouse in opened:
        await warehouse.close()


def keys_of(catalog: Catalog) -> set[str]:
    return {
        f"{t.name}.{c.name} → {c.references.table}.{c.references.column}"
        for t in catalog.tables
        for c in t.columns
        if c.references
    }


def folded(names: set[str]) -> set[str]:
    """Return names as PostgreSQL writes them, where nobody quoted them."""
    return {name.lower() for name in names}


def personal_of(catalog: Catalog) -> set[str]:
    return {f"{t.name}.{c.name}" for t in catalog.tables for c in t.columns if c.pii}


def column_of(catalog: Catalog, table: str, name: str) -> Column:
    column = catalog.table_named[table].column(name)
    assert column is not None
    return column


def stored(column: Column) -> list[Scalar]:
    return [v.stored for v in column.values.values] if column.values else []


@pytest.mark.parametrize("trade", TRADES)
async def test_keys_and_personal_data_of_a_trade_are_found_and_no_others(
    plain: Open, trade: str
) -> None:
    sql, keys, personal = TRADES[trade]
    catalog = (await plain(trade, sql).learn()).catalog
    assert folded(keys_of(catalog)) == folded(keys)
    assert folded(personal_of(catalog)) == folded(personal)
    assert all(c.inferred for t in catalog.tables for c in t.columns if c.references)


async def test_copies_of_a_table_do_not_hide_it_and_what_is_undecided_stays_open(
    plain: Open,
) -> None:
    found = keys_of((await plain("views", SHOP + VIEWS).learn()).catalog)
    assert found == SHOP_KEYS


async def test_what_the_data_says_of_a_clinic(plain: Open, tmp_path: Path) -> None:
    learned = await plain("clinic", CLINIC).learn()
    save(learned.catalog, tmp_path / "catalog.json")
    catalog = load(tmp_path / "catalog.json")
    assert catalog == learned.catalog
    visits = catalog.table_named["visits"]
    assert visits.row_count == 1000
    visit_id, fee = column_of(catalog, "visits", "visit_id"), column_of(catalog, "visits", "fee")
    assert (visit_id.unique, visit_id.primary_key, visit_id.greatest) == (True, True, 1000)
    assert (fee.least, fee.greatest, fee.unique) == (0, 89044.5, False)
    assert column_of(catalog, "visits", "seen_at").least == datetime(2024, 1, 1, 10, 30)
    assert column_of(catalog, "patients", "date_of_birth").greatest == date(1950, 10, 28)
    blood = column_of(catalog, "patients", "blood_type")
    assert stored(blood) == ["A", "AB", "B", "O"]
    assert blood.values is not None
    assert (blood.values.complete, blood.values.declared) == (True, False)


async def test_nothing_is_read_of_what_is_personal_by_its_name(plain: Open) -> None:
    clinic = plain("clinic", CLINIC)
    learned = await clinic.learn()
    assert not any('"email"' in sql or '"first_name"' in sql for sql in clinic.asked)
    said = learned.catalog.model_dump_json()
    assert "@mail.example" not in said
    assert "010-" not in said  # neither of the column that showed itself, nor out of a memo


async def test_without_a_policy_nobody_reads_what_looks_personal(plain: Open) -> None:
    catalog = (await plain("shop", SHOP).learn()).catalog
    policy = open_policy()
    part = readable(catalog, policy.rights(policy.asker("anybody@x.example"), catalog))
    assert [c.name for c in part.table_named["users"].columns] == ["id"]
    assert [c.name for c in part.table_named["products"].columns][:2] == ["id", "name"]


async def test_learning_asks_few_queries(plain: Open) -> None:
    clinic = plain("clinic", CLINIC)
    learned = await clinic.learn()
    texts = [c for t in learned.catalog.tables for c in t.columns if c.values]
    checks = [sql for sql in clinic.asked if '"mine"' in sql]
    others = len(clinic.asked) - len(checks)
    assert others <= 2 * len(learned.catalog.tables) + len(texts) + 3
    assert len(checks) <= len(keys_of(learned.catalog)) + 2


async def test_frequent_values_stand_for_many(duck: Open) -> None:
    sql = "CREATE TABLE t AS SELECT 'v' || (i % 2 * i % 1000) AS tag FROM range(5000) r(i)"
    learned = await duck("many", sql).learn()
    tag = column_of(learned.catalog, "t", "tag")
    assert tag.values is not None
    assert not tag.values.complete
    assert len(stored(tag)) == SAMPLED_VALUES < MAX_VALUES
    assert stored(tag)[0] == "v0"


async def test_large_tables_are_sampled_and_measured(
    plain: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiling, "SAMPLED_ROWS", 100)
    large = """
    CREATE TABLE t AS SELECT i AS id, i % 7 AS n, 's' || (i % 3) AS state,
      CASE WHEN i = 900 THEN 0 ELSE i END AS nearly FROM generate_series(0, 999) AS r(i);
    """
    learned = await plain("large", large).learn()
    catalog = learned.catalog
    assert catalog.table_named["t"].row_count == 1000
    assert column_of(catalog, "t", "id").unique
    assert column_of(catalog, "t", "id").greatest == 999
    assert not column_of(catalog, "t", "nearly").unique
    state = column_of(catalog, "t", "state")
    assert state.values is not None
    assert state.values.complete
    assert stored(state) == ["s0", "s1", "s2"]


async def test_huge_tables_are_only_sampled_and_it_is_said(
    duck: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiling, "SAMPLED_ROWS", 100)
    monkeypatch.setattr(profiling, "COUNTED_ROWS", 500)
    huge = "CREATE TABLE t AS SELECT i AS id, 's' || (i % 3) AS state FROM range(1000) r(i)"
    learned = await duck("huge", huge).learn()
    column = column_of(learned.catalog, "t", "id")
    assert (column.unique, column.greatest) == (False, None)
    state = column_of(learned.catalog, "t", "state")
    assert state.values is not None
    assert not state.values.complete
    assert any("only the first 100 were looked at" in line for line in lines(learned))


async def test_a_table_that_takes_too_long_is_left_out_and_named(duck: Open) -> None:
    clinic = duck("clinic", CLINIC)
    await clinic.learn()

    async def slow(sql: str) -> tuple[tuple[Scalar, ...], ...]:
        if '"visits"' in sql:
            raise TimedOut("the query ran longer than 30 seconds and was cancelled")
        return (await clinic.warehouse.fetch(sql, {}, max_rows=1000, seconds=30)).rows

    learned = await learn(clinic.found, slow, dbt_project=None, knowledge=None)
    assert "referrals.patient_id → patients.patient_id" in keys_of(learned.catalog)
    assert "visits" in learned.catalog.table_named
    assert any(line.startswith("  visits: its data was not read") for line in lines(learned))


def lines(learned: Learned) -> list[str]:
    return report(learned.catalog, learned.profile)


async def test_the_report_says_what_was_guessed_and_how_to_correct_it(duck: Open) -> None:
    said = lines(await duck("clinic", CLINIC).learn())
    assert said[0].startswith("learned 6 tables")
    assert any("pii: false" in line and "tables.yml" in line for line in said)
    assert "  patients.email" in said
    assert "  visits.doctor_id → doctors.id" in said
    assert any("references: table.column" in line for line in said)
    assert "  visits.referral" in said[said.index("columns without any value:") :]


TABLES_YML = """
- name: patients
  label_ko: 환자
  description: One row a patient.
  columns:
    - {name: first_name, pii: false}
    - {name: city, pii: true}
    - name: blood_type
      synonyms: [혈액형]
      accepted_values: [A, B, O, AB]
      values: {A: {ko: A형}}
- name: visits
  columns:
    - {name: doctor_id, references: none}
    - {name: severity, references: departments.dept_id, description: wrong but said}
    - {name: fee, unit: KRW, sensitive: true}
"""


async def test_tables_yml_corrects_and_describes(duck: Open) -> None:
    catalog = (await duck("clinic", CLINIC).learn(tables__yml=TABLES_YML)).catalog
    patients = catalog.table_named["patients"]
    assert (patients.label.ko, patients.description) == ("환자", "One row a patient.")
    assert personal_of(catalog) >= {"patients.city", "patients.email"}
    assert "patients.first_name" not in personal_of(catalog)
    blood = column_of(catalog, "patients", "blood_type")
    assert blood.synonyms == ("혈액형",)
    assert blood.values is not None
    assert blood.values.declared
    assert blood.values.values[0].label.ko == "A형"
    assert "visits.doctor_id → doctors.id" not in keys_of(catalog)
    severity = column_of(catalog, "visits", "severity")
    assert severity.references == ColumnRef(table="departments", column="dept_id")
    assert not severity.inferred
    fee = column_of(catalog, "visits", "fee")
    assert (fee.unit, fee.sensitive, fee.greatest) == ("KRW", True, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {name: patient}", r"tables\.yml:1: there is no table 'patient'.*'patients'"),
        ("- name: patients\n  columns:\n    - {name: emial}", r"tables\.yml:3: .*'email'"),
        ("- name: patients\n  columns:\n    - {name: email, pi: true}", r":3: .*'pii'"),
        ("- name: visits\n  columns:\n    - {name: fee, references: doctors}", "table.column"),
        ("- name: visits\n  columns:\n    - {name: fee, references: doctor.id}", "'doctors'"),
    ],
)
async def test_a_mistake_in_tables_yml_is_named(duck: Open, text: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        await duck("clinic", CLINIC).learn(tables__yml=text)


INSTRUCTIONS = """\
# Money

Fees are in won,
without tax.

- `visits.fee` leaves out what an insurer pays.
- Call patients by email only.
* A severity of 5 is an emergency.
1. Use diagnosis_code of the visits table.

Names are in capital letters.
"""


async def test_plain_text_becomes_business_context(duck: Open) -> None:
    catalog = (await duck("clinic", CLINIC).learn(instructions__md=INSTRUCTIONS)).catalog
    texts = [c.text.en for c in catalog.contexts]
    assert texts[0] == "Fees are in won, without tax."
    assert texts[-1] == "Names are in capital letters."
    assert len(texts) == 6
    assert {c.title.en for c in catalog.contexts} == {"Money"}
    assert all(c.start is None for c in catalog.contexts)
    fee, email, severity, diagnosis = catalog.contexts[1:5]
    assert fee.reads == (ColumnRef(table="visits", column="fee"),)
    assert email.reads == (ColumnRef(table="patients", column="email"),)
    assert severity.reads == (ColumnRef(table="visits", column="severity"),)
    assert diagnosis.tables == ("visits",)
    assert diagnosis.reads == (ColumnRef(table="visits", column="diagnosis_code"),)


async def test_context_hides_with_the_columns_that_it_names(duck: Open) -> None:
    catalog = (await duck("clinic", CLINIC).learn(instructions__md=INSTRUCTIONS)).catalog
    policy = open_policy()
    part = readable(catalog, policy.rights(policy.asker("anybody@x.example"), catalog))
    hidden = set(catalog.contexts) - set(part.contexts)
    assert [c.text.en for c in hidden] == ["Call patients by email only."]


async def test_the_zone_of_a_warehouse_does_not_move_what_was_learned(duck: Open) -> None:
    sql = (
        "CREATE TABLE t AS SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS at, i FROM range(3) r(i)"
    )
    at = column_of((await duck("zones", sql).learn()).catalog, "t", "at")
    assert at.least == datetime(2024, 1, 1, 9, tzinfo=ZoneInfo("Asia/Seoul"))


def test_the_tables_yml_of_the_docs_is_learned(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[1] / "docs" / "knowledge.md").read_text("utf-8")
    example = docs.split("adds: tables.yml")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "tables.yml").write_text(example, "utf-8")
    learned = asyncio.run(learn(bakery_found(), runner([]), dbt_project=None, knowledge=tmp_path))
    assert personal_of(learned.catalog) == {"members.phone"}
    keys = keys_of(learned.catalog)
    assert {k for k in keys if k.startswith("sales.")} == {
        "sales.store_id → stores.store_id", "sales.member_id → members.member_id"
    }  # fmt: skip
    assert column_of(learned.catalog, "members", "tier").values == ValueSet(
        values=(
            Value(stored="BASIC"),
            Value(stored="GOLD", label=Label(ko="골드", en="gold")),
        ),
        complete=True,
        declared=True,
    )


def test_tables_are_described_in_one_place_only(tmp_path: Path) -> None:
    (tmp_path / "tables.yml").write_text("- {name: members}", "utf-8")
    with pytest.raises(Misconfigured, match=r"tables\.yml: there is a dbt project"):
        asyncio.run(
            learn(bakery_found(), runner([]), dbt_project=bakery.DBT_PROJECT, knowledge=tmp_path)
        )
