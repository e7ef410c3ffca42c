from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    server = await Slack.start(retry_after=(0.0, 0.05, 0.1), timeout=10.0)
    yield server
    await server.close()


@pytest.fixture
def ann(slack: Slack) -> User:
    return slack.workspace.add_user("ann", email="ann@acme.test", locale="ko-KR")


@pytest.fixture
def bob(slack: Slack) -> User:
    return slack.workspace.add_user("bob", email="bob@acme.test")


@pytest.fixture
def general(slack: Slack, ann: User, bob: User) -> Channel:
    return slack.workspace.add_channel("general", members=[ann.id, bob.id, slack.bot])


@pytest.fixture
async def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.token, base_url=slack.base_url)


@pytest.fixture
async def bolt(slack: Slack, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """A bolt app in Socket Mode; listeners may be added until somebody speaks."""
    app = AsyncApp(client=client, token=slack.token, process_before_response=True)
    handler = AsyncSocketModeHandler(app, slack.app.app_token, ping_interval=1)
    await handler.connect_async()
    await slack.socket.connected()
    yield app
    await handler.close_async()
