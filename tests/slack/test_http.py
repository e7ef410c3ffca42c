"""Signed HTTP: what is refused, what harm a flood of it does, and installing over OAuth."""

import asyncio
import json
import logging
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from app_house import Office, local_slack, office_of
from click.testing import CliRunner
from house import home_of

from askwell import wiring
from askwell.cli import main
from askwell.demo import ANALYST, FIRST_QUESTION
from askwell.errors import Misconfigured
from askwell.playground import Slack
from askwell.playground.http_events import signature
from askwell.settings import Settings, SlackSettings, load
from askwell.slack.http import Taken
from askwell.wiring.slack_app import InSlack, check, in_slack
from askwell.wiring.stores import DATABASE

FORGED = 5_000
SIDE_BY_SIDE = 50


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack, "http") as office:
        yield office
    await slack.close()


def signed(secret: str, body: bytes, *, age: float = 0.0) -> dict[str, str]:
    timestamp = str(int(time.time() - age))
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    }


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as r,
    ):
        return r.status


def told(office: Office, text: str = FIRST_QUESTION) -> bytes:
    """Write an event that would be answered, if it were Slack's."""
    team, bot = office.slack.installation.team, office.slack.bot
    event = {
        "type": "app_mention",
        "channel": office.general.id,
        "user": office.jiwoo.id,
        "ts": office.slack.workspace.now(),
        "text": f"<@{bot}> {text}",
    }
    authorized = [{"team_id": team, "user_id": bot, "is_bot": True}]
    body = {"type": "event_callback", "team_id": team, "event": event}
    return json.dumps({**body, "authorizations": authorized}).encode()


@pytest.mark.parametrize(("secret", "age"), [("wrong", 0.0), (None, 301.0), (None, -301.0)])
async def test_forged_and_stale_requests_are_refused(
    office: Office, secret: str | None, age: float
) -> None:
    body = told(office)
    headers = signed(secret or office.slack.app.signing_secret, body, age=age)
    assert await post(office.slack.http.url, body, headers) == 401
    assert await office.here.inbox.take() is None


async def test_a_request_without_a_signature_is_refused(office: Office) -> None:
    assert await post(office.slack.http.url, told(office), {}) == 401
    assert await office.here.inbox.take() is None


async def test_a_replayed_request_is_refused_and_a_failed_one_may_come_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = told(office)
    headers = signed(office.slack.app.signing_secret, body)
    url = office.slack.http.url
    with monkeypatch.context() as full:
        full.setattr(type(office.here.inbox), "put", _full)
        assert await post(url, body, headers) == 500
    assert [await post(url, body, headers) for _ in range(2)] == [200, 401]


async def _full(*_given: Any) -> bool:
    raise OSError("no space left on device")


def test_signatures_are_remembered_for_as_long_as_they_are_valid() -> None:
    seconds = 0.0
    taken = Taken(now=lambda: seconds)
    taken.add("a")
    seconds = 599.0
    taken.add("b")
    assert taken.has("a")
    seconds = 601.0
    taken.add("c")
    assert (taken.has("a"), taken.has("b")) == (False, True)


async def test_5000_forged_requests_do_no_harm_to_answering(office: Office) -> None:
    slack, statuses = office.slack, []
    body = told(office, "지난달 정산 금액")
    headers = signed("wrong", body)
    connector = aiohttp.TCPConnector(limit=SIDE_BY_SIDE)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def forge() -> None:
            async with session.post(slack.http.url, data=body, headers=headers) as response:
                statuses.append(response.status)

        flood = asyncio.gather(*(forge() for _ in range(FORGED)))
        questions = []
        for _ in range(3):
            question = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
            questions.append(question)
            await office.answers(question)
        during = len(statuses)
        await flood
    assert statuses == [401] * FORGED
    assert during > 0
    await office.quiet()
    assert [len(slack.answers(question)) for question in questions] == [1, 1, 1]
    assert all(one.taken and one.attempts == 1 for one in slack.delivery.events)
    assert len([m for m in slack.messages(office.general) if m.bot_id]) == 3


@asynccontextmanager
async def installable(
    demo: Settings, slack: Slack, home: Path
) -> AsyncIterator[tuple[wiring.Askwell, InSlack]]:
    settings = home_of(demo, home)
    over_oauth = {
        "mode": "http",
        "bot_token": "",
        "signing_secret": slack.app.signing_secret,
        "client_id": slack.app.client_id,
        "client_secret": slack.app.client_secret,
        "port": 0,
        "api_url": slack.base_url,
    }
    app = wiring.open_askwell(replace(settings, slack=replace(settings.slack, **over_oauth)))
    async with in_slack(app) as here:
        await slack.use_http(f"{here.address}/slack/events")
        yield app, here
    await app.close()


