"""slack-bolt, unmodified, over signed HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, NotDelivered, Slack, User
from askwell.playground.http_events import signature


@pytest.fixture
async def http_app(slack: Slack, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(
        client=client,
        token=slack.token,
        signing_secret=slack.app.signing_secret,
        process_before_response=True,
    )

    async def handle(request: web.Request) -> web.Response:
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    server = web.Application()
    server.router.add_post("/slack/events", handle)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slack.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield app
    await runner.cleanup()


async def test_a_mention_is_answered(
    slack: Slack, http_app: AsyncApp, ann: User, general: Channel
) -> None:
    @http_app.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text="hello", thread_ts=event["ts"])

    @http_app.event("message")
    async def ignore() -> None:
        pass

    question = await slack.mentions(ann, general, "hi")
    await slack.settled()
    assert [one.text for one in slack.answers(question)] == ["hello"]
    assert all(one.taken and one.attempts == 1 for one in slack.delivery.events)


async def test_an_event_that_failed_comes_again(
    slack: Slack, http_app: AsyncApp, ann: User, general: Channel
) -> None:
    tries: list[tuple[str, str]] = []

    @http_app.event("message")
    async def flaky(request: Any) -> None:
        number = request.headers.get("x-slack-retry-num", [""])[0]
        reason = request.headers.get("x-slack-retry-reason", [""])[0]
        tries.append((number, reason))
        if len(tries) < 3:
            raise RuntimeError("disk full")

    await slack.says(ann, general, "hi")
    await slack.settled()
    assert tries == [("", ""), ("1", "http_error"), ("2", "http_error")]


async def test_an_event_is_given_up_after_three_more_attempts(
    slack: Slack, http_app: AsyncApp, ann: User, general: Channel
) -> None:
    @http_app.event("message")
    async def broken() -> None:
        raise RuntimeError("disk full")

    await slack.says(ann, general, "hi")
    await slack.settled()
    [record] = slack.delivery.events
    assert (record.attempts, record.taken) == (4, False)


async def test_a_command_and_a_button_are_answered(
    slack: Slack, http_app: AsyncApp, ann: User, general: Channel
) -> None:
    @http_app.command("/ask")
    async def ask(ack: Any, command: dict[str, str]) -> None:
        await ack(f"you asked: {command['text']}")

    @http_app.action("again")
    async def again(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="done", replace_original=True)

    @http_app.event("message")
    async def ignore() -> None:
        pass

    await slack.runs(ann, general, "/ask how many?")
    assert [m.text for m in slack.ephemerals(ann, general)] == ["you asked: how many?"]
    button = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "A"}}
    await http_app.client.chat_postMessage(
        channel=general.id, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    message = slack.messages(general)[-1]
    await slack.clicks(ann, message, "again")
    await slack.until(lambda: message.text == "done")
    assert message.blocks == []


async def test_what_nobody_handles_is_not_taken(
    slack: Slack, http_app: AsyncApp, ann: User, general: Channel
) -> None:
    with pytest.raises(NotDelivered, match="http_error"):
        await slack.runs(ann, general, "/ask how many?")


async def test_a_request_url_must_answer_the_challenge(slack: Slack) -> None:
    with pytest.raises(NotDelivered):
        await slack.use_http(f"{slack.address}/nowhere")
    assert slack.delivery.line is slack.socket


@pytest.mark.parametrize(
    ("secret", "age", "status"),
    [("local-signing-secret", 0, 200), ("wrong", 0, 401), ("local-signing-secret", 600, 401)],
)
async def test_signatures_are_slacks(
    slack: Slack, http_app: AsyncApp, secret: str, age: int, status: int
) -> None:
    @http_app.event("message")
    async def ignore() -> None:
        pass

    body = b'{"type": "event_callback", "event": {"type": "message"}}'
    headers = slack.http.signed(body)
    timestamp = str(int(headers["X-Slack-Request-Timestamp"]) - age)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.http.url, data=body, headers=headers) as response,
    ):
        assert response.status == status
