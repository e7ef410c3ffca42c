"""A little shop for the tests of metrics: a manifest, a catalog, and data with holes."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import pytest

from askwell.domain.catalog import Catalog, ColumnRef, Dimension, Metric
from askwell.domain.intent import Intent, Period
from askwell.domain.noun import Label
from askwell.metrics import Compiler

TODAY = date(2024, 5, 15)


def _model(name: str, key: str, day: str, entities: list, dimensions: list, measures: list) -> dict:
    return {
        "name": name,
        "node_relation": {"schema_name": "main", "alias": name},
        "defaults": {"agg_time_dimension": day},
        "entities": [{"name": key, "type": "primary", "expr": f"{key}_id"}, *entities],
        "dimensions": [
            {"name": day, "type": "time", "type_params": {"time_granularity": "day"}},
            *({"name": d, "type": "categorical"} for d in dimensions),
        ],
        "measures": measures,
    }


def _simple(name: str, measure: str | None = None, **params: Any) -> dict:
    return {
        "name": name,
        "type": "simple",
        "type_params": {"measure": {"name": measure or name, **params}},
    }


def _cumulative(name: str, measure: str, **params: Any) -> dict:
    return {
        "name": name,
        "type": "cumulative",
        "type_params": {"measure": {"name": measure}, "cumulative_type_params": params},
    }


MANIFEST = json.dumps(
    {
        "semantic_models": [
            _model(
                "users",
                "user",
                "joined_on",
                [],
                ["os", "region"],
                [
                    {"name": "new_users", "agg": "count", "expr": "user_id"},
                    {"name": "regions", "agg": "count_distinct", "expr": "region"},
                ],
            ),
            _model(
                "orders",
                "order",
                "ordered_at",
                [{"name": "user", "type": "foreign", "expr": "user_id"}],
                ["status", "amount"],
                [
                    {"name": "order_count", "agg": "count", "expr": "order_id"},
                    {"name": "amount", "agg": "sum"},
                    {"name": "paid", "agg": "sum_boolean", "expr": "status = 'PAID'"},
                    {"name": "buyers", "agg": "count_distinct", "expr": "user_id"},
                ],
            ),
        ],
        "metrics": [
            _simple("new_users", fill_nulls_with=0, join_to_timespine=True),
            _simple("order_count"),
            _simple("amount"),
            _simple("paid"),
            _simple("buyers"),
            {
                "name": "success_rate",
                "type": "ratio",
                "type_params": {
                    "numerator": {"name": "paid"},
                    "denominator": {"name": "order_count"},
                },
            },
            {
                "name": "orders_per_new_user",
                "type": "derived",
                "type_params": {
                    "expr": "orders / newcomers",
                    "metrics": [
                        {"name": "order_count", "alias": "orders"},
                        {"name": "new_users", "alias": "newcomers"},
                    ],
                },
            },
            {
                "name": "amount_growth",
                "type": "derived",
                "type_params": {
                    "expr": "(now - before) / before",
                    "metrics": [
                        {"name": "amount", "alias": "now"},
                        {
                            "name": "amount",
                            "alias": "before",
                            "offset_window": {"count": 1, "granularity": "month"},
                        },
                    ],
                },
            },
            {
                "name": "bought_soon",
                "type": "conversion",
                "type_params": {
                    "conversion_type_params": {
                        "base_measure": {"name": "new_users"},
                        "conversion_measure": {"name": "order_count"},
                        "entity": "user",
                        "calculation": "conversion_rate",
                        "window": {"count": 30, "granularity": "day"},
                    }
                },
            },
            _cumulative("users_total", "new_users"),
            _cumulative("amount_7d", "amount", window={"count": 7, "granularity": "day"}),
            _cumulative("amount_1m", "amount", window={"count": 1, "granularity": "month"}),
            _cumulative("amount_mtd", "amount", grain_to_date="month"),
            _cumulative("buyers_28d", "buyers", window={"count": 28, "granularity": "day"}),
        ],
        "project_configuration": {
            "time_spine_table_configurations": [],
            "time_spines": [
                {
                    "node_relation": {"schema_name": "main", "alias": "days"},
                    "primary_column": {"name": "day", "time_granularity": "day"},
                }
            ],
        },
    }
)

_OF_USERS = ("user__os", "user__region", "user__joined_on")
_OF_ORDERS = ("user__os", "user__region", "order__status", "order__amount", "user")
_ADDITIVE = {"new_users", "order_count", "amount", "paid"}
_COUNTS = {"new_users", "order_count", "paid", "buyers", "amount"}


def _metric(name: str, kind: str, dimensions: tuple[str, ...], table: str) -> Metric:
    return Metric(
        name=name,
        label=Label(ko={"new_users": "가입자 수"}.get(name, ""), en=name.replace("_", " ")),
        type=kind,
        unit="people" if name == "new_users" else "",
        additive=name in _ADDITIVE,
        zero_filled=name in _COUNTS,
        dimensions=dimensions,
        reads=(ColumnRef(table=table, column=name),),
    )


CATALOG = Catalog(
    version="shop",
    metrics=(
        _metric("new_users", "simple", _OF_USERS, "users"),
        _metric("order_count", "simple", _OF_ORDERS, "orders"),
        _metric("amount", "simple", _OF_ORDERS, "orders"),
        _metric("paid", "simple", _OF_ORDERS, "orders"),
        _metric("buyers", "simple", _OF_ORDERS, "orders"),
        _metric("success_rate", "ratio", _OF_ORDERS, "orders"),
        _metric("orders_per_new_user", "derived", _OF_USERS, "orders"),
        _metric("amount_growth", "derived", _OF_ORDERS, "orders"),
        _metric("bought_soon", "conversion", _OF_USERS, "users"),
        _metric("users_total", "cumulative", _OF_USERS, "users"),
        _metric("amount_7d", "cumulative", _OF_ORDERS, "orders"),
        _metric("amount_1m", "cumulative", _OF_ORDERS, "orders"),
        _metric("amount_mtd", "cumulative", _OF_ORDERS, "orders"),
        _metric("buyers_28d", "cumulative", _OF_ORDERS, "orders"),
    ),
    dimensions=(
        Dimension(name="user__os", reads=(ColumnRef(table="users", column="os"),)),
        Dimension(name="user__region", reads=(ColumnRef(table="users", column="region"),)),
        Dimension(name="user__joined_on", type="time", column_type="date"),
        Dimension(name="order__status"),
        Dimension(name="order__amount", column_type="bigint"),
        Dimension(name="user", column_type="bigint"),
    ),
    manifest=MANIFEST,
)

# Users join on irregular days with a hole in February 2024 and from 1 to 4 April;
# every seventh has no OS; user 1 lives in a region with an awkward name.
_DATA = """
CREATE TABLE days AS SELECT CAST(range AS DATE) AS day
    FROM range(DATE '2022-01-01', DATE '2025-01-01', INTERVAL 1 DAY);
