"""What a person typed, as the rich text that Slack makes of it."""

import re
from html import unescape
from typing import Any

from askwell.playground.nouns import Json

_MENTION = re.compile(r"<@(U\w+)>|<#(C\w+)(?:\|[^>]*)?>")


def typed(text: str) -> list[Json]:
    """Make blocks of a message's text: mentions become elements, the rest stays text."""
    elements: list[Json] = []
    at = 0
    for found in _MENTION.finditer(text):
        elements += [*_text(text[at : found.start()]), _named(found)]
        at = found.end()
    elements += _text(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _text(text: str) -> list[Json]:
    return [{"type": "text", "text": unescape(text)}] if text else []


def _named(found: re.Match[str]) -> dict[str, Any]:
    if found[1]:
        return {"type": "user", "user_id": found[1]}
    return {"type": "channel", "channel_id": found[2]}
