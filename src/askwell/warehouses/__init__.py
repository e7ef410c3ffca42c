"""The door to a warehouse: one small protocol, one file a backend.

Only `askwell.query` may call `fetch` and `explain`; a test reads the imports.

To add a backend: write one file here that has what `Warehouse` has, with its driver imported
nowhere else; take `values.to_scalar` for what the driver hands out; add it to `BACKENDS` in
`tests/contracts/test_warehouses.py`, where only the script of its tables and its names of types
are its own; open it in `wiring.doors` under the scheme of its URL; and let `sql.functions` say
which functions of its dialect are safe. What the contract cannot see, as how a cancelled query
ends on the server, goes into a test file of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from askwell.domain.noun import Scalar


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """Be a column as the warehouse itself describes it; `type` in its own name, lower case.

    `unique`: a key of this column alone. `values`: the only ones that its type, an enum, has.
    """

    name: str
    type: str
    comment: str = ""
    primary_key: bool = False
    references: tuple[str, str] | None = None
    unique: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Be a table or view as the warehouse itself describes it."""

    name: str
    schema_name: str
    columns: tuple[FoundColumn, ...]
    comment: str = ""
    row_count: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Hold fetched rows: at most the asked number, and whether there were more."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold how a query would run, as JSON, and what the warehouse guesses about it.

    `rows`: how many would come back. `cost`: in the warehouse's own unit, PostgreSQL's planner
    cost or the rows that pass through all steps of DuckDB's plan. None: it does not say.
    """

    text: str
    rows: int | None = None
    cost: float | None = None


class Warehouse(Protocol):
    """Run read-only SQL somewhere; every backend passes `tests/contracts/`."""

    @property
    def dialect(self) -> str:
        """Return sqlglot's name of the SQL dialect."""
        ...

    async def tables(self) -> tuple[FoundTable, ...]:
        """Describe all tables from the system catalogue; runs no SQL of anybody else's."""
        ...

    async def fetch(
        self, sql: str, parameters: Mapping[str, Scalar], *, max_rows: int, seconds: float
    ) -> Rows:
        """Run one SELECT. Cancelling the task cancels the query on the server.

        Parameters are written `$name` in `sql`, whatever the dialect.

        Raises:
            BadQuery: the warehouse refused the SQL.
            TimedOut: it took longer than `seconds`, and was cancelled.
            TooLarge: it needs more memory than the warehouse allows.
            Transient: the warehouse is locked or not reachable.
            Misconfigured: there is no such warehouse.
        """
        ...

    async def explain(self, sql: str, parameters: Mapping[str, Scalar]) -> Plan:
        """Return the plan, with estimates, without running the query; errors as in `fetch`."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
