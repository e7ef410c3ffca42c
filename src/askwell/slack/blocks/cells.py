"""Cells of a table as people read them, sortable by what they are."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from askwell.domain.answer import TableColumn
from askwell.domain.noun import Language, Scalar
from askwell.messages import bucket, number, text
from askwell.slack.blocks.safe_text import line

MOST_CELL = 120
_EXACT = 2**53  # beyond it a JSON number may lose its last digits
_MOST = 10**300


def shown(value: Scalar, column: TableColumn, language: Language) -> str:
    """Return a cell as people read it: named, in its unit, by its bucket's name."""
    if value is None:
        return text("no value", language) if column.role == "dimension" else "–"
    if str(value) in column.labels:
        return column.labels[str(value)]
    if column.grain and isinstance(value, date):
        return bucket(_day(value), column.grain, language)
    if is_number(value) and measures(column):
        return number(value, column.unit, language)  # type: ignore[arg-type]  # just tested
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def cell(value: Scalar, column: TableColumn, language: Language) -> dict[str, Any]:
    """Return a table cell; numbers and days carry a number, by which their column is sorted."""
    text = line(shown(value, column, language), MOST_CELL)
    key = None if column.labels else _sort_key(value)
    if key is None:
        return {"type": "raw_text", "text": text}
    return {"type": "raw_number", "value": key, "text": text}


def measures(column: TableColumn) -> bool:
    """Tell whether a column's numbers measure something; a year or an id only names it."""
    return not column.labels and column.role not in ("dimension", "time")


def is_number(value: Scalar) -> bool:
    """Tell whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _sort_key(value: Scalar) -> int | float | None:
    if isinstance(value, datetime):
        return int(value.strftime("%Y%m%d%H%M%S"))
    if isinstance(value, date):
        return int(value.strftime("%Y%m%d"))
    return as_json_number(value) if is_number(value) else None  # type: ignore[arg-type]


def as_json_number(value: float | Decimal) -> int | float | None:
    """Return a number that JSON can carry, or None."""
    if not -_MOST < value < _MOST:
        return None
    nearest = float(value)
    return int(value) if nearest.is_integer() and abs(nearest) <= _EXACT else nearest


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
