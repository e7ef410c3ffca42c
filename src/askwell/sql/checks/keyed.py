"""Columns that are compared as keys and are keys of different things, or none."""

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, ColumnRef
from askwell.domain.noun import Scalar
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.aggregates import aggregates_of, is_distinct
from askwell.sql.checks.ways import along, path_to
from askwell.sql.finding import found, quoted
from askwell.sql.joins import Equality, conditions, equalities
from askwell.sql.keys import Keys
from askwell.sql.scopes import Reading, Scope, is_query
from askwell.sql.types import DAYS, NUMBERS, kind_of


def mismatched_columns(subject: Subject) -> Iterator[Finding]:
    """Find comparisons of a text with a number, or the like, between two columns.

    Where a key links them, other dialects than PostgreSQL cast one of them by themselves.
    """
    for scope in subject.scopes:
        for pair in _compared(scope, subject):
            linked = _are_linked(pair, subject.keys)
            if _is_mixed(pair, subject.catalog) and not (linked and subject.dialect != "postgres"):
                types = [_column(ref, subject.catalog).type for ref in _refs(pair)]
                said = quoted(pair.node, subject.dialect)
                message = f"{said} compares {types[0]} with {types[1]}"
                hint = "cast one of them" if linked else _way(pair, subject.catalog)
                yield found("mismatched_columns", pair.node, message, hint)


def wrong_key(subject: Subject) -> Iterator[Finding]:
    """Find comparisons of keys of different things, where the tables have a key in common."""
    keys = subject.keys
    for scope in subject.scopes:
        for pair in _compared(scope, subject):
            things = {keys.thing(ref) for ref in _refs(pair)}
            if len(things) == 2 and None not in things and not _is_linked(pair, scope, keys):
                hint = "" if _is_mixed(pair, subject.catalog) else _direct(pair, keys)
                if hint:
                    said = quoted(pair.node, subject.dialect)
                    message = f"{said} compares keys of different things"
                    yield found("wrong_key", pair.node, message, hint)


def nothing_in_common(subject: Subject) -> Iterator[Finding]:
    """Find comparisons of columns that hold no value in common, past the tables' key.

    Without such a key it may be right: then nothing is in both.
    """
    keys = subject.keys
    for scope in subject.scopes:
        for pair in _compared(scope, subject):
            apart = _are_apart(*(_column(ref, subject.catalog) for ref in _refs(pair)))
            hint = _direct(pair, keys) if apart and not _is_linked(pair, scope, keys) else ""
            if hint and not _are_linked(pair, keys):
                said = quoted(pair.node, subject.dialect)
                message = f"{said} is never true: the two hold no value in common"
                yield found("nothing_in_common", pair.node, message, hint)


def loose_join(subject: Subject) -> Iterator[Finding]:
    """Find aggregates over a join of values that repeat on both sides, past the tables' key."""
    for scope in subject.scopes:
        for pair in loose_pairs(scope, subject):
            said = quoted(pair.node, subject.dialect)
            message = f"{said} pairs rows that do not belong together: both sides repeat"
            yield found("loose_join", pair.node, message, _direct(pair, subject.keys))


def loose_pairs(scope: Scope, subject: Subject) -> Iterator[Equality]:
    """Yield what joins tables by values that repeat on both sides, though they have a key."""
    if all(map(is_distinct, aggregates_of(scope))):
        return
    keys = subject.keys
    for pair in equalities(scope):
        repeated = [_repeats(ref, subject.catalog) for ref in _refs(pair)] == [True, True]
        if repeated and _links(pair, keys) and not _is_linked(pair, scope, keys):
            yield pair


def _refs(pair: Equality) -> list[ColumnRef]:
    return [ref for ref in (pair.left, pair.right) if ref]


