"""Things on the screen that can be used, and what using them sends."""

from dataclasses import dataclass
from typing import Any

from askwell.playground.nouns import Json, Message, View
from askwell.playground.validation.blocks import elements


@dataclass(frozen=True)
class Control:
    """An element and its block."""

    block: Json
    element: Json


def controls(where: Message | View) -> list[Control]:
    """List what can be used in a message or view, in the order of the screen."""
    blocks = where.blocks if isinstance(where, Message) else where.body["blocks"]
    found = []
    for block in blocks:
        for inner in [block, *block.get("child_blocks", [])]:
            found += [Control(inner, element) for element in elements(inner)]
    return [control for control in found if "action_id" in control.element]


def find_control(
    where: Message | View, action_id: str | None, value: str | None, *, kind: str | None = None
) -> Control:
    """Find a control by its action id (or the start of it), its value or its kind.

    Raises:
        LookupError: there is none.
    """
    found = [
        control
        for control in controls(where)
        if (action_id is None or control.element["action_id"].startswith(action_id))
        and (kind is None or control.element["type"] == kind)
        and (value is None or value in (control.element.get("value"), label(control.element)))
    ]
    exact = [control for control in found if control.element["action_id"] == action_id]
    if not found:
        there = [control.element["action_id"] for control in controls(where)]
        raise LookupError(f"no {action_id or kind} ({value}) among {there}")
    return (exact or found)[0]


def control_in(where: Message | View, block: str, action_id: str) -> Control:
    """Find the control of a block.

    Raises:
        LookupError: there is none.
    """
    for control in controls(where):
        if (control.block["block_id"], control.element["action_id"]) == (block, action_id):
            return control
    raise LookupError(f"no {action_id} in {block}")


def label(element: Json) -> str:
    """Read what stands on a control."""
    text = element.get("text", {})
    return str(text.get("text", "")) if isinstance(text, dict) else str(text)


def action(control: Control, value: Any) -> Json:
    """Write the action that using a control sends."""
    element = control.element
    kind = element["type"]
    done: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": control.block["block_id"],
    }
    if kind in ("button", "icon_button"):
        return done | {key: element[key] for key in ("text", "value") if key in element}
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        chosen = next(side for side in sides if side["value"] == value)
        return done | {"text": chosen["text"], "value": value}
    return done | state_of(element, value)


def state_of(element: Json, value: Any) -> Json:
    """Write an input's state as a view's `state.values` holds it.

    Raises:
        LookupError: no such option.
    """
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow", "external_select"):
        return {"type": kind, "selected_option": _option(element, value)}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [_option(element, one) for one in value]}
    if kind in SELECTED:
        return {"type": kind, SELECTED[kind]: value}
    return {"type": kind, "value": value}


SELECTED = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def _option(element: Json, value: Any) -> Json:
    offered = list(element.get("options", []))
    for group in element.get("option_groups", []):
        offered += group["options"]
    for option in offered:
        if value in (option["value"], option["text"]["text"]):
            chosen: Json = option
            return chosen
    raise LookupError(f"no option {value} among {[option['value'] for option in offered]}")
