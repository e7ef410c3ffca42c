"""Pairs of queries before and after mending, checked on DuckDB by what they give."""

import duckdb
import pytest

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table, Value, ValueSet
from askwell.domain.noun import Label
from askwell.sql.mends import mend

SCRIPT = """
CREATE TABLE brand (brand_id INTEGER, brand_name VARCHAR, country VARCHAR);
CREATE TABLE product (product_id INTEGER, name VARCHAR, brand_id INTEGER, price INTEGER);
CREATE TABLE customer (customer_id INTEGER, name VARCHAR, grade VARCHAR, city VARCHAR);
CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, status VARCHAR, ordered_at TIMESTAMP,
  coupon_code VARCHAR, discount INTEGER);
CREATE TABLE order_line (line_id INTEGER, order_id INTEGER, product_id INTEGER, quantity INTEGER);
INSERT INTO brand VALUES (1, '한빛', '대한민국'), (2, '누리', '대한민국'), (3, 'Aurora', '미국');
INSERT INTO product VALUES (1, '국수', 1, 3000), (2, '만두', 1, 5000), (3, '김치', 2, 9000),
  (4, 'Coffee', 3, 12000);
INSERT INTO customer VALUES (1, '김하나', '골드', '서울'), (2, '이두리', '실버', '부산'),
  (3, '박세찬', '골드', '서울'), (4, '최나래', '일반 회원', '대구');
INSERT INTO orders VALUES (1, 1, 'PAID', '2025-01-03 10:00', 'A1', 100),
  (2, 1, 'CANCELLED', '2025-01-31 23:30', NULL, NULL), (3, 2, 'PAID', '2025-02-01 00:10', 'A1', 0),
  (4, 3, 'PAID', '2025-02-10 12:00', NULL, NULL), (5, 4, 'REFUNDED', '2025-03-01 09:00', 'B2', 50);
INSERT INTO order_line VALUES (1, 1, 1, 2), (2, 1, 4, 1), (3, 2, 2, 1), (4, 3, 3, 3), (5, 4, 1, 1),
  (6, 4, 2, 2), (7, 5, 4, 1);
"""
REFERENCES = {
    ("product", "brand_id"): ("brand", "brand_id"),
    ("orders", "customer_id"): ("customer", "customer_id"),
    ("order_line", "order_id"): ("orders", "order_id"),
    ("order_line", "product_id"): ("product", "product_id"),
}
LABELS = {
    "PAID": Value(stored="PAID", label=Label(ko="결제 완료", en="paid"), synonyms=("결제",)),
    "CANCELLED": Value(stored="CANCELLED", label=Label(ko="취소", en="cancelled")),
}


