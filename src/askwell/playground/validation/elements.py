"""Block elements, and which of them each block takes."""

from typing import Any

from askwell.playground.validation.checks import (
    Check,
    Place,
    Problems,
    boolean,
    by_type,
    excludes,
    integer,
    items,
    needs_one,
    one_of,
    shape,
    string,
    typed,
)
from askwell.playground.validation.limits import most
from askwell.playground.validation.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IMAGE_ELEMENT,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_OPTION,
    plain,
    text,
    url,
)

ACTION: dict[str, Check] = {"action_id": string("action_id", least=1), "confirm": CONFIRM}
FOCUS: dict[str, Check] = {"focus_on_load": boolean}
HINTED: dict[str, Check] = {**ACTION, **FOCUS, "placeholder": plain("placeholder")}
TYPED: dict[str, Check] = {
    **HINTED,
    "initial_value": string("plain_text_input.length"),
    "dispatch_action_config": DISPATCH,
}

BUTTON = typed(
    "button",
    {"text": plain("button.text")},
    {
        **ACTION,
        "url": url,
        "value": string("button.value"),
        "style": one_of("primary", "danger"),
        "accessibility_label": string("button.accessibility_label"),
        "agent_prompt": string("button.agent_prompt"),
        "agent_prompt_display": string(),
        "visible_to_user_ids": items(string()),
    },
)
FEEDBACK_BUTTON = shape(
    {"text": plain("feedback.text"), "value": string("feedback.value")},
    {"accessibility_label": string("button.accessibility_label")},
)
FEEDBACK = typed(
    "feedback_buttons",
    {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
    {"action_id": ACTION["action_id"]},
)
ICON_BUTTON = typed(
    "icon_button",
    {"icon": one_of("trash"), "text": plain("button.text")},
    {
        **ACTION,
        "value": string("button.value"),
        "accessibility_label": string("button.accessibility_label"),
        "visible_to_user_ids": items(string()),
    },
)
OVERFLOW = typed("overflow", {"options": items(PLAIN_OPTION, "overflow.options", least=1)}, ACTION)
DATEPICKER = typed("datepicker", {}, {**HINTED, "initial_date": string(least=10)})
TIMEPICKER = typed("timepicker", {}, {**HINTED, "initial_time": string(), "timezone": string()})
DATETIMEPICKER = typed(
    "datetimepicker", {}, {**ACTION, **FOCUS, "initial_date_time": integer(0, 9_999_999_999)}
)


def initial_options(value: Any, place: Place) -> Problems:
    """Ask that what is chosen at first is among what may be chosen."""
    offered = list(value.get("options", []))
    for group in value.get("option_groups", []):
        offered += group["options"]
    chosen = list(value.get("initial_options", []))
    chosen += [value["initial_option"]] if "initial_option" in value else []
    for one in chosen:
        if one not in offered:
            yield place.says("initial option is not among the options")


def static_select(kind: str, initial: dict[str, Check]) -> Check:
    """Write a select menu with its own options."""
    return typed(
        kind,
        {},
        {
            **HINTED,
            **initial,
            "options": items(PLAIN_OPTION, "select.options", least=1),
            "option_groups": items(OPTION_GROUP, "select.option_groups", least=1),
        },
        needs_one("options", "option_groups"),
        excludes("options", "option_groups"),
        initial_options,
    )


SOME: dict[str, Check] = {"max_selected_items": integer(1, 100)}
IDS = items(string(least=1))
CONVERSATIONS: dict[str, Check] = {
    "filter": CONVERSATION_FILTER,
    "default_to_current_conversation": boolean,
}
SELECTS: dict[str, Check] = {
    "static_select": static_select("static_select", {"initial_option": PLAIN_OPTION}),
    "external_select": typed(
        "external_select",
        {},
        {**HINTED, "initial_option": PLAIN_OPTION, "min_query_length": integer(0, 255)},
    ),
    "users_select": typed("users_select", {}, {**HINTED, "initial_user": string()}),
    "channels_select": typed(
        "channels_select",
        {},
        {**HINTED, "initial_channel": string(), "response_url_enabled": boolean},
    ),
    "conversations_select": typed(
        "conversations_select",
        {},
        {
            **HINTED,
            **CONVERSATIONS,
            "initial_conversation": string(),
            "response_url_enabled": boolean,
        },
    ),
}
MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": static_select(
        "multi_static_select", {**SOME, "initial_options": items(PLAIN_OPTION)}
    ),
    "multi_external_select": typed(
        "multi_external_select",
        {},
        {
            **HINTED,
            **SOME,
            "initial_options": items(PLAIN_OPTION),
            "min_query_length": integer(0, 255),
        },
    ),
    "multi_users_select": typed("multi_users_select", {}, {**HINTED, **SOME, "initial_users": IDS}),
    "multi_channels_select": typed(
        "multi_channels_select", {}, {**HINTED, **SOME, "initial_channels": IDS}
    ),
    "multi_conversations_select": typed(
        "multi_conversations_select",
        {},
        {**HINTED, **SOME, **CONVERSATIONS, "initial_conversations": IDS},
    ),
}
RADIO = typed(
    "radio_buttons",
    {"options": items(RICH_OPTION, "radio.options", least=1)},
    {**ACTION, **FOCUS, "initial_option": RICH_OPTION},
    initial_options,
)
CHECKBOXES = typed(
    "checkboxes",
    {"options": items(RICH_OPTION, "checkboxes.options", least=1)},
    {**ACTION, **FOCUS, "initial_options": items(RICH_OPTION)},
    initial_options,
)
LENGTH = most("plain_text_input.length")
TEXT_INPUT = typed(
    "plain_text_input",
    {},
    {
        **TYPED,
        "multiline": boolean,
        "min_length": integer(0, LENGTH),
        "max_length": integer(1, LENGTH),
    },
)
NUMBER_INPUT = typed(
    "number_input",
    {"is_decimal_allowed": boolean},
    {**TYPED, "min_value": string(), "max_value": string()},
)
CHOICES = {"radio_buttons": RADIO, "checkboxes": CHECKBOXES, **SELECTS, **MULTI_SELECTS}
MOMENTS = {"datepicker": DATEPICKER, "timepicker": TIMEPICKER}

IN_ACTIONS = by_type(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        "datetimepicker": DATETIMEPICKER,
        **MOMENTS,
        **CHOICES,
    }
)
IN_SECTION = by_type(
    {"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE_ELEMENT, **MOMENTS, **CHOICES}
)
IN_CONTEXT = by_type(
    {
        "image": IMAGE_ELEMENT,
        "plain_text": text("context.text"),
        "mrkdwn": text("context.text"),
    }
)
IN_CONTEXT_ACTIONS = by_type({"feedback_buttons": FEEDBACK, "icon_button": ICON_BUTTON})
IN_INPUT = by_type(
    {
        "plain_text_input": TEXT_INPUT,
        "email_text_input": typed("email_text_input", {}, TYPED),
        "url_text_input": typed("url_text_input", {}, TYPED),
        "number_input": NUMBER_INPUT,
        "datetimepicker": DATETIMEPICKER,
        **MOMENTS,
        **CHOICES,
    }
)
