"""The blocks, and the surface on which each may stand."""

from typing import Any

from askwell.playground.validation.charts import CHART
from askwell.playground.validation.checks import (
    Check,
    Place,
    Problems,
    boolean,
    by_type,
    items,
    needs_one,
    one_of,
    string,
    typed,
)
from askwell.playground.validation.elements import (
    BUTTON,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from askwell.playground.validation.objects import (
    IMAGE_ELEMENT,
    IMAGE_RULES,
    IMAGE_SOURCE,
    URL_SOURCE,
    plain,
    text,
    url,
)
from askwell.playground.validation.rich_text import RICH_TEXT
from askwell.playground.validation.tables import DATA_TABLE, TABLE

ID: dict[str, Check] = {"block_id": string("block_id", least=1)}
STATUS = one_of("pending", "in_progress", "complete", "error")

SECTION = typed(
    "section",
    {},
    {
        **ID,
        "text": text("section.text"),
        "fields": items(text("section.field"), "section.fields", least=1),
        "accessory": IN_SECTION,
        "expand": boolean,
    },
    needs_one("text", "fields"),
)
IMAGE = typed(
    "image",
    {"alt_text": string("image.alt_text", least=1)},
    {**ID, **IMAGE_SOURCE, "title": plain("image.title")},
    *IMAGE_RULES,
)
ACTIONS = typed("actions", {"elements": items(IN_ACTIONS, "actions.elements", least=1)}, ID)
CONTEXT = typed("context", {"elements": items(IN_CONTEXT, "context.elements", least=1)}, ID)
CONTEXT_ACTIONS = typed(
    "context_actions",
    {"elements": items(IN_CONTEXT_ACTIONS, "context_actions.elements", least=1)},
    ID,
)
INPUT = typed(
    "input",
    {"label": plain("input.label"), "element": IN_INPUT},
    {**ID, "hint": plain("input.hint"), "optional": boolean, "dispatch_action": boolean},
)
VIDEO = typed(
    "video",
    {
        "alt_text": string("image.alt_text", least=1),
        "title": plain("video.title"),
        "video_url": url,
        "thumbnail_url": url,
    },
    {
        **ID,
        "title_url": url,
        "description": plain("image.title"),
        "provider_icon_url": url,
        "provider_name": string("video.author_name"),
        "author_name": string("video.author_name"),
    },
)
TASK_CARD = typed(
    "task_card",
    {"task_id": string(least=1), "title": string(least=1), "status": STATUS},
    {**ID, "details": RICH_TEXT, "output": RICH_TEXT, "sources": items(URL_SOURCE)},
)
PLAN = typed("plan", {"title": string(least=1)}, {**ID, "tasks": items(TASK_CARD)})
CARD = typed(
    "card",
    {},
    {
        **ID,
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "title": text("card.title"),
        "subtitle": text("card.subtitle"),
        "body": text("card.body"),
        "actions": items(BUTTON, least=1),
    },
    needs_one("hero_image", "title", "actions", "body"),
)
EVERYWHERE: dict[str, Check] = {
    "section": SECTION,
    "divider": typed("divider", {}, ID),
    "image": IMAGE,
    "actions": ACTIONS,
    "context": CONTEXT,
    "input": INPUT,
    "header": typed("header", {"text": plain("header.text")}, ID),
    "rich_text": RICH_TEXT,
    "video": VIDEO,
}
DRAWN: dict[str, Check] = {
    "context_actions": CONTEXT_ACTIONS,
    "markdown": typed("markdown", {"text": string("markdown.text", least=1)}, ID),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": CHART,
    "task_card": TASK_CARD,
    "plan": PLAN,
    "card": CARD,
    "carousel": typed(
        "carousel", {"elements": items(by_type({"card": CARD}), "carousel.elements", least=1)}, ID
    ),
}
CONTAINER = typed(
    "container",
    {"child_blocks": items(by_type({**EVERYWHERE, **DRAWN}), "container.child_blocks", least=1)},
    {
        **ID,
        "title": plain("container.title"),
        "rich_text_title": RICH_TEXT,
        "subtitle": text("container.subtitle"),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": IMAGE_ELEMENT,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    needs_one("title", "rich_text_title"),
)
ALERT = typed(
    "alert",
    {"text": text("alert.text")},
    {**ID, "level": one_of("default", "info", "warning", "error", "success")},
)
ON_SURFACE: dict[str, Check] = {
    "message": by_type({**EVERYWHERE, **DRAWN, "container": CONTAINER}),
    "modal": by_type({**EVERYWHERE, "alert": ALERT}),
    "home": by_type(EVERYWHERE),
}


def blocks(value: Any, place: Place) -> Problems:
    """Check blocks one by one, and that their ids differ."""
    limit = "message.blocks" if place.surface == "message" else "view.blocks"
    yield from items(ON_SURFACE[place.surface], limit)(value, place)
    if isinstance(value, list):
        yield from _ids(value, place)


def _ids(found: list[Any], place: Place) -> Problems:
    seen: set[str] = set()
    for index, block in enumerate(found):
        if not isinstance(block, dict):
            continue
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield place.at(f"{index}/block_id").says(f"`block_id` {name} already exists")
        seen.add(str(name))
        actions: set[str] = set()
        for action in action_ids(block):
            if action in actions:
                yield place.at(index).says(f"`action_id` {action} already exists in this block")
            actions.add(action)


def elements(block: Any) -> list[dict[str, Any]]:
    """List the elements that a person may use in a block."""
    parts = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    parts += block.get("actions") or []
    found = [part for part in parts if isinstance(part, dict) and "type" in part]
    for inner in [*(block.get("child_blocks") or []), *found]:
        if isinstance(inner, dict) and inner.get("type") in {"card", *EVERYWHERE} - {"image"}:
            found = [*found, *elements(inner)]
    return found


def action_ids(block: Any) -> list[str]:
    """List the action ids of a block."""
    return [e["action_id"] for e in elements(block) if isinstance(e.get("action_id"), str)]