def _compared(scope: Scope, subject: Subject) -> Iterator[Equality]:
    """Yield equal stored columns: of joins, of a correlated subquery, and those IN a subquery."""
    yield from (e for e in equalities(scope) if len(_refs(e)) == 2)
    for node in conditions(scope.select):
        while isinstance(node, (exp.Not, exp.Paren)):
            node = node.this
        left = _reading(node.this, scope) if isinstance(node, (exp.In, exp.EQ)) else None
        other = node.args.get("query") if isinstance(node, exp.In) else node.args.get("expression")
        right = _of_other_scope(other, scope, subject) if left else None
        if left and right and left.ref and right.ref:
            yield Equality(node, left.source, right.source, left.ref, right.ref)


def _of_other_scope(node: exp.Expr | None, scope: Scope, subject: Subject) -> Reading | None:
    """Return the column of an outer SELECT that a node is, or the one that a subquery gives."""
    if node is None or not is_query(node):
        reading = _reading(node, scope)
        return reading if reading and reading.scope is not scope else None
    inner = next((s for s in subject.scopes if s.select is node.unnest()), None)
    given = inner.select.expressions if inner else []
    return _reading(given[0].unalias(), inner) if inner and len(given) == 1 else None


def _reading(node: exp.Expr | None, scope: Scope) -> Reading | None:
    readings = scope.resolve(node) if isinstance(node, exp.Column) else ()
    return readings[0] if len(readings) == 1 else None


def _column(ref: ColumnRef, catalog: Catalog) -> Column:
    column = catalog.column(ref)
    assert column is not None
    return column


def _is_mixed(pair: Equality, catalog: Catalog) -> bool:
    """Tell whether the two columns are known to be of types that do not compare."""
    kinds = {_broad(kind_of(_column(ref, catalog).type)) for ref in _refs(pair)}
    return len(kinds) == 2 and None not in kinds


def _broad(kind: str | None) -> str | None:
    return "number" if kind in NUMBERS else "time" if kind in DAYS else kind


def _are_apart(one: Column, other: Column) -> bool:
    """Tell whether all values of two columns are known to differ, or to lie apart."""
    if one.values and other.values and one.values.complete and other.values.complete:
        held = [
            {v.stored for v in column.values.values} for column in (one, other) if column.values
        ]
        return bool(held[0] and held[1]) and not held[0] & held[1]
    ends = [(_number(c.least), _number(c.greatest)) for c in (one, other)]
    (low, high), (other_low, other_high) = ends
    if low is None or high is None or other_low is None or other_high is None:
        return False
    return high < other_low or other_high < low


def _number(value: Scalar) -> Decimal | None:
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else None


def _repeats(ref: ColumnRef, catalog: Catalog) -> bool:
    """Tell whether a column is known to hold fewer values than its table has rows."""
    values, rows = _column(ref, catalog).values, catalog.table_named[ref.table].row_count
    return bool(values and values.complete and rows and len(values.values) < rows)


def _links(pair: Equality, keys: Keys) -> list[tuple[ColumnRef, ColumnRef]]:
    """Return the columns by which one of two tables refers to the other."""
    a, b = pair.left_source.table, pair.right_source.table
    links = keys.between(a, b) if a and b and a is not b else ()
    return [(link.near, link.far) for link in links if link.direct]


def _is_linked(pair: Equality, scope: Scope, keys: Keys) -> bool:
    """Tell whether the two sources are also joined by their key."""
    links = {frozenset(link) for link in _links(pair, keys)}
    return any(frozenset(_refs(e)) in links for e in equalities(scope))


def _are_linked(pair: Equality, keys: Keys) -> bool:
    """Tell whether both columns belong to one key."""
    held = {keys.key_of.get(ref, ref) for ref in _refs(pair)}
    return len(held) == 1


def _direct(pair: Equality, keys: Keys) -> str:
    names = pair.left_source.name, pair.right_source.name
    ways = [f"{names[0]}.{a.column} = {names[1]}.{b.column}" for a, b in _links(pair, keys)]
    return f"compare {' or '.join(ways)}" if ways else ""


def _way(pair: Equality, catalog: Catalog) -> str:
    ends = [pair.left_source, pair.right_source]
    path = path_to(ends[1].table, ends[:1], catalog) if ends[1].table else ()
    names = " and ".join(source.name for source in ends)
    return f"join {names} {along(path, ends)}" if path else "compare columns of one type"
