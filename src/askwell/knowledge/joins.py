"""How tables join: their keys, and the shortest ways between them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush

from askwell.domain.catalog import Catalog
from askwell.domain.recall import JoinPath

# A key that the data merely suggests is a longer way than one that somebody declared.
_DECLARED, _INFERRED = 1.0, 1.25

Neighbours = Mapping[str, Sequence[JoinPath]]


def keys(catalog: Catalog) -> tuple[JoinPath, ...]:
    """Return every key between tables of the catalog, in its order."""
    known = catalog.table_named
    return tuple(
        JoinPath(left=ref, right=column.references, inferred=column.inferred)
        for table in catalog.tables
        for ref, column in zip(table.refs, table.columns, strict=True)
        if column.references and column.references.table in known
    )


def neighbours(found: Iterable[JoinPath]) -> Neighbours:
    """Map each table to the keys that lead out of it or into it."""
    ends: dict[str, list[JoinPath]] = {}
    for join in found:
        if join.left.table != join.right.table:
            ends.setdefault(join.left.table, []).append(join)
            ends.setdefault(join.right.table, []).append(join)
    return ends


def way_to(goal: str, starts: Collection[str], around: Neighbours) -> tuple[JoinPath, ...]:
    """Return the keys on the shortest way from one of `starts` to `goal`; none: there is none."""
    queue: list[tuple[float, int, str, tuple[JoinPath, ...]]] = [
        (0.0, i, table, ()) for i, table in enumerate(sorted(starts))
    ]
    pushed, seen = len(queue), set[str]()
    while queue:
        length, _, table, way = heappop(queue)
        if table == goal:
            return way
        if table in seen:
            continue
        seen.add(table)
        for join in around.get(table, ()):
            other = join.right.table if join.left.table == table else join.left.table
            step = _INFERRED if join.inferred else _DECLARED
            heappush(queue, (length + step, pushed, other, (*way, join)))
            pushed += 1
    return ()


def tables_of(joins: Iterable[JoinPath]) -> tuple[str, ...]:
    """Return the tables that keys join, each once."""
    return tuple(dict.fromkeys(end.table for j in joins for end in (j.left, j.right)))
