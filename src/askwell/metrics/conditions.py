"""Conditions on a column, built as trees: a value never becomes part of a text."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from askwell.domain.catalog import Condition
from askwell.domain.noun import Scalar
from askwell.errors import BadQuery

Test = Callable[[exp.Expr], exp.Expr]

_COMPARISONS: dict[str, type[exp.Binary]] = {
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}


def test_of(condition: Condition) -> Test:
    """Return what makes `condition` out of a column.

    `not in` keeps rows where the column is NULL, for a person who leaves out iOS does not
    leave out the unknown; only naming NULL itself leaves it out.

    Raises:
        BadQuery: the operator got the wrong number of values.
    """
    operator, values = condition.operator, condition.values
    if operator in ("in", "not in"):
        _expect(condition, bool(values))
        choose = _inclusion if operator == "in" else _exclusion
        return lambda column: choose(column, values)
    if operator == "between":
        _expect(condition, len(values) == 2)
        return lambda column: column.between(literal(values[0]), literal(values[1]))
    if operator in _COMPARISONS:
        _expect(condition, len(values) == 1)
        compare = _COMPARISONS[operator]
        return lambda column: compare(this=column, expression=literal(values[0]))
    _expect(condition, not values)
    return _is_null if operator == "is null" else lambda column: exp.not_(_is_null(column))


def literal(value: Scalar) -> exp.Expr:
    """Return `value` as SQL."""
    return exp.convert(value)


def stand_in(index: int) -> str:
    """Return the text that stands for a condition's value in a MetricFlow template."""
    return f"askwell condition {index}"


def put_in(tree: exp.Select, tests: Mapping[str, Test]) -> exp.Select:
    """Replace every `column = stand-in` of `tree` by the test that it stands for."""
    for equal in list(tree.find_all(exp.EQ)):
        right = equal.expression
        if isinstance(right, exp.Literal) and right.is_string and right.this in tests:
            test = tests[right.this](equal.this.copy())
            place = equal.parent if isinstance(equal.parent, exp.Paren) else equal
            place.replace(exp.paren(test) if isinstance(test, exp.Connector) else test)
    return tree


def _inclusion(column: exp.Expr, values: tuple[Scalar, ...]) -> exp.Expr:
    known = [literal(v) for v in values if v is not None]
    tests = [column.isin(*known)] if known else []
    return exp.or_(*tests, *([_is_null(column)] if None in values else []))


def _exclusion(column: exp.Expr, values: tuple[Scalar, ...]) -> exp.Expr:
    known = [literal(v) for v in values if v is not None]
    if None in values:
        tests = [exp.not_(column.isin(*known))] if known else []
        return exp.and_(*tests, exp.not_(_is_null(column)))
    return exp.or_(exp.not_(column.isin(*known)), _is_null(column))


def _is_null(column: exp.Expr) -> exp.Expr:
    return column.copy().is_(exp.null())


def _expect(condition: Condition, right: bool) -> None:
    if not right:
        count = len(condition.values)
        raise BadQuery(f"{condition.field}: {condition.operator!r} cannot take {count} values.")
