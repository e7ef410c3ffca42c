"""An answer's table as a native `data_table`: all of it, or the first rows that fit."""

from typing import Any

from askwell.domain.answer import AnswerTable
from askwell.domain.noun import Language, Noun, Scalar
from askwell.messages import text
from askwell.slack.blocks.cells import MOST_CELL, cell, shown
from askwell.slack.blocks.message import characters
from askwell.slack.blocks.safe_text import line, size

# docs.slack.dev, data table block: 100 rows and the header, 20 columns, 10,000 characters.
_MOST_ROWS = 100
_MOST_COLUMNS = 20
_MOST_CHARACTERS = 10_000
_MOST_LABEL = 60
_MOST_CAPTION = 200
_PAGE = 10


class ShownTable(Noun):
    """Be a table's block, and a sentence on what of it is left out; empty where nothing is."""

    block: dict[str, Any]
    left_out: str = ""


def data_table(
    table: AnswerTable, caption: str, language: Language, *, room: int
) -> ShownTable | None:
    """Return as much of a table as fits into `room` characters; None where no row does."""
    columns = table.columns[:_MOST_COLUMNS]
    header = [{"type": "raw_text", "text": line(_title(c.label), _MOST_LABEL)} for c in columns]
    room = min(room, _MOST_CHARACTERS) - characters(header) - _MOST_CAPTION
    rows: list[list[dict[str, Any]]] = []
    for row in table.rows[:_MOST_ROWS]:
        cells = [cell(v, c, language) for v, c in zip(row, columns, strict=False)]
        room -= characters(cells)
        if room < 0:
            break
        rows.append(cells)
    if not rows:
        return None
    block = {
        "type": "data_table",
        "caption": line(caption, _MOST_CAPTION),
        "rows": [header, *rows],
        "page_size": min(_PAGE, len(rows)),
    }
    return ShownTable(block=block, left_out=_left_out(table, len(rows), language))


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]


def _left_out(table: AnswerTable, rows: int, language: Language) -> str:
    """Say what the block does not show, and that the files do."""
    if table.truncated:
        return text("These are the first {n} rows; the files have more.", language, n=rows)
    if rows < table.row_count:
        values = {"n": rows, "all": table.row_count}
        return text(
            "These are the first {n} of {all} rows; the files have all.", language, **values
        )
    if len(table.columns) > _MOST_COLUMNS:
        values = {"n": _MOST_COLUMNS, "all": len(table.columns)}
        msgid = "These are the first {n} of {all} columns; the files have all."
        return text(msgid, language, **values)
    if any(_is_cut(row, table, language) for row in table.rows):
        return text("Long texts are shortened here; the files have them whole.", language)
    return ""


def _is_cut(row: tuple[Scalar, ...], table: AnswerTable, language: Language) -> bool:
    pairs = zip(row, table.columns, strict=True)
    return any(size(shown(v, c, language)) > MOST_CELL for v, c in pairs)
