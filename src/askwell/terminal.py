"""Show an answer on a terminal."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from askwell.domain.answer import Answer, AnswerTable, TableColumn
from askwell.domain.noun import Language, Scalar
from askwell.messages import bucket, number, text

_MOST_ROWS = 30
_WAY = {
    "governed": "Governed: from the company's own metric definitions.",
    "verified": "Verified: from a query that the data team has checked.",
    "generated": "Generated: written by a model and checked.",
}


def show(answer: Answer, console: Console) -> None:
    """Print an answer: sentence, observations, table, receipt, SQL, small print."""
    console.print(Text(_safe(answer.headline), style="bold"))
    for part in _parts(answer):
        console.print(Padding(part, (0, 0, 0, 2)))
    console.print()


def _parts(answer: Answer) -> list[RenderableType]:
    language = answer.language
    parts: list[RenderableType] = [Text(f"· {_safe(o)}") for o in answer.observations]
    if answer.table and answer.table.rows:
        parts.append(table(answer.table, language))
    if answer.way:
        parts.append(Text(text(_WAY[answer.way], language), style="green"))
    parts += [_receipt(answer)] if answer.receipt else []
    parts += [Text(f"※ {_safe(a)}", style="dim") for a in answer.assumptions]
    parts += [Text(f"! {_safe(f.message)}", style="yellow") for f in answer.findings]
    if answer.sql:
        parts.append(Syntax(answer.sql, "sql", theme="ansi_dark", background_color="default"))
    if answer.chart and answer.chart.path:
        parts.append(Text(f"{text('Chart', language)}: {answer.chart.path}"))
    parts += [Text(f"{i}. {_safe(c)}", style="cyan") for i, c in enumerate(answer.choices, 1)]
    if answer.suggestions:
        following = " · ".join(_safe(s) for s in answer.suggestions)
        parts.append(Text(f"{text('Next', language)}: {following}", style="cyan"))
    return parts


def _receipt(answer: Answer) -> Group:
    title = Text(text("How I read it", answer.language), style="dim")
    lines = [Text(f"  {_safe(r.phrase)} → {_safe(r.meaning)}", style="dim") for r in answer.receipt]
    return Group(title, *lines)


def table(shown: AnswerTable, language: Language) -> Table:
    """Return the first rows as a rich table; numbers stand to the right."""
    grid = Table(show_edge=False, header_style="bold", row_styles=["", "dim"])
    for column in shown.columns:
        right = any(_is_number(r[len(grid.columns)]) for r in shown.rows[:5])
        grid.add_column(escape(_safe(column.label)), justify="right" if right else "left")
    for row in shown.rows[:_MOST_ROWS]:
        grid.add_row(
            *(escape(cell(v, c, language)) for v, c in zip(row, shown.columns, strict=True))
        )
    rest = shown.row_count - _MOST_ROWS
    if rest > 0:
        grid.caption = text("… and {n} more rows", language, n=rest)
    return grid


def cell(value: Scalar, column: TableColumn, language: Language) -> str:
    """Return a cell as people read it: named, with its unit, without control characters."""
    if value is None:
        return "–"
    if column.grain and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return bucket(day, column.grain, language)
    if _is_number(value) and not column.labels:
        return number(value, column.unit, language)  # type: ignore[arg-type]  # just tested
    return _safe(column.labels.get(str(value), str(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _safe(value: str) -> str:
    """Drop control characters, so that a cell cannot move the cursor or ring."""
    return "".join(c if c.isprintable() else " " for c in value)
