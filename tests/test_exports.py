"""Files of a whole table: what a spreadsheet reads in them, and that it runs none of it."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from askwell.domain.answer import AnswerTable, TableColumn
from askwell.domain.noun import Scalar
from askwell.errors import TooLarge
from askwell.exports import as_csv, as_xlsx, named
from askwell.exports.xlsx_file import MOST_ROWS, sheet_name

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "\u3000=1",
    "\u00a0@A1",
    "\ufeff=1",
    "\0=1",
]


def table(*columns: TableColumn, rows: list[tuple[Scalar, ...]]) -> AnswerTable:
    return AnswerTable(columns=columns, rows=tuple(rows), row_count=len(rows))


def texts(values: list[str]) -> AnswerTable:
    column = TableColumn(name="t", label="t", type="varchar", role="dimension")
    return table(column, rows=[(v,) for v in values])


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes) -> Worksheet:
    found = load_workbook(io.BytesIO(content)).active
    assert isinstance(found, Worksheet)
    return found


@pytest.mark.parametrize("value", HOSTILE)
def test_a_spreadsheet_runs_no_text(value: str) -> None:
    assert csv_rows(as_csv(texts([value])))[1] == [f"'{value}"]
    cell = sheet(as_xlsx(texts([value])))["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


@pytest.mark.parametrize("label", ["=1+1", " @A1"])
def test_a_label_is_no_formula_either(label: str) -> None:
    column = TableColumn(name="x", label=label, type="integer")
    assert csv_rows(as_csv(table(column, rows=[(1,)])))[0] == [f"'{label}"]
    assert sheet(as_xlsx(table(column, rows=[(1,)])))["A1"].data_type == "s"


@pytest.mark.parametrize("value", ["서울", "a=b", "1-2", "me@example.com", "", "  x", "'quoted'"])
def test_a_harmless_text_stays_as_it_is(value: str) -> None:
    assert csv_rows(as_csv(texts([value])))[1:] == [[value]]


def test_a_negative_number_is_no_formula() -> None:
    column = TableColumn(name="x", label="x", type="integer")
    assert csv_rows(as_csv(table(column, rows=[(-5,), (None,)]))) == [["x"], ["-5"], [""]]


def test_csv_says_that_it_is_utf_8() -> None:
    assert as_csv(texts(["가"])).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "link", ["http://evil.example", "mailto:a@b.example", "internal:Sheet1!A1", "external:c:\\x"]
)
def test_a_text_never_becomes_a_link(link: str) -> None:
    cell = sheet(as_xlsx(texts([link])))["A2"]
    assert (cell.value, cell.hyperlink, cell.data_type) == (link, None, "s")


TYPED: list[tuple[Scalar, str, str, str, Any, str]] = [
    (1234567, "KRW", "bigint", "metric", 1234567, '"₩"#,##0'),
    (Decimal("12.5"), "USD", "decimal(9,2)", "metric", 12.5, '"$"#,##0.00'),
    (0.945, "ratio", "double", "metric", 0.945, "0.0%"),
    (3, "people", "hugeint", "metric", 3, "#,##0"),
    (2.5, "days", "double", "metric", 2.5, '#,##0.00"일"'),
    (2024, "", "integer", "dimension", 2024, "0"),
    (date(2024, 3, 1), "", "date", "time", datetime(2024, 3, 1), "yyyy-mm-dd"),
    (
        datetime(2024, 3, 1, 9, 30, tzinfo=UTC),
        "",
        "timestamp",
        "time",
        datetime(2024, 3, 1, 9, 30),
        "yyyy-mm-dd hh:mm:ss",
    ),
    (True, "", "boolean", "dimension", True, "General"),
    (12345678901234567890, "", "hugeint", "dimension", "12345678901234567890", "General"),
    (float("inf"), "", "double", "metric", "inf", "General"),
    (date(1066, 10, 14), "", "date", "dimension", "1066-10-14", "General"),
]


@pytest.mark.parametrize(("value", "unit", "kind", "role", "expected", "shown"), TYPED)
def test_cells_are_typed(
    value: Scalar, unit: str, kind: str, role: Any, expected: object, shown: str
) -> None:
    column = TableColumn(name="x", label="x", type=kind, unit=unit, role=role)
    cell = sheet(as_xlsx(table(column, rows=[(value,)])))["A2"]
    assert (cell.value, cell.number_format) == (expected, shown)


def test_the_header_is_bold_and_stays() -> None:
    columns = [TableColumn(name=n, label=n, type="varchar") for n in ("지역", "a")]
    found = sheet(as_xlsx(table(*columns, rows=[("가" * 100, "b")]), title="2024년: 거래액/월"))
    assert [c.value for c in found[1]] == ["지역", "a"]
    assert all(c.font.bold for c in found[1])
    assert found.freeze_panes == "A2"
    assert found.title == "2024년  거래액 월"
    widths = [found.column_dimensions[c].width for c in "AB"]
    assert 40 < widths[0] < 50
    assert 7 < widths[1] < 10


@pytest.mark.parametrize("title", ["", "'", "History", "[]:*?/\\", "가" * 99, "😀" * 40, "\0\x01"])
def test_any_title_names_a_sheet(title: str) -> None:
    name = sheet_name(title)
    assert name
    assert len(name.encode("utf-16-le")) <= 31 * 2
    assert sheet(as_xlsx(texts(["x"]), title=title)).title == name


def test_stored_values_get_their_names() -> None:
    column = TableColumn(name="m", label="m", type="varchar", labels={"CARD": "카드", "1": "하나"})
    before = table(column, rows=[("CARD",), (1,), ("OTHER",), (None,)])
    assert [r[0] for r in named(before).rows] == ["카드", "하나", "OTHER", None]


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(HOSTILE),
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.text(st.characters(), max_size=40))
def test_any_table_can_be_written_and_read(rows: list[tuple[Scalar, ...]], label: str) -> None:
    columns = [TableColumn(name=n, label=label, type="varchar") for n in "ab"]
    whole = table(*columns, rows=rows)
    assert len(csv_rows(as_csv(whole))) == len(rows) + 1
    found = sheet(as_xlsx(whole, title=label))
    kinds = {c.data_type for line in found.iter_rows() for c in line}
    assert kinds <= {"s", "n", "b", "d"}
    assert not [c for line in found.iter_rows() for c in line if c.hyperlink]


def test_a_workbook_is_written_in_constant_memory() -> None:
    few, many = held(2_000), held(10_000)
    assert many < few * 1.5


def held(rows: int) -> int:
    """Return the most bytes held while a table of so many rows is written, less the file's."""
    columns = [TableColumn(name=n, label=n, type="varchar") for n in "abc"]
    whole = table(*columns, rows=[(f"name {i}", i, date(2024, 1, 1)) for i in range(rows)])
    tracemalloc.start()
    size = len(as_xlsx(whole))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - size


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    whole = texts(["x"]).model_copy(update={"rows": (("x",),) * (MOST_ROWS + 1)})
    with pytest.raises(TooLarge, match="1,048,575"):
        as_xlsx(whole)
