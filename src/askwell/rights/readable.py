"""The part of the catalog that exists for somebody: pure, so it can be cached."""

from collections.abc import Iterable

from askwell.domain.catalog import (
    Catalog,
    Column,
    ColumnRef,
    Condition,
    Context,
    Dimension,
    Metric,
    Table,
    Term,
    ValueSet,
    VerifiedQuery,
)
from askwell.domain.rights import Rights, TableRights


def readable(catalog: Catalog, rights: Rights) -> Catalog:
    """Return `catalog` without everything that `rights` hide.

    Something that reads several columns stays only where all of them may be read. What says
    nothing about its columns goes. The manifest stays as it is: only metrics that stay are
    compiled. The version stays too: cache by version and `rights.fingerprint`.
    """
    allowed = {t.table: t for t in rights.tables}
    open_columns = {ColumnRef(table=t.table, column=c) for t in rights.tables for c in t.columns}
    dimensions = tuple(
        _with_readable_values(d, allowed) for d in catalog.dimensions if _is_open(d, open_columns)
    )
    fields = {d.name for d in dimensions}
    metrics = tuple(
        m.model_copy(update={"dimensions": tuple(d for d in m.dimensions if d in fields)})
        for m in catalog.metrics
        if _all_open(m.reads, open_columns)
    )
    verified = tuple(v for v in catalog.verified if _query_is_open(v, open_columns, fields))
    names = {m.name for m in metrics} | fields | {v.name for v in verified}
    # Built anew: a copy would carry the cached `table_named` of the whole catalog along.
    return Catalog(
        version=catalog.version,
        company=catalog.company,
        dialect=catalog.dialect,
        time_zone=catalog.time_zone,
        tables=tuple(
            _part_of(t, allowed[t.name], open_columns) for t in catalog.tables if t.name in allowed
        ),
        metrics=metrics,
        dimensions=dimensions,
        terms=tuple(t for t in catalog.terms if allowed and _meaning_is_open(t, names)),
        contexts=tuple(
            c for c in catalog.contexts if _context_is_open(c, metrics, allowed, open_columns)
        ),
        verified=verified,
        manifest=catalog.manifest,
    )


def _all_open(reads: Iterable[ColumnRef], open_columns: set[ColumnRef]) -> bool:
    reads = set(reads)
    return bool(reads) and reads <= open_columns


def _is_open(dimension: Dimension, open_columns: set[ColumnRef]) -> bool:
    """MetricFlow's own time dimension reads no column but those of the metric beside it."""
    if not dimension.reads:
        return dimension.type == "time"
    return _all_open(dimension.reads, open_columns)


def _query_is_open(query: VerifiedQuery, open_columns: set[ColumnRef], fields: set[str]) -> bool:
    known = all(p.dimension is None or p.dimension in fields for p in query.parameters)
    return known and _all_open(query.reads, open_columns)


def _meaning_is_open(term: Term, names: set[str]) -> bool:
    meaning = term.meaning
    needed = {meaning.metric, meaning.dimension, meaning.verified} - {None}
    return needed | {c.field for c in meaning.conditions} <= names


def _context_is_open(
    context: Context,
    metrics: tuple[Metric, ...],
    allowed: dict[str, TableRights],
    open_columns: set[ColumnRef],
) -> bool:
    return (
        set(context.metrics) <= {m.name for m in metrics}
        and set(context.tables) <= set(allowed)
        and set(context.reads) <= open_columns
    )


def _part_of(table: Table, allowed: TableRights, open_columns: set[ColumnRef]) -> Table:
    columns = tuple(
        _part_of_column(c, allowed, open_columns)
        for c in table.columns
        if c.name in allowed.columns
    )
    count = None if allowed.rows else table.row_count
    return table.model_copy(update={"columns": columns, "row_count": count})


def _part_of_column(column: Column, allowed: TableRights, open_columns: set[ColumnRef]) -> Column:
    """Keep what rows that may be read could tell; a range is of all rows."""
    references = column.references if column.references in open_columns else None
    values = _readable_values(column.values, column.name, allowed.rows)
    changed: dict[str, object] = {"references": references, "values": values}
    if references is None:
        changed["inferred"] = False
    if allowed.rows:
        changed |= {"least": None, "greatest": None}
    return column.model_copy(update=changed)


def _with_readable_values(dimension: Dimension, allowed: dict[str, TableRights]) -> Dimension:
    values = dimension.values
    for read in dimension.reads:
        values = _readable_values(values, read.column, allowed[read.table].rows)
    return dimension.model_copy(update={"values": values})


def _readable_values(
    values: ValueSet | None, column: str, rows: tuple[Condition, ...]
) -> ValueSet | None:
    """Keep the values that readable rows may hold.

    In a table with hidden rows, values that were seen may come from those. Declared values
    stay, and of the column that alone decides about the rows, those that its rules let through.
    """
    if values is None or not rows:
        return values
    own = [rule for rule in rows if rule.field == column and rule.operator in ("in", "not in")]
    if not (values.declared or len(own) == len(rows)):
        return None
    kept = tuple(
        v
        for v in values.values
        if all((v.stored in rule.values) == (rule.operator == "in") for rule in own)
    )
    return ValueSet(values=kept, complete=values.complete, declared=values.declared)
