"""What people do, and what the app would hear of it."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User
from askwell.playground.manifest import EVERYTHING

Json = dict[str, Any]
PLAIN = {"type": "plain_text", "text": "x"}


def heard(slack: Slack) -> list[Json]:
    """List the events for the app, whether or not one is connected."""
    return [one.event["event"] for one in slack.delivery.events]


async def test_a_thread_and_its_changes(
    slack: Slack, ann: User, bob: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "how many?")
    await slack.says(bob, general, "good question", question)
    await slack.edits(question, "how many users?")
    await slack.deletes(question)
    posted, reply, edited, deleted = heard(slack)
    assert (posted["type"], posted["channel_type"], posted["text"]) == (
        "message",
        "channel",
        "how many?",
    )
    assert posted["ts"] == posted["event_ts"] == question.ts
    assert (reply["thread_ts"], reply["parent_user_id"]) == (question.ts, ann.id)
    assert edited["subtype"] == "message_changed"
    assert edited["message"]["text"] == "how many users?"
    assert edited["previous_message"]["text"] == "how many?"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", question.ts)


async def test_the_app_hears_only_where_its_bot_is(slack: Slack, ann: User) -> None:
    channel = slack.workspace.add_channel("quiet", members=[ann.id])
    await slack.says(ann, channel, f"<@{slack.bot}> hello?")
    assert heard(slack) == []
    await slack.joins(slack.bot, channel)
    await slack.mentions(ann, channel, "hello?")
    await slack.leaves(slack.bot, channel)
    await slack.mentions(ann, channel, "still there?")
    kinds = [event["type"] for event in heard(slack)]
    assert kinds == ["member_joined_channel", "app_mention", "message", "member_left_channel"]


async def test_the_app_hears_only_what_it_subscribed_to() -> None:
    events = {"event_subscriptions": {"bot_events": ["app_mention"]}}
    slack = await Slack.start({**EVERYTHING, "settings": events})
    who = slack.workspace.add_user("ann")
    channel = slack.workspace.add_channel("general", members=[who.id, slack.bot])
    await slack.mentions(who, channel, "hi")
    await slack.says(who, slack.direct(who), "hi")
    assert [event["type"] for event in heard(slack)] == ["app_mention"]
    await slack.close()


@pytest.mark.parametrize(("kind", "shown"), [("private", "group"), ("im", "im")])
async def test_each_kind_of_channel_has_its_name(
    slack: Slack, ann: User, kind: Any, shown: str
) -> None:
    channel = slack.workspace.add_channel("x", kind, [ann.id, slack.bot])
    await slack.says(ann, channel, "hi")
    assert [event["channel_type"] for event in heard(slack)] == [shown]


async def test_a_shared_channel_says_so(slack: Slack) -> None:
    partner = slack.workspace.add_team("Partner")
    pat = slack.workspace.add_user("pat", team=partner.id)
    shared = slack.workspace.add_channel("both", members=[pat.id, slack.bot], is_ext_shared=True)
    await slack.says(pat, shared, "hi")
    [record] = slack.delivery.events
    assert record.event["is_ext_shared_channel"]
    assert record.event["event"]["user_team"] == partner.id


async def test_the_bots_own_posts_come_back_to_it(
    slack: Slack, client: AsyncWebClient, general: Channel
) -> None:
    await client.chat_postMessage(channel=general.id, text="x")
    [event] = heard(slack)
    assert event["bot_id"] == slack.installation.bot_id


async def test_stop_ends_the_streams_of_a_session(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "how many?")
    with pytest.raises(LookupError):
        await slack.presses_stop(ann, question)
    stream = await client.chat_startStream(
        channel=general.id,
        thread_ts=question.ts,
        recipient_team_id=ann.team,
        recipient_user_id=ann.id,
        markdown_text="so far",
    )
    await slack.presses_stop(ann, question)
    event = heard(slack)[-1]
    assert event.pop("event_ts")
    assert event == {
        "type": "agent_session_stopped",
        "user": ann.id,
        "channel": general.id,
        "thread_ts": question.ts,
        "streaming_message_ts": [stream["ts"]],
    }
    assert not slack.workspace.streaming(slack.answers(question)[0])


async def test_opening_the_app(slack: Slack, ann: User) -> None:
    await slack.opens_home(ann)
    await slack.opens_home(ann, "messages")
    assert [(e["type"], e["tab"], e["channel"]) for e in heard(slack)] == [
        ("app_home_opened", "home", slack.direct(ann).id),
        ("app_home_opened", "messages", slack.direct(ann).id),
    ]


async def test_menus_feedback_and_shortcuts(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    got: list[Any] = []

    @bolt.action("choose")
    @bolt.action("vote")
    async def take(ack: Any, action: Json, body: Json) -> None:
        await ack()
        chosen = action.get("selected_option", {}).get("value") or action.get("value")
        got.append((action["type"], chosen, body["user"]["id"]))

    @bolt.shortcut("ask_about")
    async def about(ack: Any, shortcut: Json) -> None:
        await ack()
        got.append((shortcut["type"], shortcut["message"]["text"], shortcut["user"]["id"]))

    menu = {
        "type": "static_select",
        "action_id": "choose",
        "options": [{"text": PLAIN, "value": "v1"}, {"text": PLAIN | {"text": "y"}, "value": "v2"}],
    }
    side = {"text": PLAIN, "value": "up"}
    feedback = {
        "type": "feedback_buttons",
        "action_id": "vote",
        "positive_button": side,
        "negative_button": side | {"value": "down"},
    }
    await bolt.client.chat_postMessage(
        channel=general.id,
        text="pick",
        blocks=[
            {"type": "section", "text": PLAIN, "accessory": menu},
            {"type": "context_actions", "elements": [feedback]},
        ],
    )
    message = slack.messages(general)[-1]
    await slack.picks(ann, message, "choose", "y")
    await slack.gives_feedback(ann, message, positive=False)
    await slack.uses_shortcut(ann, "ask_about", message)
    assert got == [
        ("static_select", "v2", ann.id),
        ("feedback_buttons", "down", ann.id),
        ("message_action", "pick", ann.id),
    ]
    with pytest.raises(LookupError, match="no option z"):
        await slack.picks(ann, message, "choose", "z")
    with pytest.raises(LookupError, match="no nothing"):
        await slack.clicks(ann, message, "nothing")
    with pytest.raises(LookupError, match="not a global shortcut"):
        await slack.uses_shortcut(ann, "ask_about")
    with pytest.raises(LookupError, match="not a command"):
        await slack.runs(ann, general, "/other")


async def test_a_modal_is_updated_and_another_comes_on_top(
    slack: Slack, bolt: AsyncApp, ann: User
) -> None:
    def view(name: str) -> Json:
        submit = {"type": "plain_text", "text": "Next"}
        return {
            "type": "modal",
            "callback_id": name,
            "title": PLAIN,
            "submit": submit,
            "blocks": [],
            "notify_on_close": True,
        }

    closed: list[str] = []

    @bolt.view("one")
    async def one(ack: Any) -> None:
        await ack(response_action="update", view=view("two"))

    @bolt.view("two")
    async def two(ack: Any) -> None:
        await ack(response_action="push", view=view("three"))

    @bolt.view_closed("three")
    async def three(ack: Any, view: Json) -> None:
        await ack()
        closed.append(view["previous_view_id"])

    await bolt.client.views_open(trigger_id=slack.tickets.trigger(ann.id), view=view("one"))
    first = slack.modal(ann)
    assert first
    await slack.submits(ann, first)
    assert first.body["callback_id"] == "two"
    await slack.submits(ann, first)
    top = slack.modal(ann)
    assert top
    assert top.body["callback_id"] == "three"
    await slack.closes(ann, top)
    assert closed == [first.id]
    assert slack.modal(ann) is first


async def test_changes_can_be_watched(slack: Slack, ann: User, general: Channel) -> None:
    watching = slack.changes().__aiter__()
    task = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    message = await slack.says(ann, general, "hi")
    change = await task
    assert (change.kind, change.subject) == ("message", message)
