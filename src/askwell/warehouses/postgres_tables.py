"""What PostgreSQL's system catalogue says about the tables that a role may read."""

from collections.abc import Iterable
from typing import Any

from askwell.warehouses import FoundColumn, FoundTable

# Tables and views of all kinds, but no partition of another table and nothing of an extension.
_READABLE = """
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
"""
# Rows are the planner's estimate: none where nobody has analysed the table yet.
TABLES = f"""
SELECT n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
  CASE
    WHEN c.relkind = 'p' THEN (
      SELECT sum(leaf.reltuples) FROM pg_partition_tree(c.oid) part
      JOIN pg_class leaf ON leaf.oid = part.relid
      WHERE part.isleaf AND leaf.reltuples >= 0
    )
    WHEN c.relkind <> 'v' AND c.reltuples >= 0 THEN c.reltuples
  END::bigint
{_READABLE} ORDER BY n.nspname, c.relname
"""
COLUMNS = f"""
SELECT readable.nspname, readable.relname, a.attname,
  CASE
    WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
    ELSE format_type(a.atttypid, a.atttypmod)
  END,
  coalesce(col_description(a.attrelid, a.attnum), ''),
  EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
  ),
  EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
      AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
  ),
  ARRAY(
    SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder
  ),
  target.relname, target.attname
FROM (SELECT c.oid, n.nspname, c.relname {_READABLE}) readable
JOIN pg_attribute a ON a.attrelid = readable.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
  SELECT tc.relname, ta.attname FROM pg_constraint k
  JOIN pg_class tc ON tc.oid = k.confrelid
  JOIN pg_attribute ta ON ta.attrelid = k.confrelid AND ta.attnum = k.confkey[1]
  WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
  ORDER BY k.conname LIMIT 1
) target ON true
WHERE has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY readable.nspname, readable.relname, a.attnum
"""


def found_tables(
    tables: Iterable[tuple[Any, ...]], columns: Iterable[tuple[Any, ...]]
) -> tuple[FoundTable, ...]:
    """Return the rows of `TABLES` and `COLUMNS` as tables."""
    known: dict[tuple[str, str], list[FoundColumn]] = {}
    for schema, table, *column in columns:
        known.setdefault((schema, table), []).append(_column(*column))
    return tuple(
        FoundTable(table, schema, tuple(known.get((schema, table), ())), comment, rows)
        for schema, table, comment, rows in tables
    )


def _column(
    name: str,
    kind: str,
    comment: str,
    primary: bool,
    unique: bool,
    values: list[str],
    target: str | None,
    target_column: str | None,
) -> FoundColumn:
    return FoundColumn(
        name=name,
        type=kind,
        comment=comment,
        primary_key=primary,
        unique=unique,
        values=tuple(values),
        references=(target, target_column) if target and target_column else None,
    )
