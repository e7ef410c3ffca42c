"""A small shop in DuckDB or PostgreSQL, its catalog, rights, and a warehouse that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from askwell.domain.catalog import Catalog, Column, ColumnRef, Condition, Table, Value, ValueSet
from askwell.domain.clock import Clock
from askwell.domain.noun import Scalar
from askwell.domain.result import Draft, Result
from askwell.domain.rights import Rights, TableRights
from askwell.query import Limits, QueryDoor
from askwell.warehouses import FoundTable, Plan, Rows, Warehouse
from askwell.warehouses.duckdb import DuckDB
from askwell.warehouses.postgres import Postgres

SQL = """
CREATE TABLE users (
  id INTEGER PRIMARY KEY, name VARCHAR, phone VARCHAR, region VARCHAR, joined DATE,
  seen TIMESTAMPTZ
);
INSERT INTO users
SELECT i, 'name-' || i, '010-SECRET-' || i, CASE WHEN i % 2 = 0 THEN 'Seoul' ELSE 'Busan' END,
  DATE '2024-01-01' + i::INTEGER, TIMESTAMPTZ '2024-01-01 20:00:00+00' + i * INTERVAL '1 day'
FROM generate_series(0, 9) t(i);
CREATE TABLE orders (id INTEGER, user_id INTEGER, amount DECIMAL(12, 2), status VARCHAR);
INSERT INTO orders
SELECT i, i % 10, i * 100.5, CASE WHEN i % 5 = 0 THEN 'REFUNDED' ELSE 'PAID' END
FROM generate_series(0, 49) t(i);
CREATE TABLE salaries (user_id INTEGER, amount INTEGER);
INSERT INTO salaries SELECT i, 777000 + i FROM generate_series(0, 9) t(i);
"""

REGIONS = ValueSet(values=(Value(stored="Seoul"), Value(stored="Busan")), complete=True)
CATALOG = Catalog(
    version="1",
    tables=(
        Table(
            name="users",
            schema_name="main",
            row_count=10,
            columns=(
                Column(name="id", type="integer", primary_key=True),
                Column(
                    name="name",
                    type="varchar",
                    values=ValueSet(values=(Value(stored="name-1"), Value(stored="name-2"))),
                ),
                Column(name="phone", type="varchar", pii=True),
                Column(name="region", type="varchar", values=REGIONS),
                Column(name="joined", type="date"),
                Column(name="seen", type="timestamp with time zone"),
            ),
        ),
        Table(
            name="orders",
            schema_name="main",
            columns=(
                Column(name="id", type="integer"),
                Column(
                    name="user_id",
                    type="integer",
                    references=ColumnRef(table="users", column="id"),
                ),
                Column(name="amount", type="decimal(12,2)", sensitive=True),
                Column(name="status", type="varchar"),
            ),
        ),
        Table(
            name="salaries",
            schema_name="main",
            columns=(
                Column(name="user_id", type="integer"),
                Column(name="amount", type="integer", sensitive=True),
            ),
        ),
    ),
)
# Every table has a new schema there, and so the catalog is another.
POSTGRES_CATALOG = Catalog(
    version="1",
    dialect="postgres",
    tables=tuple(t.model_copy(update={"schema_name": "public"}) for t in CATALOG.tables),
)

LIMITS = Limits()

# No phone, no salaries, and of the users only those of Seoul.
SEOUL = Rights(
    tables=(
        TableRights(
            table="users",
            columns=("id", "name", "region", "joined"),
            rows=(Condition(field="region", operator="in", values=("Seoul",)),),
        ),
        TableRights(table="orders", columns=("id", "user_id", "amount", "status")),
    )
)


def build(path: Path) -> Path:
    connection = duckdb.connect(str(path))
    connection.execute(SQL)
    connection.close()
    return path


@dataclass
class Counting:
    """Count what reaches the real warehouse."""

    real: Warehouse
    calls: list[str] = field(default_factory=list)

    @property
    def dialect(self) -> str:
        return self.real.dialect

    async def tables(self) -> tuple[FoundTable, ...]:
        return await self.real.tables()

    async def fetch(
        self, sql: str, parameters: Mapping[str, Scalar], *, max_rows: int, seconds: float
    ) -> Rows:
        self.calls.append(sql)
        return await self.real.fetch(sql, parameters, max_rows=max_rows, seconds=seconds)

    async def explain(self, sql: str, parameters: Mapping[str, Scalar]) -> Plan:
        self.calls.append(sql)
        return await self.real.explain(sql, parameters)

    async def close(self) -> None:
        await self.real.close()


@dataclass
class Memory:
    """Keep results and audit events in lists."""

    results: dict[str, Result] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    async def put(self, result: Result, *, seconds: float) -> None:
        self.results[result.id] = result

    async def get(self, result_id: str) -> Result | None:
        return self.results.get(result_id)

    async def record(self, event: Mapping[str, Scalar]) -> None:
        self.events.append(dict(event))


@dataclass
class Shop:
    """Hold a door with all its parts within reach."""

    warehouse: Counting
    memory: Memory
    door: QueryDoor
    catalog: Catalog

    async def run(
        self, sql: str, rights: Rights, limits: Limits = LIMITS, **parameters: Scalar
    ) -> Result:
        draft = Draft(
            sql=sql, dialect=self.warehouse.dialect, way="generated", parameters=parameters
        )
        return await self.door.run(
            draft, catalog=self.catalog, rights=rights, asker="a@b.c", limits=limits
        )


def open_shop(path: Path) -> Shop:
    return _shop(DuckDB(path, time_zone="Asia/Seoul"), CATALOG)


def open_postgres_shop(url: str) -> Shop:
    return _shop(Postgres(url, time_zone="Asia/Seoul"), POSTGRES_CATALOG)


def _shop(real: Warehouse, catalog: Catalog) -> Shop:
    warehouse, memory = Counting(real), Memory()
    clock = Clock("Asia/Seoul", now=lambda zone: datetime(2026, 1, 1, tzinfo=UTC).astimezone(zone))
    return Shop(warehouse, memory, QueryDoor(warehouse, memory, memory, clock), catalog)
