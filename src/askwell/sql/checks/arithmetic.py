"""Arithmetic that does not give what it seems to."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.finding import found, quoted
from askwell.sql.scopes import walk
from askwell.sql.types import integer_kind


def integer_division(subject: Subject) -> Iterator[Finding]:
    """Find ratios of two whole numbers where the dialect cuts the fraction off.

    Division by a number that stands in the query is meant as it is: minutes of seconds.
    """
    if subject.dialect != "postgres":
        return
    for scope in subject.scopes:
        for node in walk(scope.select):
            if not isinstance(node, exp.Div) or node.right.find(exp.Column, exp.Count) is None:
                continue
            if integer_kind(node.left, scope) and integer_kind(node.right, scope):
                said = quoted(node, subject.dialect)
                left, right = quoted(node.left, subject.dialect), _divisor(node.right, subject)
                message = f"{said} divides whole numbers and cuts the fraction off"
                hint = f"write CAST({left} AS double precision) / {right}"
                yield found("integer_division", node, message, hint)


def _divisor(node: exp.Expr, subject: Subject) -> str:
    said = quoted(node, subject.dialect)
    return said if node.find(exp.Nullif) else f"NULLIF({said}, 0)"
