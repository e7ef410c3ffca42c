"""Which columns join which tables, and the shortest way from one table to another.

Columns that refer to the same key hold the same things, so they join each other too: two
children of one parent, or a child of a table that is itself a child of the key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table


@dataclass(frozen=True, slots=True)
class Link:
    """Join two tables by one column each.

    `direct`: one column refers to the other. `multiplies`: one near row may meet several far
    rows; `many`: and one far row several near rows.
    """

    near: ColumnRef
    far: ColumnRef
    direct: bool
    multiplies: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """Hold which key each column belongs to; columns of one key hold the same things."""

    catalog: Catalog
    key_of: Mapping[ColumnRef, ColumnRef]

    def between(self, near: Table, far: Table) -> tuple[Link, ...]:
        """Return the best links of two tables: direct ones, else by a shared unique key."""
        links = [
            self._link(near, a, far, b)
            for a in near.columns
            for b in far.columns
            if (key := self.key_of.get(near.ref(a))) and key == self.key_of.get(far.ref(b))
        ]
        direct = tuple(link for link in links if link.direct)
        one_sided = tuple(link for link in links if not link.many)
        return direct or one_sided or tuple(links)

    def thing(self, ref: ColumnRef | None) -> ColumnRef | None:
        """Return the key that a column holds: its own where no value of it occurs twice."""
        column = self.catalog.column(ref)
        if ref is None or column is None:
            return None
        own = ref if is_unique(self.catalog.table_named[ref.table], column) else None
        return self.key_of.get(ref, own)

    def _link(self, near: Table, a: Column, far: Table, b: Column) -> Link:
        left, right = near.ref(a), far.ref(b)
        return Link(
            left,
            right,
            direct=a.references == right or b.references == left,
            multiplies=not is_unique(far, b),
            many=not is_unique(far, b) and not is_unique(near, a),
        )


def keys_of(catalog: Catalog) -> Keys:
    """Return the keys of a catalog; columns that refer to one another belong to one key."""
    parent: dict[ColumnRef, ColumnRef] = {}
    for table in catalog.tables:
        for column in table.columns:
            if column.references:
                parent[_root(table.ref(column), parent)] = _root(column.references, parent)
    refs = (ref for table in catalog.tables for ref in table.refs)
    joined = set(parent) | set(parent.values())
    return Keys(catalog, {r: _root(r, parent) for r in refs if r in joined})


def _root(ref: ColumnRef, parent: dict[ColumnRef, ColumnRef]) -> ColumnRef:
    while parent.get(ref, ref) != ref:
        ref = parent[ref]
    return ref


def is_unique(table: Table, column: Column) -> bool:
    """Tell whether no value of a column occurs twice."""
    keys = [c for c in table.columns if c.primary_key]
    return column.unique or keys == [column]


def shortest_path(keys: Keys, starts: Iterable[Table], goal: Table) -> tuple[Link, ...] | None:
    """Return the one best path of links to `goal`: fewest links, then most direct ones.

    None where there is no path, or two that are equally good. Links between two columns that
    both repeat are not taken: they would pair rows that have nothing to do with each other.
    """
    paths: list[tuple[Link, ...]] = [()]
    fronts: list[tuple[Table, tuple[Link, ...]]] = [(t, ()) for t in starts]
    seen = {t.name for t, _ in fronts}
    while fronts:
        steps = [s for table, path in fronts for s in _steps(keys, table, path, seen)]
        paths = [path for table, path in steps if table.name == goal.name]
        if paths:
            return _best(paths)
        seen |= {table.name for table, _ in steps}
        fronts = steps
    return None


def _steps(
    keys: Keys, table: Table, path: tuple[Link, ...], seen: set[str]
) -> Iterator[tuple[Table, tuple[Link, ...]]]:
    for other in keys.catalog.tables:
        if other.name not in seen:
            for link in keys.between(table, other):
                if not link.many:
                    yield other, (*path, link)


def _best(paths: list[tuple[Link, ...]]) -> tuple[Link, ...] | None:
    def badness(path: tuple[Link, ...]) -> int:
        return sum(not link.direct for link in path)

    least = min(map(badness, paths))
    best = [path for path in paths if badness(path) == least]
    return best[0] if len(best) == 1 else None
