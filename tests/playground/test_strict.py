"""What Slack refuses beyond its limits: shapes, surfaces, combinations."""

from typing import Any

import pytest
from limit_cases import (
    bars,
    button,
    chart,
    data_table,
    feedback,
    modal,
    options,
    pie,
    plain,
    raw,
    select,
    table,
)

from askwell.playground.refusal import NotOk
from askwell.playground.validation import (
    check_chunks,
    check_message,
    check_metadata,
    check_view,
)

Json = dict[str, Any]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}
NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}
AXES = {"categories": ["a", "b"]}


def actions(*found: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(found), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain(3), **more}


def series(*labels: str, name: str = "s") -> Json:
    return {"name": name, "data": [{"label": label, "value": 1} for label in labels]}


ACCEPTED = {
    "every kind of cell": data_table() | {"rows": [[raw("h"), NUMBER], [RICH, NUMBER]]},
    "a header of numbers": data_table() | {"rows": [[NUMBER], [NUMBER]]},
    "a row header": data_table(columns=3, row_header_column_index=2),
    "rows of a table may differ": table() | {"rows": [[raw("a")], [raw("b"), RICH]]},
    "null column settings": table(column_settings=[None, {"align": "right", "is_wrapped": True}]),
    "negative bars": chart(bars()),
    "a pie": chart(pie(2)),
    "points in another order": chart(
        {"type": "line", "series": [series("b", "a")], "axis_config": AXES}
    ),
    "feedback": {"type": "context_actions", "elements": [feedback() | {"action_id": "vote"}]},
    "same action id in two blocks": [
        actions(button(action_id="a")),
        actions(button(action_id="a")),
    ],
    "a task card": {
        "type": "plan",
        "title": "p",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "t", "status": "complete"}],
    },
    "an initial option": actions(select(initial_option=options(2)[1])),
}


@pytest.mark.parametrize("blocks", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(blocks: Any) -> None:
    check_message(blocks if isinstance(blocks, list) else [blocks])


REFUSED = {
    "unknown block": ({"type": "sparkline"}, "unsupported type: sparkline", "/0"),
    "no type": ({}, "missing required field: type", "/0"),
    "not an object": ("x", "must provide an object", "/0"),
    "unknown field": (section(colour="red"), "invalid additional property: colour", "/0"),
    "unknown element": (actions({"type": "slider"}), "unsupported type: slider", "/0/elements/0"),
    "an input among actions": (
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input",
        "/0/elements/0",
    ),
    "no text": ({"type": "section"}, "missing required field: text or fields", "/0"),
    "empty text": (section(text=plain(0)), "must be more than 0 characters", "/0/text/text"),
    "mrkdwn in a header": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn",
        "/0/text",
    ),
    "no alt text": (
        {"type": "image", "image_url": "https://x.test/"},
        "missing required field: alt_text",
        "/0",
    ),
    "no source": (
        {"type": "image", "alt_text": "x"},
        "missing required field: image_url or slack_file",
        "/0",
    ),
    "no url": (actions(button(url="mailto:x")), "must be a valid url", "/0/elements/0/url"),
    "alert in a message": ({"type": "alert", "text": plain(3)}, "unsupported type: alert", "/0"),
    "same block id": (
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        "`block_id` a already exists",
        "/1/block_id",
    ),
    "same action id": (
        actions(button(action_id="a"), button(action_id="a")),
        "`action_id` a already exists in this block",
        "/0",
    ),
    "no elements": (actions(), "no fewer than 1 items allowed", "/0/elements"),
    "a button among feedback": (
        {"type": "context_actions", "elements": [button()]},
        "unsupported type: button",
        "/0/elements/0",
    ),
    "options and groups": (
        actions(select(option_groups=[{"label": plain(3), "options": options(1)}])),
        "only one of options and option_groups is allowed",
        "/0/elements/0",
    ),
    "a foreign initial option": (
        actions(select(initial_option={"text": plain(9), "value": "z"})),
        "initial option is not among the options",
        "/0/elements/0",
    ),
    "no caption": (
        {key: value for key, value in data_table().items() if key != "caption"},
        "missing required field: caption",
        "/0",
    ),
    "only a header": (data_table(rows=1), "no fewer than 2 items allowed", "/0/rows"),
    "unequal rows": (
        data_table() | {"rows": [[raw("a"), raw("b")], [raw("c")]]},
        "all rows must have the same number of cells",
        "/0/rows/1",
    ),
    "rich header": (
        data_table() | {"rows": [[RICH], [raw("c")]]},
        "unsupported type: rich_text",
        "/0/rows/0/0",
    ),
    "empty cell": (
        data_table() | {"rows": [[raw("h")], [raw("")]]},
        "must be more than 0 characters",
        "/0/rows/1/0/text",
    ),
    "a number as text": (
        data_table() | {"rows": [[raw("h")], [NUMBER | {"value": "1"}]]},
        "must provide a number",
        "/0/rows/1/0/value",
    ),
    "no such column": (
        data_table(row_header_column_index=2),
        "must be the index of a column",
        "/0/row_header_column_index",
    ),
    "zero in a pie": (
        chart({"type": "pie", "segments": [{"label": "a", "value": 0}]}),
        "must be more than 0",
        "/0/chart/segments/0/value",
    ),
    "unknown chart": (chart({"type": "radar"}), "unsupported type: radar", "/0/chart"),
    "a stacked bar": (
        chart(bars() | {"stacked": True}),
        "invalid additional property: stacked",
        "/0/chart",
    ),
    "a missing point": (
        chart({"type": "bar", "series": [series("a")], "axis_config": AXES}),
        "must have one point for each category",
        "/0/chart/series/0/data",
    ),
    "a category twice": (
        chart(
            {"type": "bar", "series": [series("a", "a")], "axis_config": {"categories": ["a", "a"]}}
        ),
        "duplicate category: a",
        "/0/chart/axis_config/categories",
    ),
    "a series twice": (
        chart({"type": "bar", "series": [series("a", "b")] * 2, "axis_config": AXES}),
        "duplicate series name: s",
        "/0/chart/series",
    ),
    "an unknown task status": (
        {"type": "task_card", "task_id": "1", "title": "t", "status": "done"},
        "must be one of pending, in_progress, complete, error",
        "/0/status",
    ),
}


