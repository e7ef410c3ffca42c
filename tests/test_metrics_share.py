from datetime import date

import holidays
import pytest

from askwell.domain.catalog import Condition
from askwell.domain.intent import Comparison, Intent, Order
from askwell.errors import BadQuery, Misconfigured, Refused
from askwell.metrics import Compiler
from metrics_shop import CATALOG, TODAY, about, ask, rows, span

YEAR = span("2023-01-01", "2023-12-31")
SEOUL = (Condition(field="user__region", operator="in", values=("Seoul",)),)


def test_share_is_of_all_groups_also_of_those_beyond_the_limit():
    expected = rows("""
        SELECT region, count(*),
            count(*) / (SELECT count(*) FROM users WHERE year(joined_on) = 2023)
        FROM users WHERE year(joined_on) = 2023 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2""")
    asked = ask(
        metrics=("new_users",), dimensions=("user__region",), share=True, period=YEAR, limit=2
    )
    assert asked == about(expected)


def test_share_of_groups_counts_in_each_bucket():
    expected = rows("""
        WITH g AS (SELECT date_trunc('quarter', joined_on)::DATE AS q, os, count(*) AS n
            FROM users WHERE year(joined_on) = 2023 GROUP BY 1, 2),
        shared AS (SELECT q, os, n, n / sum(n) OVER (PARTITION BY q) AS share FROM g)
        SELECT * FROM shared WHERE n > 20 ORDER BY q, os NULLS LAST""")
    asked = ask(
        metrics=("new_users",),
        dimensions=("user__os",),
        grain="quarter",
        share=True,
        period=YEAR,
        having=(Condition(field="new_users", operator=">", values=(20,)),),
    )
    assert asked == about(expected)


def test_share_of_buckets_is_of_the_period():
    expected = rows("""
        SELECT date_trunc('quarter', joined_on)::DATE AS q, count(*),
            count(*) / (SELECT count(*) FROM users WHERE year(joined_on) = 2023)
        FROM users WHERE year(joined_on) = 2023 GROUP BY 1 ORDER BY 1""")
    asked = ask(metrics=("new_users",), grain="quarter", share=True, period=YEAR)
    assert asked == about(expected)


def test_share_of_a_filter_is_of_the_unfiltered_total():
    seoul, total = rows("""SELECT count(*) FILTER (region = 'Seoul'), count(*) FROM users
        WHERE year(joined_on) = 2023""")[0]
    asked = ask(metrics=("new_users",), filters=SEOUL, share=True, period=YEAR)
    assert asked == about([(seoul, seoul / total)])
    monthly = rows("""SELECT date_trunc('month', joined_on)::DATE,
            count(*) FILTER (region = 'Seoul'),
            count(*) FILTER (region = 'Seoul') / count(*)
        FROM users WHERE year(joined_on) = 2023 GROUP BY 1 ORDER BY 1""")
    asked = ask(metrics=("new_users",), grain="month", filters=SEOUL, share=True, period=YEAR)
    assert asked == about(monthly)


def test_running_total_carries_over_empty_buckets_and_by_group():
    expected = rows("""
        SELECT m, n, sum(n) OVER (ORDER BY m) FROM (
            SELECT date_trunc('month', day)::DATE AS m, count(user_id) AS n
            FROM days LEFT JOIN users ON joined_on = day
            WHERE day BETWEEN '2023-11-01' AND '2024-04-30' GROUP BY 1) ORDER BY m""")
    period = span("2023-11-01", "2024-04-30")
    wish = {"metrics": ("new_users",), "grain": "month", "cumulative": True, "period": period}
    assert ask(**wish) == expected
    by_os = rows("""
        WITH g AS (SELECT DISTINCT os FROM users
            WHERE joined_on BETWEEN '2023-11-01' AND '2024-04-30'),
        m AS (SELECT range::DATE AS m
            FROM range(DATE '2023-11-01', DATE '2024-05-01', INTERVAL 1 MONTH)),
        n AS (SELECT m, os, (SELECT count(*) FROM users u WHERE u.os IS NOT DISTINCT FROM g.os
            AND date_trunc('month', joined_on) = m) AS n FROM m, g)
        SELECT m, os, n, sum(n) OVER (PARTITION BY os ORDER BY m) FROM n ORDER BY 1, 2""")
    assert ask(**wish, dimensions=("user__os",)) == by_os


