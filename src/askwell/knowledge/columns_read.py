"""Which warehouse columns a piece of SQL reads: an expression, or a whole SELECT."""

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from askwell.domain.catalog import ColumnRef, Table
from askwell.errors import BadQuery, Misconfigured
from askwell.knowledge.yaml_file import unknown
from askwell.sql.parse import parse


def read_by_expression(
    expression: str, table: Table, dialect: str, place: str
) -> tuple[ColumnRef, ...]:
    """Return the columns of `table` that a SQL expression names.

    Raises:
        Misconfigured: it is not SQL, or the table has no such column.
    """
    try:
        tree = parse(f"SELECT {expression}", dialect)
    except BadQuery as error:
        raise Misconfigured(f"{place}: {expression!r} is {error}. Correct the `expr`.") from error
    own = {c.name.lower(): c.name for c in table.columns}
    names = dict.fromkeys(c.name for c in tree.find_all(exp.Column))
    for name in names:
        if name.lower() not in own:
            raise unknown(place, f"column in table {table.name!r} called", name, own.values())
    return tuple(ColumnRef(table=table.name, column=own[name.lower()]) for name in names)


def read_by_query(
    sql: str, tables: Iterable[Table], dialect: str, place: str
) -> tuple[ColumnRef, ...]:
    """Return the columns that a SELECT reads, through aliases, CTEs and stars.

    Raises:
        Misconfigured: it is not SQL, or reads a table or column that does not exist.
    """
    known = {t.name.lower(): t for t in tables}
    try:
        tree = parse(sql, dialect)
        _check_tables(tree, known, place)
        qualified = qualify(tree, schema=_schema(known), dialect=dialect, quote_identifiers=False)
        scopes = traverse_scope(qualified)
    except (BadQuery, OptimizeError) as error:
        raise Misconfigured(f"{place}: {error}. Correct the `sql`.") from error
    found = {ref for scope in scopes for ref in _read_in(scope, known)}
    return tuple(sorted(found, key=lambda r: (r.table, r.column)))


def parameters_of(sql: str, dialect: str) -> tuple[str, ...]:
    """Return the names of the `$name` parameters of a query.

    Raises:
        BadQuery: not SQL.
    """
    nodes = parse(sql, dialect).find_all(exp.Parameter, exp.Placeholder)
    return tuple(dict.fromkeys(n.name for n in nodes if n.name))


def output_names(sql: str, dialect: str) -> tuple[str, ...]:
    """Return the names of the columns that a SELECT gives.

    Raises:
        BadQuery: not SQL.
    """
    tree = parse(sql, dialect)
    return tuple(tree.named_selects) if isinstance(tree, exp.Query) else ()


def _check_tables(tree: exp.Expr, known: Mapping[str, Table], place: str) -> None:
    made_here = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        is_function = isinstance(table.this, exp.Func)
        if not is_function and table.name.lower() not in known.keys() | made_here:
            raise unknown(place, "table", table.name, known)


def _schema(known: Mapping[str, Table]) -> dict[str, object]:
    return {name: {c.name: c.type for c in table.columns} for name, table in known.items()}


def _read_in(scope: Scope, known: Mapping[str, Table]) -> Iterable[ColumnRef]:
    tables = {
        alias: known[source.name.lower()]
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.name.lower() in known
    }
    for read in scope.columns:
        table = tables.get(read.table)
        columns = table.columns if table else ()
        for column in columns:
            if table and column.name.lower() == read.name.lower():
                yield table.ref(column)
