"""Who else may see what an answer read: pure, and no wherever something is unknown."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from askwell.domain.catalog import Catalog, ColumnRef, Condition, Table
from askwell.domain.noun import Scalar
from askwell.domain.rights import Asker, Rights, TableRights

Reads = tuple[TableRights, ...] | None
Values = tuple[Scalar, ...]


def covers(rights: Rights, reads: Reads) -> bool:
    """Tell whether `rights` give every column that was read, and no fewer rows of its table.

    Whoever may read nothing at all sees nothing, also not what read nothing.
    """
    if reads is None or not rights.tables:
        return False
    return all(_covers_table(rights.of(read.table), read) for read in reads)


def is_restricted(reads: Reads, catalog: Catalog) -> bool:
    """Tell whether anything that was read is flagged `pii` or `sensitive`, or is not known."""
    if reads is None or any(read.table not in catalog.table_named for read in reads):
        return True
    refs = (ColumnRef(table=r.table, column=name) for r in reads for name in r.columns)
    columns = [catalog.column(ref) for ref in refs]
    return any(column is None or column.pii or column.sensitive for column in columns)


def owns(asker: Asker, table: Table) -> bool:
    """Tell whether a table's owner, an address, a name or a group's, is this person."""
    owner = table.owner.strip().casefold()
    names = (asker.email, asker.name, *asker.groups)
    return bool(owner) and owner in {name.strip().casefold() for name in names}


def _covers_table(theirs: TableRights | None, read: TableRights) -> bool:
    if theirs is None or not set(read.columns) <= set(theirs.columns):
        return False
    return all(any(_implies(rule, own) for rule in read.rows) for own in theirs.rows)


def _implies(rule: Condition, other: Condition) -> bool:
    """Tell whether whatever meets `rule` surely meets `other`."""
    if (rule.field, rule.operator) != (other.field, other.operator):
        return False
    if rule.values == other.values:
        return True
    narrower = _NARROWER.get(rule.operator)
    return narrower is not None and narrower(rule.values, other.values)


def _at_least(values: Values, others: Values) -> bool:
    """Compare numbers with numbers and days with days; text is ordered by its collation."""
    pairs = list(zip(values, others, strict=True))
    if not all(_comparable(*pair) for pair in pairs):
        return False
    return all(value >= other for value, other in pairs)  # type: ignore[operator]  # comparable


def _comparable(value: Scalar, other: Scalar) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return False
    numbers = isinstance(value, int | float | Decimal) and isinstance(other, int | float | Decimal)
    return numbers or (type(value) is date and type(other) is date)


_NARROWER: Mapping[str, Callable[[Values, Values], bool]] = {
    "in": lambda values, others: set(values) <= set(others),
    "not in": lambda values, others: set(values) >= set(others),
    ">": _at_least,
    ">=": _at_least,
    "<": lambda values, others: _at_least(others, values),
    "<=": lambda values, others: _at_least(others, values),
    "between": lambda values, others: (
        _at_least(values[:1], others[:1]) and _at_least(others[1:], values[1:])
    ),
}
