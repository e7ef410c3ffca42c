"""Columns that are neither grouped nor aggregated, and aggregates where there are none yet."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.aggregates import aggregates, aggregates_of, is_aggregate, may_aggregate
from askwell.sql.finding import found, quoted
from askwell.sql.scopes import Reading, Scope, fold, is_query, walk

_NESTING = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren)


def ungrouped_column(subject: Subject) -> Iterator[Finding]:
    """Find columns beside aggregates, or under GROUP BY, that are neither.

    A grouped primary key does not help: with rights written in, each table is a subquery, of
    which PostgreSQL knows no key.
    """
    for scope in subject.scopes:
        columns = list(ungrouped(scope))
        if columns:
            names = ", ".join(dict.fromkeys(quoted(c, subject.dialect) for c in columns))
            grouped = scope.select.args.get("group")
            hint = f"add {names} to GROUP BY" if grouped else f"add GROUP BY {names}"
            message = f"{names} must be in GROUP BY or within an aggregate"
            yield found("ungrouped_column", columns[0], message, f"{hint}, or aggregate it")


def early_aggregate(subject: Subject) -> Iterator[Finding]:
    """Find aggregates and window functions in WHERE, ON and GROUP BY."""
    for scope in subject.scopes:
        for clause, node in _early_clauses(scope.select):
            for part in walk(node):
                if isinstance(part, exp.Window):
                    message = (
                        f"{clause} cannot use the window function {quoted(part, subject.dialect)}"
                    )
                    yield found(
                        "early_aggregate", part, message, "compute it in a CTE, filter there"
                    )
                elif is_aggregate(part) and _is_own(part, scope):
                    yield _early(part, clause, subject)


def nested_aggregate(subject: Subject) -> Iterator[Finding]:
    """Find aggregates of aggregates."""
    for scope in subject.scopes:
        for outer in aggregates_of(scope):
            for argument in outer.iter_expressions():
                for inner in aggregates(argument):
                    message = f"{quoted(inner, subject.dialect)} stands within another aggregate"
                    hint = "compute the inner one in a CTE with GROUP BY, then aggregate over it"
                    yield found("nested_aggregate", inner, message, hint)


def _early(aggregate: exp.Expr, clause: str, subject: Subject) -> Finding:
    said = quoted(aggregate, subject.dialect)
    condition = aggregate.parent
    compared = isinstance(condition, exp.Binary) and any(
        isinstance(side, exp.Column) for side in (condition.left, condition.right)
    )
    if compared:
        hint = f"compare with a subquery, (SELECT {said} FROM …)"
    elif clause == "WHERE":
        hint = f"write the condition on {said} into HAVING"
    else:
        hint = "compute it in a CTE first"
    return found("early_aggregate", aggregate, f"{clause} cannot use the aggregate {said}", hint)


def _early_clauses(select: exp.Select) -> Iterator[tuple[str, exp.Expr]]:
    for name, clause in (("WHERE", "where"), ("GROUP BY", "group")):
        if node := select.args.get(clause):
            yield name, node
    for join in select.args.get("joins") or ():
        if on := join.args.get("on"):
            yield "ON", on


def _is_own(aggregate: exp.Expr, scope: Scope) -> bool:
    """Tell whether it aggregates rows of this SELECT: one of an outer SELECT is a constant."""
    columns = [n for n in walk(aggregate) if isinstance(n, exp.Column)]
    readings = [r for c in columns for r in scope.resolve(c)]
    return not readings or any(r.scope is scope for r in readings)


def ungrouped(scope: Scope) -> Iterator[exp.Column]:
    """Yield the columns that are neither grouped nor aggregated, beside what is."""
    group = scope.select.args.get("group")
    if group is None and not aggregates_of(scope):
        return
    if group and group.args.get("all"):
        return
    named = (c for g in grouped(scope) for c in g.find_all(exp.Column))
    if any(not scope.resolve(c) and not _is_given(c, scope) for c in named):
        return  # an unknown name is another rule's business
    keys = {_key(g, scope) for g in grouped(scope)}
    for expression in _after_grouping(scope):
        yield from _outside(expression, keys, scope)


def _after_grouping(scope: Scope) -> Iterator[exp.Expr]:
    """Yield what is computed of groups; a bare name in ORDER BY is first one that is given."""
    yield from (p for p in scope.select.expressions if not p.is_star)
    if having := scope.select.args.get("having"):
        yield having.this
    order = scope.select.args.get("order")
    keys = (o.this for o in order.expressions) if order else ()
    yield from (k for k in keys if not (isinstance(k, exp.Column) and _is_given(k, scope)))


def _outside(node: exp.Expr, keys: set[str], scope: Scope) -> Iterator[exp.Column]:
    """Yield the columns of this SELECT that are used outside of aggregates and group keys."""
    if may_aggregate(node) or is_query(node) or _key(node, scope) in keys:
        return
    if isinstance(node, exp.Column):
        readings = scope.resolve(node)
        if len(readings) == 1 and _is_known(readings[0], scope):
            yield node
        return
    for part in node.iter_expressions():
        yield from _outside(part, keys, scope)


def _is_known(reading: Reading, scope: Scope) -> bool:
    return reading.scope is scope and reading.column is not None


def _is_given(column: exp.Column, scope: Scope) -> bool:
    """Tell whether a bare name is one that the SELECT gives to what it computes."""
    aliases = {fold(p.args["alias"], scope.catalog) for p in scope.select.expressions if p.alias}
    return not column.table and fold(column.this, scope.catalog) in aliases


def grouped(scope: Scope) -> Iterator[exp.Expr]:
    """Yield the expressions that a SELECT groups by, behind their positions and aliases."""
    group = scope.select.args.get("group")
    if group is None:
        return
    lists = (group.args.get(k) or () for k in ("expressions", "rollup", "cube", "grouping_sets"))
    for part in (p for parts in lists for p in parts):
        yield from _grouped_by(part, scope)


def _grouped_by(node: exp.Expr, scope: Scope) -> Iterator[exp.Expr]:
    projections = scope.select.expressions
    if isinstance(node, _NESTING):
        for part in node.iter_expressions():
            yield from _grouped_by(part, scope)
    elif node.is_int:
        yield from projections[int(node.name) - 1 : int(node.name)]
    else:
        yield node
        for projection in projections if isinstance(node, exp.Column) else ():
            if fold(projection.alias, scope.catalog) == fold(node.this, scope.catalog):
                yield projection


def _key(node: exp.Expr, scope: Scope) -> str:
    """Return an expression's text with each column named by its source."""
    node = node.unalias().unnest()
    if isinstance(node, exp.Column):
        return _column_key(node, scope)
    names = [_column_key(n, scope) for n in walk(node) if isinstance(n, exp.Column)]
    copy = node.copy()
    columns = [n for n in walk(copy) if isinstance(n, exp.Column)]
    for column, name in zip(columns, names, strict=True):
        column.replace(exp.to_identifier(name, quoted=True))
    return copy.sql(scope.catalog.dialect, comments=False)


def _column_key(column: exp.Column, scope: Scope) -> str:
    readings = scope.resolve(column)
    source = readings[0].source.name if readings else column.table.lower()
    return f"{source}.{fold(column.this, scope.catalog)}"
