"""Files of a whole table: CSV for programs, XLSX for people; no cell of either can do harm."""

from askwell.exports.cells import named
from askwell.exports.csv_file import as_csv
from askwell.exports.xlsx_file import as_xlsx

__all__ = ["as_csv", "as_xlsx", "named"]
