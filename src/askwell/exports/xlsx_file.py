"""A table as an Excel workbook: typed cells, a header that stays, widths that fit."""

import io
import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from askwell.domain.answer import AnswerTable, TableColumn
from askwell.domain.noun import Language, Scalar
from askwell.errors import TooLarge

MOST_ROWS = 1_048_575  # the sheet's own limit, less the header
MOST_COLUMNS = 16_384
_LONGEST_TEXT = 32_767
_MOST_DIGITS = 15  # Excel keeps no more; an id of 20 digits must not lose its last ones
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_WIDTHS = range(8, 48)
_MEASURED_ROWS = 200
_WHOLE, _FRACTION = "#,##0", "#,##0.00"
_FORMATS = {
    "KRW": f'"₩"{_WHOLE}',
    "USD": f'"$"{_FRACTION}',
    "people": _WHOLE,
    "count": _WHOLE,
    "ratio": "0.0%",
}
_KOREAN = {"days": "일", "hours": "시간", "minutes": "분", "seconds": "초"}
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_xlsx(table: AnswerTable, *, title: str = "", language: Language = "ko") -> bytes:
    """Return a table as a workbook of one sheet, written row by row in constant memory.

    Raises:
        TooLarge: more rows or columns than a sheet may have.
    """
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]

    if len(table.rows) > MOST_ROWS or len(table.columns) > MOST_COLUMNS:
        raise TooLarge(f"a sheet holds {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns")
    target = io.BytesIO()
    with Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        _set_widths(sheet, table)
        _write_header(book, sheet, table)
        _write_rows(book, sheet, table, language)
    return target.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as Excel lets a sheet be called: 31 letters, without its own marks."""
    name = _NO_SHEET_NAME.sub(" ", _NO_XML.sub("", title))
    bare = _cut(name, 31).strip(" '")
    return "askwell" if bare.lower() in ("", "history") else bare


def _write_header(book: Any, sheet: Any, table: AnswerTable) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, _text(column.label), bold)


def _write_rows(book: Any, sheet: Any, table: AnswerTable, language: Language) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    shown = [_number_format(c, language) for c in table.columns]
    numbers = [book.add_format({"num_format": format_}) for format_ in shown]
    for line, row in enumerate(table.rows, 1):
        for at, value in enumerate(row):
            _write(sheet, (line, at), value, (numbers[at], day, moment))


def _write(sheet: Any, place: tuple[int, int], value: Scalar, formats: tuple[Any, ...]) -> None:
    """Write one cell by its type; a text never by `write`, which would run or link it."""
    number, day, moment = formats
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float | Decimal) and _fits(value):
        sheet.write_number(*place, value, number)
    elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
        sheet.write_datetime(*place, value.replace(tzinfo=None), moment)
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
        sheet.write_datetime(*place, value, day)
    else:
        sheet.write_string(*place, _text(str(value)))


def _fits(value: int | float | Decimal) -> bool:
    """Tell whether Excel keeps a number as it is, or nearly so: a float, or at most 15 digits."""
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 10**_MOST_DIGITS


def _text(value: str) -> str:
    return _cut(_NO_XML.sub("", value), _LONGEST_TEXT)


def _cut(value: str, most: int) -> str:
    """Return the beginning of a text; Excel counts letters as UTF-16 does."""
    return value.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")


def _number_format(column: TableColumn, language: Language) -> str:
    if column.role in ("dimension", "time"):
        return "0"  # a year or an id takes no thousands
    plain = _FRACTION if _is_fraction(column) else _WHOLE
    if column.unit in _KOREAN:
        unit = _KOREAN[column.unit] if language == "ko" else f" {column.unit}"
        return f'{plain}"{unit}"'
    return _FORMATS.get(column.unit, plain)


def _is_fraction(column: TableColumn) -> bool:
    return any(word in column.type.lower() for word in ("float", "double", "real", "dec", "num"))


def _set_widths(sheet: Any, table: AnswerTable) -> None:
    """Set each column as wide as its label and first rows; Korean letters take two."""
    for at, column in enumerate(table.columns):
        shown: Iterable[Any] = (row[at] for row in islice(table.rows, _MEASURED_ROWS))
        widest = max(map(_width, [column.label, *map(_shown, shown)]))
        sheet.set_column(at, at, min(max(widest + 3, _WIDTHS.start), _WIDTHS.stop))


def _shown(value: Scalar) -> str:
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)[:100]


def _width(text: str) -> int:
    wide = [unicodedata.east_asian_width(c) in "WF" for c in text]
    return len(wide) + sum(wide)
