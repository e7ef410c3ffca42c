"""A small app that shows every block, opens a form and streams; it knows nothing of askwell."""

from typing import Any

from slack_bolt.async_app import AsyncApp

Json = dict[str, Any]
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action, "value": "v", **more}


def chart(kind: str) -> Json:
    def series(name: str, factor: int) -> Json:
        data = [{"label": m, "value": (i * 7 % 12 + 3) * factor} for i, m in enumerate(MONTHS)]
        return {"name": name, "data": data}

    axes = {"categories": MONTHS, "x_label": "month", "y_label": "people"}
    plot = {"type": kind, "series": [series("Seoul", 100), series("Busan", 60)]}
    return {
        "type": "data_visualization",
        "title": f"Sign-ups by month, {kind}",
        "chart": {**plot, "axis_config": axes},
    }


def pie() -> Json:
    parts = [{"label": n, "value": v} for n, v in (("card", 60), ("cash", 30), ("coupon", 10))]
    chart = {"type": "pie", "segments": parts}
    return {"type": "data_visualization", "title": "Payments", "chart": chart}


def data_table() -> Json:
    def number(value: int) -> Json:
        return {"type": "raw_number", "value": value, "text": f"{value:,}"}

    rows = [
        [{"type": "raw_text", "text": name}, number(i * 37 % 12 * 1000 + i)]
        for i, name in enumerate([*MONTHS, HOSTILE])
    ]
    head = [{"type": "raw_text", "text": "Month"}, {"type": "raw_text", "text": "Sign-ups"}]
    return {"type": "data_table", "caption": "By month", "rows": [head, *rows], "page_size": 10}


def data() -> list[Json]:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "vote",
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
    }
    menu = {"type": "overflow", "action_id": "more", "options": [option("sql"), option("csv")]}
    return [
        {"type": "markdown", "text": "**In total 12,345 sign-ups**, most of them in _May_."},
        chart("bar"),
        data_table(),
        {"type": "context", "elements": [plain("governed · until 27 Nov")]},
        {
            "type": "actions",
            "elements": [
                button("Correct it", "correct"),
                button("Delete all", "drop", style="danger", confirm=CONFIRM),
                menu,
            ],
        },
        {"type": "context_actions", "elements": [feedback]},
    ]


CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("Nothing will be left."),
    "confirm": plain("Delete"),
    "deny": plain("Keep"),
    "style": "danger",
}


def form() -> Json:
    choice = {"type": "static_select", "action_id": "phrase", "options": [option("month")]}
    text = {"type": "plain_text_input", "action_id": "meant"}
    boxes = {"type": "checkboxes", "action_id": "why", "options": [option("old"), option("wrong")]}
    return {
        "type": "modal",
        "callback_id": "correction",
        "title": plain("Correct it"),
        "submit": plain("Ask again"),
        "close": plain("Close"),
        "blocks": [
            {"type": "input", "block_id": "phrase", "label": plain("What?"), "element": choice},
            {"type": "input", "block_id": "meant", "label": plain("Meant?"), "element": text},
            {
                "type": "input",
                "block_id": "why",
                "label": plain("Why?"),
                "element": boxes,
                "optional": True,
            },
        ],
    }


def every_block() -> list[Json]:
    picker = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
    radio = {"type": "radio_buttons", "action_id": "one", "options": [option("x"), option("y")]}
    code = {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": "SELECT 1 -- " + HOSTILE}],
    }
    bullets = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "one", "style": {"bold": True}}],
            }
        ],
    }
    cells = [[{"type": "raw_text", "text": t} for t in row] for row in (["a", "b"], ["1", HOSTILE])]
    done = {"type": "task_card", "task_id": "t1", "title": "Read", "status": "complete"}
    doing = {"type": "task_card", "task_id": "t2", "title": "Check", "status": "in_progress"}
    return [
        {"type": "header", "text": plain(f"Header {HOSTILE[:60]}")},
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": f"*bold* _it_ ~no~ `code` <https://a.test|A> {esc()}",
            },
            "accessory": picker,
        },
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*Left*\n1"}, plain("Right & more")],
        },
        {"type": "rich_text", "elements": [bullets, code]},
        {"type": "divider"},
        {
            "type": "markdown",
            "text": f"# Title\n- a\n- b\n\n> quote {HOSTILE}",
        },
        {
            "type": "table",
            "rows": cells,
            "column_settings": [{"align": "center"}, {"is_wrapped": True}],
        },
        chart("line"),
        pie(),
        {"type": "plan", "title": "Working", "tasks": [done, doing]},
        {"type": "actions", "elements": [radio]},
        {"type": "image", "image_url": "https://elsewhere.test/x.png", "alt_text": "elsewhere"},
    ]


def esc() -> str:
    return HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def connect(app: AsyncApp) -> None:
    """Let the app listen."""

    @app.event("app_mention")
    async def mentioned(event: Json, client: Any) -> None:
        where = {"channel": event["channel"], "thread_ts": event.get("thread_ts") or event["ts"]}
        if "blocks" in event["text"]:
            await client.chat_postMessage(**where, text="blocks", blocks=every_block())
        else:
            await client.chat_postMessage(**where, text="12,345 sign-ups", blocks=data())

    @app.event("message")
    async def quiet() -> None:
        return None

    @app.event("agent_session_stopped")
    async def stopped(event: Json, client: Any) -> None:
        where = {"channel": event["channel"], "thread_ts": event["thread_ts"]}
        await client.agents_sessions_setStatus(
            channel_id=event["channel"], thread_ts=event["thread_ts"], status="active"
        )
        await client.chat_postMessage(**where, text="Stopped.")

    @app.event("app_home_opened")
    async def home(event: Json, client: Any) -> None:
        again = button("Try it", "try")
        view = {
            "type": "home",
            "blocks": [
                {"type": "header", "text": plain("Welcome")},
                {"type": "actions", "elements": [again]},
            ],
        }
        await client.views_publish(user_id=event["user"], view=view)

    @app.action("correct")
    async def correct(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("correction")
    async def corrected(ack: Any, view: Json, body: Json, client: Any) -> None:
        meant = view["state"]["values"]["meant"]["meant"]["value"]
        if len(meant) < 3:
            await ack(response_action="errors", errors={"meant": "Too short"})
            return
        await ack()
        found = await client.conversations_open(users=body["user"]["id"])
        await client.chat_postMessage(channel=found["channel"]["id"], text=f"Meant: {meant}")

    @app.command("/ask")
    async def ask(ack: Any, command: Json) -> None:
        await ack(f"You asked: {command['text']}")

    @app.shortcut("ask_about")
    async def about(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        where = {"channel": shortcut["channel"]["id"], "thread_ts": shortcut["message"]["ts"]}
        await client.chat_postMessage(**where, text=f"About: {shortcut['message']['text']}")

    for name in ("vote", "drop", "more", "pick", "one", "try"):

        @app.action(name)
        async def used(ack: Any, action: Json, body: Json, client: Any) -> None:
            await ack()
            if "message" not in body:
                return
            chosen = action.get("selected_option", {}).get("value") or action.get("value")
            where = {"channel": body["channel"]["id"], "thread_ts": body["message"]["thread_ts"]}
            await client.chat_postMessage(**where, text=f"{action['action_id']}={chosen}")
