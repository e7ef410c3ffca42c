from datetime import date

import holidays
import pytest

from askwell.domain.catalog import Condition
from askwell.domain.intent import Comparison, Intent, Order
from askwell.metrics import Compiler
from metrics_shop import CATALOG, TODAY, about, ask, rows, span

PREVIOUS, YEAR = Comparison(to="previous"), Comparison(to="year")


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_each_bucket_beside_the_one_before(grain):
    expected = rows(f"""
        WITH counted AS (
            SELECT date_trunc('{grain}', day)::DATE AS b, count(user_id) AS n
            FROM days LEFT JOIN users ON joined_on = day WHERE day < '2024-04-01' GROUP BY 1),
        beside AS (SELECT b, n, lag(n) OVER (ORDER BY b) AS p FROM counted)
        SELECT b, n, p, (n - p) / CAST(nullif(p, 0) AS DOUBLE) FROM beside
        WHERE b BETWEEN '2024-01-01' AND '2024-03-31' ORDER BY b""")
    asked = ask(
        metrics=("new_users",),
        grain=grain,
        period=span("2024-01-01", "2024-03-31"),
        comparison=PREVIOUS,
    )
    assert asked == about(expected)
    assert any(row[2] == 0 and row[3] is None for row in asked) or grain in ("month", "quarter")


@pytest.mark.parametrize(
    ("grain", "back"),
    [
        ("day", "1 YEAR"),
        ("month", "1 YEAR"),
        ("quarter", "1 YEAR"),
        ("week", "364 DAY"),
    ],
)
def test_each_bucket_beside_the_same_a_year_earlier(grain, back):
    expected = rows(f"""
        WITH counted AS (
            SELECT date_trunc('{grain}', day)::DATE AS b, count(user_id) AS n
            FROM days LEFT JOIN users ON joined_on = day GROUP BY 1)
        SELECT now.b, now.n, old.n, (now.n - old.n) / CAST(nullif(old.n, 0) AS DOUBLE)
        FROM counted now JOIN counted old ON old.b = now.b - INTERVAL {back}
        WHERE now.b BETWEEN '2024-01-01' AND '2024-03-31' ORDER BY 1""")
    asked = ask(
        metrics=("new_users",),
        grain=grain,
        period=span("2024-01-01", "2024-03-31"),
        comparison=YEAR,
    )
    assert asked == about(expected)


def test_groups_that_only_one_time_has_are_compared_with_zero():
    expected = rows("""
        WITH g AS (SELECT DISTINCT os FROM users
            WHERE joined_on BETWEEN '2023-12-01' AND '2024-03-31'),
        m AS (SELECT unnest([DATE '2024-01-01', DATE '2024-02-01', DATE '2024-03-01']) AS m),
        t AS (SELECT m, os, (SELECT count(*) FROM users u WHERE u.os IS NOT DISTINCT FROM g.os
                AND date_trunc('month', joined_on) = m) AS n,
            (SELECT count(*) FROM users u WHERE u.os IS NOT DISTINCT FROM g.os
                AND date_trunc('month', joined_on) = m - INTERVAL 1 MONTH) AS p FROM g, m)
        SELECT m, os, n, p, (n - p) / CAST(nullif(p, 0) AS DOUBLE) FROM t ORDER BY 1, 2""")
    asked = ask(
        metrics=("new_users",),
        dimensions=("user__os",),
        grain="month",
        period=span("2024-01-01", "2024-03-31"),
        comparison=PREVIOUS,
    )
    assert asked == about(expected)


def whole(first: str, last: str, key: str = "NULL") -> dict:
    counted = rows(f"""SELECT {key}, count(*) FROM users
        WHERE joined_on BETWEEN '{first}' AND '{last}' GROUP BY 1""")
    return dict(counted)


WHOLE = [
    (TODAY, "2024-03-01 2024-03-31", "2024-03-01 2024-03-31", "2024-02-01 2024-02-29"),
    (date(2024, 1, 20), "2024-01-01 2024-01-31", "2024-01-01 2024-01-19", "2023-12-01 2023-12-19"),
    (date(2024, 3, 31), "2024-03-01 2024-03-31", "2024-03-01 2024-03-30", "2024-02-01 2024-02-29"),
]


@pytest.mark.parametrize(("today", "period", "now", "before"), WHOLE)
def test_the_whole_beside_the_period_before(today, period, now, before):
    asked = ask(
        today=today, metrics=("new_users",), period=span(*period.split()), comparison=PREVIOUS
    )
    n, p = (whole(*days.split()).get(None, 0) for days in (now, before))
    assert asked == about([(n, p, (n - p) / p if p else None)])


