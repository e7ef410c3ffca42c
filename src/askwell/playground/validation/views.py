"""Modals and the Home tab."""

from typing import Any

from askwell.playground.refusal import with_messages
from askwell.playground.validation.blocks import blocks
from askwell.playground.validation.checks import (
    Check,
    Place,
    Problems,
    boolean,
    one_of,
    shape,
    string,
)
from askwell.playground.validation.objects import plain

COMMON: dict[str, Check] = {
    "private_metadata": string("view.private_metadata"),
    "callback_id": string("view.callback_id"),
    "external_id": string("view.external_id"),
}


def submit_for_inputs(value: Any, place: Place) -> Problems:
    """Ask for a submit button where there is something to fill in."""
    has_input = any(block["type"] == "input" for block in value["blocks"])
    if has_input and "submit" not in value:
        yield place.says("missing required field: submit")


MODAL = shape(
    {"type": one_of("modal"), "title": plain("view.title"), "blocks": blocks},
    {
        **COMMON,
        "submit": plain("view.submit"),
        "close": plain("view.close"),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    submit_for_inputs,
)
HOME = shape({"type": one_of("home"), "blocks": blocks}, COMMON)


def check_view(view: Any, kind: str) -> None:
    """Refuse a view that Slack would refuse.

    Raises:
        NotOk: invalid_arguments, with the places.
    """
    place = Place("/view", kind)
    problems = list((MODAL if kind == "modal" else HOME)(view, place))
    if problems:
        raise with_messages("invalid_arguments", problems)
