"""Write compared texts as they are stored."""

import re
from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, Value
from askwell.domain.mending import Change
from askwell.sql.names import normal, one_slip, shown
from askwell.sql.scopes import Scope, scopes
from askwell.sql.texts import complete_texts

# A text as short as this is too often a part of another word; Hangul says more in a letter.
_SHORTEST_PART, _SHORTEST_HANGUL_PART = 3, 2
_COMPARED = (exp.EQ, exp.NEQ, exp.In)


def values(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Replace a text that a column certainly does not hold by what is meant."""
    for scope in scopes(tree, catalog):
        for literal, column in compared_texts(scope):
            if (stored := _meant(literal.name, column)) is not None:
                before = shown(literal, catalog)
                literal.set("this", stored)
                yield Change(mend="values", before=before, after=shown(literal, catalog))
            elif _is_part(literal, column):
                yield _as_part(literal, catalog)


def compared_texts(scope: Scope) -> Iterator[tuple[exp.Literal, Column]]:
    """Yield each text that is compared with a stored column, with the column."""
    for name in scope.columns:
        column = scope.stored(name)
        if column is None or not isinstance(name.parent, _COMPARED):
            continue
        for literal in _others(name.parent, name):
            if isinstance(literal, exp.Literal) and literal.is_string:
                yield literal, column


def _is_part(literal: exp.Literal, column: Column) -> bool:
    """Tell whether a text equals nothing stored, but is a word or more of something stored."""
    held = complete_texts(column)
    if not isinstance(literal.parent, exp.EQ) or len(literal.name) < _shortest(literal.name):
        return False
    if any(normal(literal.name) == normal(text) for text in held):
        return False
    words = re.compile(rf"(?<!\w){re.escape(literal.name)}(?!\w)", re.IGNORECASE)
    return any(words.search(text) for text in held)


def _shortest(text: str) -> int:
    return _SHORTEST_HANGUL_PART if re.search("[가-힣]", text) else _SHORTEST_PART


def _as_part(literal: exp.Literal, catalog: Catalog) -> Change:
    comparison = literal.parent
    assert isinstance(comparison, exp.EQ)
    before = shown(comparison, catalog)
    name = comparison.left if comparison.right is literal else comparison.right
    pattern = exp.Literal.string(f"%{literal.name}%")
    wider = exp.ILike(this=name.copy(), expression=pattern)
    comparison.replace(wider)
    return Change(mend="values", before=before, after=shown(wider, catalog))


def _others(comparison: exp.Expr, name: exp.Column) -> list[exp.Expr]:
    if isinstance(comparison, exp.In):
        return list(comparison.expressions) if comparison.this is name else []
    return [comparison.expression if comparison.this is name else comparison.this]


def _meant(text: str, column: Column) -> str | None:
    """Return the stored text that is meant; None where it is stored or nothing is near."""
    known = column.values
    if known is None or not known.complete:
        return None
    texts = [v for v in known.values if isinstance(v.stored, str)]
    if any(v.stored == text for v in texts):
        return None
    for is_meant in (_in_other_spelling, _by_another_name, _with_one_slip):
        found = {str(v.stored) for v in texts if is_meant(normal(text), v)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _in_other_spelling(text: str, value: Value) -> bool:
    return text == normal(str(value.stored))


def _by_another_name(text: str, value: Value) -> bool:
    names = (value.label.ko, value.label.en, *value.synonyms)
    return text in {normal(n) for n in names if n}


def _with_one_slip(text: str, value: Value) -> bool:
    return one_slip(text, normal(str(value.stored)))
