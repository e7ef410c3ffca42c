"""Faults: what a test breaks, and what an app sees of it."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User


@pytest.fixture
async def stubborn(slack: Slack) -> AsyncWebClient:
    """A client that retries nothing of its own accord."""
    return AsyncWebClient(token=slack.token, base_url=slack.base_url, retry_handlers=[])


async def test_every_third_call_is_too_early(
    slack: Slack, stubborn: AsyncWebClient, general: Channel
) -> None:
    slack.faults.rate_limit(every=3)
    post = {"channel": general.id, "text": "x"}
    for number in range(1, 7):
        if number % 3:
            await stubborn.chat_postMessage(**post)
            continue
        with pytest.raises(SlackApiError) as error:
            await stubborn.chat_postMessage(**post)
        assert error.value.response["error"] == "ratelimited"
        assert error.value.response.headers["Retry-After"] == "1"
    assert len(slack.messages(general)) == 4
    assert [call.status for call in slack.calls("chat.postMessage")] == [200, 200, 429] * 2


async def test_the_sdk_waits_and_tries_again(
    slack: Slack, client: AsyncWebClient, general: Channel
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    slack.faults.rate_limit("chat.postMessage", times=1, retry_after=0)
    await client.chat_postMessage(channel=general.id, text="x")
    assert [call.status for call in slack.calls("chat.postMessage")] == [429, 200]


async def test_a_dropped_response_was_done_all_the_same(
    slack: Slack, stubborn: AsyncWebClient, general: Channel
) -> None:
    slack.faults.drop_response("chat.postMessage")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await stubborn.chat_postMessage(channel=general.id, text="x")
    assert [m.text for m in slack.messages(general)] == ["x"]
    assert slack.calls("chat.postMessage")[0].ok


async def test_the_sdks_own_retry_posts_twice(
    slack: Slack, client: AsyncWebClient, general: Channel
) -> None:
    """Its default handler repeats a call whose connection was lost: a hazard to know of."""
    slack.faults.drop_response("chat.postMessage")
    await client.chat_postMessage(channel=general.id, text="x")
    assert [m.text for m in slack.messages(general)] == ["x", "x"]


async def test_server_errors_and_refusals_do_nothing(
    slack: Slack, stubborn: AsyncWebClient, general: Channel
) -> None:
    slack.faults.fail("chat.postMessage", times=1)
    slack.faults.refuse("chat.update", "internal_error", times=1)
    with pytest.raises(SlackApiError) as error:
        await stubborn.chat_postMessage(channel=general.id, text="x")
    assert error.value.response.status_code == 500
    with pytest.raises(SlackApiError, match="internal_error"):
        await stubborn.chat_update(channel=general.id, ts="1.0", text="x")
    assert slack.messages(general) == []


async def test_a_slow_call(slack: Slack, client: AsyncWebClient) -> None:
    slack.faults.slow("auth.test", seconds=0.1, times=1)
    before = time.monotonic()
    await client.auth_test()
    assert time.monotonic() - before >= 0.1


@pytest.mark.parametrize("before", [True, False])
async def test_a_held_call(
    slack: Slack, client: AsyncWebClient, general: Channel, before: bool
) -> None:
    hold = slack.faults.hold("chat.postMessage", before=before)
    posting = asyncio.ensure_future(client.chat_postMessage(channel=general.id, text="x"))
    await hold.reached.wait()
    assert len(slack.messages(general)) == (0 if before else 1)
    assert not posting.done()
    hold.release()
    await posting
    assert len(slack.messages(general)) == 1


async def test_rate_limits_can_be_switched_on(general: Channel, slack: Slack) -> None:
    client = AsyncWebClient(token=slack.token, base_url=slack.base_url, retry_handlers=[])
    slack.rates.on = True
    slack.rates.tiers["users.list"] = (2, 60.0)
    await client.users_list()
    await client.users_list()
    with pytest.raises(SlackApiError) as error:
        await client.users_list()
    assert int(error.value.response.headers["Retry-After"]) in range(50, 61)
    for _ in range(3):
        await client.chat_postMessage(channel=general.id, text="x")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=general.id, text="x")


async def test_events_come_twice_and_out_of_order(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    got: list[str] = []

    @bolt.event("message")
    async def note(event: dict[str, Any]) -> None:
        got.append(event["text"])

    slack.faults.copies, slack.faults.shuffle = 2, 0.1
    said = [f"m{i}" for i in range(10)]
    for text in said:
        await slack.says(ann, general, text)
    await slack.settled()
    assert sorted(got) == sorted(said * 2)
    assert got != [text for text in said for _ in range(2)]
    ids = [one.event["event_id"] for one in slack.delivery.events]
    assert len(set(ids)) == len(said)


async def test_a_broken_connection_is_replaced_and_the_event_comes_again(
    slack: Slack, bolt: AsyncApp, ann: User, general: Channel
) -> None:
    got: list[str | None] = []
    entered = asyncio.Event()

    @bolt.event("message")
    async def note(request: Any) -> None:
        got.append(request.headers["x-slack-retry-num"][0])
        entered.set()
        await asyncio.sleep(0.05)

    await slack.says(ann, general, "hi")
    await entered.wait()
    await slack.socket.drop()
    await slack.settled()
    assert got[0] == "0"
    assert set(got[1:]) <= {"1", "2", "3"}
    assert slack.delivery.events[0].taken
    assert slack.delivery.events[0].reasons[0] == "connection_closed"
    assert slack.socket.opened >= 2