def shop(connection: duckdb.DuckDBPyConnection) -> Catalog:
    """Return the catalog of the shop as learning would."""
    names = [n for (n,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    return Catalog(dialect="duckdb", tables=tuple(_table(connection, n) for n in sorted(names)))


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    described = connection.execute(f"DESCRIBE {name}").fetchall()
    columns = tuple(_column(connection, name, c[0], c[1].lower()) for c in described)
    return Table(name=name, schema_name="main", columns=columns)


def _column(connection: duckdb.DuckDBPyConnection, table: str, name: str, kind: str) -> Column:
    held = [v for (v,) in connection.execute(f"SELECT {name} FROM {table} ORDER BY 1").fetchall()]
    distinct = list(dict.fromkeys(v for v in held if v is not None))
    values = ValueSet(values=tuple(LABELS.get(v, Value(stored=v)) for v in distinct), complete=True)
    target = REFERENCES.get((table, name))
    return Column(
        name=name,
        type=kind,
        references=ColumnRef(table=target[0], column=target[1]) if target else None,
        unique=len(distinct) == len(held),
        values=values if kind == "varchar" else None,
    )


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(SCRIPT)
    return connection


@pytest.fixture(scope="module")
def catalog(connection: duckdb.DuckDBPyConnection) -> Catalog:
    return shop(connection)


# What a weak model writes, and a query that gives what it means.
MENDED = [
    # requalify
    (
        "SELECT p.brand_name FROM product p JOIN brand b ON p.brand_id = b.brand_id",
        "SELECT b.brand_name FROM product p JOIN brand b ON p.brand_id = b.brand_id",
    ),
    (
        "SELECT product.name FROM product p WHERE product.price > 4000",
        "SELECT name FROM product WHERE price > 4000",
    ),
    (
        "SELECT brand_id FROM product p, brand b WHERE p.brand_id = b.brand_id GROUP BY 1",
        "SELECT DISTINCT brand_id FROM product",
    ),
    # add_join
    (
        "SELECT brand.brand_name, count(*) FROM product GROUP BY brand.brand_name",
        "SELECT b.brand_name, count(*) FROM product JOIN brand b USING (brand_id) GROUP BY 1",
    ),
    (
        "SELECT sum(l.quantity) FROM order_line l WHERE b.country = '미국'",
        "SELECT 2",
    ),
    (
        "SELECT sum(quantity) FROM order_line WHERE grade = '골드'",
        "SELECT 7",
    ),
    # join_keys
    (
        "SELECT sum(quantity) FROM order_line l JOIN product p ON l.line_id = p.product_id"
        " WHERE p.name = '국수'",
        "SELECT 3",
    ),
    ("SELECT count(*) FROM order_line, orders WHERE status = 'PAID'", "SELECT 5"),
    (
        "SELECT b.brand_name FROM product JOIN brand b ON id = id WHERE price = 9000",
        "SELECT '누리'",
    ),
    (
        "SELECT brand_name FROM product JOIN brand ON brand_id = brand_id WHERE price = 9000",
        "SELECT '누리'",
    ),
    # needless_joins
    (
        "SELECT p.name FROM product p JOIN customer c ON p.supplier_id = c.supplier_id"
        " WHERE p.price > 10000",
        "SELECT 'Coffee'",
    ),
    (
        "SELECT p.name FROM product p JOIN price_list l ON p.product_id = l.product_id"
        " JOIN brand b ON l.brand = b.brand_id WHERE p.price > 10000",
        "SELECT 'Coffee'",
    ),
    (
        "SELECT sum(p.price) FROM product p JOIN order_line l ON l.product_id = p.product_id",
        "SELECT 29000",
    ),
    # join_order
    (
        "SELECT b.brand_name, sum(l.quantity) FROM brand b"
        " JOIN order_line l ON l.product_id = p.product_id"
        " JOIN product p ON p.brand_id = b.brand_id GROUP BY b.brand_name",
        "VALUES ('한빛', 6), ('누리', 3), ('Aurora', 2)",
    ),
    # a column of the source that the comparison is not with
    (
        "SELECT count(*) FROM orders o JOIN customer c ON o.customer_id = c.customer_id"
        " JOIN order_line l ON c.order_id = l.order_id WHERE c.grade = '실버'",
        "SELECT 1",
    ),
    # spelling
    ("SELECT Count(*) FROM Products WHERE Prices > 4000", "SELECT 3"),
    ("SELECT count(*) FROM orderline WHERE orderline.qauntity = 1", "SELECT 4"),
    ("SELECT product_name FROM product WHERE id = 1", "SELECT '국수'"),
    ("SELECT count(*) FROM shop.customers c WHERE c.customer_name = '김하나'", "SELECT 1"),
    # dialect
    (
        "Here is the query:\n```sql\nSELECT COUNT(*) AS `n` FROM `orders`;\n```\nIt counts orders.",
        "SELECT 5",
    ),
    ("SELECT TOP 1 name FROM product ORDER BY price DESC", "SELECT 'Coffee'"),
    (
        "SELECT DATE_FORMAT(ordered_at, '%Y-%m') AS m, ISNULL(SUM(discount), 0) FROM orders"
        " GROUP BY DATE_FORMAT(ordered_at, '%Y-%m')",
        "VALUES ('2025-01', 100), ('2025-02', 0), ('2025-03', 50)",
    ),
    ('SELECT count(*) FROM orders WHERE status = "PAID"', "SELECT 3"),
    # comparisons
    ("SELECT count(*) FROM orders WHERE coupon_code = NULL", "SELECT 2"),
    ("SELECT count(*) FROM product WHERE name LIKE '%COFFEE%'", "SELECT 1"),
    # group_keys
    (
        "SELECT city, count(*) FROM customer",
        "SELECT city, count(*) FROM customer GROUP BY city",
    ),
    (
        "SELECT city FROM customer WHERE count(*) > 1 GROUP BY city",
        "SELECT '서울'",
    ),
    (
        "SELECT count(*) FROM customer GROUP BY grade",
        "VALUES ('골드', 2), ('실버', 1), ('일반 회원', 1)",
    ),
    # dates
    (
        "SELECT count(*) FROM orders WHERE ordered_at BETWEEN '2025-01-01' AND '2025-01-31'",
        "SELECT 2",
    ),
    # values
    ("SELECT count(*) FROM orders WHERE status = 'paid'", "SELECT 3"),
    ("SELECT count(*) FROM orders WHERE status = '결제 완료'", "SELECT 3"),
    ("SELECT count(*) FROM orders WHERE status IN ('결제', '취소')", "SELECT 4"),
    ("SELECT count(*) FROM orders WHERE status = 'CANCELED'", "SELECT 1"),
    ("SELECT count(*) FROM customer WHERE grade = '일반회원'", "SELECT 1"),
    ("SELECT count(*) FROM customer WHERE grade = '일반'", "SELECT 1"),
    ("SELECT count(*) FROM product WHERE name = 'ｃｏｆｆｅｅ'", "SELECT 1"),
]


@pytest.mark.parametrize(("sql", "meant"), MENDED)
def test_mends_to_what_is_meant(
    sql: str, meant: str, connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    mended = mend(sql, catalog)
    assert mended, "nothing was mended"
    got = connection.execute(mended.sql).fetchall()
    assert sorted(got, key=str) == sorted(connection.execute(meant).fetchall(), key=str)
