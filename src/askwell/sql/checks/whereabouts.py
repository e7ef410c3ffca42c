"""Where a table or column that is not where it was looked for may be, said as a hint."""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Table
from askwell.sql.checks.ways import along, joins_along, path_to
from askwell.sql.finding import listed, nearest
from askwell.sql.scopes import Scope, Source, fold
from askwell.sql.sources import columns_of, qualifier

_MOST_TABLES = 30
_MOST_WAYS = 2


def of_table(source: Source, scope: Scope) -> str:
    """Say which tables resemble a missing one, or have all columns that are read from it."""
    known = [t.name for t in scope.catalog.tables]
    near = nearest(source.node.name, known)
    wanted = {
        fold(c.this, scope.catalog)
        for c in scope.columns
        if c.table and qualifier(c, scope.catalog) == source.name
    }
    fitting = [
        t.name for t in scope.catalog.tables if wanted and wanted <= _names(t, scope.catalog)
    ]
    hints = [f"do you mean {' or '.join(near)}?"] if near else []
    if fitting:
        hints.append(f"{listed(sorted(wanted))} can be read from {listed(fitting, 5)}")
    if not hints and len(known) <= _MOST_TABLES:
        hints.append(f"the tables are {listed(known, _MOST_TABLES)}")
    return "; ".join(hints)


def of_alias(column: exp.Column, scope: Scope) -> str:
    """Say where a column may be whose table or alias is not there."""
    named = [t for t in scope.catalog.tables if fold(t.name, scope.catalog) == column.table.lower()]
    if have := having(column, scope):
        return f"write {' or '.join(have)}"
    if not named:
        return f"the SELECT reads from {listed(scope.sources)}"
    sources = scope.sources.values()
    path = path_to(named[0], sources, scope.catalog)
    return (
        f"add {joins_along(path, sources)}" if path else f"add {named[0].name} with its condition"
    )


def of_column(column: exp.Column, source: Source | None, scope: Scope) -> str:
    """Say where a column is that its source, or none of the sources, has."""
    have = having(column, scope)
    join = _other_join(column, source, scope)
    sources = [source] if source else list(scope.sources.values())
    hints = [f"write {' or '.join(have)}"] if have else []
    hints += [join] if join else [] if have else _elsewhere(column, source, scope)
    if not join:
        hints.append(_similar(column, sources, scope))
    return "; ".join(filter(None, hints)) or _all_columns(sources, scope)


def called(source: Source) -> str:
    """Return a source's alias, with its table where that is another name."""
    table = source.table.name if source.table else source.name
    return source.name if table == source.name else f"{source.name} ({table})"


def having(column: exp.Column, scope: Scope) -> list[str]:
    """Return the column as other sources of the SELECT have it, if any.

    In a comparison, the other side is no place to read it from.
    """
    name, other = fold(column.this, scope.catalog), _compared_source(column, scope)
    return [
        f"{source.name}.{column.name}"
        for source in scope.sources.values()
        if source is not other and any(c.name == name for c in columns_of(source, scope.catalog))
    ]


def _compared_source(column: exp.Column, scope: Scope) -> Source | None:
    equality = column.parent
    if not isinstance(equality, exp.EQ):
        return None
    side = equality.right if equality.left is column else equality.left
    readings = scope.resolve(side) if isinstance(side, exp.Column) else ()
    return readings[0].source if len(readings) == 1 else None


def _elsewhere(column: exp.Column, source: Source | None, scope: Scope) -> Iterator[str]:
    """Say which other tables have the column, and how to join them; the nearest first."""
    name = fold(column.this, scope.catalog)
    own = {s.table.name for s in scope.sources.values() if s.table}
    sources = list(scope.sources.values())
    ways = []
    for table in scope.catalog.tables:
        if table.name not in own and name in _names(table, scope.catalog):
            near = path_to(table, [source], scope.catalog) if source else ()
            ways.append((table, near or path_to(table, sources, scope.catalog)))
    ways.sort(key=lambda way: len(way[1]) or len(scope.catalog.tables))
    for table, path in ways[:_MOST_WAYS]:
        yield f"{table.name} has it" + (f": {joins_along(path, sources)}" if path else "")


def _other_join(column: exp.Column, source: Source | None, scope: Scope) -> str:
    """Say how two sources join that the column does not join."""
    other = _compared_source(column, scope)
    if source is None or other is None or not (source.table and other.table):
        return ""
    path = path_to(other.table, [source], scope.catalog)
    return f"join {source.name} and {other.name} {along(path, [source, other])}" if path else ""


def _similar(column: exp.Column, sources: Iterable[Source], scope: Scope) -> str:
    called = {
        c.name: f"{s.name}.{c.name}"
        for s in sources
        for c in columns_of(s, scope.catalog)
        if c.name
    }
    near = [called[name] for name in nearest(column.name, called)]
    return f"do you mean {' or '.join(near)}?" if near else ""


def _all_columns(sources: Iterable[Source], scope: Scope) -> str:
    return "; ".join(
        f"{s.name} has {listed(c.name for c in columns_of(s, scope.catalog))}" for s in sources
    )


def _names(table: Table, catalog: Catalog) -> set[str]:
    return {fold(c.name, catalog) for c in table.columns}
