"""Group by what is shown beside aggregates, and filter groups where groups are."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column
from askwell.domain.mending import Change
from askwell.sql.checks.aggregates import aggregates, aggregates_of
from askwell.sql.checks.groups import grouped, ungrouped
from askwell.sql.joins import conjuncts
from askwell.sql.keys import is_unique, keys_of
from askwell.sql.mends.lost import aliases
from askwell.sql.names import shown
from askwell.sql.scopes import Reading, Scope, Source, fold, scopes, walk

_EXTREMES = (exp.Max, exp.Min)


def group_keys(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Spell out aliases, move conditions on aggregates to HAVING, complete GROUP BY and SELECT."""
    for scope in scopes(tree, catalog):
        yield from _spell_out_aliases(scope)
        yield from _move_to_having(scope)
        yield from _complete_group(scope)
    yield from _show_groups(tree, catalog)


def _spell_out_aliases(scope: Scope) -> Iterator[Change]:
    """Write the expression for its name where PostgreSQL does not see names of outputs."""
    if scope.catalog.dialect != "postgres":
        return
    outputs = {fold(p.args["alias"], scope.catalog): p.this for p in aliases(scope.select)}
    for column in list(scope.columns):
        meant = outputs.get(fold(column.this, scope.catalog)) if not column.table else None
        if meant is None or scope.resolve(column) or not _is_blind(column):
            continue
        if not meant.find(exp.Window) and column not in meant.find_all(exp.Column):
            before = shown(column, scope.catalog)
            column.replace(exp.paren(meant.copy()) if _is_compound(meant) else meant.copy())
            yield Change(mend="group_keys", before=before, after=shown(meant, scope.catalog))


def _is_blind(column: exp.Column) -> bool:
    """Tell whether a column stands where the names of outputs mean nothing."""
    clause = column.find_ancestor(exp.Where, exp.Having, exp.Join, exp.Select, exp.Order)
    if isinstance(clause, exp.Order):
        return not isinstance(column.parent, exp.Ordered)
    return not isinstance(clause, exp.Select)


def _is_compound(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Binary, exp.Unary)) and not isinstance(node, exp.Paren)


def _move_to_having(scope: Scope) -> Iterator[Change]:
    where = scope.select.args.get("where")
    if where is None:
        return
    parts = list(conjuncts(where.this))
    late = [p for p in parts if _filters_groups(p)]
    if not late:
        return
    kept = [p for p in parts if p not in late]
    scope.select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    for part in late:
        scope.select.having(part, copy=False)
        said = shown(part, scope.catalog)
        yield Change(mend="group_keys", before=f"WHERE {said}", after=f"HAVING {said}")


def _filters_groups(condition: exp.Expr) -> bool:
    """Tell whether a condition compares aggregates, and nothing of single rows."""
    found = list(aggregates(condition))
    inside = {id(c) for a in found for c in a.find_all(exp.Column)}
    columns = (n for n in walk(condition) if isinstance(n, exp.Column))
    return bool(found) and all(id(c) in inside for c in columns)


def _complete_group(scope: Scope) -> Iterator[Change]:
    """Add what is shown and neither grouped nor aggregated to GROUP BY.

    Not beside a mere greatest or least value: there the row that has it may be meant.
    """
    open_columns = list(ungrouped(scope))
    missing = [p for p in scope.select.expressions if _is_open(p, open_columns)]
    if not missing or any(list(aggregates(p)) for p in missing) or _asks_for_extreme(scope):
        return
    is_settled = all(_is_settled(c, scope) for c in open_columns) and _keys_are_meant(scope)
    if scope.select.args.get("group") and not is_settled:
        return
    covered = {id(c) for p in missing for c in p.find_all(exp.Column)}
    if any(id(c) not in covered for c in open_columns):
        return
    for projection in missing:
        key = projection.unalias()
        scope.select.group_by(key.copy(), copy=False)
        yield Change(mend="group_keys", before="GROUP BY", after=shown(key, scope.catalog))


def _show_groups(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Show what groups are of, where nothing but their aggregates is shown."""
    if not isinstance(tree, exp.Select):
        return
    keys = tree.args["group"].expressions if tree.args.get("group") else []
    outputs = [p.unalias() for p in tree.expressions]
    if not all(isinstance(k, exp.Column) for k in keys):
        return
    if all(any(aggregates(p)) and not p.find(exp.Window) for p in outputs):
        tree.set("expressions", [*(k.copy() for k in keys), *tree.expressions])
        for key in keys:
            yield Change(mend="group_keys", before="SELECT", after=shown(key, catalog))


def _is_settled(column: exp.Column, scope: Scope) -> bool:
    """Tell whether a column is of a row that the query names anyway, by a unique column."""
    owner = scope.resolve(column)[0].source
    named = [*grouped(scope), *scope.select.expressions]
    columns = (c for n in named for c in n.find_all(exp.Column))
    return any(_identifies(owner, r) for c in columns for r in scope.resolve(c))


def _keys_are_meant(scope: Scope) -> bool:
    """Tell whether each group key is shown, or is the key of what is shown."""
    shown_refs = {scope.base(p.unalias()) for p in scope.select.expressions}
    keys = keys_of(scope.catalog).key_of
    refs = [scope.base(g.unalias()) for g in grouped(scope)]
    return all(ref in shown_refs or ref in keys for ref in refs if ref)


def _identifies(owner: Source, reading: Reading) -> bool:
    table, column = reading.source.table, reading.column
    return reading.source is owner and (
        table is not None and isinstance(column, Column) and is_unique(table, column)
    )


def _is_open(projection: exp.Expr, columns: list[exp.Column]) -> bool:
    return any(n is c for n in walk(projection) for c in columns)


def _asks_for_extreme(scope: Scope) -> bool:
    found = aggregates_of(scope)
    return bool(found) and all(isinstance(a, _EXTREMES) for a in found)
