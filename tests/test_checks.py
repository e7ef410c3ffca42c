"""Each rule: what it finds and what it says, and right queries that it leaves alone."""

from datetime import datetime

import pytest

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table, Value, ValueSet
from askwell.domain.noun import Label
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.parse import parse


def key(name: str = "id") -> Column:
    return Column(name=name, type="bigint", primary_key=True, unique=True)


def to(table: str, name: str, column: str = "id") -> Column:
    return Column(name=name, type="bigint", references=ColumnRef(table=table, column=column))


def texts(name: str, *stored: str, complete: bool = True) -> Column:
    values = ValueSet(values=tuple(Value(stored=s) for s in stored), complete=complete)
    return Column(name=name, type="text", values=values)


STATUS = ValueSet(
    values=(Value(stored="PAID", label=Label(ko="결제 완료", en="paid")), Value(stored="BACK")),
    complete=True,
)
TABLES = (
    Table(
        name="users",
        row_count=20,
        columns=(
            key(),
            texts("name", "Kim", complete=False),
            texts("city", "Seoul", "Busan", "New York City"),
            texts("state", "CA", "NY"),
            Column(name="joined", type="timestamp", greatest=datetime(2025, 3, 1, 14, 5)),
            Column(name="score", type="integer", least=0, greatest=99),
            texts("team", "A", "B"),
        ),
    ),
    Table(
        name="orders",
        columns=(
            key(),
            to("users", "user_id"),
            Column(name="amount", type="bigint"),
            Column(name="status", type="varchar(10)", values=STATUS),
            Column(name="ordered_on", type="date"),
            Column(name="midnight", type="timestamp", greatest=datetime(2025, 3, 1)),
            Column(name="is_gift", type="boolean"),
        ),
    ),
    Table(
        name="order_items",
        columns=(
            to("orders", "order_id"),
            to("products", "product_id"),
            Column(name="n", type="int"),
        ),
    ),
    Table(
        name="products",
        columns=(
            key(),
            texts("name", "Tea", "Cup"),
            texts("kind", "Drink", "Grade A", "B-"),
            Column(name="price", type="int"),
        ),
    ),
    Table(
        name="tickets",
        columns=(
            key(),
            to("users", "user_id"),
            texts("topic", "Late", "Lost"),
            texts("group_name", "A", "C"),
            Column(name="at", type="bigint", least=1_600_000_000, greatest=1_700_000_000),
        ),
        row_count=9,
    ),
    Table(
        name="rates",
        row_count=1,
        columns=(Column(name="usd", type="numeric"), Column(name="zip", type="text")),
    ),
)


def found(sql: str, dialect: str = "postgres") -> tuple[Finding, ...]:
    catalog = Catalog(dialect=dialect, tables=TABLES)
    return check(Subject(parse(sql, dialect), catalog))


def rules(sql: str, dialect: str = "postgres") -> list[str]:
    return [f.rule for f in found(sql, dialect)]


