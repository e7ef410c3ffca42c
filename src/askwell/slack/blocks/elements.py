"""The pieces of Block Kit that askwell uses, each within its limit (slack.md, docs.slack.dev)."""

from collections.abc import Iterable, Sequence
from typing import Any

from askwell.slack.blocks.safe_text import clean_lines, line, size

Block = dict[str, Any]

_MOST_BUTTON = 75
_MOST_OPTION = 75
_MOST_CONTEXT = 3_000
_MOST_CODE = 3_000


def plain(text: str, most: int) -> Block:
    """Return a plain_text object; nothing in it is read as markup or as an emoji's name."""
    return {"type": "plain_text", "text": line(text, most), "emoji": False}


def button(text: str, action: str, carried: str, *, style: str = "") -> Block:
    """Return a button."""
    styled = {"style": style} if style else {}
    label = plain(text, _MOST_BUTTON)
    return {"type": "button", "text": label, "action_id": action, "value": carried, **styled}


def option(text: str, carried: str) -> Block:
    """Return an option of a menu."""
    return {"text": plain(text, _MOST_OPTION), "value": carried}


def menu(action: str, options: Sequence[Block], placeholder: str) -> Block:
    """Return a menu to choose one of 1 to 100 options from."""
    return {
        "type": "static_select",
        "action_id": action,
        "options": [*options],
        "placeholder": plain(placeholder, 150),
    }


def actions(elements: Iterable[Block]) -> list[Block]:
    """Return a row of buttons; nothing for no buttons."""
    found = [*elements]
    return [{"type": "actions", "elements": found}] if found else []


def context(text: str) -> list[Block]:
    """Return a small line; nothing for no text."""
    return [{"type": "context", "elements": [plain(text, _MOST_CONTEXT)]}] if text else []


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a line of text, with a button or a menu beside it."""
    beside = {"accessory": accessory} if accessory else {}
    return {"type": "section", "text": plain(text, 3_000), **beside}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(text, 150)}


def rich(*parts: Block) -> Block:
    """Return rich text: its texts are shown as they are, whatever stands in them."""
    return {"type": "rich_text", "elements": [*parts]}


def span(text: str, *, bold: bool = False, most: int = 3_000) -> Block:
    """Return a piece of rich text."""
    style = {"style": {"bold": True}} if bold else {}
    return {"type": "text", "text": line(text, most), **style}


def paragraph(*spans: Block) -> Block:
    """Return a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": [*spans]}


def bullets(lines: Sequence[Sequence[Block]]) -> list[Block]:
    """Return a list of rich text; nothing for no lines."""
    elements = [paragraph(*spans) for spans in lines]
    return [{"type": "rich_text_list", "style": "bullet", "elements": elements}] if lines else []


def code(text: str) -> list[Block]:
    """Return lines that are shown as they are; nothing where none are, or more than fit."""
    lines = clean_lines(text).strip()
    if not 0 < size(lines) <= _MOST_CODE:
        return []
    shown = {"type": "text", "text": lines}
    return [rich({"type": "rich_text_preformatted", "elements": [shown]})]


def joint(before: str) -> Block:
    """Return the words between two spans, with the blanks that `span` would drop."""
    return {"type": "text", "text": before}
