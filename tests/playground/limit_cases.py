"""For every limit a call that has `n` of the thing: accepted at the limit, refused one over it."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]


class Case(NamedTuple):
    """`$channel`, `$ts`, `$user`, `$trigger` and `$stream` stand for real ones."""

    limit: str
    method: str
    make: Callable[[int], Json]
    error: str


def plain(n: int, letter: str = "x") -> Json:
    return {"type": "plain_text", "text": letter * n}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(3), **more}


def options(n: int) -> list[Json]:
    return [{"text": plain(3), "value": f"v{i}"} for i in range(n)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


def confirm(**more: Any) -> Json:
    parts = {"title": plain(3), "text": plain(3), "confirm": plain(3), "deny": plain(3)}
    return button(confirm={**parts, **more})


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    return {"type": "table", "rows": [[raw("x")] * columns] * rows, **more}


def data_table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    return {**table(rows, columns), "type": "data_table", "caption": "c", **more}


def cells(n: int) -> list[list[Json]]:
    return [[raw("h" * 5000)], [raw("x" * (n - 5000))]]


def bars(points: int = 2, series: int = 1, label: str = "", **axes: str) -> Json:
    categories = [f"{i}{label}"[: len(label) or None] for i in range(points)]
    data = [{"label": name, "value": -1.5} for name in categories]
    return {
        "type": "bar",
        "series": [{"name": f"s{i}", "data": data} for i in range(series)],
        "axis_config": {"categories": categories, **axes},
    }


def chart(found: Json | None = None, title: str = "t") -> Json:
    return {"type": "data_visualization", "title": title, "chart": found or bars()}


def pie(n: int) -> Json:
    return {"type": "pie", "segments": [{"label": f"p{i}", "value": 1} for i in range(n)]}


def sections(n: int) -> list[Json]:
    return [{"type": "section", "text": plain(min(3000, n - start))} for start in range(0, n, 3000)]


def feedback(**side: Any) -> Json:
    one = {"text": plain(3), "value": "up", **side}
    return {"type": "feedback_buttons", "positive_button": one, "negative_button": one}


def icon() -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain(3)}


def task(**more: Any) -> Json:
    return {"type": "task_update", "id": "1", "title": "t", "status": "pending", **more}


def modal(**more: Any) -> Json:
    view = {"type": "modal", "title": plain(3), "blocks": [], **more}
    return {"trigger_id": "$trigger", "view": view}


def metadata(n: int) -> Json:
    body = {"event_type": "t", "event_payload": {"x": ""}}
    body["event_payload"] = {"x": "y" * (n - len(json.dumps(body)))}
    return body


def in_message(limit: str, make: Callable[[int], Json | list[Json]], error: str = "") -> Case:
    def call(n: int) -> Json:
        made = make(n)
        blocks = made if isinstance(made, list) else [made]
        return {"channel": "$channel", "text": "t", "blocks": blocks}

    return Case(limit, "chat.postMessage", call, error or "invalid_blocks")


def in_actions(limit: str, make: Callable[[int], Json]) -> Case:
    return in_message(limit, lambda n: {"type": "actions", "elements": [make(n)]})


def in_modal(limit: str, make: Callable[[int], Json]) -> Case:
    return Case(limit, "views.open", lambda n: modal(**make(n)), "invalid_arguments")


def posted(limit: str, make: Callable[[int], Json], error: str) -> Case:
    return Case(limit, "chat.postMessage", lambda n: {"channel": "$channel", **make(n)}, error)


def appended(limit: str, make: Callable[[int], Json], error: str) -> Case:
    return Case(
        limit,
        "chat.appendStream",
        lambda n: {"channel": "$channel", "ts": "$stream", **make(n)},
        error,
    )


def assisted(limit: str, method: str, make: Callable[[int], Json]) -> Case:
    return Case(
        limit,
        method,
        lambda n: {"channel_id": "$channel", "thread_ts": "$ts", **make(n)},
        "invalid_arguments",
    )


def video(**more: Any) -> Json:
    urls = {"video_url": "https://v.test/1", "thumbnail_url": "https://v.test/2"}
    return {"type": "video", "alt_text": "v", "title": plain(3), **urls, **more}


def container(**more: Any) -> Json:
    return {"type": "container", "title": plain(3), "child_blocks": [{"type": "divider"}], **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://v.test/1.png", "alt_text": "a", **more}


DIVIDER: Json = {"type": "divider"}

CASES = [
    in_message("message.blocks", lambda n: [DIVIDER] * n),
    in_message("message.characters", sections, "msg_blocks_too_long"),
    posted("message.text", lambda n: {"text": "x" * n}, "msg_too_long"),
    in_message(
        "message.markdown",
        lambda n: [
            {"type": "markdown", "text": "x" * 6000},
            {"type": "markdown", "text": "x" * (n - 6000)},
        ],
    ),
    posted("markdown.text", lambda n: {"markdown_text": "x" * n}, "msg_too_long"),
    in_message("markdown.text", lambda n: {"type": "markdown", "text": "x" * n}),
    in_message(
        "message.blocks",
        lambda n: {"type": "markdown", "text": "# h\n\nt\n\n" * (n // 2) + "# h\n\n" * (n % 2)},
    ),
    in_message("message.charts", lambda n: [chart()] * n),
    in_message("message.table_characters", lambda n: data_table() | {"rows": cells(n)}),
    in_message("message.table_characters", lambda n: {"type": "table", "rows": cells(n)}),
    posted(
        "metadata.event_type",
        lambda n: {"text": "t", "metadata": {"event_type": "x" * n, "event_payload": {}}},
        "invalid_metadata_schema",
    ),
    posted(
        "metadata.characters",
        lambda n: {"text": "t", "metadata": metadata(n)},
        "metadata_too_large",
    ),
    in_modal("view.blocks", lambda n: {"blocks": [DIVIDER] * n}),
    in_modal("view.title", lambda n: {"title": plain(n)}),
    in_modal("view.submit", lambda n: {"submit": plain(n)}),
    in_modal("view.close", lambda n: {"close": plain(n)}),
    in_modal("view.private_metadata", lambda n: {"private_metadata": "x" * n}),
    in_modal("view.callback_id", lambda n: {"callback_id": "x" * n}),
    in_modal("view.external_id", lambda n: {"external_id": "x" * n}),
    Case(
        "view.blocks",
        "views.publish",
        lambda n: {"user_id": "$user", "view": {"type": "home", "blocks": [DIVIDER] * n}},
        "invalid_arguments",
    ),
    in_message("block_id", lambda n: {"type": "divider", "block_id": "x" * n}),
    in_actions("action_id", lambda n: button(action_id="x" * n)),
    in_message("section.text", lambda n: {"type": "section", "text": plain(n)}),
    in_message(
        "section.text", lambda n: {"type": "section", "text": {"type": "mrkdwn", "text": "한" * n}}
    ),
    in_message("section.fields", lambda n: {"type": "section", "fields": [plain(3)] * n}),
    in_message("section.field", lambda n: {"type": "section", "fields": [plain(n)]}),
    in_message("header.text", lambda n: {"type": "header", "text": plain(n)}),
    in_message("context.elements", lambda n: {"type": "context", "elements": [plain(3)] * n}),
    in_message("context.text", lambda n: {"type": "context", "elements": [plain(n)]}),
    in_message("actions.elements", lambda n: {"type": "actions", "elements": [button()] * n}),
    in_message(
        "context_actions.elements", lambda n: {"type": "context_actions", "elements": [icon()] * n}
    ),
    in_message("image.alt_text", lambda n: image(alt_text="x" * n)),
    in_message("image.title", lambda n: image(title=plain(n))),
    in_message("url", lambda n: image(image_url="https://v.test/".ljust(n, "x"))),
    in_actions("url", lambda n: button(url="https://v.test/".ljust(n, "x"))),
    in_message("input.label", lambda n: {"type": "input", "label": plain(n), "element": select()}),
    in_message(
        "input.hint",
        lambda n: {"type": "input", "label": plain(3), "hint": plain(n), "element": select()},
    ),
    in_message("video.title", lambda n: video(title=plain(n))),
    in_message("video.author_name", lambda n: video(author_name="x" * n)),
    in_modal("alert.text", lambda n: {"blocks": [{"type": "alert", "text": plain(n)}]}),
    in_message("card.title", lambda n: {"type": "card", "title": plain(n)}),
    in_message(
        "card.subtitle", lambda n: {"type": "card", "title": plain(3), "subtitle": plain(n)}
    ),
    in_message("card.body", lambda n: {"type": "card", "body": plain(n)}),
    in_message(
        "carousel.elements",
        lambda n: {"type": "carousel", "elements": [{"type": "card", "title": plain(3)}] * n},
    ),
    in_message("container.title", lambda n: container(title=plain(n))),
    in_message("container.subtitle", lambda n: container(subtitle=plain(n))),
    in_message("container.child_blocks", lambda n: container(child_blocks=[DIVIDER] * n)),
    in_message("table.rows", lambda n: table(rows=n)),
    in_message("table.columns", lambda n: table(columns=n)),
    in_message("table.columns", lambda n: table(column_settings=[{"align": "right"}] * n)),
    in_message("data_table.rows", lambda n: data_table(rows=n)),
    in_message("data_table.columns", lambda n: data_table(columns=n)),
    in_message("data_table.page_size", lambda n: data_table(page_size=n)),
    in_message("chart.title", lambda n: chart(title="x" * n)),
    in_message("chart.series", lambda n: chart(bars(series=n))),
    in_message("chart.segments", lambda n: chart(pie(n))),
    in_message("chart.points", lambda n: chart(bars(points=n))),
    in_message("chart.label", lambda n: chart(bars(label="x" * n))),
    in_message(
        "chart.label",
        lambda n: chart({"type": "pie", "segments": [{"label": "x" * n, "value": 2}]}),
    ),
    in_message("chart.axis", lambda n: chart(bars(x_label="x" * n))),
    in_actions("button.text", lambda n: button(text=plain(n))),
    in_actions("button.value", lambda n: button(value="x" * n)),
    in_actions("button.accessibility_label", lambda n: button(accessibility_label="x" * n)),
    in_actions("button.agent_prompt", lambda n: button(agent_prompt="x" * n)),
    in_message(
        "feedback.text",
        lambda n: {"type": "context_actions", "elements": [feedback(text=plain(n))]},
    ),
    in_message(
        "feedback.value",
        lambda n: {"type": "context_actions", "elements": [feedback(value="x" * n)]},
    ),
    in_actions("placeholder", lambda n: select(placeholder=plain(n))),
    in_actions("option.text", lambda n: select(options=[{"text": plain(n), "value": "v"}])),
    in_actions("option.value", lambda n: select(options=[{"text": plain(3), "value": "x" * n}])),
    in_actions(
        "option.description",
        lambda n: select(options=[{"text": plain(3), "value": "v", "description": plain(n)}]),
    ),
    in_actions("select.options", lambda n: select(options=options(n))),
    in_actions(
        "select.option_groups",
        lambda n: {
            "type": "static_select",
            "option_groups": [{"label": plain(3), "options": options(1)}] * n,
        },
    ),
    in_actions(
        "option_group.label",
        lambda n: {
            "type": "static_select",
            "option_groups": [{"label": plain(n), "options": options(1)}],
        },
    ),
    in_actions("radio.options", lambda n: {"type": "radio_buttons", "options": options(n)}),
    in_actions("checkboxes.options", lambda n: {"type": "checkboxes", "options": options(n)}),
    in_actions("overflow.options", lambda n: {"type": "overflow", "options": options(n)}),
    in_message(
        "plain_text_input.length",
        lambda n: {
            "type": "input",
            "label": plain(3),
            "element": {"type": "plain_text_input", "max_length": n},
        },
    ),
    in_actions("confirm.title", lambda n: confirm(title=plain(n))),
    in_actions("confirm.text", lambda n: confirm(text=plain(n))),
    in_actions("confirm.button", lambda n: confirm(deny=plain(n))),
    appended("stream.markdown_text", lambda n: {"markdown_text": "x" * n}, "msg_too_long"),
    appended(
        "stream.markdown_text",
        lambda n: {"chunks": [{"type": "markdown_text", "text": "x" * n}]},
        "msg_too_long",
    ),
    appended("task.details", lambda n: {"chunks": [task(details="x" * n)]}, "invalid_chunks"),
    appended("task.output", lambda n: {"chunks": [task(output="x" * n)]}, "invalid_chunks"),
    assisted(
        "status.loading_messages",
        "assistant.threads.setStatus",
        lambda n: {"status": "s", "loading_messages": ["m"] * n},
    ),
    assisted(
        "status.loading_message",
        "assistant.threads.setStatus",
        lambda n: {"status": "s", "loading_messages": ["x" * n]},
    ),
    assisted(
        "prompts",
        "assistant.threads.setSuggestedPrompts",
        lambda n: {"prompts": [{"title": "t", "message": "m"}] * n},
    ),
    assisted(
        "session.title",
        "agents.sessions.setStatus",
        lambda n: {"status": "active", "title": "x" * n},
    ),
]