def test_running_total_without_a_grain_is_the_total():
    n = rows("SELECT count(*) FROM users WHERE year(joined_on) = 2023")[0][0]
    assert ask(metrics=("new_users",), cumulative=True, period=YEAR) == [(n, n)]


def test_all_at_once():
    asked = ask(
        metrics=("order_count", "amount"),
        dimensions=("user__os",),
        grain="month",
        period=span("2024-01-01", "2024-05-31"),
        comparison=Comparison(to="previous"),
        share=True,
        cumulative=True,
        business_days=True,
        filters=SEOUL,
        having=(Condition(field="order_count", operator=">=", values=(1,)),),
        order=Order(by="amount", descending=True),
        limit=2,
    )
    assert asked
    assert all(len([r for r in asked if r[0] == month]) <= 2 for month in {r[0] for r in asked})
    assert all(0 < row[8] <= 1 and row[10] >= row[2] for row in asked)


def test_business_days_leave_out_weekends_and_public_holidays():
    days_off = ", ".join(f"DATE '{d}'" for d in holidays.country_holidays("KR", years=2024))
    where = f"isodow(joined_on) < 6 AND joined_on NOT IN ({days_off})"
    period = span("2024-01-01", "2024-03-31")
    wish = {"metrics": ("new_users",), "business_days": True, "period": period}
    between = "BETWEEN '2024-01-01' AND '2024-03-31'"
    assert ask(**wish) == rows(f"SELECT count(*) FROM users WHERE {where} AND joined_on {between}")
    daily = rows(f"""SELECT day, count(user_id) FROM (SELECT day AS joined_on, day FROM days) d
        LEFT JOIN users USING (joined_on) WHERE {where} AND joined_on {between}
        GROUP BY 1 ORDER BY 1""")
    assert ask(**wish, grain="day") == daily
    assert date(2024, 2, 9) not in dict(daily)
    other = Compiler(CATALOG, country="US")
    intent = Intent(metrics=("new_users",), period=period, business_days=True)
    assert "2024-01-15" in other.compile(intent, today=TODAY).sql


REFUSED = [
    ({"metrics": ()}, BadQuery, "at least one metric"),
    ({"metrics": ("new_user",)}, BadQuery, "Nearest: new_users"),
    ({"metrics": ("new_users",), "dimensions": ("order__status",)}, BadQuery, "order__status"),
    ({"metrics": ("new_users",), "filters": (Condition(field="user__o", operator="is null"),)},
     BadQuery, "Nearest: user__os"),
    ({"metrics": ("new_users",), "comparison": Comparison(to="year")}, BadQuery, "need a period"),
    ({"metrics": ("users_total",), "grain": "day"}, BadQuery, "needs a period"),
    ({"metrics": ("new_users",), "order": Order(by="amount")}, BadQuery, "Cannot sort by"),
    ({"metrics": ("new_users",), "having": (Condition(field="amount", operator="is null"),)},
     BadQuery, "no value of this query"),
    ({"metrics": ("success_rate",), "share": True}, Refused, "do not add up"),
    ({"metrics": ("buyers",), "cumulative": True, "grain": "day"}, Refused, "running total"),
    ({"metrics": ("new_users",), "filters": (Condition(field="user__os", operator="in"),)},
     BadQuery, "cannot take 0 values"),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "error", "message"), REFUSED, ids=lambda v: str(v)[:40])
def test_what_cannot_be_said_is_refused_with_the_reason(wish, error, message):
    with pytest.raises(error, match=message):
        ask(**wish)


def test_a_catalog_without_a_manifest_is_named():
    with pytest.raises(Misconfigured, match="semantic manifest"):
        Compiler(CATALOG.model_copy(update={"manifest": "not json"})).compile(
            Intent(metrics=("new_users",)), today=TODAY
        )


def test_reads_name_every_column_of_metrics_dimensions_and_filters():
    intent = Intent(metrics=("amount",), dimensions=("user__os",), filters=SEOUL)
    reads = Compiler(CATALOG).compile(intent, today=TODAY).reads
    assert [(r.table, r.column) for r in reads] == [
        ("orders", "amount"),
        ("users", "os"),
        ("users", "region"),
    ]
