"""A local Slack with the page, a small bolt app of the tests' own, and a headless Chromium."""

from collections.abc import AsyncIterator

import pytest
from office import Office
from playwright.async_api import Browser, Page, async_playwright
from shop_app import connect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Slack
from askwell.playground.page import serve_page

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    slack = await Slack.start(team="Acme", timeout=20.0, trigger_life=20.0, extend=serve_page)
    add = slack.workspace.add_user
    ann = add("ann", real_name="Ann Lee", title="Analyst")
    ben = add("ben", real_name="Ben Kim")
    cho = add("cho", real_name="조하나", locale="ko-KR")
    everybody = [ann.id, ben.id, cho.id, slack.bot]
    general = slack.workspace.add_channel("general", members=everybody)
    secret = slack.workspace.add_channel("secret", "private", [ann.id, ben.id, slack.bot])
    client = AsyncWebClient(token=slack.token, base_url=slack.base_url)
    app = AsyncApp(client=client, token=slack.token, process_before_response=True)
    connect(app)
    handler = AsyncSocketModeHandler(app, slack.app.app_token, ping_interval=5)
    await handler.connect_async()
    await slack.socket.connected()
    yield Office(slack, client, ann, ben, cho, general, secret)
    await handler.close_async()
    await slack.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, office: Office) -> AsyncIterator[Page]:
    """Open the page as Ann; it must end without an error in its console."""
    page = await browser.new_page(viewport={"width": 1360, "height": 900})
    page.set_default_timeout(30_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    await page.goto(office.slack.address)
    await page.get_by_role("heading", name="general").wait_for()
    yield page
    assert wrong == []
