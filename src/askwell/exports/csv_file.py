"""A table as CSV, for programs and spreadsheets alike."""

import csv
import io

from askwell.domain.answer import AnswerTable
from askwell.exports.cells import defused


def as_csv(table: AnswerTable) -> bytes:
    """Return a table as CSV in UTF-8, with the mark by which a spreadsheet knows that."""
    text = io.StringIO(newline="")
    write = csv.writer(text).writerow
    write([defused(c.label) for c in table.columns])
    for row in table.rows:
        write([defused(v) for v in row])
    return text.getvalue().encode("utf-8-sig", errors="replace")
