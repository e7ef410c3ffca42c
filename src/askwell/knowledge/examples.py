"""Verified queries as examples for a writer of SQL: no placeholder is left to be copied."""

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from askwell.domain.catalog import Parameter, VerifiedQuery
from askwell.domain.noun import Language, Scalar
from askwell.domain.recall import Example
from askwell.errors import BadQuery
from askwell.sql.parse import parse

_DAYS = (date(2024, 1, 1), date(2024, 1, 31))
_NUMBER = 10


def example(query: VerifiedQuery, language: Language, dialect: str) -> Example | None:
    """Return a verified query with a value for each parameter, or None where that fails.

    The question says the same values, so that it and the SQL belong together.
    """
    said = dict(_arguments(query))
    try:
        tree = parse(query.sql, dialect)
    except BadQuery:
        return None
    for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        if node.name not in said:
            return None
        node.replace(_literal(said[node.name]))
    title = query.label.text(language, query.name)
    values = ", ".join(f"{name} {value}" for name, value in said.items() if value is not None)
    question = f"{title} ({values})" if values else title
    return Example(question=question, sql=tree.sql(dialect, comments=False))


def _arguments(query: VerifiedQuery) -> Iterator[tuple[str, Scalar]]:
    for parameter in query.parameters:
        if parameter.type == "period":
            first, last = _DAYS
            yield f"{parameter.name}_start", first
            yield f"{parameter.name}_end", last
        else:
            yield parameter.name, _argument(parameter)


def _argument(parameter: Parameter) -> Scalar:
    if parameter.default is not None:
        return parameter.default
    if parameter.values:
        return parameter.values[0].stored
    by_type: dict[str, Scalar] = {"date": _DAYS[0], "number": _NUMBER, "grain": "month"}
    return by_type.get(parameter.type)


def _literal(value: Scalar) -> exp.Expr:
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(str(value)), "date")
    return exp.convert(value)