async def install(here: InSlack, slack: Slack, team: str, *, forged: bool = False) -> int:
    """Go through the pages as a browser does; return the last page's status."""
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{here.address}/slack/install") as page:
            html = await page.text()
            cookie = page.headers["Set-Cookie"].split(";")[0]
        url = next(part for part in html.split('"') if part.startswith("https://slack.com/oauth"))
        asked = parse_qs(urlsplit(url.replace("&amp;", "&")).query)
        assert "chat:write" in asked["scope"][0]
        state = "forged" if forged else asked["state"][0]
        answer = {"code": slack.install_code(team), "state": state}
        back = f"{here.address}/slack/oauth_redirect"
        async with browser.get(back, params=answer, headers={"Cookie": cookie}) as page:
            return page.status


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk's own call of aiohttp
async def test_workspaces_install_it_and_each_is_answered_by_its_own_token(
    demo_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack = await local_slack()
    home = tmp_path / "home"
    other = slack.workspace.add_team("Other")
    async with installable(demo_settings, slack, home) as (_, here):
        for team in slack.workspace.teams:
            user = slack.workspace.add_user("jiwoo", team=team, email=ANALYST)
            assert await install(here, slack, team) == 200
            installation = slack.app.installed(team)
            assert installation
            direct = slack.workspace.direct(installation.bot_user, user.id)
            question = await slack.says(user, direct, "지난달 가입자 수")
            await slack.until(lambda q=question: slack.answers(q), 20.0)
            posted = [call for call in slack.calls() if call.method.startswith("chat.")]
            assert posted[-1].token == installation.token
        tokens = list(slack.app.installations)
        for told_of in ("app_uninstalled", "tokens_revoked"):
            event = {"type": told_of, "tokens": {"bot": ["U"]}}
            slack.delivery.event(other.id, event)
        await slack.settled()
        assert await here.ears.workspaces.authorize(other.id, "") is None
    assert len(tokens) == 2
    assert not any(token in caplog.text for token in tokens)
    assert slack.app.client_secret not in caplog.text
    file = home / DATABASE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await slack.close()


async def test_an_installation_that_nobody_began_is_refused(
    demo_settings: Settings, tmp_path: Path
) -> None:
    slack = await local_slack()
    other = slack.workspace.add_team("Other")
    async with installable(demo_settings, slack, tmp_path / "home") as (_, here):
        assert await install(here, slack, other.id, forged=True) == 400
        assert slack.app.installed(other.id) is None
        event = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "1.1", "text": "x"}
        slack.delivery.event(slack.installation.team, event)
        await slack.settled()
        assert await here.inbox.take() is None  # nobody installed it there
    await slack.close()


def slack_settings(**environ: str) -> SlackSettings:
    return load({"ASKWELL_HOME": "/nowhere", **environ}).slack


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "ASKWELL_SLACK_BOT_TOKEN"),
        ({"ASKWELL_SLACK_BOT_TOKEN": "xoxb-1"}, "ASKWELL_SLACK_APP_TOKEN"),
        ({"ASKWELL_SLACK_MODE": "http"}, "ASKWELL_SLACK_SIGNING_SECRET"),
        (
            {"ASKWELL_SLACK_MODE": "http", "ASKWELL_SLACK_SIGNING_SECRET": "s"},
            "ASKWELL_SLACK_CLIENT_ID",
        ),
        ({"ASKWELL_SLACK_ROLE": "worker"}, "ASKWELL_SLACK_BOT_TOKEN"),
        (
            {"ASKWELL_SLACK_ROLE": "worker", "ASKWELL_SLACK_MODE": "http"},
            "ASKWELL_SLACK_CLIENT_ID",
        ),
    ],
)
def test_what_is_missing_is_named(environ: dict[str, str], missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing):
        check(slack_settings(**environ))


def test_a_worker_needs_no_more_than_the_bot_token() -> None:
    check(slack_settings(ASKWELL_SLACK_ROLE="worker", ASKWELL_SLACK_BOT_TOKEN="xoxb-1"))


@pytest.mark.parametrize(
    "environ",
    [
        {"ASKWELL_SLACK_MODE": "pigeon"},
        {"ASKWELL_SLACK_BOT_TOKEN": "xapp-secret"},
        {"ASKWELL_SLACK_APP_TOKEN": "xoxb-secret"},
        {"ASKWELL_SLACK_PORT": "70000"},
        {"ASKWELL_SLACK_API_URL": "https://user:secret@slack.com/api"},
    ],
)
def test_a_wrong_setting_is_refused_without_showing_a_secret(environ: dict[str, str]) -> None:
    with pytest.raises(Misconfigured) as refused:
        slack_settings(**environ)
    assert next(iter(environ)) in str(refused.value)
    assert "secret" not in str(refused.value)


def test_secrets_are_never_shown() -> None:
    secrets = {
        "ASKWELL_SLACK_BOT_TOKEN": "xoxb-hidden",
        "ASKWELL_SLACK_APP_TOKEN": "xapp-hidden",
        "ASKWELL_SLACK_SIGNING_SECRET": "hidden",
        "ASKWELL_SLACK_CLIENT_SECRET": "hidden",
    }
    shown = repr(load({"ASKWELL_HOME": "/nowhere", **secrets}))
    assert "hidden" not in shown


async def test_a_token_that_slack_does_not_know_stops_the_start(
    demo_settings: Settings, tmp_path: Path
) -> None:
    slack = await local_slack()
    with pytest.raises(Misconfigured, match="ASKWELL_SLACK_BOT_TOKEN"):
        async with office_of(
            home_of(demo_settings, tmp_path / "home"), slack, bot_token="xoxb-unknown"
        ):
            raise AssertionError("unreachable")
    await slack.close()


def test_the_command_says_what_is_missing(demo_settings: Settings, tmp_path: Path) -> None:
    home = home_of(demo_settings, tmp_path / "home").home
    environ = {
        "ASKWELL_HOME": str(home),
        "ASKWELL_WAREHOUSE_URL": demo_settings.warehouse_url,
        "ASKWELL_SLACK_MODE": "socket",
    }
    done = CliRunner().invoke(main, ["serve"], env=environ)
    assert done.exit_code == 2
    assert "ASKWELL_SLACK_BOT_TOKEN" in done.output
