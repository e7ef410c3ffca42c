"""Composition objects: text, options, confirmation, files."""

from typing import Any

from askwell.playground.validation.checks import (
    Check,
    Place,
    Problems,
    anything,
    boolean,
    by_type,
    excludes,
    items,
    needs_one,
    one_of,
    shape,
    string,
    typed,
)
from askwell.playground.validation.limits import most


def plain(limit: str) -> Check:
    """Ask for a plain_text object."""
    return by_type({"plain_text": _plain_text(limit)})


def text(limit: str) -> Check:
    """Ask for a plain_text or mrkdwn object."""
    return by_type({"plain_text": _plain_text(limit), "mrkdwn": _mrkdwn(limit)})


def _plain_text(limit: str) -> Check:
    return typed("plain_text", {"text": string(limit, least=1)}, {"emoji": boolean})


def _mrkdwn(limit: str) -> Check:
    return typed("mrkdwn", {"text": string(limit, least=1)}, {"verbatim": boolean})


def url(value: Any, place: Place) -> Problems:
    """Ask for a web address."""
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        yield place.says("must be a valid url")
    elif len(value) > most("url"):
        yield place.says(f"must be less than {most('url') + 1} characters")


CONFIRM = shape(
    {
        "title": plain("confirm.title"),
        "text": text("confirm.text"),
        "confirm": plain("confirm.button"),
        "deny": plain("confirm.button"),
    },
    {"style": one_of("primary", "danger")},
)


def option(of_text: Check) -> Check:
    """Ask for an option; a select's has plain text, a radio button's may have mrkdwn."""
    return shape(
        {"text": of_text, "value": string("option.value", least=1)},
        {"description": of_text, "url": url},
    )


PLAIN_OPTION = option(plain("option.text"))
RICH_OPTION = option(text("option.text"))
OPTION_GROUP = shape(
    {
        "label": plain("option_group.label"),
        "options": items(PLAIN_OPTION, "select.options", least=1),
    }
)
SLACK_FILE = shape(
    {},
    {"id": string(least=1), "url": url},
    needs_one("id", "url"),
    excludes("id", "url"),
)
IMAGE_SOURCE: dict[str, Check] = {"image_url": url, "slack_file": SLACK_FILE}
IMAGE_RULES = (needs_one("image_url", "slack_file"), excludes("image_url", "slack_file"))
IMAGE_ELEMENT = typed(
    "image", {"alt_text": string("image.alt_text", least=1)}, IMAGE_SOURCE, *IMAGE_RULES
)
DISPATCH = shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), least=1)}
)
CONVERSATION_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
)
URL_SOURCE = typed("url", {"url": url, "text": string(least=1)}, {"icon_url": anything})
