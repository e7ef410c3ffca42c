"""Show an answer on a terminal."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from askwell.domain.answer import Answer, AnswerTable, TableColumn
from askwell.domain.noun import Language, Scalar
from askwell.messages import bucket, number, text

_HOW_TO_GET_FILES = "Add --csv FILE to the question, and I write the rows into a file."
_MOST_ROWS = 30
_FEWEST_BARS = 3
_BAR_WIDTH = 12
_WAY = {
    "governed": "Governed: from the company's own metric definitions.",
    "verified": "Verified: from a query that the data team has checked.",
    "generated": "Generated: written by a model and checked.",
}


def show(answer: Answer, console: Console) -> None:
    """Print an answer: sentence, observations, table, receipt, small print, SQL, what next."""
    said = text(_HOW_TO_GET_FILES, answer.language) if answer.files_of else answer.headline
    console.print(Text(_safe(said), style="bold"))
    for section in _sections(answer):
        for part in section:
            console.print(Padding(part, (0, 0, 0, 2)))
        if section:
            console.print()
    if answer.chart and answer.chart.path:
        # Never wrapped: a broken path cannot be clicked or copied.
        where = f"  {text('Chart', answer.language)}: {answer.chart.path}"
        console.print(Text(where), soft_wrap=True)


def _sections(answer: Answer) -> list[list[RenderableType]]:
    """Return what stands together; an empty line follows each of them."""
    shown, language = answer.table, answer.language
    return [
        [Text(f"· {_safe(o)}") for o in answer.observations],
        [table(shown, language)] if shown and shown.rows else [],
        [*_way(answer), *_receipt(answer), *_small_print(answer)],
        [_sql(answer.sql)] if answer.sql else [],
        _next(answer),
    ]


def _way(answer: Answer) -> list[RenderableType]:
    return [Text(text(_WAY[answer.way], answer.language), style="green")] if answer.way else []


def _receipt(answer: Answer) -> list[RenderableType]:
    if not answer.receipt:
        return []
    lines = [f"  {_safe(r.phrase)} → {_safe(r.meaning)}" for r in answer.receipt]
    return [Text("\n".join([text("How I read it", answer.language), *lines]), style="dim")]


def _small_print(answer: Answer) -> list[RenderableType]:
    notes: list[RenderableType] = [Text(f"※ {_safe(a)}", style="dim") for a in answer.assumptions]
    return [*notes, *(Text(f"! {_safe(f.message)}", style="yellow") for f in answer.findings)]


def _sql(sql: str) -> RenderableType:
    return Syntax(sql, "sql", theme="ansi_dark", background_color="default", word_wrap=True)


def _next(answer: Answer) -> list[RenderableType]:
    lines = [Text(f"{i}. {_safe(c)}", style="cyan") for i, c in enumerate(answer.choices, 1)]
    if answer.suggestions:
        following = " · ".join(_safe(s) for s in answer.suggestions)
        lines.append(Text(f"{text('Next', answer.language)}: {following}", style="cyan"))
    return [*lines]


def table(shown: AnswerTable, language: Language) -> Table:
    """Return the first rows as a rich table; numbers stand to the right, the first with bars."""
    grid = Table(box=SIMPLE_HEAD, show_edge=False, header_style="bold", pad_edge=False)
    for i, column in enumerate(shown.columns):
        right = any(_is_number(r[i]) for r in shown.rows) and not column.labels
        name = _safe(column.label)
        header = Text(name[:1].upper() + name[1:], overflow="fold")
        grid.add_column(header, justify="right" if right else "left", overflow="fold")
    rows = shown.rows[:_MOST_ROWS]
    bars = _bars(shown, rows)
    if bars:
        grid.add_column("", no_wrap=True, style="blue")
    for i, row in enumerate(rows):
        cells = [cell(v, c, language) for v, c in zip(row, shown.columns, strict=True)]
        grid.add_row(*map(escape, cells), *bars[i : i + 1])
    rest = shown.row_count - len(rows)
    if rest > 0:
        grid.caption = text("… and {n} more rows", language, n=rest)
    return grid


def _bars(shown: AnswerTable, rows: Sequence[Sequence[Scalar]]) -> list[str]:
    """Return a bar for each row's first number; none where they would tell nothing."""
    column = next((i for i, c in enumerate(shown.columns) if _is_measure(rows, i, c)), None)
    if column is None or len(rows) < _FEWEST_BARS:
        return []
    values = [float(v) if _is_number(v := row[column]) else 0.0 for row in rows]  # type: ignore[arg-type]
    if min(values) < 0 or max(values) <= 0:
        return []
    return [_bar(value / max(values)) for value in values]


def _is_measure(rows: Sequence[Sequence[Scalar]], position: int, column: TableColumn) -> bool:
    known = [row[position] for row in rows if row[position] is not None]
    return bool(known) and all(map(_is_number, known)) and not _names(column)


def _names(column: TableColumn) -> bool:
    """Tell whether a column names its rows, even where it does so by a number."""
    return bool(column.labels or column.grain) or column.role in ("dimension", "time")


def _bar(part: float) -> str:
    """Draw a bar of up to twelve letters, exact to an eighth of one."""
    whole, eighths = divmod(round(part * _BAR_WIDTH * 8), 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[eighths].strip()


def cell(value: Scalar, column: TableColumn, language: Language) -> str:
    """Return a cell as people read it: named, with its unit, without control characters."""
    if value is None:
        return "–"
    if column.grain and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return bucket(day, column.grain, language)
    if _is_number(value) and not column.labels and column.role not in ("dimension", "time"):
        return number(value, column.unit, language)  # type: ignore[arg-type]  # just tested
    return _safe(column.labels.get(str(value), str(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _safe(value: str) -> str:
    """Drop control characters, so that a cell cannot move the cursor or ring."""
    return "".join(c if c.isprintable() else " " for c in value)
