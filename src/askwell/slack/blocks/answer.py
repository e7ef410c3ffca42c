"""An answer as a Slack message: the sentence first, then what it rests on, then what to do next."""

from collections.abc import Callable

from askwell.domain.answer import Answer
from askwell.domain.kept import KeptAnswer
from askwell.domain.turn import Kind
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.chart import alt_text, native, title_of
from askwell.slack.blocks.elements import (
    Block,
    actions,
    button,
    code,
    context,
    menu,
    option,
)
from askwell.slack.blocks.message import MOST_CHARACTERS, FileKind, SlackMessage, characters
from askwell.slack.blocks.safe_text import clean, size
from askwell.slack.blocks.said import feedback, notification, sentence, suggestions, tools
from askwell.slack.blocks.small_print import small_print, subject, warnings
from askwell.slack.blocks.table import ShownTable, data_table

_MOST_CHOICE_BUTTONS = 5
_LONGEST_CHOICE_BUTTON = 30
_MOST_CHOICES = 100
_SPARE = 200  # for a sentence on what the table leaves out


def answer_message(kept: KeptAnswer, *, chart_file: str | None = None) -> SlackMessage:
    """Return an answer of any kind as a message.

    `chart_file`: the id of the uploaded PNG, once the message has asked for one.
    """
    answer = kept.answer.model_copy(update={"turn": kept.id})
    if answer.kind == "answer":
        return _answer(answer, chart_file)
    return _REPLIES.get(answer.kind, _talk)(answer)


def _answer(answer: Answer, chart_file: str | None) -> SlackMessage:
    chart, chart_files, alt = _chart(answer, chart_file)
    before = [sentence(answer), *warnings(answer), *chart]
    after = [*small_print(answer), *suggestions(answer)]
    menu, votes = tools(answer, with_files=_has_rows(answer)), feedback(answer)
    room = MOST_CHARACTERS - _SPARE - characters([before, after, menu, votes])
    table = _table(answer, room)
    body = [table.block, *context(table.left_out)] if table else []
    whole: tuple[FileKind, ...] = ()
    if _has_rows(answer) and (table is None or table.left_out):
        # The files go along, so the menu that would fetch them is not needed.
        whole, menu = ("csv", "xlsx"), tools(answer, with_files=False)
    return SlackMessage(
        text=notification([answer.headline, *answer.observations[:1]]),
        blocks=(*before, *body, *after, *menu, *votes),
        files=(*chart_files, *whole),
        chart_alt=alt,
    )


def _chart(answer: Answer, file: str | None) -> tuple[list[Block], tuple[FileKind, ...], str]:
    """Return the chart's block, and what must be drawn where Slack cannot draw it."""
    if answer.chart is None:
        return [], (), ""
    title = title_of(answer.chart, answer.table, subject(answer))
    drawn = native(answer.chart, title)
    if drawn:
        return [drawn], (), ""
    alt = alt_text(answer.chart, title)
    if file is None:
        return [], ("chart",), alt
    return [{"type": "image", "slack_file": {"id": file}, "alt_text": alt}], (), alt


def _table(answer: Answer, room: int) -> ShownTable | None:
    if answer.table is None or not _has_rows(answer):
        return None
    return data_table(answer.table, subject(answer), answer.language, room=room)


def _has_rows(answer: Answer) -> bool:
    """Tell whether there is a table to show: the headline says a single number better."""
    table = answer.table
    if table is None or not table.rows or not table.columns:
        return False
    return len(table.columns) > 1 or table.row_count > 1


def _clarify(answer: Answer) -> SlackMessage:
    """Ask back, with choices to click; typing an answer works as well, and it says so."""
    hint = "You can also type your answer." if answer.choices else "Type your answer here."
    return SlackMessage(
        text=notification([answer.headline, " / ".join(answer.choices)]),
        blocks=(sentence(answer), *_choices(answer), *context(text(hint, answer.language))),
    )


def _choices(answer: Answer) -> list[Block]:
    """Return a few short choices as buttons, others as a menu."""
    offered = [(choice, ids.value(answer.turn, i)) for i, choice in enumerate(answer.choices)]
    short = all(size(clean(c)) <= _LONGEST_CHOICE_BUTTON for c in answer.choices)
    if short and len(offered) <= _MOST_CHOICE_BUTTONS:
        return actions(
            button(choice, f"{ids.CHOICE}_{i}", carried)
            for i, (choice, carried) in enumerate(offered)
        )
    options = [option(choice, carried) for choice, carried in offered[:_MOST_CHOICES]]
    return actions([menu(ids.CHOICE_MENU, options, text("Choose one", answer.language))])


def _decline(answer: Answer) -> SlackMessage:
    """Say why not, and what can be asked instead."""
    return SlackMessage(
        text=notification([answer.headline, *answer.observations[:1]]),
        blocks=(
            sentence(answer),
            *warnings(answer),
            *suggestions(answer),
            *tools(answer, with_files=False),
            *feedback(answer),
        ),
    )


def _talk(answer: Answer) -> SlackMessage:
    """Talk, explain or help; SQL that was asked for stands in the message where it fits.

    Rows that were asked for as a file go along as one.
    """
    shown = code(answer.sql or "")
    rows: tuple[FileKind, ...] = ("csv", "xlsx") if answer.files_of else ()
    return SlackMessage(
        text=notification([answer.headline, *answer.observations[:1]]),
        blocks=(sentence(answer), *shown, *suggestions(answer)),
        files=("sql", *rows) if answer.sql and not shown else rows,
    )


def _ended(answer: Answer) -> SlackMessage:
    """Say that it was stopped or went wrong, with the reference number, and offer another try."""
    again = button(text("Ask again", answer.language), ids.AGAIN, answer.turn)
    unsaid = answer.reference if answer.reference not in answer.headline else ""
    reference = text("Reference: {reference}", answer.language, reference=unsaid) if unsaid else ""
    return SlackMessage(
        text=notification([answer.headline, reference]),
        blocks=(sentence(answer), *context(reference), *actions([again])),
    )


_REPLIES: dict[Kind, Callable[[Answer], SlackMessage]] = {
    "clarify": _clarify,
    "decline": _decline,
    "stopped": _ended,
    "error": _ended,
}
