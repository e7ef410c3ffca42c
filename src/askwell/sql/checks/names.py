"""Tables and columns that are not there, or that more than one source has."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.result import Finding
from askwell.sql.checks import Subject, whereabouts
from askwell.sql.finding import found, listed, quoted
from askwell.sql.scopes import Scope, fold
from askwell.sql.sources import qualifier

# Where PostgreSQL looks at the names that a SELECT gives, if they stand alone.
_SEEN_BY_POSTGRES = (exp.Ordered, exp.Group, exp.Distinct)


def unknown_table(subject: Subject) -> Iterator[Finding]:
    """Find tables that the catalog does not have."""
    for scope in subject.scopes:
        for source in scope.sources.values():
            if source.unknown:
                message = f"there is no table {source.node.name}"
                hint = whereabouts.of_table(source, scope)
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
            if column.table and not scope.visible(qualifier(column, scope.catalog)):
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


def _unknown_alias(column: exp.Column, scope: Scope) -> Finding:
    message = f"there is no table or alias {column.table} in this SELECT"
    return found("unknown_column", column, message, whereabouts.of_alias(column, scope))


def _unknown_column(column: exp.Column, scope: Scope) -> Finding:
    source = scope.visible(qualifier(column, scope.catalog)) if column.table else None
    places = [source] if source else scope.sources.values()
    message = f"column {column.name} is not in {listed(map(whereabouts.called, places))}"
    return found("unknown_column", column, message, whereabouts.of_column(column, source, scope))
