"""Joins that pair rows which do not belong together, or count them more than once."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.aggregates import aggregates_of, is_distinct
from askwell.sql.checks.groups import grouped
from askwell.sql.checks.ways import along, path_to
from askwell.sql.finding import found, quoted
from askwell.sql.joins import conditions, equalities
from askwell.sql.keys import is_unique
from askwell.sql.scopes import Scope, Source, walk
from askwell.sql.sources import joins_of

_PINS = (exp.EQ, exp.Like, exp.ILike)
# Conditions that leave several rows; any other may leave one.
_LOOSE = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.NEQ, exp.Not)


def cartesian_product(subject: Subject) -> Iterator[Finding]:
    """Find tables of one SELECT that no condition connects.

    Silent where it does no harm: where each table is held to one row, where only distinct
    values, least and greatest ones are counted, and where CROSS JOIN makes a plain grid.
    """
    for scope in subject.scopes:
        parts = apart(scope, subject)
        for other in parts[1:]:
            names = f"{parts[0][0].name} and {other[0].name}"
            message = f"nothing joins {names}: every row meets every row"
            hint = _way_between(parts[0], other, scope)
            yield found("cartesian_product", other[0].node, message, hint)


def apart(scope: Scope, subject: Subject) -> list[list[Source]]:
    """Return the tables in the parts that nothing joins; nothing where that does no harm."""
    parts = _unconnected(scope, subject) if _is_clear(scope) else []
    if len(parts) < 2 or _is_harmless(scope) or all(_is_one_row(p, scope) for p in parts):
        return []
    return parts


def fan_out(subject: Subject) -> Iterator[Finding]:
    """Find sums over rows that a join repeats.

    Silent where the repeating side is grouped by, takes part, or may be held to one row. Of
    counts nobody can tell which rows are meant, and averages may be meant to be weighted.
    """
    for scope in subject.scopes:
        for aggregate in aggregates_of(scope) if _is_clear(scope) else ():
            if summed := _summed(aggregate, scope):
                sides = _repeating(summed, scope)
                wrong = next((s for s in sides if not _is_meant(s, aggregate, scope)), None)
                if wrong:
                    yield _fan_out(aggregate, summed, wrong, scope)


def _is_clear(scope: Scope) -> bool:
    """Tell whether all names are known: a join on an unknown column is not known either."""
    if any(s.unknown for s in scope.sources.values()):
        return False
    return all(not c.table or scope.resolve(c) for c in scope.columns)


def _unconnected(scope: Scope, subject: Subject) -> list[list[Source]]:
    """Return the tables of a SELECT in the parts that its conditions leave apart."""
    sources = list(scope.sources.values())
    part_of = {s.name: number for number, s in enumerate(sources)}
    for together in _together(scope, subject):
        numbers = {part_of[name] for name in together if name in part_of}
        part_of = {n: min(numbers) if p in numbers else p for n, p in part_of.items()}
    parts: dict[int, list[Source]] = {}
    for source in sources:
        parts.setdefault(part_of[source.name], []).append(source)
    tables = ([s for s in part if s.table and s.table.row_count != 1] for part in parts.values())
    return [part for part in tables if part]


def _together(scope: Scope, subject: Subject) -> Iterator[set[str]]:
    """Yield the names of sources that stand together in a condition, or within a LATERAL."""
    of_select = {id(s.select): s for s in subject.scopes}
    for condition in conditions(scope.select):
        yield _named_in(condition, scope, of_select)
    for source in scope.sources.values():
        yield {source.name} | _named_in(source.node, scope, of_select)
    for equality in equalities(scope):
        yield {equality.left_source.name, equality.right_source.name}


def _named_in(node: exp.Expr, scope: Scope, of_select: dict[int, Scope]) -> set[str]:
    """Return the sources of a SELECT that a node names, also within its subqueries."""
    names = set()
    for column in node.find_all(exp.Column):
        own = of_select.get(id(column.find_ancestor(exp.Select)))
        readings = own.resolve(column) if own else ()
        names |= {r.source.name for r in readings if r.scope is scope}
    return names


def _is_harmless(scope: Scope) -> bool:
    aggregates = aggregates_of(scope)
    if not aggregates:
        return any(join.kind == "CROSS" for join in joins_of(scope.select))
    return not scope.select.args.get("group") and all(map(is_distinct, aggregates))


def _is_one_row(part: list[Source], scope: Scope) -> bool:
    """Tell whether a unique column of the part's only table is compared with a constant."""
    for condition in conditions(scope.select) if len(part) == 1 else ():
        column = _pinned(condition, scope)
        if column and column[0] is part[0] and is_unique(*column[1:]):
            return True
    return False


