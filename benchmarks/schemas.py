"""A schema of a hundred tables: given ones under prefixes, and made-up ones of other trades."""

from collections.abc import Iterator, Mapping
from itertools import product

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table
from askwell.knowledge.catalog import versioned

_TABLES, _COLUMNS = 100, 1_500
_THINGS = ("invoice", "shipment", "employee", "payroll", "contract", "asset", "ticket", "supplier")
_ROLES = ("header", "line", "audit", "plan", "archive")
_FIELDS = ("status", "amount", "owner", "channel", "note", "source", "currency", "priority")
_STAGES = ("first", "last", "planned", "actual", "approved", "disputed", "forecast", "local")


def merged(catalogs: Mapping[str, Catalog]) -> Catalog:
    """Return one catalog of all tables, as `DATABASE_TABLE`, filled up with others."""
    tables = [t for name, c in catalogs.items() for t in _prefixed(name, c)]
    fillers = list(_fillers())[: max(_TABLES - len(tables), 0)]
    missing = _COLUMNS - sum(len(t.columns) for t in tables)
    tables += [_filled(t, missing // len(fillers)) for t in fillers]
    return versioned(Catalog(dialect="postgres", tables=tuple(tables)))


def _prefixed(prefix: str, catalog: Catalog) -> Iterator[Table]:
    for table in catalog.tables:
        columns = tuple(_moved(prefix, column) for column in table.columns)
        yield table.model_copy(update={"name": f"{prefix}_{table.name}", "columns": columns})


def _moved(prefix: str, column: Column) -> Column:
    target = column.references
    if target is None:
        return column
    there = ColumnRef(table=f"{prefix}_{target.table}", column=target.column)
    return column.model_copy(update={"references": there})


def _fillers() -> Iterator[Table]:
    for thing, role in product(_THINGS, _ROLES):
        key = Column(name=f"{thing}_id", type="bigint", primary_key=role == "header")
        if role != "header":
            header = ColumnRef(table=f"{thing}_header", column=key.name)
            key = key.model_copy(update={"references": header})
        yield Table(name=f"{thing}_{role}", columns=(key,))


def _filled(table: Table, width: int) -> Table:
    names = [f"{stage}_{field}" for stage, field in product(_STAGES, _FIELDS)][: width - 1]
    columns = (Column(name=n, type="numeric" if "amount" in n else "text") for n in names)
    return table.model_copy(update={"columns": (*table.columns, *columns)})
