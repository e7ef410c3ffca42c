from datetime import date

import pytest

from askwell.domain.catalog import Condition
from askwell.domain.intent import Comparison, Intent
from askwell.metrics import Compiler
from askwell.metrics.engine import engine
from metrics_shop import CATALOG, TODAY, ask, rows, shop, span

CUMULATIVE = ("users_total", "amount_7d", "amount_1m", "amount_mtd", "buyers_28d")
LEAP = span("2023-12-20", "2024-04-30")


def by_metricflow(metric: str, grain: str, dimensions: tuple[str, ...] = ()) -> list[tuple]:
    """Return the metric as MetricFlow's own SQL has it, without any period."""
    group_by = [f"metric_time__{grain}", *dimensions]
    sql = engine(CATALOG.manifest, "duckdb").select([metric], group_by, []).sql("duckdb")
    names = ", ".join([*group_by[1:], metric])
    return rows(f"SELECT CAST(metric_time__{grain} AS DATE), {names} FROM ({sql})")


@pytest.mark.parametrize("dimensions", [(), ("user__os",)])
@pytest.mark.parametrize("metric", CUMULATIVE)
def test_each_day_is_what_metricflow_says(metric, dimensions):
    theirs = {
        row[:-1]: row[-1]
        for row in by_metricflow(metric, "day", dimensions)
        if LEAP.start <= row[0] <= LEAP.end
    }
    asked = ask(metrics=(metric,), grain="day", dimensions=dimensions, period=LEAP)
    ours = {row[:-1]: row[-1] for row in asked}
    assert {k: v or 0 for k, v in ours.items() if k in theirs} == {
        k: v or 0 for k, v in theirs.items()
    }
    assert not any(v for k, v in ours.items() if k not in theirs)
    assert len(ours) == len(asked)


@pytest.mark.parametrize("metric", CUMULATIVE)
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_a_bucket_shows_its_last_day(metric, grain):
    days = dict(by_metricflow(metric, "day"))
    expected = rows(f"""
        SELECT CAST(date_trunc('{grain}', day) AS DATE) AS bucket, max(day) FROM days
        WHERE day BETWEEN '{LEAP.start}' AND '{LEAP.end}' GROUP BY 1 ORDER BY 1""")
    asked = ask(metrics=(metric,), grain=grain, period=LEAP)
    assert asked == [(start, days[last]) for start, last in expected]


@pytest.mark.parametrize("metric", CUMULATIVE)
def test_without_a_grain_it_is_the_value_of_the_last_day(metric):
    days = dict(by_metricflow(metric, "day"))
    assert ask(metrics=(metric,), period=LEAP) == [(days[LEAP.end],)]
    assert ask(metrics=(metric,), period=span("2024-05-01", "2024-05-31")) == [
        (days[date(2024, 5, 14)],)
    ]


def test_all_users_ever_and_now():
    everyone = rows("SELECT count(*) FROM users")
    assert ask(metrics=("users_total",)) == everyone
    assert ask(metrics=("users_total",), period=span("2024-05-14", "2024-05-14")) == everyone


def test_filters_and_groups_reach_the_days_before_the_period():
    expected = rows("""SELECT region, count(*) FROM users
        WHERE os = 'iOS' AND joined_on <= '2024-03-31' GROUP BY 1 ORDER BY 2 DESC, 1""")
    asked = ask(
        metrics=("users_total",),
        dimensions=("user__region",),
        filters=(Condition(field="user__os", operator="in", values=("iOS",)),),
        period=span("2024-03-01", "2024-03-31"),
    )
    assert asked == expected


def test_beside_other_metrics():
    expected = rows("""
        SELECT m, (SELECT count(*) FROM users WHERE date_trunc('month', joined_on) = m),
            (SELECT count(*) FROM users WHERE joined_on < m + INTERVAL 1 MONTH),
            (SELECT count(DISTINCT user_id) FROM orders WHERE ordered_at < m + INTERVAL 1 MONTH
                AND ordered_at >= m + INTERVAL 1 MONTH - INTERVAL 28 DAY)
        FROM (SELECT CAST(range AS DATE) AS m
            FROM range(DATE '2024-01-01', DATE '2024-05-01', INTERVAL 1 MONTH))
        ORDER BY m""")
    asked = ask(
        metrics=("new_users", "users_total", "buyers_28d"),
        grain="month",
        period=span("2024-01-01", "2024-04-30"),
    )
    assert asked == expected


def test_compared_with_the_end_of_the_earlier_period():
    now, before = (
        rows(f"SELECT count(*) FROM users WHERE joined_on <= '{day}'")[0][0]
        for day in ("2024-04-30", "2024-03-31")
    )
    compared = {"metrics": ("users_total",), "comparison": Comparison(to="previous")}
    april = ask(**compared, period=span("2024-04-01", "2024-04-30"))
    assert april == [(now, before, pytest.approx((now - before) / before))]
    monthly = ask(**compared, period=span("2024-03-01", "2024-04-30"), grain="month")
    assert monthly[1][1:] == april[0]


def test_a_running_total_of_it_is_itself():
    wish = {"metrics": ("users_total",), "grain": "month", "period": LEAP}
    assert ask(**wish, cumulative=True) == ask(**wish)


def test_raw_rows_are_not_joined_to_days():
    intent = Intent(metrics=("users_total",), grain="day", period=LEAP)
    sql = Compiler(CATALOG).compile(intent, today=TODAY).sql
    assert "main.days" not in sql
    assert shop().execute(sql).fetchall()
