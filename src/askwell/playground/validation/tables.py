"""The two table blocks, whose limits the SDK does not check."""

from typing import Any

from askwell.playground.validation.checks import (
    Check,
    Place,
    Problems,
    anything,
    boolean,
    by_type,
    integer,
    items,
    number,
    one_of,
    shape,
    string,
    typed,
)
from askwell.playground.validation.limits import most
from askwell.playground.validation.rich_text import RICH_TEXT

RAW_TEXT = typed("raw_text", {"text": string(least=1)})
RAW_NUMBER = typed("raw_number", {"value": number, "text": string(least=1)})
CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
HEADER_CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER})


def characters(cell: Any) -> int:
    """Count what a cell shows."""
    if isinstance(cell, dict):
        shown = cell["text"] if isinstance(cell.get("text"), str) else ""
        return len(shown) + characters(cell.get("elements"))
    return sum(characters(part) for part in cell) if isinstance(cell, list) else 0


def table_characters(block: Any) -> int:
    """Count the characters in all cells of a table."""
    return characters(block.get("rows"))


def not_too_long(value: Any, place: Place) -> Problems:
    """Refuse a table with too many characters in its cells."""
    if table_characters(value) > most("message.table_characters"):
        yield place.at("rows").says(
            f"must be less than {most('message.table_characters') + 1} characters in all cells"
        )


COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def column_setting(value: Any, place: Place) -> Problems:
    """Ask for a column's settings, or null for none."""
    if value is not None:
        yield from COLUMN(value, place)


BLOCK_ID: dict[str, Check] = {"block_id": string("block_id", least=1)}
TABLE = typed(
    "table",
    {"rows": items(items(CELL, "table.columns", least=1), "table.rows", least=1)},
    {**BLOCK_ID, "column_settings": items(column_setting, "table.columns")},
    not_too_long,
)


def rows(value: Any, place: Place) -> Problems:
    """Ask for a header row without rich text and at least one row of equal length."""
    if isinstance(value, list) and value:
        yield from items(HEADER_CELL, "data_table.columns", least=1)(value[0], place.at(0))
    yield from items(anything, "data_table.rows", least=2)(value, place)
    for index, row in enumerate(value if isinstance(value, list) else []):
        if index:
            yield from items(CELL, "data_table.columns", least=1)(row, place.at(index))
        if isinstance(row, list) and isinstance(value[0], list) and len(row) != len(value[0]):
            yield place.at(index).says("all rows must have the same number of cells")


def row_header(value: Any, place: Place) -> Problems:
    """Ask that the row header is one of the columns."""
    index = value.get("row_header_column_index", 0)
    if not 0 <= index < len(value["rows"][0]):
        yield place.at("row_header_column_index").says("must be the index of a column")


DATA_TABLE = typed(
    "data_table",
    {"rows": rows, "caption": string(least=1)},
    {
        **BLOCK_ID,
        "page_size": integer(1, most("data_table.page_size")),
        "row_header_column_index": integer(0, most("data_table.columns") - 1),
    },
    not_too_long,
    row_header,
)
