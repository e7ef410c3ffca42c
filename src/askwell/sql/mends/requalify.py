"""Let a column be read from the source that has it."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.sql.joins import equalities
from askwell.sql.mends.lost import (
    abbreviates,
    called_so,
    has,
    holders,
    lost_columns,
    owners,
    table_called,
)
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, Source, fold, scopes
from askwell.sql.sources import qualifier


def requalify(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Requalify columns of a wrong source, and ambiguous ones that a join makes equal."""
    for column, scope in list(lost_columns(tree, catalog)):
        if column.table and (source := _home(column, scope)):
            yield _read_from(source, column, catalog)
    for scope in scopes(tree, catalog):
        for column in scope.columns:
            if not column.table and (source := _settled(column, scope)):
                yield _read_from(source, column, catalog)


def _read_from(source: Source, column: exp.Column, catalog: Catalog) -> Change:
    before = shown(column, catalog)
    column.set("table", alias_identifier(source))
    return Change(mend="requalify", before=before, after=shown(column, catalog))


def alias_identifier(source: Source) -> exp.Identifier:
    """Return the name of a source as it is written where the source stands."""
    alias = source.node.args.get("alias")
    named = alias.this if alias else source.node.this
    identifier: exp.Identifier = named.copy()
    return identifier


def _home(column: exp.Column, scope: Scope) -> Source | None:
    """Return the one source that a wrongly qualified column can only come from."""
    catalog, called = scope.catalog, qualifier(column, scope.catalog)
    found = holders(column, scope)
    if scope.visible(called) is None:
        table = table_called(called, catalog)
        if table is None:
            found = [s for s in found if _may_be_called(called, s, scope)]
        elif renamed := [s for s in found if s.table is table]:
            found = renamed
        elif owners({fold(column.this, catalog)}, catalog).count(table):
            return None
    return _one(found, column, scope)


def _may_be_called(called: str, source: Source, scope: Scope) -> bool:
    """Tell whether an alias that nobody declared may mean a source.

    It is one if no other table has the column, if the alias abbreviates its name, or if the
    alias stands inside the source, which is a subquery. `a2` is another row than `a1`.
    """
    together = called_so(called, scope)
    bare = called.rstrip("0123456789")
    is_numbered = bare != called and source.name.rstrip("0123456789") == bare
    if is_numbered or not all(has(source, name, scope.catalog) for name in together):
        return False
    if source.table is None:
        inner = (t.alias_or_name for t in source.node.find_all(exp.Table))
        return called in inner
    alone = len(owners(together, scope.catalog)) == 1
    return alone or abbreviates(called, source.table)


def _settled(column: exp.Column, scope: Scope) -> Source | None:
    """Return the source of an ambiguous column: any of several that a join makes equal."""
    readings = scope.resolve(column)
    if len(readings) < 2 or column.find_ancestor(exp.Order, exp.Select) is not scope.select:
        return None
    sources = [r.source for r in readings]
    if shown_as := _shown(column, sources, scope):
        return shown_as
    return _one(sources, column, scope)


def _shown(column: exp.Column, sources: list[Source], scope: Scope) -> Source | None:
    """Return the source from which a grouped column is shown."""
    if not isinstance(column.parent, exp.Group):
        return None
    outputs = [p.unalias() for p in scope.select.expressions]
    named = [
        scope.visible(qualifier(p, scope.catalog))
        for p in outputs
        if isinstance(p, exp.Column) and p.table and p.name.lower() == column.name.lower()
    ]
    return named[0] if len(named) == 1 and named[0] in sources else None


def _one(sources: list[Source], column: exp.Column, scope: Scope) -> Source | None:
    """Return the only source, or the first of those that inner joins make equal."""
    if len(sources) < 2:
        return sources[0] if sources else None
    if any(j.side in ("RIGHT", "FULL") for j in scope.select.find_all(exp.Join)):
        return None
    name = fold(column.this, scope.catalog)
    equal = {sources[0].name}
    pairs = [
        {e.left_source.name, e.right_source.name}
        for e in equalities(scope)
        if e.left
        and e.right
        and {fold(e.left.column, scope.catalog), fold(e.right.column, scope.catalog)} == {name}
    ]
    for _ in pairs:
        equal |= {n for pair in pairs if pair & equal for n in pair}
    if not {s.name for s in sources} <= equal:
        return None
    named = {qualifier(c, scope.catalog) for c in _namesakes(column, scope)}
    return next((s for s in sources if s.name in named), sources[0])


def _namesakes(column: exp.Column, scope: Scope) -> Iterator[exp.Column]:
    """Yield the columns of this name that are shown, grouped or ordered by."""
    name = column.name.lower()
    outside = (c for c in scope.columns if not c.find_ancestor(exp.Join, exp.Where))
    return (c for c in outside if c is not column and c.name.lower() == name)
