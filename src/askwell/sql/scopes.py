"""Every SELECT of a query with what it reads from.

sqlglot has scopes of its own, but they expect names that were folded and columns that were
qualified beforehand, which would be another query than the one that was written. These keep
the nodes of the tree that they are built from, so that a finding has a place and a mend has a
node to change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.sql.joins import shared
from askwell.sql.sources import (
    Derived,
    Reading,
    Scope,
    Source,
    alias_of,
    fold,
    is_query,
    joins_of,
    shared_names,
    starred,
    table_named,
    walk,
)

__all__ = ["Derived", "Reading", "Scope", "Source", "fold", "is_query", "reads", "scopes", "walk"]


def scopes(tree: exp.Expr, catalog: Catalog) -> tuple[Scope, ...]:
    """Return every SELECT of a tree as a scope, the inner ones first."""
    built: list[Scope] = []
    _build(tree, _Place(catalog, {}, None, built))
    return tuple(built)


def reads(tree: exp.Expr, catalog: Catalog) -> tuple[ColumnRef, ...]:
    """Return the stored columns that a query reads, sorted; an ambiguous name reads them all."""
    found = {ref for scope in scopes(tree, catalog) for ref in _reads_of(scope)}
    return tuple(sorted(found, key=lambda r: (r.table, r.column)))


def _reads_of(scope: Scope) -> Iterator[ColumnRef]:
    for column in scope.columns:
        yield from (r.ref for r in scope.resolve(column) if r.ref)
    for projection in scope.select.expressions:
        if projection.is_star:
            yield from (c.base for c in starred(projection, scope) if c.base)
    for equality in shared(scope):
        yield from (ref for ref in (equality.left, equality.right) if ref)


@dataclass(frozen=True, slots=True)
class _Place:
    """Be where a query stands: the CTEs in sight (None: not known yet) and the outer SELECT."""

    catalog: Catalog
    ctes: Mapping[str, tuple[Derived, ...] | None]
    outer: Scope | None
    built: list[Scope]

    def seeing(self, name: str, columns: tuple[Derived, ...] | None) -> "_Place":
        return _Place(self.catalog, {**self.ctes, name: columns}, self.outer, self.built)

    def within(self, outer: Scope | None) -> "_Place":
        return _Place(self.catalog, self.ctes, outer, self.built)


def _build(query: exp.Expr, place: _Place) -> tuple[Derived, ...] | None:
    """Build the scopes of a query; return the columns that it gives, None if unknown."""
    place = _with_ctes(query, place)
    if isinstance(query, exp.Subquery):
        return _build(query.this, place)
    if isinstance(query, exp.SetOperation):
        left, right = _build(query.left, place), _build(query.right, place)
        return _merged_arms(left, right)
    if isinstance(query, exp.Select):
        return _build_select(query, place)
    return None


def _with_ctes(query: exp.Expr, place: _Place) -> _Place:
    clause = query.args.get("with_")
    recursive = bool(clause and clause.recursive)
    for cte in clause.expressions if clause else ():
        name = fold(cte.args["alias"].this, place.catalog)
        inner = place.seeing(name, None) if recursive else place
        place = place.seeing(name, _renamed(_build(cte.this, inner), cte, place.catalog))
    return place


def _merged_arms(
    left: tuple[Derived, ...] | None, right: tuple[Derived, ...] | None
) -> tuple[Derived, ...] | None:
    if left is None or right is None or len(left) != len(right):
        return left and tuple(Derived(c.name) for c in left)
    pairs = zip(left, right, strict=True)
    return tuple(Derived(a.name, a.base if a.base == b.base else None) for a, b in pairs)


def _build_select(select: exp.Select, place: _Place) -> tuple[Derived, ...] | None:
    scope = Scope(select, place.catalog, place.outer)
    for node in _source_nodes(select):
        source = _source(node, scope, place)
        scope.sources[source.name or f"?{len(scope.sources)}"] = source
    scope.merged |= {name for join in joins_of(select) for name in shared_names(join, scope)}
    inside = place.within(scope)
    for node in walk(select):
        if node is not select and is_query(node) and not _is_source(node):
            _build(node, inside)
    place.built.append(scope)
    return scope.outputs


def _source_nodes(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what stands after FROM and JOIN, through joins in parentheses."""
    start = node.args.get("from_")
    joins = (*(node.args.get("joins") or ()), *(node.args.get("laterals") or ()))
    for place in (*([start] if start else ()), *joins):
        yield from _unwrapped(place if isinstance(place, exp.Lateral) else place.this)


def _unwrapped(source: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(source, exp.Subquery) and not is_query(source) and not source.alias:
        yield from _unwrapped(source.this)
    else:
        yield source
    yield from _source_nodes(source) if not is_query(source) else ()


def _source(node: exp.Expr, scope: Scope, place: _Place) -> Source:
    name = alias_of(node, place.catalog)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        return _named_source(name, node, place)
    columns = None
    if isinstance(node, exp.Lateral) and is_query(node.this):
        columns = _build(node.this, place.within(scope))
    elif is_query(node):
        columns = _build(node, place)
    columns = _renamed(columns, node, place.catalog)
    return Source(name, node, columns=None if node.args.get("pivots") else columns)


def _named_source(name: str, node: exp.Table, place: _Place) -> Source:
    known = fold(node.this, place.catalog)
    if not node.db and known in place.ctes:
        columns = _renamed(place.ctes[known], node, place.catalog)
        return Source(name, node, columns=None if node.args.get("pivots") else columns)
    table = table_named(node, place.catalog)
    if table is None:
        return Source(name, node, unknown=True)
    if node.args.get("pivots"):
        return Source(name, node)
    if node.alias_column_names:
        columns = tuple(Derived(c.name, table.ref(c)) for c in table.columns)
        return Source(name, node, columns=_renamed(columns, node, place.catalog))
    return Source(name, node, table)


def _renamed(
    columns: tuple[Derived, ...] | None, node: exp.Expr, catalog: Catalog
) -> tuple[Derived, ...] | None:
    """Give derived columns the names of `AS t(a, b)`."""
    alias = node.args.get("alias")
    names = [fold(i, catalog) for i in alias.args.get("columns") or ()] if alias else []
    if columns is None or len(names) > len(columns):
        return columns
    renamed = (
        Derived(name, c.base, c.expression, c.scope)
        for name, c in zip(names, columns, strict=False)
    )
    return (*renamed, *columns[len(names) :])


def _is_source(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, (exp.Subquery, exp.Lateral, exp.CTE)):
        return True
    return isinstance(parent, (exp.From, exp.Join)) and node.arg_key == "this"