def _pinned(condition: exp.Expr, scope: Scope) -> tuple[Source, Table, Column] | None:
    """Return the column that a condition compares with a constant."""
    columns = list(condition.find_all(exp.Column))
    if not isinstance(condition, _PINS) or len(columns) != 1:
        return None
    for reading in scope.resolve(columns[0]):
        if reading.source.table and isinstance(reading.column, Column):
            return reading.source, reading.source.table, reading.column
    return None


def _way_between(one: list[Source], other: list[Source], scope: Scope) -> str:
    goal = other[0]
    path = path_to(goal.table, one, scope.catalog) if goal.table else ()
    if not path:
        return "join them on a column that they have in common, or leave one out"
    return f"join them {along(path, [*one, goal])}"


def _summed(aggregate: exp.Expr, scope: Scope) -> Source | None:
    """Return the only table whose values a sum adds up."""
    if is_distinct(aggregate) or not isinstance(aggregate, exp.Sum):
        return None
    columns = (c for c in walk(aggregate) if isinstance(c, exp.Column))
    readings = [r for c in columns for r in scope.resolve(c) if r.scope is scope]
    sources = {r.source.name: r.source for r in readings}
    only = readings[0].source if len(sources) == 1 else None
    return only if only and only.table else None


def _repeating(summed: Source, scope: Scope) -> Iterator[set[str]]:
    """Yield, for each join that repeats rows of a source, the sources beyond it."""
    links = _links(scope)
    for near, far in _reached(summed.name, links):
        if links[near, far]:
            yield {far} | {beyond for _, beyond in _reached(far, links, without=near)}


def _links(scope: Scope) -> dict[tuple[str, str], bool]:
    """Return the pairs of tables that one key joins; true if near rows meet several far ones."""
    joined: dict[tuple[str, str], list[bool | None]] = {}
    for e in equalities(scope):
        sides = (e.left_source, e.left), (e.right_source, e.right)
        for (near, a), (far, b) in (sides, sides[::-1]):
            joined.setdefault((near.name, far.name), []).append(_repeats(a, b, scope.catalog))
    return {pair: how[0] for pair, how in joined.items() if len(how) == 1 and how[0] is not None}


def _repeats(near: ColumnRef | None, far: ColumnRef | None, catalog: Catalog) -> bool | None:
    """Tell whether one near row meets several far ones; None where no key says it."""
    if near is None or far is None:
        return None
    column = catalog.column(far)
    if column is None:
        return None
    if is_unique(catalog.table_named[far.table], column):
        return False
    return True if column.references == near else None


def _reached(
    start: str, links: dict[tuple[str, str], bool], without: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the joins that lead away from a source, nearest first."""
    seen, fronts = {start, without}, [start]
    while fronts:
        near = fronts.pop(0)
        for one, far in links:
            if one == near and far not in seen:
                seen.add(far)
                fronts.append(far)
                yield near, far


def _is_meant(repeating: set[str], aggregate: exp.Expr, scope: Scope) -> bool:
    """Tell whether the repeating side is grouped by, filters the aggregate, or may be one row."""
    filter_ = aggregate.parent if isinstance(aggregate.parent, exp.Filter) else None
    used = [*grouped(scope), *([filter_] if filter_ else [])]
    if any(_names(node, scope) & repeating for node in used):
        return True
    joined = {id(e.node) for e in equalities(scope)}
    narrowing = (c for c in conditions(scope.select) if id(c) not in joined)
    return any(_names(c, scope) & repeating for c in narrowing if not _is_loose(c))


def _is_loose(condition: exp.Expr) -> bool:
    return isinstance(condition, _LOOSE) or bool(condition.args.get("negate"))


def _names(node: exp.Expr, scope: Scope) -> set[str]:
    columns = (n for n in node.find_all(exp.Column))
    return {r.source.name for c in columns for r in scope.resolve(c) if r.scope is scope}


def _fan_out(aggregate: exp.Expr, summed: Source, repeating: set[str], scope: Scope) -> Finding:
    said = quoted(aggregate, scope.catalog.dialect)
    many = next(name for name in scope.sources if name in repeating)
    message = f"{said} adds a row of {summed.name} once for each of its rows in {many}"
    hint = f"leave out {many}, or ask for it with EXISTS, or aggregate {summed.name} in a CTE first"
    return found("fan_out", aggregate, message, hint)
