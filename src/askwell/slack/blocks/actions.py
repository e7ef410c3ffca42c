"""What buttons, menus and forms are called, and what they carry: the listeners read it here.

A button carries the turn of its answer and, where there are several, its number: never a text
of the answer, so that nothing that was shown can be put into a click.
"""

import re

from askwell.domain.noun import Noun

# Buttons and menus under an answer. The numbered ones end in `_0`, `_1` …
SUGGESTION = "askwell_suggestion"
CHOICE = "askwell_choice"
CHOICE_MENU = "askwell_choice_menu"
SQL = "askwell_sql"
RECEIPT = "askwell_receipt"
CORRECT = "askwell_correct"
FILES = "askwell_files"
FEEDBACK = "askwell_feedback"
AGAIN = "askwell_again"
SHARE = "askwell_share"
OPEN = "askwell_open"

# The Home tab and the settings.
PROMPT = "askwell_prompt"
LANGUAGE = "askwell_language"
PRIVACY = "askwell_privacy"

# Forms: a view's callback_id, and the inputs in it (block_id and action_id are the same).
CORRECTION_FORM = "askwell_correction_form"
FEEDBACK_FORM = "askwell_feedback_form"
PREFERENCES_FORM = "askwell_preferences_form"
PHRASE = "askwell_phrase"
MEANT = "askwell_meant"
REASONS = "askwell_reasons"
REMARK = "askwell_remark"

SUGGESTIONS = re.compile(rf"^{SUGGESTION}_\d+$")
CHOICES = re.compile(rf"^{CHOICE}_\d+$")
PROMPTS = re.compile(rf"^{PROMPT}_\d+$")


class Origin(Noun):
    """Say where a form was opened: which answer, in which thread; a view's private_metadata."""

    turn: str
    channel: str = ""
    thread: str = ""


def value(turn: str, part: str | int) -> str:
    """Return what a button carries: its turn, and which of them it is."""
    return f"{turn}:{part}"


def read_value(carried: str) -> tuple[str, str]:
    """Return the turn and the part that a button carries.

    >>> read_value(value("t1", 2))
    ('t1', '2')
    """
    turn, _, part = carried.partition(":")
    return turn, part
