"""The conversation memory: one record a question."""

from datetime import datetime
from typing import Literal

from askwell.domain.catalog import ColumnRef
from askwell.domain.intent import Choice, Intent
from askwell.domain.noun import Language, Noun
from askwell.domain.result import Way
from askwell.domain.rights import TableRights

SCHEMA_VERSION = 1
Kind = Literal["answer", "clarify", "decline", "chat", "taught", "stopped", "error"]


class Pending(Noun):
    """Remember what was asked back, so that a typed reply can answer it."""

    phrase: str = ""
    choices: tuple[Choice, ...] = ()


class Turn(Noun):
    """Remember one question and what became of it.

    Written once, at the end of a turn; read only when a follow-up needs it. A follow-up runs
    with the rights of whoever asks it, and inherits only what `reads` says they may read.
    `seen`: the same by table, with the row rules under which its values were known; None in
    turns of before. `rows_of`: the turn whose answer has the rows that were spoken of last.
    `restarted`: the thread began anew here (처음부터).
    """

    id: str
    thread: str
    question: str
    asker: str
    language: Language
    asked: datetime
    kind: Kind
    standalone: str = ""
    intent: Intent | None = None
    pending: Pending | None = None
    way: Way | None = None
    sql: str | None = None
    dialect: str | None = None
    reads: tuple[ColumnRef, ...] = ()
    seen: tuple[TableRights, ...] | None = None
    result_id: str | None = None
    rows_of: str = ""
    restarted: bool = False
    catalog_version: str = ""
    schema_version: int = SCHEMA_VERSION
