from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from askwell.domain.catalog import Condition
from askwell.domain.intent import Comparison, Intent, Order
from askwell.errors import Misconfigured
from askwell.metrics import Compiler
from metrics_shop import CATALOG, TODAY, ask, rows, shop, span


def users_between(start: str, end: str) -> int:
    where = f"joined_on BETWEEN '{start}' AND '{end}'"
    return rows(f"SELECT count(*) FROM users WHERE {where}")[0][0]


YEAR = span("2023-01-01", "2023-12-31")
ODD = span("2023-03-15", "2024-04-10")


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_a_grain_counts_only_the_period_and_shows_empty_buckets(grain):
    expected = rows(f"""
        SELECT CAST(date_trunc('{grain}', d) AS DATE) AS bucket, count(user_id)
        FROM (SELECT unnest(range(DATE '2023-03-15', DATE '2024-04-11', INTERVAL 1 DAY)) AS d)
        LEFT JOIN users ON joined_on = d GROUP BY 1 ORDER BY 1""")
    assert ask(metrics=("new_users",), grain=grain, period=ODD) == expected


def test_buckets_end_today_and_never_lie_outside_the_period():
    months = ask(metrics=("new_users",), grain="month", period=span("2024-01-01", "2024-12-31"))
    assert [m for m, _ in months] == [date(2024, n, 1) for n in range(1, 6)]
    assert months[1] == (date(2024, 2, 1), 0)
    april = ask(metrics=("new_users",), grain="day", period=span("2024-04-01", "2024-04-04"))
    assert april == [(date(2024, 4, n), 0) for n in range(1, 5)]


def test_rows_after_today_are_not_lost():
    early = date(2023, 6, 10)
    asked = ask(today=early, metrics=("new_users",), grain="month", period=YEAR)
    assert (
        sum(n for _, n in asked)
        == rows("""
        SELECT count(*) FROM users WHERE year(joined_on) = 2023""")[0][0]
    )


def test_weeks_over_a_year_end_begin_on_monday():
    asked = ask(metrics=("new_users",), grain="week", period=span("2023-12-28", "2024-01-03"))
    assert [w for w, _ in asked] == [date(2023, 12, 25), date(2024, 1, 1)]
    assert [n for _, n in asked] == [
        rows("SELECT count(*) FROM users WHERE joined_on BETWEEN '2023-12-28' AND '2023-12-31'")[0][
            0
        ],
        rows("SELECT count(*) FROM users WHERE joined_on BETWEEN '2024-01-01' AND '2024-01-03'")[0][
            0
        ],
    ]


def test_leap_day_and_the_first_of_january():
    for day in ("2024-02-29", "2024-01-01"):
        expected = rows(f"SELECT count(*) FROM orders WHERE CAST(ordered_at AS DATE) = '{day}'")
        assert ask(metrics=("order_count",), period=span(day, day)) == expected


def test_without_a_period_the_buckets_span_the_data():
    asked = ask(metrics=("new_users",), grain="month")
    first, last = rows("SELECT min(joined_on), max(joined_on) FROM users")[0]
    assert asked[0][0] == first.replace(day=1)
    assert asked[-1][0] == last.replace(day=1)
    assert (date(2024, 2, 1), 0) in asked


def test_a_count_over_no_rows_is_zero_but_a_rate_is_nothing():
    nowhere = (Condition(field="user__region", operator="in", values=("Nowhere",)),)
    assert ask(metrics=("amount",), filters=nowhere) == [(0,)]
    assert ask(metrics=("success_rate",), filters=nowhere) == [(None,)]


def test_groups_come_largest_first_and_ties_by_name():
    expected = rows("""
        SELECT region, os, count(*) FROM users WHERE year(joined_on) = 2023
        GROUP BY ALL ORDER BY 3 DESC, 1, 2 NULLS LAST""")
    groups = ("user__region", "user__os")
    assert ask(metrics=("new_users",), dimensions=groups, period=YEAR) == expected


def test_groups_over_time_come_in_time_order():
    expected = rows("""
        SELECT CAST(date_trunc('month', ordered_at) AS DATE) AS month, os, sum(amount)
        FROM orders LEFT JOIN users USING (user_id) WHERE year(ordered_at) = 2023
        GROUP BY ALL ORDER BY 1, 2 NULLS LAST""")
    asked = ask(metrics=("amount",), dimensions=("user__os",), grain="month", period=YEAR)
    assert asked == expected


