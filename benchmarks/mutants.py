"""Wrong queries made of right ones: what a model that half knows the schema would write.

Every kind is a plain function from a tree to changed trees. Nothing is random: the same query
gives the same mutants.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, Table
from askwell.sql.parse import parse
from askwell.sql.scopes import scopes
from askwell.sql.types import kind_of

MOST_PER_KIND = 2
_OTHER_DIALECTS = ("mysql", "bigquery", "tsql", "sqlite", "snowflake")

Mutate = Callable[[exp.Expr, Catalog], Iterator[exp.Expr | str]]


@dataclass(frozen=True)
class Mutant:
    """Be a query that was changed, and what was done to it."""

    kind: str
    sql: str


def mutants(sql: str, catalog: Catalog) -> list[Mutant]:
    """Return up to two mutants of each kind, no two alike and none as the query was."""
    right = parse(sql, catalog.dialect).sql(catalog.dialect)
    found = {right: Mutant("none", right)}
    for kind, mutate in KINDS.items():
        made = mutate(parse(sql, catalog.dialect), catalog)
        texts = (m if isinstance(m, str) else m.sql(catalog.dialect) for m in made)
        for text in islice((t for t in texts if t not in found), MOST_PER_KIND):
            found[text] = Mutant(kind, text)
    return list(found.values())[1:]


def _changed(tree: exp.Expr, node: exp.Expr, change: Callable[[exp.Expr], object]) -> exp.Expr:
    """Return a copy of a tree in which one node was changed."""
    places = [id(n) for n in tree.walk()]
    copy = tree.copy()
    twin = list(copy.walk())[places.index(id(node))]
    change(twin)
    return copy


def _replaced(tree: exp.Expr, node: exp.Expr, other: exp.Expr) -> exp.Expr:
    return _changed(tree, node, lambda twin: twin.replace(other))


def _columns(tree: exp.Expr, catalog: Catalog) -> Iterator[tuple[exp.Column, Table, Column]]:
    """Yield the stored columns that a tree names, with their tables."""
    for scope in scopes(tree, catalog):
        for node in scope.columns:
            readings = scope.resolve(node)
            if len(readings) == 1 and readings[0].source.table:
                column = readings[0].column
                if isinstance(column, Column):
                    yield node, readings[0].source.table, column


def dropped_join(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Leave a join out; its columns are still used."""
    for join in tree.find_all(exp.Join):
        yield _changed(tree, join, lambda twin: twin.pop())


