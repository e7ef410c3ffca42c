"""What the names of one SELECT mean: its sources, its columns, and where they come from.

Names are compared as the dialect compares them: PostgreSQL folds what is not quoted, DuckDB
looks at no case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table

_UNFOLDED = frozenset({"postgres"})


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """Be a column that a subquery or CTE gives.

    `base`: the stored column that it passes on unchanged. `expression` (None for a set
    operation) is to be read in `scope`. `name` is empty where the warehouse picks one.
    """

    name: str
    base: ColumnRef | None = None
    expression: exp.Expr | None = None
    scope: "Scope | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Be one thing that a SELECT reads from: a table, or the derived columns of a subquery.

    `name` is its folded alias. With neither `table` nor `columns` nothing is known of it: a
    table function, a pivot, or (`unknown`) a table that the catalog does not have.
    """

    name: str
    node: exp.Expr
    table: Table | None = None
    columns: tuple[Derived, ...] | None = None
    unknown: bool = False

    @property
    def open(self) -> bool:
        """Tell whether it may have columns that nobody can name from here."""
        if self.table:
            return False
        return self.columns is None or any(not c.name for c in self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Be one thing that a column's name may mean; `column` is None where nothing is known.

    `scope` is where the source was found: an outer one for a correlated subquery.
    """

    source: Source
    scope: "Scope"
    column: Column | Derived | None = None

    @property
    def ref(self) -> ColumnRef | None:
        """Return the stored column that is read, through plain pass-throughs."""
        if isinstance(self.column, Column) and self.source.table:
            return self.source.table.ref(self.column)
        return self.column.base if isinstance(self.column, Derived) else None


@dataclass(slots=True, eq=False)
class Scope:
    """Be one SELECT: what it reads from, by folded alias, and the SELECT that it may look into.

    `merged`: folded names that USING or NATURAL made one column of several.
    """

    select: exp.Select
    catalog: Catalog
    parent: "Scope | None" = None
    sources: dict[str, Source] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    @property
    def columns(self) -> tuple[exp.Column, ...]:
        """Return the columns that this SELECT names itself, without its subqueries and stars."""
        return tuple(
            n for n in walk(self.select) if isinstance(n, exp.Column) and not _is_no_column(n)
        )

    @property
    def outputs(self) -> tuple[Derived, ...]:
        """Return the columns that it gives, stars spelled out."""
        return tuple(_outputs(self))

    def resolve(self, column: exp.Column) -> tuple[Reading, ...]:
        """Return what a name may mean: nothing, one reading, or several if it is ambiguous."""
        scope: Scope | None = self
        while scope:
            if found := tuple(_readings(column, scope)):
                return found
            if column.table and qualifier(column, self.catalog) in scope.sources:
                return ()
            scope = scope.parent
        return ()

    def visible(self, name: str) -> Source | None:
        """Return the source that a folded alias means here or around."""
        scope: Scope | None = self
        while scope:
            if name in scope.sources:
                return scope.sources[name]
            scope = scope.parent
        return None

    def base(self, expression: exp.Expr | None) -> ColumnRef | None:
        """Return the stored column that an expression is, if it is nothing but a column."""
        while isinstance(expression, exp.Paren):
            expression = expression.this
        if not isinstance(expression, exp.Column):
            return None
        readings = self.resolve(expression)
        return readings[0].ref if len(readings) == 1 else None

    def stored(self, expression: exp.Expr | None) -> Column | None:
        """Return the catalog's column that an expression is, if it is nothing but a column."""
        return self.catalog.column(self.base(expression))


def walk(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the nodes below a SELECT or within an expression, without those of subqueries."""
    return node.walk(prune=lambda n: n is not node and is_query(n))


def is_query(node: exp.Expr) -> TypeGuard[exp.Query]:
    """Tell whether a node is a query of its own, and not a join in parentheses."""
    if isinstance(node, exp.Subquery):
        return isinstance(node.this, exp.Query) and is_query(node.this)
    return isinstance(node, exp.Query)


def fold(identifier: exp.Expr | str, catalog: Catalog) -> str:
    """Return a name as the dialect compares it: a quoted one keeps its case in PostgreSQL."""
    if isinstance(identifier, str):
        return identifier if catalog.dialect in _UNFOLDED else identifier.lower()
    quoted = bool(identifier.args.get("quoted")) and catalog.dialect in _UNFOLDED
    return identifier.name if quoted else identifier.name.lower()


def qualifier(column: exp.Column, catalog: Catalog) -> str:
    """Return the folded name before a column's name, empty where there is none."""
    return fold(column.args["table"], catalog) if column.table else ""


def table_named(node: exp.Table, catalog: Catalog) -> Table | None:
    """Return the catalog's table that a node names."""
    name, schema = fold(node.this, catalog), node.db.lower()
    for table in catalog.tables:
        same_schema = schema in ("", table.schema_name.lower()) or not table.schema_name
        if fold(table.name, catalog) == name and same_schema:
            return table
    return None


def _outputs(scope: Scope) -> Iterator[Derived]:
    for projection in scope.select.expressions:
        if projection.is_star:
            yield from starred(projection, scope)
        elif isinstance(projection, exp.Alias):
            name = fold(projection.args["alias"], scope.catalog)
            yield Derived(name, scope.base(projection.this), projection.this, scope)
        elif isinstance(projection, exp.Column):
            name = fold(projection.this, scope.catalog)
            yield Derived(name, scope.base(projection), projection, scope)
        else:
            yield Derived("", None, projection, scope)


def starred(projection: exp.Expr, scope: Scope) -> Iterator[Derived]:
    """Yield the columns that `*` or `t.*` stands for."""
    star = projection.this if isinstance(projection, exp.Column) else projection
    of = projection.args.get("table")
    wanted = fold(of, scope.catalog) if of else None
    dropped = {
        fold(c.this if isinstance(c, exp.Column) else c, scope.catalog) for c in _dropped(star)
    }
    changed = star.args.get("replace") or star.args.get("rename")
    seen: set[str] = set()
    for name, source in scope.sources.items():
        if wanted not in (None, name):
            continue
        for column in columns_of(source, scope.catalog):
            if column.name not in dropped | (seen & scope.merged):
                yield Derived("") if changed else column
            seen.add(column.name)


def _dropped(star: exp.Expr) -> Iterable[exp.Expr]:
    return star.args.get("except_") or ()


def columns_of(source: Source, catalog: Catalog) -> Iterable[Derived]:
    """Return the columns of a source; a nameless one where not all of them are known."""
    if source.table:
        table = source.table
        return [Derived(fold(c.name, catalog), table.ref(c)) for c in table.columns]
    return (Derived(""),) if source.columns is None else source.columns


def _readings(column: exp.Column, scope: Scope) -> Iterator[Reading]:
    name = fold(column.this, scope.catalog)
    if column.table:
        source = scope.sources.get(qualifier(column, scope.catalog))
        yield from readings_within(name, source, scope) if source else ()
        return
    found = [r for s in scope.sources.values() for r in readings_within(name, s, scope)]
    certain = [r for r in found if r.column is not None]
    if name in scope.merged or scope.catalog.dialect not in _UNFOLDED:
        certain = certain[:1] if _is_one(name, certain, scope) else certain
    yield from certain or found[:1]


def _is_one(name: str, readings: list[Reading], scope: Scope) -> bool:
    return name in scope.merged or len({id(r.source) for r in readings}) == 1


def readings_within(name: str, source: Source, scope: Scope) -> Iterator[Reading]:
    """Yield the readings of a folded name in one source."""
    if source.table:
        for column in source.table.columns:
            if fold(column.name, scope.catalog) == name:
                yield Reading(source, scope, column)
        return
    named = [c for c in source.columns or () if c.name == name]
    yield from (Reading(source, scope, c) for c in named)
    if source.open and not named:
        yield Reading(source, scope)


def _is_no_column(node: exp.Column) -> bool:
    """Tell whether it is a star, or a name that a lambda or a `key := value` brings along."""
    if isinstance(node.this, exp.Star) or node.find_ancestor(exp.Lambda, exp.Select) is None:
        return True
    if isinstance(node.find_ancestor(exp.Lambda, exp.Select), exp.Lambda):
        return True
    return isinstance(node.parent, exp.PropertyEQ) and node.arg_key == "this"


def shared_names(join: exp.Join, scope: Scope) -> Iterator[str]:
    """Yield the names that the USING or NATURAL of a join makes one."""
    for identifier in join.args.get("using") or ():
        yield fold(identifier, scope.catalog)
    if join.method != "NATURAL":
        return
    right = scope.sources.get(alias_of(join.this, scope.catalog))
    own = {c.name for c in columns_of(right, scope.catalog)} if right else set()
    for source in scope.sources.values():
        if source is right:
            return
        yield from own & {c.name for c in columns_of(source, scope.catalog) if c.name}


def joins_of(select: exp.Expr) -> Iterator[exp.Join]:
    """Return the joins of a SELECT, those in parentheses too."""
    return (n for n in walk(select) if isinstance(n, exp.Join))


def alias_of(node: exp.Expr, catalog: Catalog) -> str:
    """Return the folded name by which a SELECT calls a source."""
    alias = node.args.get("alias")
    named = alias.this if alias else None
    if named is None and isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        named = node.this
    return fold(named, catalog) if named is not None else ""
