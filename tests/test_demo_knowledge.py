"""The demo's words point at things that exist, and every verified query runs."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from askwell import demo

METRICS: set[str] = set()
DIMENSIONS: set[str] = set()
TABLES: set[str] = set()
for _path in (demo.DBT_PROJECT / "models").glob("*.yml"):
    _document = yaml.safe_load(_path.read_text("utf-8"))
    METRICS |= {m["name"] for m in _document.get("metrics", [])}
    TABLES |= {m["name"] for m in _document.get("models", [])}
    for _model in _document.get("semantic_models", []):
        _entity = next(e["name"] for e in _model["entities"] if e["type"] == "primary")
        DIMENSIONS |= {f"{_entity}__{d['name']}" for d in _model["dimensions"]}

GLOSSARY = yaml.safe_load((demo.KNOWLEDGE / "glossary.yml").read_text("utf-8"))
CONTEXTS = yaml.safe_load((demo.KNOWLEDGE / "contexts.yml").read_text("utf-8"))
POLICY = yaml.safe_load(demo.POLICY.read_text("utf-8"))
VERIFIED = {
    p.stem: yaml.safe_load(p.read_text("utf-8"))
    for p in sorted((demo.KNOWLEDGE / "verified").glob("*.yml"))
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    demo.build(path, scale=0.05, end=date(2025, 9, 30))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def bound(parameters: list[dict], start: date, end: date) -> dict[str, object]:
    values: dict[str, object] = {}
    for p in parameters:
        if p["type"] == "period":
            values |= {f"{p['name']}_start": start, f"{p['name']}_end": end}
        else:
            values[p["name"]] = p.get("default")
    return values


def rows(connection: duckdb.DuckDBPyConnection, name: str, **changed: object) -> list[tuple]:
    query = VERIFIED[name]
    values = bound(query["parameters"], date(2025, 1, 1), date(2025, 3, 31)) | changed
    return connection.execute(query["sql"], values).fetchall()


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return connection.execute(sql).fetchone()[0]


def test_there_are_enough_words_and_queries():
    assert len(GLOSSARY) >= 60
    assert len({term["name"] for term in GLOSSARY}) == len(GLOSSARY)
    assert len(VERIFIED) >= 12


def test_terms_point_at_things_that_exist():
    for term in GLOSSARY:
        assert term["ko"]
        assert term["en"]
        assert term["definition"]["ko"]
        assert term["definition"]["en"]
        match term.get("means"):
            case {"metric": name}:
                assert name in METRICS
            case {"dimension": name}:
                assert name in DIMENSIONS
            case {"filter": conditions}:
                assert {c["field"] for c in conditions} <= DIMENSIONS
            case other:
                assert other is None


def test_contexts_point_at_things_that_exist():
    for context in CONTEXTS:
        assert set(context.get("metrics", [])) <= METRICS
        assert set(context.get("tables", [])) <= TABLES
        assert context.get("start", date.min) <= context.get("end", date.max)


def test_policy_names_real_people_groups_and_tables():
    people = {demo.ANALYST, demo.MARKETER, demo.PARTNER_MANAGER, demo.FINANCE_LEAD}
    assert set(POLICY["people"]) == people
    for person in POLICY["people"].values():
        assert set(person["groups"]) <= set(POLICY["groups"])
    for group in POLICY["groups"].values():
        assert set(group["tables"]) <= TABLES | {"*"}
        assert not any(table.get("pii") for table in group["tables"].values())


@pytest.mark.parametrize("name", VERIFIED)
def test_a_verified_query_runs_with_its_defaults(warehouse, name):
    query = VERIFIED[name]
    values = bound(query["parameters"], date(2025, 1, 1), date(2025, 3, 31))
    result = warehouse.execute(query["sql"], values)
    assert [c[0] for c in result.description] == [c["name"] for c in query["columns"]]
    assert result.fetchall()
    assert query["name"] == name
    assert query["phrases"]
    for column in query["columns"]:
        assert column["label"]["ko"]
        assert column["label"]["en"]


def test_a_verified_query_accounts_for_the_words_of_its_questions():
    for name, query in VERIFIED.items():
        for question in query["questions"]:
            assert any(p.lower() in question.lower() for p in query["phrases"]), (name, question)


def test_first_payment_conversion_counts_whoever_paid_in_time(warehouse):
    by_hand = one(
        warehouse,
        "SELECT count(*) FROM users u WHERE signed_up_at >= '2025-02-01'"
        " AND signed_up_at < '2025-03-01' AND EXISTS (SELECT 1 FROM payments p"
        " WHERE p.user_id = u.user_id AND p.status = 'APPROVED'"
        " AND p.requested_at <= u.signed_up_at + INTERVAL 7 DAY)",
    )
    assert rows(warehouse, "first_payment_conversion")[1][2] == by_hand


def test_repeat_purchases_can_be_one_regions(warehouse):
    by_hand = one(
        warehouse,
        "SELECT count(*) FROM (SELECT user_id, min(requested_at) t FROM payments"
        " JOIN users USING (user_id) WHERE payments.status = 'APPROVED' AND region = '부산'"
        " GROUP BY 1) WHERE t >= '2025-01-01' AND t < '2025-04-01'",
    )
    assert sum(r[1] for r in rows(warehouse, "repeat_purchase_rate", region="부산")) == by_hand


def test_new_and_returning_payers_are_all_payers(warehouse):
    for month, new, returning in rows(warehouse, "new_and_returning_payers"):
        payers = one(
            warehouse,
            "SELECT count(DISTINCT user_id) FROM payments WHERE status = 'APPROVED'"
            f" AND date_trunc('month', requested_at) = '{month}'",
        )
        assert new + returning == payers
    assert len(rows(warehouse, "new_and_returning_payers", grain="week")) == 14


def test_the_settlement_backlog_shows(warehouse):
    rates = [r[3] for r in rows(warehouse, "settlement_delay")]
    assert rates[1] > 2 * rates[0]


def test_the_funnel_only_narrows_and_follows_its_goal(warehouse):
    payment = [r[1] for r in rows(warehouse, "app_funnel")]
    assert payment == sorted(payment, reverse=True)
    assert [r[0] for r in rows(warehouse, "app_funnel", goal="TRANSFER")][-1] == "TRANSFER_COMPLETE"


def test_the_fastest_growing_merchants_really_grew(warehouse):
    growth = [r[4] for r in rows(warehouse, "top_merchants_by_growth", count=5)]
    assert len(growth) == 5
    assert growth == sorted(growth, reverse=True)
    assert growth[0] > 0


def test_nothing_personal_is_read(warehouse):
    personal = ("phone", "email", "account_number", "birth_date", "device_id", "body")
    for name, query in VERIFIED.items():
        assert not any(word in query["sql"] for word in personal), name


def test_the_readme_lists_everything():
    readme = (demo.HERE / "README.md").read_text("utf-8")
    named = TABLES | METRICS | DIMENSIONS | set(VERIFIED) | set(POLICY["people"])
    assert [n for n in sorted(named) if n not in readme] == []
