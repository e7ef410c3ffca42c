"""What the names of a query mean, in the dialect's own way of comparing names."""

import pytest

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table
from askwell.sql.joins import equalities
from askwell.sql.parse import parse
from askwell.sql.scopes import Scope, reads, scopes


def table(name: str, *columns: str) -> Table:
    return Table(name=name, columns=tuple(Column(name=c, type="text") for c in columns))


TABLES = (
    table("author", "id", "name", "city"),
    table("book", "id", "title", "author_id"),
    table("Order", "id", "Total"),
)
POSTGRES = Catalog(dialect="postgres", tables=TABLES)
DUCKDB = Catalog(dialect="duckdb", tables=TABLES)


def built(sql: str, catalog: Catalog = POSTGRES) -> tuple[Scope, ...]:
    return scopes(parse(sql, catalog.dialect), catalog)


def read(sql: str, catalog: Catalog = POSTGRES) -> list[str]:
    return [f"{r.table}.{r.column}" for r in reads(parse(sql, catalog.dialect), catalog)]


def meanings(sql: str, catalog: Catalog = POSTGRES) -> list[list[str | None]]:
    """Return for each column of the outermost SELECT what it may mean."""
    outer = built(sql, catalog)[-1]
    return [
        [f"{r.ref.table}.{r.ref.column}" if r.ref else None for r in outer.resolve(column)]
        for column in outer.columns
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT name FROM author", ["author.name"]),
        ("SELECT A.NAME FROM Author a", ["author.name"]),
        ("SELECT * FROM author", ["author.city", "author.id", "author.name"]),
        ("SELECT b.* FROM book b", ["book.author_id", "book.id", "book.title"]),
        ("SELECT COUNT(*) FROM author", []),
        ("WITH Old AS (SELECT name FROM author) SELECT OLD.name FROM old", ["author.name"]),
        ("SELECT x.n FROM (SELECT name AS n, id FROM author) x", ["author.id", "author.name"]),
        ("SELECT title FROM book JOIN author USING (id)", ["author.id", "book.id", "book.title"]),
        ("SELECT title FROM book NATURAL JOIN author", ["author.id", "book.id", "book.title"]),
        ('SELECT "Total" FROM "Order"', ["Order.Total"]),
        ("SELECT id FROM author UNION SELECT author_id FROM book", ["author.id", "book.author_id"]),
        (
            "SELECT name FROM author a WHERE EXISTS (SELECT 1 FROM book WHERE author_id = a.id)",
            ["author.id", "author.name", "book.author_id"],
        ),
        (
            "SELECT name FROM author a, LATERAL (SELECT title FROM book WHERE author_id = a.id) t",
            ["author.id", "author.name", "book.author_id", "book.title"],
        ),
    ],
)
def test_reads_name_the_stored_columns(sql: str, expected: list[str]) -> None:
    assert read(sql) == expected


def test_a_quoted_name_keeps_its_case_in_postgres_only() -> None:
    assert read('SELECT "Name" FROM author') == []
    assert read('SELECT "Name" FROM "AUTHOR"', DUCKDB) == ["author.name"]
    assert read("SELECT Total FROM Order_x") == []
    assert read('SELECT total FROM "order"', DUCKDB) == ["Order.Total"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id FROM author, book", [["author.id", "book.id"]]),
        ("SELECT id FROM author JOIN book USING (id)", [["author.id"]]),
        ("SELECT nowhere FROM author", [[]]),
        ("SELECT b.name FROM author b", [["author.name"]]),
        ("SELECT c.name FROM author b", [[]]),
        ("SELECT x.n FROM (SELECT UPPER(name) AS n FROM author) x", [[None]]),
        ("SELECT n FROM (SELECT name FROM author) AS x(n)", [["author.name"]]),
        ("SELECT g FROM generate_series(1, 3) AS g", [[None]]),
        ("SELECT count FROM (SELECT COUNT(*) FROM author) x", [[None]]),
        ("SELECT i FROM (SELECT id AS i FROM book UNION SELECT id FROM book) x", [["book.id"]]),
        ("SELECT i FROM (SELECT id AS i FROM book UNION SELECT id FROM author) x", [[None]]),
        (
            "SELECT name FROM ((author a JOIN book b ON TRUE) JOIN book c ON TRUE)",
            [["author.name"]],
        ),
        (
            "WITH RECURSIVE r AS (SELECT id FROM author UNION ALL SELECT id + 1 FROM r) "
            "SELECT id FROM r",
            [[None]],
        ),
    ],
)
def test_a_name_means_nothing_one_thing_or_several(
    sql: str, expected: list[list[str | None]]
) -> None:
    assert meanings(sql) == expected


def test_a_correlated_column_is_found_in_the_outer_select() -> None:
    inner, outer = built(
        "SELECT 1 FROM author a WHERE EXISTS (SELECT 1 FROM book WHERE city = title)"
    )
    (city,), (title,) = (inner.resolve(c) for c in inner.columns)
    assert city.scope is outer
    assert city.ref == ColumnRef(table="author", column="city")
    assert title.scope is inner


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM author a JOIN book b ON a.id = b.author_id",
        "SELECT 1 FROM author a, book b WHERE b.title = 'x' AND (a.id = b.author_id)",
        "SELECT 1 FROM author a JOIN (SELECT author_id AS k FROM book) b ON a.id = b.k",
        "WITH b AS (SELECT author_id AS id FROM book) SELECT 1 FROM author JOIN b USING (id)",
    ],
)
def test_equalities_are_pairs_of_stored_columns(sql: str) -> None:
    (equality,) = equalities(built(sql)[-1])
    assert {equality.left, equality.right} == {
        ColumnRef(table="author", column="id"),
        ColumnRef(table="book", column="author_id"),
    }


def test_a_condition_within_or_joins_nothing() -> None:
    sql = "SELECT 1 FROM author a, book b WHERE a.id = b.author_id OR b.title = 'x'"
    assert equalities(built(sql)[-1]) == ()
