"""An answer's rows as a file: its query runs again, with the rights of whoever wants the file."""

import asyncio
import re
from typing import Literal

from askwell.conversation.doors import Doors
from askwell.conversation.reads import under
from askwell.conversation.seen import kept_for, require_rights, spoken
from askwell.domain.answer import AnswerTable
from askwell.domain.catalog import ColumnRef
from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Noun
from askwell.domain.result import Result
from askwell.domain.rights import Asker, Rights, TableRights
from askwell.errors import Refused
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
    table = _table(kept, result)
    return Export(
        name=f"{_name(kept)}.{kind}",
        mime=_MIME[kind],
        content=await asyncio.to_thread(_written, table, kept, kind),
        rows=result.row_count,
        truncated=result.truncated,
        reads=_reads(kept, doors.rights_of(asker)),
    )


def _reads(kept: KeptAnswer, rights: Rights) -> tuple[TableRights, ...] | None:
    if kept.reads is None:
        return None
    columns = (ColumnRef(table=r.table, column=name) for r in kept.reads for name in r.columns)
    return under(rights, columns, (r.table for r in kept.reads))


def _table(kept: KeptAnswer, result: Result) -> AnswerTable:
    """Return the rows under the labels that the answer showed: its draft gives the same columns."""
    assert kept.answer.table is not None
    return AnswerTable(
        columns=kept.answer.table.columns,
        rows=result.rows,
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
