"""What groups grant on one table, and how several grants become one right.

A right is one set of columns and one conjunction of row rules, so it cannot say "these columns
here, those columns there". Of several grants it therefore holds the widest part that stays
sound: no (row, column) pair is readable that no single group gives.
"""

from collections.abc import Iterable

from askwell.domain.catalog import Catalog, Condition, Table
from askwell.domain.rights import Rights, TableRights

Rows = tuple[Condition, ...]
Columns = frozenset[str]
Grant = tuple[Columns, Rows]


def everything(catalog: Catalog) -> Rights:
    """Return rights on every column and row, for learning and other jobs without an asker."""
    return Rights(
        groups=("system",),
        tables=tuple(
            TableRights(table=t.name, columns=tuple(c.name for c in t.columns))
            for t in catalog.tables
        ),
    )


def combine(table: Table, grants: Iterable[Grant]) -> TableRights | None:
    """Return what several grants on `table` allow together, or None if that is nothing.

    Columns given for the same rows add up. Values given for the same field add up, with the
    columns that all of them give. Otherwise the grant with the fewest row rules wins, because
    a total over all rows is worth more than more columns of a part.
    """
    by_rows: dict[Rows, Columns] = {}
    for columns, rows in grants:
        by_rows[rows] = by_rows.get(rows, frozenset()) | columns
    everywhere = by_rows.get((), frozenset())
    candidates = [(columns | everywhere, rows) for rows, columns in by_rows.items()]
    candidates = [one for one in [*candidates, *_joined_values(by_rows)] if one[0]]
    if not candidates:
        return None
    columns, rows = min(candidates, key=_narrowness)
    names = tuple(c.name for c in table.columns if c.name in columns)
    return TableRights(table=table.name, columns=names, rows=rows)


def _narrowness(grant: Grant) -> tuple[int, int, int]:
    columns, rows = grant
    return len(rows), -sum(len(r.values) for r in rows), -len(columns)


def _joined_values(by_rows: dict[Rows, Columns]) -> Iterable[Grant]:
    """Join `region in (a)` and `region in (b)` to `region in (a, b)`."""
    rules = [rows[0] for rows in by_rows if len(rows) == 1 and rows[0].operator == "in"]
    for field in dict.fromkeys(rule.field for rule in rules):
        same = [rule for rule in rules if rule.field == field]
        if len(same) > 1:
            values = tuple(dict.fromkeys(v for rule in same for v in rule.values))
            columns = frozenset.intersection(*(by_rows[(rule,)] for rule in same))
            yield columns, (Condition(field=field, operator="in", values=values),)
