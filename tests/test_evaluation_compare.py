"""Results are compared, not SQL: shapes, rows, columns, numbers, order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askwell.evaluation.compare import Grid, Verdict, judge
from askwell.evaluation.order import ordered_by

Table = list[tuple[Any, ...]]


def grid(rows: Table, *ordered: int, width: int | None = None) -> Grid:
    return Grid(len(rows[0]) if width is None else width, rows, ordered)


def miss(got: Table, wanted: Table, *ordered: int) -> str | None:
    return judge(grid(got), [grid(wanted, *ordered)]).miss


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")]),  # rows in any order
        ([(1, "a"), (2, "b")], [("a", 1), ("b", 2)]),  # columns in any order
        ([(1, 2), (2, 1)], [(2, 1), (1, 2)]),
        ([(1,), (1,), (2,)], [(2,), (1,), (1,)]),
        ([(Decimal("0.333333333333"),)], [(1 / 3,)]),
        ([(Decimal("7.00"),)], [(7,)]),
        ([(100000.4,)], [(100000,)]),
        ([(True,)], [(1,)]),
        ([(float("nan"),)], [(None,)]),
        ([(date(2024, 1, 1),)], [(datetime(2024, 1, 1),)]),
        ([(datetime(2024, 1, 1, tzinfo=UTC),)], [(date(2024, 1, 1),)]),
        ([("Seoul  ",)], [("Seoul",)]),
        ([(float("inf"),)], [(float("inf"),)]),
        ([(2.0**60,)], [(2**60 + 1,)]),
    ],
)
def test_alike(got: Table, wanted: Table) -> None:
    assert miss(got, wanted) is None
    assert miss(wanted, got) is None


@pytest.mark.parametrize(
    ("got", "wanted", "expected"),
    [
        ([(1, "a"), (2, "b")], [(1, "b"), (2, "a")], "other values"),  # columns fit, rows do not
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], "other values"),
        ([(100_000,)], [(100_001,)], "other values"),  # counts and keys are exact
        ([(Decimal(2**60),)], [(2**60 + 1,)], "other values"),
        ([(0.34,)], [(1 / 3,)], "other values"),
        ([("seoul",)], [("Seoul",)], "other values"),
        ([("5",)], [(5,)], "other values"),
        ([(datetime(2024, 1, 1, 9),)], [(date(2024, 1, 1),)], "other values"),
        ([(None,)], [(0,)], "other values"),
        ([(1,)], [(1,), (2,)], "too few rows"),
        ([(1,), (2,)], [(1,)], "too many rows"),
        ([(1, "a", 9)], [("a", 1)], "extra columns"),
        ([("a",)], [(1, "a")], "missing columns"),
        ([("b",)], [(1, "a")], "other columns"),
        ([("b", 2, 3)], [(1, "a")], "other columns"),
    ],
)
def test_not_alike(got: Table, wanted: Table, expected: str) -> None:
    assert miss(got, wanted) == expected


def test_empty_results_are_compared_by_shape() -> None:
    nothing = grid([], width=2)
    assert judge(nothing, [grid([], width=2)]).right
    assert judge(nothing, [grid([], width=1)]) == Verdict(
        right=False, contained=True, miss="extra columns"
    )
    assert judge(nothing, [grid([], width=3)]).miss == "missing columns"
    assert judge(nothing, [grid([(1, 2)])]).miss == "empty"
    assert judge(grid([(1, 2)]), [nothing]).miss == "too many rows"


def test_order_counts_only_where_it_is_asked() -> None:
    wanted = [(3, "a"), (2, "b"), (1, "c")]
    assert miss(wanted[::-1], wanted) is None
    assert miss(wanted[::-1], wanted, 0) == "other order"
    assert miss([(b, a) for a, b in wanted], wanted, 0) is None


def test_rows_that_tie_may_come_in_any_order() -> None:
    wanted = [("a", 2), ("b", 2), ("c", 1)]
    tied = [("b", 2), ("a", 2), ("c", 1)]
    assert miss(tied, wanted, 1) is None
    assert miss(tied, wanted, 0, 1) == "other order"


def test_the_best_of_several_accepted_results_counts() -> None:
    got = grid([("a", 1, 7)])
    assert judge(got, [grid([("b",)]), grid([("a", 1, 7)])]).right
    contained = judge(got, [grid([("b",), ("c",)]), grid([("a", 1)]), grid([("b", 1, 7)])])
    assert contained == Verdict(right=False, contained=True, miss="extra columns")
    assert judge(got, []).miss is None
    assert not judge(got, []).right


def test_many_equal_columns_do_not_take_long() -> None:
    rows = [(0,) * 30 + (i,) for i in range(50)]
    swapped = [(49 - i, *row[:-1]) for i, row in enumerate(rows)]
    assert miss(swapped, rows) is None


CELL = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from("ab"), st.sampled_from([0.5, 2.5]))
TABLE = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.tuples(*[CELL] * n), min_size=1, max_size=6)
)


@given(TABLE, st.randoms())
def test_any_shuffle_of_rows_and_columns_is_alike(rows: Table, random: Any) -> None:
    places = list(range(len(rows[0])))
    random.shuffle(places)
    shuffled = [tuple(row[i] for i in places) for row in rows]
    random.shuffle(shuffled)
    assert miss(shuffled, rows) is None


@given(TABLE)
def test_one_changed_cell_is_never_alike(rows: Table) -> None:
    changed = [("other", *rows[0][1:]), *rows[1:]]
    assert miss(changed, rows) is not None


@pytest.mark.parametrize(
    ("sql", "width", "expected"),
    [
        ("SELECT a, b FROM t", 2, ()),
        ("SELECT a, b FROM t ORDER BY b", 2, (1,)),
        ("SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY n DESC, a LIMIT 5", 2, (1, 0)),
        ("SELECT a, count(*) FROM t GROUP BY a ORDER BY count(*) DESC NULLS LAST", 2, (1,)),
        ("SELECT a, b FROM t ORDER BY 2", 2, (1,)),
        ("SELECT t.a, b FROM t ORDER BY t.a", 2, (0,)),
        ("SELECT x.name, y.name FROM x, y ORDER BY y.name", 2, (1,)),
        ("SELECT a FROM t ORDER BY b", 1, (0,)),
        ("SELECT * FROM t ORDER BY a", 3, (0, 1, 2)),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a) s", 1, ()),
        ("SELECT a FROM t UNION SELECT a FROM u ORDER BY 1", 1, (0,)),
        ("SELECT a FROM", 1, ()),
    ],
)
def test_the_columns_that_put_rows_in_order(
    sql: str, width: int, expected: tuple[int, ...]
) -> None:
    assert ordered_by(sql, "postgres", width) == expected
