"""slack-bolt, unmodified, over Socket Mode."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp

from askwell.playground import Channel, Slack, User


async def test_a_mention_is_answered_in_its_thread(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    @bolt.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text=f"hello <@{event['user']}>", thread_ts=event["ts"])

    question = await slack.mentions(ann, general, "hi")
    said = await slack.until(lambda: slack.answers(question))
    assert [one.text for one in said] == [f"hello <@{ann.id}>"]
    assert [one.ts for one in slack.thread(question)] == [question.ts, said[0].ts]


async def test_a_mention_comes_as_two_events_with_two_ids(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    got: list[tuple[str, str, str]] = []

    @bolt.event("app_mention")
    @bolt.event("message")
    async def note(body: dict[str, Any], event: dict[str, Any]) -> None:
        got.append((event["type"], event["ts"], body["event_id"]))

    question = await slack.mentions(ann, general, "hi")
    await slack.settled()
    assert sorted(kind for kind, _, _ in got) == ["app_mention", "message"]
    assert {ts for _, ts, _ in got} == {question.ts}
    assert len({event_id for _, _, event_id in got}) == 2


async def test_a_failing_listener_gets_the_event_again(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    tries: list[str | None] = []
    slack.socket.timeout = 0.5

    @bolt.event("app_mention")
    async def flaky(request: Any) -> None:
        tries.append(request.headers.get("x-slack-retry-num", [None])[0])
        if len(tries) < 3:
            raise RuntimeError("disk full")

    @bolt.event("message")
    async def ignore() -> None:
        pass

    await slack.mentions(ann, general, "hi")
    await slack.settled()
    assert tries[:3] == ["0", "1", "2"]
    assert all(one.taken for one in slack.delivery.events)


async def test_a_button_opens_a_modal_that_is_submitted(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    submitted: list[Any] = []

    @bolt.action("fix")
    async def open_it(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        element = {"type": "plain_text_input", "action_id": "words"}
        label = {"type": "plain_text", "text": "What?"}
        await client.views_open(
            trigger_id=body["trigger_id"],
            view={
                "type": "modal",
                "callback_id": "fixed",
                "title": {"type": "plain_text", "text": "Fix"},
                "submit": {"type": "plain_text", "text": "Send"},
                "private_metadata": body["message"]["ts"],
                "blocks": [{"type": "input", "block_id": "in", "label": label, "element": element}],
            },
        )

    @bolt.view("fixed")
    async def take(ack: Any, view: dict[str, Any]) -> None:
        value = view["state"]["values"]["in"]["words"]["value"]
        if value == "no":
            await ack(response_action="errors", errors={"in": "Say more."})
            return
        submitted.append((view["private_metadata"], value))
        await ack()

    button = {"type": "button", "action_id": "fix", "text": {"type": "plain_text", "text": "Fix"}}
    await bolt.client.chat_postMessage(
        channel=general.id, text="here", blocks=[{"type": "actions", "elements": [button]}]
    )
    message = slack.messages(general)[-1]
    await slack.clicks(ann, message, "fix")
    modal = await slack.until(lambda: slack.modal(ann))
    assert modal
    assert (await slack.submits(ann, modal)).errors == {
        "in": "Please complete this required field."
    }
    assert (await slack.submits(ann, modal, {"words": "no"})).errors == {"in": "Say more."}
    await slack.submits(ann, modal, {"words": "revenue"})
    assert submitted == [(message.ts, "revenue")]
    assert slack.modal(ann) is None


async def test_a_forced_disconnect_loses_no_event(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    got: list[str] = []

    @bolt.event("message")
    async def note(event: dict[str, Any]) -> None:
        await asyncio.sleep(0.05)
        got.append(event["text"])

    await slack.says(ann, general, "before")
    assert await slack.socket.disconnect() == 1
    await slack.says(ann, general, "after")
    await slack.settled()
    assert set(got) == {"before", "after"}
    assert slack.socket.opened == 2
