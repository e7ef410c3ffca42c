"""Write compared texts as they are stored."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Column, Value
from askwell.domain.mending import Change
from askwell.sql.names import normal, one_slip, shown
from askwell.sql.scopes import Scope, scopes

_COMPARED = (exp.EQ, exp.NEQ, exp.In)


def values(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Replace a text that a column certainly does not hold by the one value that is meant."""
    for scope in scopes(tree, catalog):
        for literal, column in compared_texts(scope):
            if (stored := _meant(literal.name, column)) is not None:
                before = shown(literal, catalog)
                literal.set("this", stored)
                yield Change(mend="values", before=before, after=shown(literal, catalog))


def compared_texts(scope: Scope) -> Iterator[tuple[exp.Literal, Column]]:
    """Yield each text that is compared with a stored column, with the column."""
    for name in scope.columns:
        column = scope.stored(name)
        if column is None or not isinstance(name.parent, _COMPARED):
            continue
        for literal in _others(name.parent, name):
            if isinstance(literal, exp.Literal) and literal.is_string:
                yield literal, column


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