def test_several_metrics_meet_in_one_table():
    expected = rows("""
        SELECT m, (SELECT count(*) FROM users WHERE date_trunc('month', joined_on) = m),
            (SELECT count(*) FROM orders WHERE date_trunc('month', ordered_at) = m)
        FROM (SELECT CAST(range AS DATE) AS m
            FROM range(DATE '2023-11-01', DATE '2024-05-01', INTERVAL 1 MONTH))
        ORDER BY m""")
    asked = ask(
        metrics=("new_users", "order_count"), grain="month", period=span("2023-11-01", "2024-04-30")
    )
    assert asked == expected


def test_ratio_and_derived_metrics():
    asked = ask(metrics=("success_rate", "orders_per_new_user"), period=YEAR)
    paid, orders = rows("""SELECT count(*) FILTER (status = 'PAID'), count(*) FROM orders
        WHERE year(ordered_at) = 2023""")[0]
    users = rows("SELECT count(*) FROM users WHERE year(joined_on) = 2023")[0][0]
    assert asked[0] == pytest.approx((paid / orders, orders / users))


def test_a_metric_that_looks_back_sees_the_days_before_the_period():
    monthly = dict(
        rows("SELECT date_trunc('month', ordered_at)::DATE, sum(amount) FROM orders GROUP BY 1")
    )
    march, april = monthly[date(2024, 3, 1)], monthly[date(2024, 4, 1)]
    expected = [(date(2024, 4, 1), pytest.approx((april - march) / march))]
    wish = {"metrics": ("amount_growth",), "period": span("2024-04-01", "2024-04-30")}
    assert ask(**wish, grain="month") == expected
    assert ask(**wish) == expected


def test_conversion_counts_what_follows_the_period_too():
    expected = rows("""
        SELECT os, count(*) FILTER (EXISTS (FROM orders o WHERE o.user_id = u.user_id
            AND CAST(ordered_at AS DATE) BETWEEN joined_on AND joined_on + 29)) / count(*)
        FROM users u WHERE joined_on BETWEEN '2023-06-01' AND '2023-06-30' GROUP BY 1
        ORDER BY 2 DESC, 1""")
    june = span("2023-06-01", "2023-06-30")
    asked = ask(metrics=("bought_soon",), dimensions=("user__os",), period=june)
    assert asked == [(os, pytest.approx(rate)) for os, rate in expected]


CONDITIONS = [
    (("user__os", "in", ("iOS", "Web")), "os IN ('iOS', 'Web')"),
    (("user__os", "in", ("iOS", None)), "os = 'iOS' OR os IS NULL"),
    (("user__os", "in", (None,)), "os IS NULL"),
    (("user__os", "not in", ("iOS",)), "os IS DISTINCT FROM 'iOS'"),
    (("user__os", "not in", ("iOS", None)), "os <> 'iOS'"),
    (("user__os", "not in", (None,)), "os IS NOT NULL"),
    (("user__os", "is null", ()), "os IS NULL"),
    (("user__os", "is not null", ()), "os IS NOT NULL"),
    (("order__amount", ">", (5000,)), "amount > 5000"),
    (("order__amount", ">=", (5000,)), "amount >= 5000"),
    (("order__amount", "<", (500.5,)), "amount < 500.5"),
    (("order__amount", "<=", (-1,)), "amount <= -1"),
    (("order__amount", "between", (100, 900)), "amount BETWEEN 100 AND 900"),
    (("order__amount", "in", (7919, 838)), "amount IN (7919, 838)"),
    (("order__status", "not in", ("FAILED",)), "status <> 'FAILED'"),
    (("user", "in", (7, 12)), "user_id IN (7, 12)"),
]


@pytest.mark.parametrize(("condition", "where"), CONDITIONS, ids=lambda c: str(c)[:50])
def test_conditions_on_a_joined_or_own_dimension(condition, where):
    field, operator, values = condition
    filters = (Condition(field=field, operator=operator, values=values),)
    expected = rows(f"""SELECT count(*) FROM orders LEFT JOIN users USING (user_id)
        WHERE ({where}) AND year(ordered_at) = 2023""")
    assert ask(metrics=("order_count",), filters=filters, period=YEAR) == expected


AWKWARD = [
    "{{ 7*7 }} O'Brien {% if %}; --",
    "'; DROP TABLE users; --",
    "{{ 7*7 }}",
    "a\\'b",
    "askwell condition 0",
]


@pytest.mark.parametrize("value", AWKWARD)
def test_a_value_stays_a_plain_string(value):
    filters = (Condition(field="user__region", operator="in", values=(value, "no such")),)
    expected = shop().execute("SELECT count(*) FROM users WHERE region = ?", [value]).fetchall()
    assert ask(metrics=("new_users",), filters=filters) == expected
    assert (
        "49"
        not in Compiler(CATALOG)
        .compile(Intent(metrics=("new_users",), filters=filters), today=TODAY)
        .sql
    )