def dropped_join_condition(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Join without a condition."""

    def bare(join: exp.Expr) -> None:
        for part in ("on", "using", "side", "kind"):
            join.set(part, None)

    for join in tree.find_all(exp.Join):
        if join.args.get("on") or join.args.get("using"):
            yield _changed(tree, join, bare)


def wrong_join_key(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Join on another column of the same kind."""
    for node, table, column in _columns(tree, catalog):
        if node.find_ancestor(exp.Join) and isinstance(node.parent, exp.EQ):
            yield from _others(tree, node, table, column)


def wrong_column(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Name another column of the same table, of the same kind."""
    for node, table, column in _columns(tree, catalog):
        if not node.find_ancestor(exp.Join):
            yield from _others(tree, node, table, column)


def _others(tree: exp.Expr, node: exp.Column, table: Table, column: Column) -> Iterator[exp.Expr]:
    same = [c for c in table.columns if kind_of(c.type) == kind_of(column.type) and c != column]
    for other in same[:1]:
        yield _replaced(tree, node, exp.column(other.name, node.args.get("table")))


def column_of_another_table(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Name a column as the table's that only another table has."""
    for node, table, column in _columns(tree, catalog):
        own = {c.name for c in table.columns}
        for other in catalog.tables:
            foreign = [c for c in other.columns if c.name not in own]
            alike = [c for c in foreign if kind_of(c.type) == kind_of(column.type)]
            for chosen in alike[:1]:
                yield _replaced(tree, node, exp.column(chosen.name, node.args.get("table")))


def column_as_another_tables(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Look for a column in another source of the SELECT, which does not have it."""
    for scope in scopes(tree, catalog):
        for node in scope.columns:
            for source in scope.sources.values():
                names = {c.name for c in source.table.columns} if source.table else {node.name}
                if node.table and node.name not in names:
                    yield _replaced(tree, node, exp.column(node.name, source.name))


def misspelt_column(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Write a column's name a little differently."""
    for node, _, _ in _columns(tree, catalog):
        name = node.name.replace("_", "") if "_" in node.name else node.name + "s"
        yield _replaced(tree, node, exp.column(name, node.args.get("table")))


def dropped_qualifiers(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Write all columns without their tables."""
    copy = tree.copy()
    for node in copy.find_all(exp.Column):
        node.set("table", None)
    yield copy


def misspelt_table(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Write a table's name in the other number."""
    for table in tree.find_all(exp.Table):
        name = table.name[:-1] if table.name.endswith("s") else table.name + "s"
        alias = exp.TableAlias(this=exp.to_identifier(table.alias or table.name))
        yield _replaced(tree, table, exp.Table(this=exp.to_identifier(name), alias=alias))


def wrong_table(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Read from another table under the name of the right one."""
    names = [t.name for t in catalog.tables]
    for table in tree.find_all(exp.Table):
        if table.name.lower() in names:
            other = names[(names.index(table.name.lower()) + 1) % len(names)]
            alias = exp.TableAlias(this=exp.to_identifier(table.alias or table.name))
            yield _replaced(tree, table, exp.Table(this=exp.to_identifier(other), alias=alias))


def value_in_other_case(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Write a text in lower or upper case where case counts."""
    for literal in _texts(tree, exp.EQ, exp.In):
        for text in (literal.name.lower(), literal.name.upper()):
            yield _replaced(tree, literal, exp.Literal.string(text))


def misspelt_value(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Leave a letter out of a text."""
    for literal in _texts(tree, exp.EQ, exp.In):
        if len(literal.name) > 5:
            text = literal.name[:3] + literal.name[4:]
            yield _replaced(tree, literal, exp.Literal.string(text))


def equality_for_ilike(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Compare exactly, in lower case, where case and surroundings do not matter."""
    for like in tree.find_all(exp.ILike):
        if isinstance(like.expression, exp.Literal):
            text = exp.Literal.string(like.expression.name.strip("%").lower())
            yield _replaced(tree, like, exp.EQ(this=like.this.copy(), expression=text))


def like_for_ilike(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Match a pattern in lower case where case does not matter."""
    for like in tree.find_all(exp.ILike):
        if isinstance(like.expression, exp.Literal):
            text = exp.Literal.string(like.expression.name.lower())
            yield _replaced(tree, like, exp.Like(this=like.this.copy(), expression=text))


def _texts(tree: exp.Expr, *within: type[exp.Expr]) -> list[exp.Literal]:
    literals = tree.find_all(exp.Literal)
    return [n for n in literals if n.is_string and isinstance(n.parent, within)]


def other_dialect(tree: exp.Expr, catalog: Catalog) -> Iterator[str]:
    """Write for another database."""
    for dialect in _OTHER_DIALECTS:
        yield tree.sql(dialect)


def dropped_filter(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Leave a condition out."""
    for where in tree.find_all(exp.Where):
        parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else []
        for part in parts:
            yield _replaced(tree, part, exp.true())
        if not parts:
            yield _changed(tree, where, lambda twin: twin.pop())


def dropped_group_key(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Leave a key out of GROUP BY, or all of it."""
    for group in tree.find_all(exp.Group):
        keys = group.expressions
        if len(keys) == 1:
            yield _changed(tree, group, lambda twin: twin.pop())
        for key in keys if len(keys) > 1 else ():
            yield _changed(tree, key, lambda twin: twin.pop())


def dropped_group(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Aggregate over all rows: neither group nor show a key."""
    for group in tree.find_all(exp.Group):
        keys = {k.sql() for k in group.expressions}

        def ungroup(twin: exp.Expr, keys: set[str] = keys) -> None:
            select = twin.parent
            kept = [p for p in select.expressions if p.unalias().sql() not in keys]
            select.set("expressions", kept or select.expressions)
            select.set("order", None)
            twin.pop()

        yield _changed(tree, group, ungroup)


def wrong_order(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Order the other way round."""
    for ordered in tree.find_all(exp.Ordered):
        yield _changed(tree, ordered, lambda twin: twin.set("desc", not twin.args.get("desc")))


def dropped_limit(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Give all rows where the first ones were asked for."""
    for limit in tree.find_all(exp.Limit):
        yield _changed(tree, limit, lambda twin: twin.pop())


def dropped_distinct(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Count or show repeated rows."""
    for distinct in tree.find_all(exp.Distinct):
        if isinstance(distinct.parent, exp.Count):
            yield _replaced(tree, distinct, distinct.expressions[0].copy())
        elif distinct.arg_key == "distinct":
            yield _changed(tree, distinct, lambda twin: twin.pop())


def integer_division(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Divide counts without a cast."""
    copy = tree.copy()
    for division in copy.find_all(exp.Div):
        for cast in division.find_all(exp.Cast):
            if cast.to.is_type("float", "double", "decimal"):
                cast.replace(cast.this.copy())
    yield copy


def needless_join(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Join a table with several rows for each row that is aggregated."""
    for scope in scopes(tree, catalog):
        adds_up = any(not isinstance(a.this, exp.Distinct) for a in _sums(scope.select))
        for source in scope.sources.values() if adds_up else ():
            for many, column in _referring(source.table, catalog):
                on = f"{many.name}.{column.name} = {source.name}.{column.references.column}"
                if many.name not in scope.sources:
                    yield _changed(
                        tree,
                        scope.select,
                        lambda s, m=many, on=on: s.join(m.name, on=on, copy=False),
                    )


def _sums(select: exp.Select) -> list[exp.Expr]:
    return [a for p in select.expressions for a in p.find_all(exp.Sum, exp.Avg, exp.Count)]


def _referring(table: Table | None, catalog: Catalog) -> Iterator[tuple[Table, Column]]:
    for other in catalog.tables:
        for column in other.columns:
            repeats = not (column.unique or column.primary_key)
            if table and column.references and column.references.table == table.name and repeats:
                yield other, column


def wrong_aggregate(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Aggregate in another way."""
    for node in tree.find_all(exp.Sum, exp.Avg):
        other = exp.Count if isinstance(node, exp.Sum) else exp.Sum
        yield _replaced(tree, node, other(this=node.this.copy()))


def having_as_where(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Filter groups in WHERE."""
    for having in tree.find_all(exp.Having):

        def moved(twin: exp.Expr) -> None:
            select, condition = twin.parent, twin.this.copy()
            twin.pop()
            select.where(condition, copy=False)

        yield _changed(tree, having, moved)


def equality_with_null(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Compare with NULL."""
    for node in tree.find_all(exp.Is):
        comparison = exp.NEQ if node.args.get("negate") else exp.EQ
        yield _replaced(tree, node, comparison(this=node.this.copy(), expression=exp.null()))


def and_for_or(tree: exp.Expr, catalog: Catalog) -> Iterator[exp.Expr]:
    """Ask one row for two values at once."""
    for node in tree.find_all(exp.In):
        if len(node.expressions) > 1:
            both = (exp.EQ(this=node.this.copy(), expression=v.copy()) for v in node.expressions)
            yield _replaced(tree, node, exp.and_(*both))
    for node in tree.find_all(exp.Or):
        yield _replaced(tree, node, exp.and_(node.left.copy(), node.right.copy()))


KINDS: dict[str, Mutate] = {
    mutate.__name__.replace("_", " "): mutate
    for mutate in (
        dropped_join,
        dropped_join_condition,
        wrong_join_key,
        wrong_column,
        column_of_another_table,
        column_as_another_tables,
        misspelt_column,
        dropped_qualifiers,
        misspelt_table,
        wrong_table,
        value_in_other_case,
        misspelt_value,
        equality_for_ilike,
        like_for_ilike,
        other_dialect,
        dropped_filter,
        dropped_group_key,
        dropped_group,
        wrong_order,
        dropped_limit,
        dropped_distinct,
        integer_division,
        needless_join,
        wrong_aggregate,
        having_as_where,
        equality_with_null,
        and_for_or,
    )
}