CREATE TABLE users AS SELECT i AS user_id,
    DATE '2022-11-20' + CAST((i * i * 7 + i * 3) % 540 AS INTEGER) AS joined_on,
    CASE WHEN i % 7 = 0 THEN NULL ELSE ['iOS', 'Android', 'Web'][1 + i % 3] END AS os,
    CASE WHEN i = 1 THEN '{{ 7*7 }} O''Brien {% if %}; --'
         ELSE ['Seoul', 'Busan', 'Jeju', 'Daegu'][1 + i % 4] END AS region
    FROM range(1, 401) t(i);
DELETE FROM users WHERE joined_on BETWEEN '2024-02-01' AND '2024-02-29'
    OR joined_on BETWEEN '2024-04-01' AND '2024-04-04' OR joined_on > '2024-05-14';
CREATE TABLE orders AS SELECT i AS order_id, 1 + i * 31 % 400 AS user_id,
    TIMESTAMP '2022-12-01 00:00:00' + INTERVAL (i * 9973 % 763200) MINUTE AS ordered_at,
    CASE WHEN i % 11 = 0 THEN 'FAILED' ELSE 'PAID' END AS status,
    CASE WHEN i % 50 = 0 THEN NULL ELSE i * 7919 % 9000 END AS amount
    FROM range(1500) t(i);
DELETE FROM orders WHERE ordered_at >= '2024-05-15';
"""


@lru_cache(maxsize=1)
def shop() -> duckdb.DuckDBPyConnection:
    """Return the shop's warehouse."""
    connection = duckdb.connect()
    connection.execute(_DATA)
    return connection


def span(start: str, end: str) -> Period:
    """Return the period of two ISO dates."""
    return Period(start=date.fromisoformat(start), end=date.fromisoformat(end))


def about(expected: list[tuple]) -> list[tuple]:
    """Allow for the last digits of fractions."""
    return [tuple(pytest.approx(v) if isinstance(v, float) else v for v in r) for r in expected]


def rows(sql: str) -> list[tuple]:
    """Run hand-written SQL."""
    return shop().execute(sql).fetchall()


def ask(today: date = TODAY, **intent: Any) -> list[tuple]:
    """Compile an intent, run it, and check that the columns are as the draft says."""
    draft = Compiler(CATALOG).compile(Intent(**intent), today=today)
    cursor = shop().execute(draft.sql)
    assert [c[0] for c in cursor.description] == [c.name for c in draft.columns], draft.sql
    return cursor.fetchall()
