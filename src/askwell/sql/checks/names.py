"""Tables and columns that are not there, or that more than one source has."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Table
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.finding import found, listed, nearest, quoted
from askwell.sql.checks.ways import joins_along, path_to
from askwell.sql.scopes import Scope, Source, fold
from askwell.sql.sources import columns_of

_MOST_TABLES = 30
# Where PostgreSQL looks at the names that a SELECT gives, if they stand alone.
_SEEN_BY_POSTGRES = (exp.Ordered, exp.Group, exp.Distinct)


def unknown_table(subject: Subject) -> Iterator[Finding]:
    """Find tables that the catalog does not have."""
    known = [t.name for t in subject.catalog.tables]
    for scope in subject.scopes:
        for source in scope.sources.values():
            if source.unknown:
                near = nearest(source.node.name, known)
                shown = near or (known if len(known) <= _MOST_TABLES else [])
                hint = f"the tables are {listed(shown, _MOST_TABLES)}" if shown else ""
                hint = f"do you mean {' or '.join(near)}?" if near else hint
                message = f"there is no table {source.node.name}"
                yield found("unknown_table", source.node, message, hint)


def nothing_read(subject: Subject) -> Iterator[Finding]:
    """Find a query that answers from no table."""
    if subject.tree.find(exp.Table) is None:
        message = "the query reads no table: its answer is not from the data"
        yield found("nothing_read", subject.tree, message, "select from the tables of the schema")


def unknown_column(subject: Subject) -> Iterator[Finding]:
    """Find columns that no source has."""
    for scope in subject.scopes:
        for column in scope.columns:
            if scope.resolve(column) or _is_row(column, scope) or _output(column, scope):
                continue
            if column.table and not _source_of(column, scope):
                yield _unknown_alias(column, scope)
            else:
                yield _unknown_column(column, scope)


def misplaced_alias(subject: Subject) -> Iterator[Finding]:
    """Find names that a SELECT gives used where the dialect does not see them."""
    for scope in subject.scopes:
        for column in scope.columns:
            given = None if scope.resolve(column) else _output(column, scope)
            if given is not None and not _sees_outputs(column, scope):
                clause = _clause(column, scope)
                said = quoted(given, subject.dialect)
                message = f"{clause} cannot use {column.name}, a name that its own SELECT gives"
                hint = f"write {said} there, or put this query into a CTE and select from it"
                yield found("misplaced_alias", column, message, hint)


def ambiguous_column(subject: Subject) -> Iterator[Finding]:
    """Find columns that several sources have."""
    for scope in subject.scopes:
        for column in scope.columns:
            readings = scope.resolve(column)
            orders = isinstance(column.parent, exp.Ordered) and _output(column, scope) is not None
            if len(readings) > 1 and not orders:
                names = [f"{r.source.name}.{column.name}" for r in readings]
                message = f"column {column.name} is ambiguous: {listed(names)}"
                hint = f"write {' or '.join(names)}"
                yield found("ambiguous_column", column, message, hint)


def _is_row(column: exp.Column, scope: Scope | None) -> bool:
    """Tell whether it is a whole row (`count(t)`) or a field of a column (`address.city`)."""
    name = fold(column.args.get("table") or column.this, scope.catalog) if scope else ""
    while scope:
        if not column.table and name in scope.sources:
            return True
        if column.table and name not in scope.sources and scope.resolve(_as_column(column)):
            return True
        scope = scope.parent
    return False


def _as_column(column: exp.Column) -> exp.Column:
    return exp.Column(this=column.args["table"].copy())


def _output(column: exp.Column, scope: Scope) -> exp.Expr | None:
    """Return what the scope's SELECT gives under the name of an unqualified column."""
    name = fold(column.this, scope.catalog)
    if column.table:
        return None
    for output in scope.outputs:
        if output.name == name and output.expression is not column and output.expression:
            return output.expression
    return None


