"""Metrics on PostgreSQL: compiled for it, through the guard, the same numbers as on DuckDB."""

from decimal import Decimal
from typing import Any

import psycopg
import pytest

from askwell.domain.catalog import Catalog, Column, Condition, Table
from askwell.domain.intent import Comparison, Intent, Order
from askwell.metrics import Compiler
from askwell.query import prepare
from askwell.rights import everything
from askwell.warehouses.postgres import Postgres
from metrics_shop import CATALOG, MANIFEST, TODAY, ask, rows, span
from postgres_server import Server

TABLES = {
    "days": "day date",
    "users": "user_id bigint, joined_on date, os text, region text",
    "orders": "order_id bigint, user_id bigint, ordered_at timestamp, status text, amount bigint",
}
POSTGRES = Catalog(
    version="shop",
    dialect="postgres",
    metrics=CATALOG.metrics,
    dimensions=CATALOG.dimensions,
    manifest=MANIFEST,
    tables=tuple(
        Table(
            name=table,
            schema_name="main",
            columns=tuple(Column(name=c.split()[0], type="text") for c in columns.split(", ")),
        )
        for table, columns in TABLES.items()
    ),
)
YEAR = span("2023-01-01", "2023-12-31")
SPRING = span("2024-01-01", "2024-04-30")
INTENTS: dict[str, dict[str, Any]] = {
    "total": {"metrics": ("amount",), "period": YEAR},
    "months": {
        "metrics": ("new_users",),
        "grain": "month",
        "period": span("2024-01-01", "2024-12-31"),
    },
    "weeks": {"metrics": ("order_count",), "grain": "week", "period": SPRING},
    "groups": {"metrics": ("amount", "buyers"), "dimensions": ("user__region",), "period": YEAR},
    "ratio": {
        "metrics": ("success_rate",),
        "dimensions": ("user__os",),
        "grain": "month",
        "period": SPRING,
    },
    "growth": {"metrics": ("amount_growth",), "grain": "month", "period": YEAR},
    "conversion": {"metrics": ("bought_soon",), "period": YEAR},
    "three_kinds": {
        "metrics": ("new_users", "users_total", "buyers_28d"),
        "grain": "month",
        "period": SPRING,
    },
    "moving": {
        "metrics": ("amount_7d", "amount_mtd"),
        "grain": "day",
        "period": span("2024-03-01", "2024-03-20"),
    },
    "month_window": {"metrics": ("amount_1m",), "grain": "month", "period": YEAR},
    "previous": {
        "metrics": ("new_users",),
        "grain": "month",
        "period": SPRING,
        "comparison": Comparison(to="previous"),
    },
    "year_before": {
        "metrics": ("amount",),
        "period": SPRING,
        "comparison": Comparison(to="year"),
        "dimensions": ("user__os",),
    },
    "share": {
        "metrics": ("amount",),
        "dimensions": ("user__region",),
        "share": True,
        "period": YEAR,
    },
    "running": {"metrics": ("new_users",), "cumulative": True, "grain": "month", "period": YEAR},
    "top": {
        "metrics": ("amount",),
        "dimensions": ("user__region",),
        "order": Order(by="amount", descending=True),
        "limit": 2,
        "period": YEAR,
    },
    "working_days": {
        "metrics": ("order_count",),
        "business_days": True,
        "grain": "day",
        "period": span("2024-04-01", "2024-04-14"),
    },
    "reserved_word": {
        "metrics": ("order_count",),
        "filters": (Condition(field="user", operator="in", values=(7, 12)),),
        "period": YEAR,
    },
    "awkward_value": {
        "metrics": ("order_count",),
        "filters": (
            Condition(
                field="user__region", operator="in", values=("{{ 7*7 }} O'Brien {% if %}; --",)
            ),
        ),
        "period": YEAR,
    },
    "having": {
        "metrics": ("amount",),
        "dimensions": ("user__region",),
        "having": (Condition(field="amount", operator=">", values=(10,)),),
        "period": YEAR,
    },
}


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    create = "".join(f"CREATE TABLE main.{t} ({columns});" for t, columns in TABLES.items())
    url = postgres.create("metrics", sql=f"CREATE SCHEMA main; {create}")
    with psycopg.connect(postgres.url("metrics", "postgres")) as connection:
        for table in TABLES:
            with connection.cursor().copy(f"COPY main.{table} FROM STDIN".encode()) as copy:
                for row in rows(f"SELECT * FROM {table}"):
                    copy.write_row(row)
    return url


@pytest.mark.parametrize("wish", INTENTS.values(), ids=INTENTS.keys())
async def test_numbers_are_the_same_as_on_duckdb(url: str, wish: dict[str, Any]) -> None:
    draft = Compiler(POSTGRES).compile(Intent(**wish), today=TODAY)
    ready = prepare(draft.sql, "postgres", POSTGRES, everything(POSTGRES))
    warehouse = Postgres(url)
    found = await warehouse.fetch(ready.sql, {}, max_rows=1000, seconds=20)
    await warehouse.close()
    assert found.names == tuple(c.name for c in draft.columns)
    assert comparable(found.rows) == comparable(ask(**wish))
    assert found.rows


def comparable(rows: Any) -> list[str]:
    """Return rows without their order, numbers to six digits."""
    return sorted(repr(tuple(plain(v) for v in row)) for row in rows)


def plain(value: object) -> object:
    return round(float(value), 6) if isinstance(value, int | float | Decimal) else value
