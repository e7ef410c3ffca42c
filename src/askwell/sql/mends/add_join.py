"""Join the table that a column lives on, where the keys know one way to it."""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Table
from askwell.domain.mending import Change
from askwell.sql.keys import Keys, Link, is_unique, keys_of, shortest_path
from askwell.sql.mends.lost import (
    abbreviates,
    called_so,
    holders,
    lost_columns,
    misses,
    owners,
    table_called,
)
from askwell.sql.mends.requalify import alias_identifier
from askwell.sql.names import identifier, shown
from askwell.sql.scopes import Scope, fold, walk
from askwell.sql.sources import qualifier

_ADDING_UP = (exp.Sum, exp.Avg, exp.Count, exp.Stddev, exp.Variance, exp.Median)


def add_join(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Join the tables of columns that no source has; one way at a time, then look again."""
    keys = keys_of(catalog)
    while change := next(_added(tree, keys), None):
        yield change


def _added(tree: exp.Expr, keys: Keys) -> Iterator[Change]:
    for column, scope in lost_columns(tree, keys.catalog):
        for goal, path in _ways(column, scope, keys):
            alias = _alias(column, goal, scope)
            if _is_free(alias, path, scope) and _keeps_meaning(column, goal, path, scope):
                yield _join(column, scope, path, alias)


def _ways(column: exp.Column, scope: Scope, keys: Keys) -> Iterator[tuple[Table, tuple[Link, ...]]]:
    """Yield the one table that the column must come from, with the way to it."""
    starts = _starts(scope, _place(column, scope))
    catalog = scope.catalog
    tables = [t for t in _possible(column, scope) if not misses(column, t, catalog)]
    paths = [(t, p) for t in tables if (p := shortest_path(keys, starts, t))]
    nearest = min((len(p) for _, p in paths), default=0)
    best = [(t, p) for t, p in paths if len(p) == nearest]
    if len(best) == 1 and (len(tables) == 1 or nearest == 1):
        yield best[0]


def _place(column: exp.Column, scope: Scope) -> int:
    """Return where among the joins the new ones must stand: before the ON that needs them."""
    joins = scope.select.args.get("joins") or []
    own = column.find_ancestor(exp.Join, exp.Select)
    return next((i for i, join in enumerate(joins) if join is own), len(joins))


def _starts(scope: Scope, place: int) -> list[Table]:
    """Return the tables that a SELECT reads before a place, under one name only."""
    later = [join.this for join in (scope.select.args.get("joins") or [])[place:]]
    tables = [s.table for s in scope.sources.values() if s.table and s.node not in later]
    return [t for t in tables if tables.count(t) == 1]


def _possible(column: exp.Column, scope: Scope) -> list[Table]:
    """Return the tables that a column may come from, by its own name and by what it is called."""
    catalog, called = scope.catalog, qualifier(column, scope.catalog)
    names = {fold(column.this, catalog)}
    read = [s.table for s in scope.sources.values()]
    if not called or scope.visible(called):
        if holders(column, scope):
            return []
        return [t for t in owners(names, catalog) if t not in read]
    named = table_called(called, catalog)
    if named is not None:
        found = [t for t in owners(names, catalog) if t not in read]
        return [t for t in found if t is named] or ([] if holders(column, scope) else found)
    together = called_so(called, scope)
    found = [t for t in owners(together, catalog) if t not in read]
    return [t for t in found if abbreviates(called, t)] or (found if len(found) == 1 else [])


def _alias(column: exp.Column, goal: Table, scope: Scope) -> str:
    """Return the name under which the column already calls its table, else the table's own."""
    called = qualifier(column, scope.catalog)
    undeclared = called and not scope.visible(called) and not table_called(called, scope.catalog)
    return called if undeclared else goal.name


def _is_free(alias: str, path: tuple[Link, ...], scope: Scope) -> bool:
    names = [*(link.far.table for link in path[:-1]), fold(alias, scope.catalog)]
    return not any(scope.visible(name) for name in names) and len({*names}) == len(names)


def _join(column: exp.Column, scope: Scope, path: tuple[Link, ...], alias: str) -> Change:
    before, select, catalog = shown(column, scope.catalog), scope.select, scope.catalog
    side = "LEFT" if _is_beside_sums(column, scope) else None
    joins = [_step(link, scope, path, alias, side) for link in path]
    _spell_out_commas(select)
    place, there = _place(column, scope), select.args.get("joins") or []
    select.set("joins", [*there[:place], *joins, *there[place:]])
    column.set("table", identifier(alias, catalog))
    after = " ".join(shown(join, catalog) for join in joins)
    return Change(mend="add_join", before=before, after=after.strip())


def _step(
    link: Link, scope: Scope, path: tuple[Link, ...], alias: str, side: str | None
) -> exp.Join:
    catalog = scope.catalog
    last = link is path[-1]
    name = identifier(alias if last else link.far.table, catalog)
    table = exp.Table(this=identifier(link.far.table, catalog))
    if name.name != link.far.table:
        table.set("alias", exp.TableAlias(this=name.copy()))
    source = next((s for s in scope.sources.values() if _is_start(s.table, link)), None)
    near = alias_identifier(source) if source else identifier(link.near.table, catalog)
    on = exp.EQ(
        this=exp.Column(this=identifier(link.near.column, catalog), table=near),
        expression=exp.Column(this=identifier(link.far.column, catalog), table=name),
    )
    outer = source is not None and _is_optional(source.node)
    return exp.Join(this=table, on=on, side="LEFT" if outer else side)


def _is_start(table: Table | None, link: Link) -> bool:
    return table is not None and table.name == link.near.table


def _is_optional(node: exp.Expr) -> bool:
    """Tell whether a source may have no row: it is joined by LEFT JOIN."""
    return isinstance(node.parent, exp.Join) and node.parent.side in ("LEFT", "FULL")


def _spell_out_commas(select: exp.Select) -> None:
    """Write `a, b` as `a CROSS JOIN b`: a JOIN after a comma does not see what is before it."""
    for join in select.args.get("joins") or ():
        if not any(join.args.get(part) for part in ("kind", "side", "method", "on", "using")):
            join.set("kind", "CROSS")


def _keeps_meaning(column: exp.Column, goal: Table, path: tuple[Link, ...], scope: Scope) -> bool:
    """Tell whether joining leaves every number as it is meant.

    A join that gives several rows for one would add up values of the other tables more than
    once, unless the rows are grouped or picked by the new column.
    """
    if not any(link.multiplies for link in path):
        return True
    sums = [n for n in walk(scope.select) if isinstance(n, _ADDING_UP)]
    others = [n for n in sums if not _is_about(column, n) and not isinstance(n.this, exp.Distinct)]
    return not others or _is_grouped(column) or _picks_one(column, goal, scope.catalog)


def _is_beside_sums(column: exp.Column, scope: Scope) -> bool:
    """Tell whether the column is aggregated beside other columns, whose rows must all stay."""
    sums = [n for n in walk(scope.select) if isinstance(n, _ADDING_UP)]
    about = [n for n in sums if _is_about(column, n)]
    return bool(about) and any(n.find(exp.Column) for n in sums if n not in about)


def _is_about(column: exp.Column, aggregate: exp.Expr) -> bool:
    return any(n is column for n in aggregate.walk())


def _is_grouped(column: exp.Column) -> bool:
    select = column.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    keys: Iterable[exp.Expr] = group.expressions if group else ()
    return any(column == key for key in keys)


def _picks_one(column: exp.Column, goal: Table, catalog: Catalog) -> bool:
    """Tell whether the column is compared with one value, which only one row has."""
    stored = next((c for c in goal.columns if fold(c.name, catalog) == column.name.lower()), None)
    unique = stored is not None and is_unique(goal, stored)
    return unique and isinstance(column.parent, exp.EQ) and bool(column.find_ancestor(exp.Where))
