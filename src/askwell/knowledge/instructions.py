"""instructions.md or instructions.txt: business context as plain text, one rule an item."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from askwell.domain.catalog import ColumnRef, Context
from askwell.errors import Misconfigured
from askwell.knowledge.folder import Known
from askwell.knowledge.labels import both

FILES = ("instructions.md", "instructions.txt")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)[\s#]*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+(.*)$")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")


@dataclass(frozen=True, slots=True)
class _Passage:
    """Be one paragraph or list item, below the heading that stands last before it."""

    heading: str
    text: str


def read_instructions(folder: Path, known: Known) -> tuple[Context, ...]:
    """Return one context a paragraph or list item; it reads the columns that it names.

    Raises:
        Misconfigured: a file is not UTF-8.
    """
    return tuple(
        _context(f"{name}:{number}", passage, known)
        for name in FILES
        if (folder / name).is_file()
        for number, passage in enumerate(_passages(_text(folder / name)), start=1)
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}. Save it as UTF-8 text.") from error


def _passages(text: str) -> Iterator[_Passage]:
    heading, lines = "", list[str]()
    for line in [*text.splitlines(), ""]:
        title, item = _HEADING.match(line), _ITEM.match(line)
        if lines and (title or item or not line.strip()):
            yield _Passage(heading, " ".join(lines))
            lines = []
        if title:
            heading = title[1]
        elif line.strip():
            lines.append(item[1].strip() if item else line.strip())


def _context(name: str, passage: _Passage, known: Known) -> Context:
    names = _NAME.findall(passage.text)
    tables = tuple(dict.fromkeys(n for n in names if n in known.tables))
    reads = tuple(dict.fromkeys(r for n in names for r in _columns(n, tables, known)))
    return Context(
        name=name,
        title=both(passage.heading),
        text=both(passage.text),
        tables=tables,
        reads=reads,
    )


def _columns(name: str, mentioned: tuple[str, ...], known: Known) -> Iterator[ColumnRef]:
    """Yield the columns that a word names: `table.column`, or a column of a mentioned table.

    A bare word that several tables know may be an ordinary one, such as "name"; with an
    underscore it is none.
    """
    table, dot, column = name.rpartition(".")
    if dot:
        holders = [table] if table in known.tables else []
    else:
        column = name
        every = [t.name for t in known.tables.values() if t.column(name)]
        holders = [t for t in every if t in mentioned]
        if not holders and (len(every) == 1 or "_" in name):
            holders = every
    for holder in holders:
        if known.tables[holder].column(column):
            yield ColumnRef(table=holder, column=column)