def _sees_outputs(column: exp.Column, scope: Scope) -> bool:
    if scope.catalog.dialect == "duckdb":
        return _clause(column, scope) != "JOIN"
    return isinstance(column.parent, _SEEN_BY_POSTGRES)


def _clause(column: exp.Expr, scope: Scope) -> str:
    node = column
    while node.parent is not None and node.parent is not scope.select:
        node = node.parent
    names = {"group": "GROUP BY", "order": "ORDER BY", "joins": "JOIN", "expressions": "SELECT"}
    return names.get(node.arg_key or "", (node.arg_key or "").upper())


def _source_of(column: exp.Column, scope: Scope | None) -> Source | None:
    while scope:
        if source := scope.sources.get(fold(column.args["table"], scope.catalog)):
            return source
        scope = scope.parent
    return None


def _unknown_alias(column: exp.Column, scope: Scope) -> Finding:
    message = f"there is no table or alias {column.table} in this SELECT"
    named = [t for t in scope.catalog.tables if fold(t.name, scope.catalog) == column.table.lower()]
    have = _having(column, scope)
    if have:
        hint = f"write {' or '.join(have)}"
    elif named:
        hint = _way_to(named[0], scope)
    else:
        hint = f"the SELECT reads from {listed(scope.sources)}"
    return found("unknown_column", column, message, hint)


def _unknown_column(column: exp.Column, scope: Scope) -> Finding:
    source = _source_of(column, scope) if column.table else None
    places = [source.name] if source else list(scope.sources)
    message = f"column {column.name} is not in {listed(places)}"
    hints = [_own(column, scope), *_elsewhere(column, scope), _similar(column, source, scope)]
    hint = "; ".join(filter(None, hints)) or _all_columns(source, scope)
    return found("unknown_column", column, message, hint)


def _own(column: exp.Column, scope: Scope) -> str:
    have = _having(column, scope)
    return f"write {' or '.join(have)}" if have else ""


def _having(column: exp.Column, scope: Scope) -> list[str]:
    """Return the column as those sources of the SELECT have it that do."""
    name = fold(column.this, scope.catalog)
    return [
        f"{source.name}.{column.name}"
        for source in scope.sources.values()
        if any(c.name == name for c in columns_of(source, scope.catalog))
    ]


def _elsewhere(column: exp.Column, scope: Scope) -> Iterator[str]:
    """Say which other tables have the column, and how to join them."""
    name = fold(column.this, scope.catalog)
    own = {s.table.name for s in scope.sources.values() if s.table}
    if _having(column, scope):
        return
    tables = [t for t in scope.catalog.tables if t.name not in own]
    having = [t for t in tables if any(fold(c.name, scope.catalog) == name for c in t.columns)]
    ways = [(t, path_to(t, scope.sources.values(), scope.catalog)) for t in having]
    ways.sort(key=lambda way: len(way[1]) or len(tables))
    for table, path in ways[:2]:
        yield f"{table.name} has it" + (
            f": {joins_along(path, scope.sources.values())}" if path else ""
        )


def _way_to(table: Table, scope: Scope) -> str:
    sources = scope.sources.values()
    path = path_to(table, sources, scope.catalog)
    return f"add {joins_along(path, sources)}" if path else f"add {table.name} with its condition"


def _similar(column: exp.Column, source: Source | None, scope: Scope) -> str:
    sources = [source] if source else scope.sources.values()
    known = {
        c.name: f"{s.name}.{c.name}"
        for s in sources
        for c in columns_of(s, scope.catalog)
        if c.name
    }
    near = [known[name] for name in nearest(column.name, known)]
    return f"do you mean {' or '.join(near)}?" if near else ""


def _all_columns(source: Source | None, scope: Scope) -> str:
    sources = [source] if source else scope.sources.values()
    return "; ".join(
        f"{s.name} has {listed(c.name for c in columns_of(s, scope.catalog))}" for s in sources
    )