@pytest.mark.parametrize(("blocks", "problem", "place"), REFUSED.values(), ids=REFUSED)
def test_refused(blocks: Any, problem: str, place: str) -> None:
    with pytest.raises(NotOk) as refused:
        check_message(blocks if isinstance(blocks, list) else [blocks])
    assert refused.value.error == "invalid_blocks"
    assert f"{problem} [json-pointer:/blocks{place}]" in refused.value.extra["errors"]


@pytest.mark.parametrize(
    "blocks",
    [
        [table(), table()],
        [data_table(), table()],
        [data_table(), {"type": "markdown", "text": "|a|b|\n|--|--|\n|1|2|"}],
        [data_table(), {"type": "container", "title": plain(3), "child_blocks": [table()]}],
    ],
)
def test_a_second_table_is_refused(blocks: list[Json]) -> None:
    with pytest.raises(NotOk, match="invalid_attachments") as refused:
        check_message(blocks)
    assert refused.value.extra["errors"] == ["only_one_table_allowed"]


@pytest.mark.parametrize(
    "block",
    [table(), data_table(), chart(), {"type": "markdown", "text": "x"}, ACCEPTED["feedback"]],
)
@pytest.mark.parametrize("kind", ["modal", "home"])
def test_what_is_for_messages_only_is_refused_in_views(kind: str, block: Json) -> None:
    view = modal()["view"] if kind == "modal" else {"type": "home"}
    with pytest.raises(NotOk, match="invalid_arguments") as refused:
        check_view({**view, "blocks": [block]}, kind)
    assert refused.value.extra["errors"] == [
        f"unsupported type: {block['type']} [json-pointer:/view/blocks/0]"
    ]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            {"blocks": [{"type": "input", "label": plain(3), "element": select()}]},
            "missing required field: submit [json-pointer:/view]",
        ),
        ({"title": None}, "must provide an object [json-pointer:/view/title]"),
        ({"footer": 1}, "invalid additional property: footer [json-pointer:/view]"),
        ({"type": "sheet"}, "must be one of modal [json-pointer:/view/type]"),
    ],
)
def test_a_view_is_refused(more: Json, problem: str) -> None:
    with pytest.raises(NotOk) as refused:
        check_view({**modal()["view"], **more}, "modal")
    assert problem in refused.value.extra["errors"]


def test_a_home_tab_has_no_title_and_no_buttons() -> None:
    with pytest.raises(NotOk) as refused:
        check_view({"type": "home", "blocks": [], "submit": plain(3)}, "home")
    assert refused.value.extra["errors"] == [
        "invalid additional property: submit [json-pointer:/view]"
    ]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("x", "invalid_metadata_format"),
        ({"event_type": "t"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "t", "event_payload": []}, "invalid_metadata_schema"),
        ({"event_type": "t", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
    ],
)
def test_metadata_is_refused(metadata: Any, error: str) -> None:
    with pytest.raises(NotOk, match=error):
        check_metadata(metadata)


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "html", "text": "x"},
        {"type": "markdown_text"},
        {"type": "plan_update"},
        {"type": "task_update", "id": "1", "title": "t", "status": "done"},
        {"type": "task_update", "id": "1", "status": "pending"},
        {"type": "blocks", "blocks": [{"type": "sparkline"}]},
    ],
)
def test_a_chunk_is_refused(chunk: Json) -> None:
    with pytest.raises(NotOk, match="invalid_chunks"):
        check_chunks([chunk])