@pytest.mark.parametrize(
    ("sql", "rule", "said"),
    [
        ("SELECT 1 FROM usrs", "unknown_table", "do you mean users"),
        ("SELECT 1 FROM zebra", "unknown_table", "the tables are users, orders"),
        ("SELECT 1", "nothing_read", "select from the tables"),
        ("SELECT naem FROM users", "unknown_column", "do you mean users.name?"),
        ("SELECT u.amount FROM users u", "unknown_column", "orders has it: JOIN orders ON u.id ="),
        ("SELECT price FROM orders", "unknown_column", "JOIN order_items ON orders.id = order_"),
        (
            "SELECT o.name FROM orders o JOIN users u ON u.id = o.user_id",
            "unknown_column",
            "u.name",
        ),
        ("SELECT u.name FROM users", "unknown_column", "write users.name"),
        ("SELECT users.name FROM orders", "unknown_column", "users ON orders.user_id = users.id"),
        (
            "SELECT 1 FROM users u JOIN products p ON u.product_id = p.id",
            "unknown_column",
            "join u and p through orders and order_items on u.id = orders.user_id AND",
        ),
        (
            "SELECT 1 FROM users u JOIN tickets t ON u.ticket_no = t.id",
            "unknown_column",
            "join u and t on u.id = t.user_id",
        ),
        ("SELECT p.n, p.price FROM purchases p", "unknown_table", "the tables are users"),
        ("SELECT p.n, p.order_id FROM bought p", "unknown_table", "can be read from order_items"),
        ("SELECT zzz FROM rates", "unknown_column", "rates has usd, zip"),
        (
            "SELECT name FROM users JOIN orders ON users.id = user_id "
            "JOIN order_items ON orders.id = order_id JOIN products ON products.id = product_id",
            "ambiguous_column",
            "write users.name or products.name",
        ),
        ("SELECT score + 1 AS s FROM users WHERE s > 3", "misplaced_alias", "write score + 1"),
        ("SELECT city, COUNT(*) FROM users", "ungrouped_column", "add GROUP BY city"),
        ("SELECT city, state, COUNT(*) FROM users GROUP BY city", "ungrouped_column", "add state"),
        (
            "SELECT city, COUNT(*) FROM users GROUP BY city HAVING score > 3",
            "ungrouped_column",
            "add score",
        ),
        (
            "SELECT city, COUNT(*) FROM users GROUP BY city ORDER BY score",
            "ungrouped_column",
            "add score",
        ),
        ("SELECT city FROM users WHERE COUNT(*) > 1", "early_aggregate", "into HAVING"),
        (
            "SELECT city FROM users WHERE score = MAX(score)",
            "early_aggregate",
            "(SELECT MAX(score)",
        ),
        (
            "SELECT city FROM users WHERE ROW_NUMBER() OVER (ORDER BY score) = 1",
            "early_aggregate",
            "in a CTE",
        ),
        ("SELECT AVG(COUNT(*)) FROM users GROUP BY city", "nested_aggregate", "in a CTE"),
        ("SELECT 1 FROM users WHERE city = 'seoul'", "unknown_value", "it holds 'Seoul'"),
        ("SELECT 1 FROM users WHERE city IN ('Busan', 'Soeul')", "unknown_value", "'Seoul'"),
        ("SELECT 1 FROM users WHERE city = 'New York'", "unknown_value", "'New York City'"),
        ("SELECT 1 FROM users WHERE state = 'California'", "unknown_value", "'CA'"),
        ("SELECT 1 FROM users WHERE state = 'New York'", "unknown_value", "'NY'"),
        ("SELECT 1 FROM users WHERE LOWER(city) = 'Seoul'", "unknown_value", "lower case"),
        ("SELECT 1 FROM orders WHERE status <> 'Paid'", "unknown_value", "'PAID'"),
        ("SELECT 1 FROM orders WHERE status = '결제완료'", "unknown_value", "'PAID'"),
        ("SELECT 1 FROM tickets WHERE topic = 'Tea'", "unknown_value", "products.name has 'Tea'"),
        ("SELECT 1 FROM users WHERE city LIKE '%seoul%'", "unmatched_case", "use ILIKE"),
        ("SELECT 1 FROM users WHERE city = 5", "compared_types", "write '5'"),
        ("SELECT 1 FROM users WHERE score > 'high'", "compared_types", "with a number"),
        ("SELECT 1 FROM orders WHERE is_gift = 1", "compared_types", "true or false"),
        ("SELECT 1 FROM orders WHERE ordered_on = 2024", "compared_types", "EXTRACT"),
        ("SELECT 1 FROM orders WHERE ordered_on > 'last week'", "compared_types", "YYYY-MM-DD"),
        (
            "SELECT name, amount FROM users, orders",
            "cartesian_product",
            "users.id = orders.user_id",
        ),
        (
            "SELECT u.name, p.price FROM users u, products p",
            "cartesian_product",
            "through orders and order_items",
        ),
        ("SELECT SUM(o.amount) FROM orders o CROSS JOIN users u", "cartesian_product", "o.user_id"),
        ("SELECT 1 FROM users u JOIN orders o ON u.id = o.id", "wrong_key", "u.id = o.user_id"),
        (
            "SELECT COUNT(*) FROM users u WHERE u.id IN (SELECT id FROM orders)",
            "wrong_key",
            "u.id = orders.user_id",
        ),
        (
            "SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = u.id)",
            "wrong_key",
            "o.user_id = u.id",
        ),
        (
            "SELECT 1 FROM users u JOIN orders o ON u.city = o.id",
            "mismatched_columns",
            "u.id = o.user_",
        ),
        (
            "SELECT COUNT(*) FROM users u JOIN tickets t ON u.team = t.group_name",
            "loose_join",
            "u.id = t.user_id",
        ),
        (
            "SELECT u.name FROM users u JOIN tickets t ON u.city = t.topic",
            "nothing_in_common",
            "u.id = t.user_id",
        ),
        (
            "SELECT 1 FROM tickets a JOIN users b ON a.at = b.score",
            "nothing_in_common",
            "a.user_id = b.id",
        ),
        ("SELECT SUM(user_id) FROM orders", "summed_key", "the amount"),
        ("SELECT EXTRACT(YEAR FROM at) FROM tickets", "no_time", "TO_TIMESTAMP(at)"),
        ("SELECT DATE_TRUNC('month', city) FROM users", "no_time", "cast it"),
        (
            "SELECT SUM(u.score) FROM users u JOIN orders o ON u.id = o.user_id",
            "fan_out",
            "leave out o",
        ),
        (
            "SELECT SUM(u.score) FROM users u JOIN orders o ON u.id = o.user_id "
            "WHERE o.amount IS NOT NULL",
            "fan_out",
            "leave out o",
        ),
        (
            "SELECT SUM(o.amount) FROM orders o JOIN users u ON u.id = o.user_id "
            "JOIN tickets t ON t.user_id = u.id WHERE t.id > 100",
            "fan_out",
            "leave out t",
        ),
        (
            "SELECT amount / score FROM orders, users WHERE user_id = users.id",
            "integer_division",
            "CAST(amount",
        ),
        ("SELECT COUNT(*) / (SELECT COUNT(*) FROM users) FROM orders", "integer_division", "CAST"),
        (
            "SELECT SUM(CASE WHEN is_gift THEN 1 ELSE 0 END) * 100 / COUNT(*) FROM orders",
            "integer_division",
            "NULLIF(COUNT(*), 0)",
        ),
        ("SELECT 1 FROM users WHERE name = NULL", "null_comparison", "write name IS NULL"),
        ("SELECT 1 FROM users WHERE name <> NULL", "null_comparison", "IS NOT NULL"),
        ("SELECT 1 FROM users WHERE city = 'Seoul' AND city = 'Busan'", "contradiction", "IN ("),
        ("SELECT 1 FROM users WHERE score BETWEEN 5 AND 3", "reversed_range", "exchange"),
        (
            "SELECT 1 FROM orders WHERE ordered_on BETWEEN '2024-12-31' AND '2024-01-01'",
            "reversed_range",
            "exchange",
        ),
        ("SELECT 1 FROM orders WHERE ordered_on <= '2023-02-29'", "impossible_day", "ends on 28"),
        ("SELECT DATE '2023-13-01' FROM orders", "impossible_day", ""),
        (
            "SELECT 1 FROM users WHERE joined BETWEEN '2024-01-01' AND '2024-01-31'",
            "last_day_cut",
            "joined < '2024-02-01'",
        ),
    ],
)
def test_a_wrong_query_is_found_and_the_hint_says_what_to_do(
    sql: str, rule: str, said: str
) -> None:
    findings = found(sql)
    assert [f.rule for f in findings] == [rule]
    assert said in findings[0].hint
    assert findings[0].line == 1 or rule == "nothing_read"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(u) FROM users u",
        "SELECT u.name AS city FROM users u ORDER BY city",
        "SELECT score AS s, COUNT(*) FROM users GROUP BY s",
        "SELECT UPPER(city), COUNT(*) AS id FROM users GROUP BY UPPER(users.city) ORDER BY id",
        "SELECT city, SUM(COUNT(*)) OVER () FROM users GROUP BY 1",
        "SELECT city, COUNT(*) FROM users GROUP BY ROLLUP (city)",
        "SELECT count FROM (SELECT COUNT(*) FROM users) x",
        "SELECT d::date FROM generate_series('2024-01-01'::date, '2024-02-01'::date, '1 day') AS d "
        "WHERE EXISTS (SELECT 1 FROM orders WHERE ordered_on = d)",
        "SELECT name FROM users u WHERE (SELECT MAX(amount) FROM orders WHERE user_id = u.id) > 5",
        # Nothing near is held: then the answer is that there is none.
        "SELECT COUNT(*) FROM users WHERE city = 'Atlantis'",
        "SELECT COUNT(*) FROM users WHERE name = 'kim'",
        "SELECT COUNT(*) FROM products WHERE name = 'Tap'",
        "SELECT COUNT(*) FROM users WHERE city ILIKE '%seoul%'",
        "SELECT COUNT(*) FROM users WHERE score = '5' AND LOWER(city) = 'seoul'",
        "SELECT COUNT(*) FROM products WHERE kind IN ('Grade B', 'B', 'Drink 2', 'Dri')",
        # Every row of both, or one of each.
        "SELECT COUNT(DISTINCT users.id)::float / COUNT(DISTINCT orders.id) FROM users, orders",
        "SELECT a.score - b.score FROM users a, users b WHERE a.id = 1 AND b.id = 2",
        "SELECT amount * usd FROM orders, rates",
        "SELECT city, topic FROM users CROSS JOIN tickets",
        "SELECT 1 FROM users u, orders o WHERE o.user_id = u.id OR o.amount > u.score",
        "SELECT 1 FROM users u, orders o WHERE EXISTS "
        "(SELECT 1 FROM tickets t WHERE t.user_id = u.id AND t.id = o.id)",
        "SELECT 1 FROM users u, LATERAL (SELECT 1 FROM orders o WHERE o.user_id = u.id) x",
        # Sums over rows that are not repeated, or meant to be.
        "SELECT SUM(o.amount) FROM orders o JOIN users u ON u.id = o.user_id",
        "SELECT o.id, SUM(u.score) FROM users u JOIN orders o ON u.id = o.user_id GROUP BY o.id",
        "SELECT SUM(i.n * p.price) FROM order_items i JOIN products p ON i.product_id = p.id",
        "SELECT SUM(u.score) FROM users u JOIN tickets t ON t.user_id = u.id "
        "WHERE t.topic = 'Lost'",
        "SELECT u.name, COUNT(u.id) FROM users u JOIN orders o ON u.id = o.user_id GROUP BY u.name",
        "SELECT AVG(u.score) FROM users u JOIN orders o ON u.id = o.user_id",
        # Two children of one parent.
        "SELECT 1 FROM orders o JOIN tickets t ON o.user_id = t.user_id",
        "SELECT u.name FROM users u JOIN tickets t ON u.team = t.group_name",
        "SELECT COUNT(*) FROM users u JOIN tickets t ON u.team = t.group_name AND u.id = t.user_id",
        "SELECT amount / 1000 FROM orders",
        "SELECT SUM(amount) / COUNT(*) FROM orders",
        "SELECT AVG(score) / COUNT(*) FROM users",
        "SELECT 1 FROM users WHERE city = 'Seoul' OR city = 'Busan'",
        "SELECT 1 FROM users a, users b WHERE a.id = b.id "
        "AND a.city = 'Seoul' AND b.city = 'Busan'",
        "SELECT 1 FROM users WHERE joined BETWEEN '2024-01-01' AND '2024-02-01'",
        "SELECT 1 FROM orders WHERE midnight <= '2024-01-31' AND ordered_on <= '2024-01-31'",
        "SELECT 1 FROM users WHERE name = '2023-02-30'",
    ],
)
def test_a_right_query_is_left_alone(sql: str) -> None:
    assert found(sql) == ()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT score + 1 AS s FROM users WHERE s > 3",
        "SELECT Score / ID FROM Users",
        "SELECT city, COUNT(*) FROM users GROUP BY ALL",
        "SELECT is_gift FROM orders WHERE is_gift = 1",
        "SELECT zip FROM rates WHERE zip = 12345",
    ],
)
def test_duckdb_sees_more_names_and_divides_exactly(sql: str) -> None:
    assert rules(sql, "duckdb") == []


def test_a_place_is_that_of_the_name() -> None:
    (finding,) = found("SELECT name,\n  u.missing\nFROM users u")
    assert (finding.line, finding.column) == (2, 3)
