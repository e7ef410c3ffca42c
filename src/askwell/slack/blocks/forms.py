"""What is filled in: a correction, a reason for 👎, the settings."""

from collections.abc import Mapping
from typing import Any

from askwell.domain.kept import KeptAnswer, Preference
from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.actions import Origin
from askwell.slack.blocks.elements import Block, menu, option, paragraph, plain, rich, span
from askwell.slack.blocks.message import SlackView
from askwell.slack.blocks.modals import modal

WHOLE_QUESTION = "whole"  # the choice of the correction form that is no phrase
_MOST_PHRASES = 99
_MOST_TYPED = 500
REASONS = {
    "wrong_number": "The number is wrong",
    "misread": "It misread my question",
    "old_data": "The data is old",
    "unclear": "It is hard to understand",
    "other": "Something else",
}


def correction_form(kept: KeptAnswer, origin: Origin) -> SlackView:
    """Ask which phrase was misread and what was meant; a phrase's value is its receipt number."""
    language = kept.answer.language
    phrases = [
        option(f"{entry.phrase} → {entry.meaning}", str(i))
        for i, entry in enumerate(kept.answer.receipt[:_MOST_PHRASES])
    ]
    whole = option(text("Something else in the question", language), WHOLE_QUESTION)
    choice = menu(ids.PHRASE, [*phrases, whole], text("Choose one", language))
    blocks = [
        rich(paragraph(span(kept.question, bold=True, most=500))),
        _input(ids.PHRASE, text("What was misread?", language), choice),
        _input(ids.MEANT, text("What did you mean?", language), _typed(ids.MEANT)),
    ]
    submit = plain(text("Ask again", language), 24)
    more = {"submit": submit, "callback_id": ids.CORRECTION_FORM}
    view = modal(text("Correct it", language), blocks, origin, language, **more)
    return SlackView(view=view)


def feedback_form(origin: Origin, language: Language) -> SlackView:
    """Ask what was not right about an answer; both fields may stay empty."""
    reasons = [option(text(said, language), key) for key, said in REASONS.items()]
    boxes = {"type": "checkboxes", "action_id": ids.REASONS, "options": reasons}
    remark = _typed(ids.REMARK, multiline=True)
    blocks = [
        _input(ids.REASONS, text("What was not right?", language), boxes, optional=True),
        _input(ids.REMARK, text("In your own words", language), remark, optional=True),
    ]
    more = {"submit": plain(text("Send", language), 24), "callback_id": ids.FEEDBACK_FORM}
    view = modal(text("Feedback", language), blocks, origin, language, **more)
    return SlackView(view=view)


def preferences_form(preference: Preference, language: Language) -> SlackView:
    """Ask for the language and whether answers always come to this person alone."""
    blocks = [
        _input(ids.LANGUAGE, text("Language", language), language_menu(preference, language)),
        _input(
            ids.PRIVACY,
            text("Privacy", language),
            privacy_box(preference, language),
            optional=True,
        ),
    ]
    more = {"submit": plain(text("Save", language), 24), "callback_id": ids.PREFERENCES_FORM}
    view = modal(text("Settings", language), blocks, Origin(turn=""), language, **more)
    return SlackView(view=view)


def language_menu(preference: Preference, language: Language) -> Block:
    """Return the menu of languages; `auto` is that of the question."""
    names: Mapping[str, str] = {
        "auto": text("As I write", language),
        "ko": "한국어",
        "en": "English",
    }
    options = {key: option(name, key) for key, name in names.items()}
    chosen = options[preference.language or "auto"]
    placeholder = text("Language", language)
    return {**menu(ids.LANGUAGE, [*options.values()], placeholder), "initial_option": chosen}


def privacy_box(preference: Preference, language: Language) -> Block:
    """Return the box by which answers always come to a person alone."""
    alone = option(text("Always send answers to me alone", language), "private")
    ticked = {"initial_options": [alone]} if preference.private else {}
    return {"type": "checkboxes", "action_id": ids.PRIVACY, "options": [alone], **ticked}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> dict[str, Any]:
    shown = plain(label, 2_000)
    return {
        "type": "input",
        "block_id": name,
        "label": shown,
        "element": element,
        "optional": optional,
    }


def _typed(name: str, *, multiline: bool = False) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": multiline,
        "max_length": _MOST_TYPED,
    }
