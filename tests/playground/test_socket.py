"""Socket Mode as a protocol: connections, tickets, envelopes, and the sync SDK over it."""

import asyncio
from collections import Counter
from typing import Any

import aiohttp
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User

Json = dict[str, Any]


async def connect(slack: Slack, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    client = AsyncWebClient(base_url=slack.base_url)
    opened = await client.apps_connections_open(app_token=slack.app.app_token)
    socket = await session.ws_connect(opened["url"])
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def test_events_go_to_the_connections_in_turn(
    slack: Slack, ann: User, general: Channel
) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await connect(slack, session) for _ in range(2)]
        for number in range(4):
            await slack.says(ann, general, str(number))
        got: Counter[int] = Counter()
        for index, socket in enumerate(sockets):
            for _ in range(2):
                envelope = await socket.receive_json()
                assert envelope["type"] == "events_api"
                assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
                await socket.send_json({"envelope_id": envelope["envelope_id"]})
                got[index] += 1
        await slack.settled()
        assert got == {0: 2, 1: 2}
        assert all(one.taken and one.attempts == 1 for one in slack.delivery.events)


async def test_what_is_not_acked_comes_again_with_its_reason(
    slack: Slack, ann: User, general: Channel
) -> None:
    slack.socket.timeout = 0.05
    async with aiohttp.ClientSession() as session:
        socket = await connect(slack, session)
        await slack.says(ann, general, "hi")
        first, second = await socket.receive_json(), await socket.receive_json()
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]


async def test_a_ticket_is_good_for_one_connection(slack: Slack) -> None:
    client = AsyncWebClient(base_url=slack.base_url)
    opened = await client.apps_connections_open(app_token=slack.app.app_token)
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(opened["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            await session.ws_connect(opened["url"])


async def test_ten_connections_and_no_more(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:
        kept = [await connect(slack, session) for _ in range(10)]
        assert len(kept) == len(slack.socket.connections)
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            await connect(slack, session)


async def test_a_forced_disconnect_is_announced(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(slack, session)
        await slack.socket.disconnect("warning")
        assert await socket.receive_json() == {
            "type": "disconnect",
            "reason": "warning",
            "debug_info": {"host": "local"},
        }


async def test_the_sync_bolt_app_works_too(slack: Slack, ann: User, general: Channel) -> None:
    app = await asyncio.to_thread(
        App, token=slack.token, client=WebClient(slack.token, base_url=slack.base_url)
    )

    @app.event("app_mention")
    def answer(event: Json, say: Any) -> None:
        say(text="hello", thread_ts=event["ts"])

    @app.event("message")
    def ignore() -> None:
        pass

    handler = SocketModeHandler(app, slack.app.app_token, ping_interval=1)
    await asyncio.to_thread(handler.connect)
    question = await slack.mentions(ann, general, "hi")
    said = await slack.until(lambda: slack.answers(question))
    assert [one.text for one in said] == ["hello"]
    await slack.settled()
    await asyncio.to_thread(handler.close)
