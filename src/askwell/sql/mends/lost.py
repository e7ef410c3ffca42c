"""Columns that mean nothing where they stand, and the tables that they may come from."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Table
from askwell.sql.names import normal
from askwell.sql.scopes import Scope, Source, fold, scopes
from askwell.sql.sources import columns_of, qualifier


def lost_columns(tree: exp.Expr, catalog: Catalog) -> Iterator[tuple[exp.Column, Scope]]:
    """Yield the columns that no source in sight has, with the SELECT that names them."""
    for scope in scopes(tree, catalog):
        for column in scope.columns:
            if not scope.resolve(column) and not _has_other_meaning(column, scope):
                yield column, scope


def _has_other_meaning(column: exp.Column, scope: Scope) -> bool:
    """Tell whether it is the name of an output column, or of a whole row."""
    if column.table:
        return False
    name = fold(column.this, scope.catalog)
    named = {fold(p.args["alias"], scope.catalog) for p in aliases(scope.select)}
    return name in named or name in scope.sources


def aliases(select: exp.Select) -> list[exp.Alias]:
    """Return the outputs of a SELECT that have a name of their own."""
    return [p for p in select.expressions if isinstance(p, exp.Alias)]


def holders(column: exp.Column, scope: Scope) -> list[Source]:
    """Return the sources of a SELECT that have a column of this name, and what it is held to."""
    name = fold(column.this, scope.catalog)
    found = [s for s in scope.sources.values() if has(s, name, scope.catalog)]
    found = [s for s in found if not _equals_itself(column, s, scope)]
    return [s for s in found if not (s.table and misses(column, s.table, scope.catalog))]


def _equals_itself(column: exp.Column, source: Source, scope: Scope) -> bool:
    """Tell whether a comparison would compare a column with itself."""
    other = column.parent.find_all(exp.Column) if isinstance(column.parent, exp.EQ) else ()
    return any(
        c is not column
        and c.name.lower() == column.name.lower()
        and qualifier(c, scope.catalog) == source.name
        for c in other
    )


def has(source: Source, name: str, catalog: Catalog) -> bool:
    """Tell whether a source certainly has a column of this folded name."""
    return any(c.name == name for c in columns_of(source, catalog))


def table_called(name: str, catalog: Catalog) -> Table | None:
    """Return the table of a folded name."""
    return next((t for t in catalog.tables if fold(t.name, catalog) == name), None)


def owners(names: set[str], catalog: Catalog) -> list[Table]:
    """Return the tables that have all these folded column names."""
    return [t for t in catalog.tables if names <= {fold(c.name, catalog) for c in t.columns}]


def abbreviates(alias: str, table: Table) -> bool:
    """Tell whether an alias is the usual one of a table: its first letters or its initials."""
    name = table.name.lower()
    bare = alias.rstrip("0123456789")
    initials = "".join(part[0] for part in name.split("_") if part)
    return bool(bare) and (name.startswith(bare) or bare == initials)


def called_so(called: str, scope: Scope) -> set[str]:
    """Return the folded names of all columns that a SELECT reads under one alias."""
    columns = (c for c in scope.columns if qualifier(c, scope.catalog) == called)
    return {fold(c.this, scope.catalog) for c in columns}


def misses(column: exp.Column, table: Table, catalog: Catalog) -> bool:
    """Tell whether a text that a column is compared with is not in the table, but in another.

    Then the column is not that of this table, though it has one of this name.
    """
    name, texts = fold(column.this, catalog), _compared_texts(column)
    stored = {t.name: _held(name, t, catalog) for t in owners({name}, catalog)}
    held = stored.get(table.name)
    if not texts or held is None or texts & held:
        return False
    return any(other and texts <= other for other in stored.values())


def _compared_texts(column: exp.Column) -> set[str]:
    comparison = column.parent
    if not isinstance(comparison, (exp.EQ, exp.In)):
        return set()
    parts = comparison.iter_expressions()
    return {normal(p.name) for p in parts if isinstance(p, exp.Literal) and p.is_string}


def _held(name: str, table: Table, catalog: Catalog) -> set[str] | None:
    """Return the texts of a column, normalized; None where there may be others."""
    column = next(c for c in table.columns if fold(c.name, catalog) == name)
    if column.values is None or not column.values.complete:
        return None
    return {normal(str(v.stored)) for v in column.values.values}
