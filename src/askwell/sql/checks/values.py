"""Whether a query holds a value that the question names, however it is written."""

import re
from collections.abc import Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import ColumnRef
from askwell.domain.noun import Scalar
from askwell.domain.recall import Constraint
from askwell.sql.checks import Subject
from askwell.sql.constants import COMPARISONS, Constant
from askwell.sql.scopes import Scope

_SHORTEST_PART = 3
_LONGEST_CODE = 4
_MATCHES = (*COMPARISONS, exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo)


def holds(constraint: Constraint, subject: Subject, constants: Iterable[Constant]) -> bool:
    """Tell whether one of the values shows: as a literal, a code, a flag, or through its key."""
    literals = [c.value for c in constants]
    return (
        any(_is_written(v, literal) for v in constraint.values for literal in literals)
        or subject.tree.find(exp.Placeholder, exp.Parameter) is not None
        or _is_flag(constraint, subject.tree)
        or _is_keyed(constraint, subject)
    )


def _is_written(value: Scalar, literal: object) -> bool:
    if not isinstance(value, str) or not isinstance(literal, str):
        return str(value) == str(literal)
    return _covers(literal, _bare(value)) or _abbreviates(literal, value)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _covers(literal: str, bare: str) -> bool:
    """Tell whether a literal or pattern is the value, or the most telling part of it."""
    parts = [p for p in map(_bare, re.split(r"[%_*.^$|]+", literal)) if p]
    whole = "".join(parts)
    if not whole:
        return False
    long_enough = len(whole) >= min(_SHORTEST_PART, len(bare))
    return (long_enough and _in_order(parts, bare)) or bare in whole


def _in_order(parts: Iterable[str], text: str) -> bool:
    """Tell whether a text holds all parts, one after the other."""
    end = 0
    for part in parts:
        start = text.find(part, end)
        if start < 0:
            return False
        end = start + len(part)
    return True


def _abbreviates(literal: str, value: str) -> bool:
    """Accept CA for California and M for male: codes that nobody wrote down."""
    code, bare = _bare(literal), _bare(value)
    if not 0 < len(code) <= _LONGEST_CODE or code[0] != bare[:1]:
        return False
    return _in_order(code, bare)


def _is_flag(constraint: Constraint, tree: exp.Expr) -> bool:
    """Accept `is_active` for "active"."""
    said = {_bare(t) for t in (constraint.phrase, *map(str, constraint.values))} - {""}
    names = [_bare(c.name) for c in tree.find_all(exp.Column)]
    flags = [n for n in names if re.match(r"(is|has|was|can|not)", n)]
    booleans = any(isinstance(value, bool) for value in constraint.values)
    columns = {_bare(ref.column) for ref in constraint.columns} if booleans else set()
    return any(s in n for s in said for n in flags) or bool(columns & set(names))


def _is_keyed(constraint: Constraint, subject: Subject) -> bool:
    """Accept the id or code of the row that holds the value, or of a row that points to it."""
    tables = {ref.table for ref in constraint.columns}
    others = [v for c in subject.constraints if c is not constraint for v in c.values]
    return any(
        _identifies(ref, tables, subject) and not any(_is_written(v, code) for v in others)
        for ref, code in _compared(subject)
    )


def _compared(subject: Subject) -> Iterator[tuple[ColumnRef, str]]:
    """Yield stored columns with the texts and numbers that they are compared with."""
    for scope in subject.scopes:
        for column in scope.columns:
            comparison = column.find_ancestor(*_MATCHES, exp.Select)
            if isinstance(comparison, _MATCHES):
                codes = [literal.name for literal in comparison.find_all(exp.Literal)]
                yield from ((ref, code) for ref in _refs(column, scope) for code in codes)


def _refs(column: exp.Column, scope: Scope) -> Iterator[ColumnRef]:
    return (r.ref for r in scope.resolve(column) if r.ref)


def _identifies(ref: ColumnRef, tables: set[str], subject: Subject) -> bool:
    column = subject.catalog.column(ref)
    if column is None:
        return False
    own = ref.table in tables and (column.primary_key or column.unique)
    return own or (column.references is not None and column.references.table in tables)
