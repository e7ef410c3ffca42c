"""An answer's rows as a file: its query runs again, with the rights of whoever wants the file."""

import asyncio
import re
from typing import Literal

from askwell.agent.state import Context
from askwell.conversation.doors import Doors
from askwell.conversation.reads import read_by, under
from askwell.conversation.seen import kept_for, require_rights, spoken
from askwell.domain.answer import AnswerTable
from askwell.domain.catalog import ColumnRef
from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Noun
from askwell.domain.result import Draft, Result
from askwell.domain.rights import Asker, TableRights
from askwell.errors import BadQuery, Refused
from askwell.exports import as_csv, as_xlsx, named
from askwell.messages import text

FileKind = Literal["csv", "xlsx"]
_MIME: dict[FileKind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_NAME = 60
_NO_ROWS = "This answer has no rows for a file. Please ask for numbers first."


class Export(Noun):
    """Be a file with an answer's rows.

    `truncated`: there were more than a file may have. `reads`: what it shows, which may be more
    rows than the answer did, as it is made with the rights of whoever asks for it.
    """

    name: str
    mime: str
    content: bytes
    rows: int
    truncated: bool
    reads: tuple[TableRights, ...] | None = None


async def export(doors: Doors, turn: str, *, asker: Asker, kind: FileKind) -> Export:
    """Return an answer's rows as a file.

    Raises:
        Refused: this person may not see the answer, it has no rows, or it is gone.
        BadQuery, TimedOut, TooLarge, Transient: as the warehouse says.
    """
    kept = await kept_for(doors, turn, asker)
    require_rights(doors, kept, asker)
    if kept.draft is None or kept.answer.table is None:
        raise Refused(text(_NO_ROWS, spoken(asker, doors)), rule="no rows")
    result = await doors.run_all(kept.draft, asker)
    table = _table(kept.answer.table, result)
    return Export(
        name=f"{_name(kept)}.{kind}",
        mime=_MIME[kind],
        content=await asyncio.to_thread(_written, table, kept, kind),
        rows=result.row_count,
        truncated=result.truncated,
        reads=_reads(kept.draft, kept.reads, await doors.context_of(asker)),
    )


def _reads(
    draft: Draft, reads: tuple[TableRights, ...] | None, context: Context
) -> tuple[TableRights, ...] | None:
    ran = read_by(draft, context.catalog)
    if reads is None or ran is None:
        return None
    named = (ColumnRef(table=r.table, column=name) for r in reads for name in r.columns)
    columns, tables = ran
    return under(context.rights, (*columns, *named), (*tables, *(r.table for r in reads)))


def _table(answered: AnswerTable, result: Result) -> AnswerTable:
    """Return the rows under the labels that the answer showed, and no further column.

    A star in the query means more columns to whoever may read more.
    """
    found = iter(enumerate(column.name for column in result.columns))
    at = [next((i for i, name in found if name == c.name), -1) for c in answered.columns]
    if -1 in at:
        raise BadQuery("the query gives other columns than the answer had")
    return AnswerTable(
        columns=answered.columns,
        rows=tuple(tuple(row[i] for i in at) for row in result.rows),
        row_count=result.row_count,
        truncated=result.truncated,
    )


def _written(table: AnswerTable, kept: KeptAnswer, kind: FileKind) -> bytes:
    """Write stored values for programs, and what people call them for people."""
    if kind == "csv":
        return as_csv(table)
    return as_xlsx(named(table), title=kept.question, language=kept.answer.language)


def _name(kept: KeptAnswer) -> str:
    """Return the question's words as the name of a file."""
    words = "-".join(re.findall(r"\w+", kept.question))[:_LONGEST_NAME].strip("-_")
    return words or "askwell"
