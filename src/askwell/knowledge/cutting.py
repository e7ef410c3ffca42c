"""Cut a large schema to what fits a question: the best tables and columns, and bridges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from askwell.domain.catalog import Catalog, ColumnRef, Table
from askwell.domain.recall import LinkedValue
from askwell.knowledge.joins import Neighbours, tables_of, way_to
from askwell.knowledge.linking import Named
from askwell.search import Hit, Kind

# The usual constant of reciprocal rank fusion.
_FLATTENING = 60
# Columns are alike in look-alike tables; what is said of a table itself tells them apart.
_WEIGHTS: dict[Kind, float] = {"table": 1.0, "column": 0.25, "value": 0.5}
# What a question spells out counts more than what resembles it.
_SPELLED = 2.0
# A table with more columns is cut to about so many.
_WIDE = 24
_MISSES = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold what speaks for tables and columns: search hits, best first, and what is spelled.

    `order`: the tables, best first, where somebody has looked at them again.
    """

    hits: Sequence[Hit]
    linked: Sequence[LinkedValue]
    named: Named
    order: tuple[str, ...] = ()

    @property
    def spelled(self) -> frozenset[ColumnRef]:
        """Return the columns that the question names, or of which it names a value."""
        return self.named.columns | {link.column for link in self.linked}


def ranked_tables(evidence: Evidence) -> tuple[str, ...]:
    """Return the tables for which anything speaks, best first, by reciprocal rank fusion."""
    scores: dict[str, float] = {}
    for kind, weight in _WEIGHTS.items():
        tables = (hit.document.table for hit in evidence.hits if hit.document.kind == kind)
        for rank, table in enumerate(dict.fromkeys(tables), start=1):
            scores[table] = scores.get(table, 0) + weight / (_FLATTENING + rank)
    for named in (evidence.named.tables, {link.column.table for link in evidence.linked}):
        for table in sorted(named):
            scores[table] = scores.get(table, 0) + _SPELLED / (_FLATTENING + 1)
    return tuple(sorted(scores, key=lambda table: -scores[table]))


def chosen(
    catalog: Catalog,
    evidence: Evidence,
    around: Neighbours,
    costs: Mapping[ColumnRef, int],
    room: int,
) -> tuple[ColumnRef, ...]:
    """Return columns of the best tables within `room` tokens, in the order of the catalog.

    Each table brings the tables along that a key path to the earlier ones needs.
    """
    tables: dict[str, tuple[ColumnRef, ...]] = {}
    missed = 0
    for best in evidence.order or ranked_tables(evidence):
        wanted = (best, *tables_of(way_to(best, tables, around)))
        new = {
            name: tuple(_of(catalog.table_named[name], evidence, around))
            for name in wanted
            if name not in tables
        }
        cost = sum(costs[ref] for refs in new.values() for ref in refs)
        if cost <= room:
            room -= cost
            tables |= new
        elif (missed := missed + 1) == _MISSES:
            break
    return tuple(ref for table in catalog.tables for ref in tables.get(table.name, ()))


def _of(table: Table, evidence: Evidence, around: Neighbours) -> Iterator[ColumnRef]:
    """Yield a table's columns; of a wide one its keys, what is spelled, and the best others."""
    if len(table.columns) <= _WIDE:
        yield from table.refs
        return
    kept = {ref for ref in evidence.spelled if ref.table == table.name} | _keys(table, around)
    documents = (hit.document for hit in evidence.hits)
    names = dict.fromkeys(d.column for d in documents if d.table == table.name and d.column)
    own = [ColumnRef(table=table.name, column=name) for name in names]
    kept.update(_first(own, table.refs, _WIDE - len(kept)))
    yield from (ref for ref in table.refs if ref in kept)


def _first(ranked: Iterable[ColumnRef], rest: Iterable[ColumnRef], count: int) -> list[ColumnRef]:
    return list(dict.fromkeys((*ranked, *rest)))[: max(count, 0)]


def _keys(table: Table, around: Neighbours) -> set[ColumnRef]:
    joined = {end for join in around.get(table.name, ()) for end in (join.left, join.right)}
    primary = {r for r, c in zip(table.refs, table.columns, strict=True) if c.primary_key}
    return primary | {ref for ref in joined if ref.table == table.name}