def test_groups_of_the_whole():
    now = whole("2024-01-01", "2024-03-31", "os")
    before = whole("2023-01-01", "2023-03-31", "os")
    expected = [
        (k, now.get(k, 0), before.get(k, 0), (now.get(k, 0) - before.get(k, 0)) / before[k])
        for k in sorted(now | before, key=lambda k: (-now.get(k, 0), k or "~"))
    ]
    asked = ask(
        metrics=("new_users",),
        dimensions=("user__os",),
        period=span("2024-01-01", "2024-03-31"),
        comparison=YEAR,
    )
    assert asked == about(expected)


def test_a_named_period_bucket_by_bucket():
    against = Comparison(to="period", against=span("2023-03-01", "2023-04-30"))
    asked = ask(
        metrics=("order_count", "success_rate"),
        grain="month",
        period=span("2024-03-01", "2024-04-30"),
        comparison=against,
    )
    expected = rows("""
        WITH t AS (SELECT date_trunc('month', ordered_at)::DATE AS m, count(*) AS n,
            count(*) FILTER (status = 'PAID') / count(*) AS r FROM orders GROUP BY 1)
        SELECT a.m, a.n, b.n, a.n / b.n - 1, a.r, b.r, a.r / b.r - 1
        FROM t a JOIN t b ON b.m = a.m - INTERVAL 12 MONTH
        WHERE a.m IN ('2024-03-01', '2024-04-01') ORDER BY 1""")
    assert asked == about(expected)


def test_change_can_be_sorted_by_and_filtered():
    asked = ask(
        metrics=("order_count",),
        dimensions=("user__region",),
        period=span("2024-01-01", "2024-03-31"),
        comparison=PREVIOUS,
        order=Order(by="order_count__change", descending=True),
        having=(Condition(field="order_count__change", operator=">", values=(-10,)),),
    )
    changes = [row[3] for row in asked]
    assert changes == sorted(changes, reverse=True)


def test_labels_say_what_is_compared():
    draft = Compiler(CATALOG).compile(
        Intent(
            metrics=("new_users",),
            grain="month",
            period=span("2024-01-01", "2024-03-31"),
            comparison=PREVIOUS,
        ),
        today=TODAY,
    )
    assert [(c.name, c.role, c.unit, c.label.ko) for c in draft.columns] == [
        ("metric_time", "time", "", "월"),
        ("new_users", "metric", "people", "가입자 수"),
        ("new_users__previous", "previous", "people", "가입자 수 (전월)"),
        ("new_users__change", "change", "ratio", "가입자 수 (증감률)"),
    ]


@pytest.mark.parametrize("dimensions", [(), ("user__os",)])
def test_a_business_day_is_compared_with_the_business_day_before(dimensions):
    by = "os" if dimensions else "NULL"
    days_off = ", ".join(f"DATE '{d}'" for d in holidays.country_holidays("KR", years=[2023, 2024]))
    expected = rows(f"""
        WITH working AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM days
            WHERE isodow(day) < 6 AND day NOT IN ({days_off})),
        counted AS (SELECT ordered_at::DATE AS day, {by} AS g, count(*) AS n
            FROM orders LEFT JOIN users USING (user_id) GROUP BY 1, 2),
        groups AS (SELECT DISTINCT g FROM counted JOIN working USING (day)
            WHERE day BETWEEN '2023-12-29' AND '2024-02-29'),
        t AS (SELECT w.day, groups.g, coalesce(a.n, 0) AS n, coalesce(b.n, 0) AS p
            FROM working w CROSS JOIN groups
            LEFT JOIN counted a ON a.day = w.day AND a.g IS NOT DISTINCT FROM groups.g
            LEFT JOIN counted b ON b.day = w.before AND b.g IS NOT DISTINCT FROM groups.g
            WHERE w.day BETWEEN '2024-01-01' AND '2024-02-29')
        SELECT day, g, n, p, (n - p) / CAST(nullif(p, 0) AS DOUBLE) FROM t ORDER BY 1, 2""")
    asked = ask(
        metrics=("order_count",),
        dimensions=dimensions,
        grain="day",
        period=span("2024-01-01", "2024-02-29"),
        business_days=True,
        comparison=PREVIOUS,
    )
    assert asked == about(expected if dimensions else [(r[0], *r[2:]) for r in expected])
    assert len(asked) > 30
