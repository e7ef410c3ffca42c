"""What every answer says: its sentence, first for the eye, and again for notifications."""

from collections.abc import Iterable

from askwell.domain.answer import Answer
from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.elements import (
    Block,
    actions,
    bullets,
    button,
    option,
    paragraph,
    plain,
    rich,
    span,
)
from askwell.slack.blocks.safe_text import clean, escaped

_MOST_HEADLINE = 600
_MOST_OBSERVATIONS = 5
_MOST_OBSERVATION = 300
_MOST_SUGGESTIONS = 3


def sentence(answer: Answer) -> Block:
    """Return the headline, and the observations below it."""
    observed = answer.observations[:_MOST_OBSERVATIONS]
    lines = [[span(o, most=_MOST_OBSERVATION)] for o in observed]
    headline = paragraph(span(answer.headline, bold=True, most=_MOST_HEADLINE))
    return rich(headline, *bullets(lines))


def notification(parts: Iterable[str]) -> str:
    """Return the top-level text: what notifications show and screen readers read."""
    return " ".join(escaped(part) for part in parts if clean(part)) or "–"


def suggestions(answer: Answer) -> list[Block]:
    """Return the next questions as buttons."""
    asked = answer.suggestions[:_MOST_SUGGESTIONS]
    return actions(
        button(question, f"{ids.SUGGESTION}_{i}", ids.value(answer.turn, i))
        for i, question in enumerate(asked)
    )


def tools(answer: Answer, *, with_files: bool) -> list[Block]:
    """Return the buttons that look behind the answer, correct it, or give its rows as a file."""
    language, turn = answer.language, answer.turn
    found = [(ids.SQL, text("Show SQL", language))] if answer.sql else []
    if answer.receipt:
        found.append((ids.RECEIPT, text("How was it read?", language)))
        found.append((ids.CORRECT, text("Correct it", language)))
    buttons = [button(label, action, turn) for action, label in found]
    return actions([*buttons, files(turn, language)] if with_files else buttons)


def files(turn: str, language: Language) -> Block:
    """Return the menu of the whole table as a file."""
    kinds = {
        "csv": text("Get it as CSV", language),
        "xlsx": text("Get it as Excel (XLSX)", language),
    }
    options = [option(label, ids.value(turn, kind)) for kind, label in kinds.items()]
    return {"type": "overflow", "action_id": ids.FILES, "options": options}


def feedback(answer: Answer) -> list[Block]:
    """Return 👍 and 👎."""
    return [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": ids.FEEDBACK,
                    "positive_button": _vote(text("Helpful", answer.language), answer.turn, "up"),
                    "negative_button": _vote(
                        text("Not right", answer.language), answer.turn, "down"
                    ),
                }
            ],
        }
    ]


def _vote(label: str, turn: str, ballot: str) -> Block:
    return {
        "text": plain(label, 75),
        "accessibility_label": label,
        "value": ids.value(turn, ballot),
    }
