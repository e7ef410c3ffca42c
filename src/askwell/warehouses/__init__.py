"""The door to a warehouse: one small protocol, one file a backend.

Only `askwell.query` may call `fetch` and `explain`; a test reads the imports.
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
            Transient: the warehouse is locked or not reachable.
            Misconfigured: there is no such warehouse.
        """
        ...

    async def explain(self, sql: str, parameters: Mapping[str, Scalar]) -> str:
        """Return the plan without running the query; errors as in `fetch`."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
