"""What opens from an answer's buttons to be read: its SQL, and how it was read."""

from typing import Any

from askwell.domain.answer import Answer, ReceiptEntry
from askwell.domain.kept import KeptAnswer
from askwell.domain.noun import Language
from askwell.domain.result import Attempt
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.actions import Origin
from askwell.slack.blocks.elements import (
    Block,
    actions,
    bullets,
    button,
    code,
    context,
    joint,
    paragraph,
    plain,
    rich,
    span,
)
from askwell.slack.blocks.message import SlackView
from askwell.slack.blocks.small_print import assumptions, days, way

_MOST_LINES = 30
_MOST_LINE = 400
_MOST_STEPS = 10
_KIND = {
    "written": "The model wrote the SQL.",
    "mended": "Mistakes were mended by rule.",
    "rewritten": "The check found {n} faults, so the model wrote it again.",
}


def sql_modal(kept: KeptAnswer, origin: Origin) -> SlackView:
    """Return the SQL of an answer; longer than a block holds, it comes as a file."""
    answer = kept.answer
    sql = answer.sql or ""
    shown = code(sql)
    body = shown or [rich(paragraph(span(_no_room(sql, answer.language))))]
    blocks = [*body, *context(way(answer)), *context(_dialect(answer))]
    view = modal("SQL", blocks, origin, answer.language)
    return SlackView(view=view, files=("sql",) if sql and not shown else ())


def _no_room(sql: str, language: Language) -> str:
    if not sql:
        return text("This answer has no SQL.", language)
    return text("The SQL is too long to show here; it comes as a file in the thread.", language)


def _dialect(answer: Answer) -> str:
    return text("Dialect: {name}", answer.language, name=answer.dialect) if answer.dialect else ""


def receipt_modal(kept: KeptAnswer, origin: Origin) -> SlackView:
    """Return how the question was read: phrases, assumptions, days, tables, and the SQL's path."""
    answer, language = kept.answer, kept.answer.language
    lines = [_read(entry, language) for entry in answer.receipt[:_MOST_LINES]]
    notes = [[span(a, most=_MOST_LINE)] for a in assumptions(answer)[:_MOST_LINES]]
    blocks = [
        rich(paragraph(span(kept.question, bold=True, most=500))),
        *_part("", lines),
        *_part(text("Assumed", language), notes),
        *_part(text("How the SQL came to be", language), _path(answer)),
        *_facts(answer),
        *actions([button(text("Correct it", language), ids.CORRECT, kept.id)] if lines else []),
    ]
    title = text("How I read it", language)
    return SlackView(view=modal(title, blocks, origin, language))


def _read(entry: ReceiptEntry, language: Language) -> list[Block]:
    phrase = span(entry.phrase, bold=True, most=200)
    return [phrase, joint(" → "), span(entry.meaning, most=_MOST_LINE)]


def _part(title: str, lines: list[list[Block]]) -> list[Block]:
    if not lines:
        return []
    return [rich(*([paragraph(span(title, bold=True))] if title else []), *bullets(lines))]


def _facts(answer: Answer) -> list[Block]:
    """Return the days and the tables, and the badge."""
    language, covered = answer.language, days(answer)
    tables = ", ".join(answer.tables)
    facts = [
        text("Days: {days}", language, days=covered) if covered else "",
        text("Tables: {tables}", language, tables=tables) if tables else "",
    ]
    return [*context(" · ".join(f for f in facts if f)), *context(way(answer))]


def _path(answer: Answer) -> list[list[Block]]:
    """Return how SQL of a model came to be, a line a step."""
    return [_step(step, answer.language) for step in answer.path[:_MOST_STEPS]]


def _step(step: Attempt, language: Language) -> list[Block]:
    """Say a step in plain words; of a mend also what was put in place of what."""
    said = span(text(_KIND[step.kind], language, n=len(step.findings)))
    changes = " · ".join(step.notes) if step.kind == "mended" else ""
    return [said, joint(" "), span(changes, most=_MOST_LINE)] if changes else [said]


def modal(
    title: str, blocks: list[Block], origin: Origin, language: Language, **more: Any
) -> dict[str, Any]:
    """Return a modal that remembers where it was opened."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(text("Close", language), 24),
        "private_metadata": origin.model_dump_json(),
        "blocks": blocks,
        **more,
    }
