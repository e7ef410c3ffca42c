"""The demo warehouse is the same from the same arguments, whole, and never ahead of its end."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from askwell import demo

END = date(2024, 9, 18)
EVENT_COLUMNS = {
    "users": ["signed_up_at", "withdrawn_at"],
    "identity_checks": ["requested_at"],
    "wallets": ["opened_at"],
    "merchants": ["joined_at", "closed_at"],
    "payments": ["requested_at"],
    "refunds": ["requested_at", "completed_at"],
    "transfers": ["requested_at"],
    "coupons": ["issued_at", "used_at"],
    "cashbacks": ["granted_at"],
    "settlements": ["settled_at", "created_at"],
    "app_events": ["occurred_at + interval 9 hour"],
    "support_tickets": ["created_at", "first_responded_at", "resolved_at"],
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    demo.build(path, scale=0.02, end=END)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    tables = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
    return {
        t: connection.execute(f"SELECT count(*), sum(hash(t)::hugeint) FROM {t} t").fetchone()
        for t in tables
    }


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return connection.execute(sql).fetchone()[0]


def test_same_arguments_give_the_same_content(warehouse, tmp_path):
    path = tmp_path / "again.duckdb"
    demo.build(path, scale=0.02, end=END)
    with duckdb.connect(str(path), read_only=True) as again:
        assert contents(again) == contents(warehouse)


def test_another_seed_gives_other_people(warehouse, tmp_path):
    path = tmp_path / "other.duckdb"
    demo.build(path, seed=8, scale=0.02, end=END)
    with duckdb.connect(str(path), read_only=True) as other:
        assert contents(other)["users"] != contents(warehouse)["users"]


def test_only_the_warehouse_is_left_behind(tmp_path):
    path = tmp_path / "demo.duckdb"
    path.write_text("an older file")
    demo.build(path, scale=0.01, end=date(2022, 2, 1))
    assert [p.name for p in tmp_path.iterdir()] == ["demo.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        assert one(connection, "SELECT count(*) FROM users") > 0


def test_an_end_before_the_first_day_is_refused(tmp_path):
    with pytest.raises(ValueError, match="2022-01-01"):
        demo.build(tmp_path / "demo.duckdb", end=date(2021, 12, 31))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, columns in EVENT_COLUMNS.items() for c in columns]
)
def test_nothing_happens_after_the_end(warehouse, table, column):
    newest = one(warehouse, f"SELECT max({column})::date FROM {table}")
    assert newest <= END


def test_a_later_end_keeps_the_days_before(warehouse, tmp_path):
    path = tmp_path / "later.duckdb"
    demo.build(path, scale=0.02, end=END + timedelta(days=40))
    settled = END - timedelta(days=4)
    with duckdb.connect(str(path), read_only=True) as later:
        for sql in (
            f"SELECT sum(hash(user_id, signed_up_at, region, grade)::hugeint) FROM users"
            f" WHERE signed_up_at < '{settled}'",
            f"SELECT sum(hash(payment_id, user_id, merchant_id, amount, status)::hugeint)"
            f" FROM payments WHERE requested_at < '{settled}'",
            f"SELECT sum(hash(event_id, user_id, event_name)::hugeint) FROM app_events"
            f" WHERE occurred_at < '{settled}'",
        ):
            assert one(later, sql) == one(warehouse, sql)


def test_the_help_desk_is_three_days_behind(warehouse):
    assert one(warehouse, "SELECT max(created_at)::date FROM support_tickets") <= END - timedelta(3)
    assert one(warehouse, "SELECT max(requested_at)::date FROM payments") == END


def test_app_events_are_stored_in_utc(warehouse):
    night_in_seoul = one(
        warehouse, "SELECT avg((hour(occurred_at) BETWEEN 17 AND 20)::int) FROM app_events"
    )
    assert night_in_seoul < 0.05


def test_some_payments_are_loaded_late(warehouse):
    late = one(
        warehouse,
        "SELECT avg((loaded_at::date > requested_at::date + 1)::int) FROM payments",
    )
    assert 0 < late < 0.01


def test_the_company_grows_and_keeps_holidays(warehouse):
    per_year = dict(
        warehouse.execute(
            "SELECT year(signed_up_at), count(*) / max(dayofyear(signed_up_at))"
            " FROM users GROUP BY ALL"
        ).fetchall()
    )
    assert per_year[2022] < per_year[2023] < per_year[2024]
    ordinary, chuseok = (
        one(warehouse, f"SELECT count(*) FROM payments WHERE requested_at::date = '{day}'")
        for day in ("2024-09-10", "2024-09-17")
    )
    assert chuseok < ordinary


def test_the_outage_shows(warehouse):
    outage, before = (
        one(
            warehouse,
            "SELECT avg((status = 'APPROVED')::int) FROM payments"
            f" WHERE requested_at BETWEEN '{day} 11:00' AND '{day} 16:30'",
        )
        for day in ("2024-03-15", "2024-03-08")
    )
    assert outage < 0.6 < before


def test_money_adds_up(warehouse):
    assert one(warehouse, "SELECT count(*) FROM payments WHERE discount_amount > amount") == 0
    assert (
        one(warehouse, "SELECT count(*) FROM coupons WHERE (status = 'USED') = (used_at IS NULL)")
        == 0
    )
    assert (
        one(
            warehouse,
            "SELECT count(*) FROM settlements WHERE net_amount + fee_amount <> gross_amount",
        )
        == 0
    )
    over_refunded = (
        "SELECT count(*) FROM refunds r JOIN payments p USING (payment_id)"
        " WHERE r.amount > p.amount"
    )
    assert one(warehouse, over_refunded) == 0
    unsettled = (
        "SELECT count(*) FROM settlements s JOIN (SELECT merchant_id, sum(amount) AS paid,"
        " date_trunc('week', requested_at)::date AS period_start FROM payments"
        " WHERE status = 'APPROVED' GROUP BY ALL) p USING (merchant_id, period_start)"
        " WHERE s.gross_amount <> p.paid"
    )
    assert one(warehouse, unsettled) == 0


def test_hostile_cells_are_there(warehouse):
    assert (
        one(warehouse, "SELECT count(*) FROM merchants WHERE merchant_name LIKE '=HYPERLINK%'") == 1
    )
    assert (
        one(warehouse, "SELECT count(*) FROM merchants WHERE merchant_name LIKE '%DROP TABLE%'")
        == 1
    )
    assert one(warehouse, "SELECT count(*) FROM support_tickets WHERE body LIKE 'Ignore all%'") == 1