def test_a_time_dimension_groups_and_filters_by_day():
    days = (date(2023, 12, 1), date(2023, 12, 31))
    expected = rows("""SELECT joined_on, count(*) FROM users
        WHERE joined_on BETWEEN '2023-12-01' AND '2023-12-31' GROUP BY 1 ORDER BY 2 DESC, 1""")
    asked = ask(
        metrics=("new_users",),
        dimensions=("user__joined_on",),
        filters=(Condition(field="user__joined_on", operator="between", values=days),),
    )
    assert asked == expected


def test_having_keeps_groups_by_their_value():
    expected = rows("""SELECT region, count(*) FROM users GROUP BY 1
        HAVING count(*) > 50 ORDER BY 2 DESC, 1""")
    having = (Condition(field="new_users", operator=">", values=(50,)),)
    assert ask(metrics=("new_users",), dimensions=("user__region",), having=having) == expected


def test_order_and_limit():
    wish = {"metrics": ("new_users",), "dimensions": ("user__region",), "limit": 2}
    top = rows("SELECT region, count(*) FROM users GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2")
    assert ask(**wish) == top
    bottom = rows("SELECT region, count(*) FROM users GROUP BY 1 ORDER BY 2, 1 LIMIT 2")
    assert ask(**wish, order=Order(by="new_users")) == bottom
    names = rows("SELECT region, count(*) FROM users GROUP BY 1 ORDER BY 1 DESC LIMIT 2")
    assert ask(**wish, order=Order(by="user__region", descending=True)) == names
    best = rows("""SELECT CAST(date_trunc('month', joined_on) AS DATE), count(*) FROM users
        WHERE year(joined_on) = 2023 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3""")
    order = Order(by="new_users", descending=True)
    assert ask(metrics=("new_users",), grain="month", period=YEAR, order=order, limit=3) == best
    latest = ask(
        metrics=("new_users",), grain="month", period=YEAR, order=Order(by="time", descending=True)
    )
    assert [m.month for m, _ in latest] == list(range(12, 0, -1))


@pytest.mark.parametrize("descending", [True, False])
def test_a_limit_with_a_grain_and_groups_counts_in_each_bucket(descending):
    direction = "DESC" if descending else "ASC"
    expected = rows(f"""
        SELECT CAST(date_trunc('quarter', ordered_at) AS DATE) AS q, region, sum(amount) AS n
        FROM orders JOIN users USING (user_id) WHERE year(ordered_at) = 2023 GROUP BY 1, 2
        QUALIFY row_number() OVER (PARTITION BY q ORDER BY n {direction}, region) <= 2
        ORDER BY q, n {direction}, region""")
    only_known = (Condition(field="user__region", operator="is not null"),)
    asked = ask(
        metrics=("amount",),
        dimensions=("user__region",),
        grain="quarter",
        period=YEAR,
        filters=only_known,
        order=Order(by="amount", descending=descending),
        limit=2,
    )
    assert asked == expected


def test_the_same_intent_is_the_same_sql_from_every_thread():
    intents = [
        Intent(metrics=(metric,), grain=grain, period=YEAR, dimensions=dimensions)
        for metric in ("new_users", "orders_per_new_user", "users_total")
        for grain in ("day", "month")
        for dimensions in ((), ("user__os",))
    ]
    compiler = Compiler(CATALOG)
    alone = [compiler.compile(i, today=TODAY).sql for i in intents]
    fresh = Compiler(CATALOG.model_copy(update={"manifest": CATALOG.manifest + " "}))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda i: fresh.compile(i, today=TODAY).sql, intents))
    assert together == alone


def test_sql_has_no_comments_and_other_dialects_are_written():
    intent = Intent(metrics=("new_users",), grain="month", period=YEAR, dimensions=("user__os",))
    assert "--" not in Compiler(CATALOG).compile(intent, today=TODAY).sql
    assert "/*" not in Compiler(CATALOG).compile(intent, today=TODAY).sql
    postgres = Compiler(CATALOG.model_copy(update={"dialect": "postgres"}))
    draft = postgres.compile(
        intent.model_copy(update={"comparison": Comparison(to="previous")}), today=TODAY
    )
    assert draft.dialect == "postgres"
    assert "DOUBLE PRECISION" in draft.sql
    with pytest.raises(Misconfigured, match="duckdb"):
        Compiler(CATALOG.model_copy(update={"dialect": "oracle"})).compile(intent, today=TODAY)
