"""Leave out a join that nothing reads and that cannot be what is meant."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.sql.joins import equalities
from askwell.sql.keys import is_unique
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, Source, fold, scopes, walk
from askwell.sql.sources import qualifier

_ADDING_UP = (exp.Sum, exp.Avg)


def needless_joins(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Leave out a joined source that nothing reads, if its condition names what there is not.

    The same where all that it does is to repeat the rows of a sum. A source whose rows are
    counted is read, though no column of it is named.
    """
    for scope in (every := scopes(tree, catalog)):
        if any(map(_counts_rows, walk(scope.select))):
            continue
        for join, source in _unread(scope, every):
            if _is_broken(join, source, scope) or _repeats_sums(source, scope):
                scope.select.args["joins"].remove(join)
                yield Change(mend="needless_joins", before=shown(join, catalog).strip(), after="")


def _counts_rows(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) or (
        isinstance(node, exp.Count) and not isinstance(node.this, (exp.Column, exp.Distinct))
    )


def _unread(scope: Scope, every: tuple[Scope, ...]) -> list[tuple[exp.Join, Source]]:
    """Return the joins whose sources nothing reads but conditions of such joins, last first."""
    joined = [(j, s) for j in scope.select.args.get("joins") or () if (s := _source(j, scope))]
    needed = _read_outside(scope, every)
    while bridges := [
        name
        for join, source in joined
        if source.name in needed or not _is_plain(join)
        for name in {source.name, *_mentioned(join, scope)}
        if name not in needed
    ]:
        needed |= set(bridges)
    return [(j, s) for j, s in reversed(joined) if s.name not in needed]


def _source(join: exp.Join, scope: Scope) -> Source | None:
    return next((s for s in scope.sources.values() if s.node is join.this), None)


def _is_plain(join: exp.Join) -> bool:
    return bool(join.args.get("on")) and join.side in ("", "LEFT") and not join.method


def _read_outside(scope: Scope, every: tuple[Scope, ...]) -> set[str]:
    """Return the names of the sources that are read elsewhere than in a condition of a join."""
    inner = (c for other in every for c in other.columns if other is not scope)
    readable = {s.name for s in scope.sources.values()}
    names = {qualifier(c, scope.catalog) for c in inner} & readable
    for column in scope.columns:
        own = column.find_ancestor(exp.Join, exp.Select)
        if not isinstance(own, exp.Join):
            names |= _sources_of(column, scope)
    return names


def _mentioned(join: exp.Join, scope: Scope) -> set[str]:
    columns = walk(join.args["on"]) if join.args.get("on") else ()
    return {n for c in columns if isinstance(c, exp.Column) for n in _sources_of(c, scope)}


def _sources_of(column: exp.Column, scope: Scope) -> set[str]:
    if column.table:
        return {qualifier(column, scope.catalog)}
    return {r.source.name for r in scope.resolve(column)} or {
        s.name for s in scope.sources.values() if s.open
    }


def _is_broken(join: exp.Join, source: Source, scope: Scope) -> bool:
    """Tell whether a join is of a table, or on a column, that there is not."""
    columns = [n for n in walk(join.args["on"]) if isinstance(n, exp.Column)]
    return source.unknown or any(not scope.resolve(c) for c in columns)


def _repeats_sums(source: Source, scope: Scope) -> bool:
    """Tell whether a source only repeats the rows that a sum adds up."""
    sums = [n for n in walk(scope.select) if isinstance(n, _ADDING_UP)]
    counts = any(isinstance(n, exp.Count) for n in walk(scope.select))
    if source.table is None or counts or not sums:
        return False
    own = [
        ref.column
        for e in equalities(scope)
        for side, ref in ((e.left_source, e.left), (e.right_source, e.right))
        if side is source and ref
    ]
    held = [c for c in source.table.columns if fold(c.name, scope.catalog) in own]
    return bool(held) and not any(is_unique(source.table, c) for c in held)
