"""Cells that a spreadsheet shows and never runs."""

from askwell.domain.answer import AnswerTable
from askwell.domain.noun import Scalar

# Full-width signs too: a spreadsheet of a Korean or Japanese system reads them as its own.
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANK = " \t\r\n\v\f\0\u00a0\u3000\ufeff"


def defused(value: Scalar) -> Scalar:
    """Return a value; a text that a spreadsheet would run as a formula gets a quote before it.

    >>> defused("=1+1"), defused(" @SUM(A1)"), defused(-5)
    ("'=1+1", "' @SUM(A1)", -5)
    """
    if not isinstance(value, str):
        return value
    runs = value.lstrip(_BLANK).startswith(_STARTS) or value[:1] in ("\t", "\r", "\n")
    return f"'{value}" if runs else value


def named(table: AnswerTable) -> AnswerTable:
    """Return a table whose stored values are replaced by what people call them."""
    names = [c.labels for c in table.columns]
    if not any(names):
        return table
    rows = (
        tuple(known.get(str(v), v) for v, known in zip(row, names, strict=True))
        for row in table.rows
    )
    return table.model_copy(update={"rows": tuple(rows)})
