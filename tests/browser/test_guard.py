"""Who may talk to the page's server, and what each person may fetch from it."""

import json

import aiohttp
import pytest

from askwell.playground import Slack, User
from askwell.playground.page import serve_page


@pytest.fixture
async def slack():
    server = await Slack.start(extend=serve_page)
    yield server
    await server.close()


@pytest.fixture
def ann(slack: Slack) -> User:
    return slack.workspace.add_user("ann")


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"Host": "evil.test:{port}"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/page/people", "/page/static/main.js", "/api/api.test"])
async def test_other_sites_are_refused(
    slack: Slack, http: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    port = slack.address.rpartition(":")[2]
    given = {name: value.format(port=port) for name, value in headers.items()}
    async with http.get(slack.address + path, headers=given) as response:
        assert response.status == 403
    async with http.get(slack.address + path) as response:
        assert response.status == 200


async def test_a_form_of_another_site_does_nothing(
    slack: Slack, http: aiohttp.ClientSession, ann: User
) -> None:
    channel = slack.workspace.add_channel("general", members=[ann.id])
    url = f"{slack.address}/page/do/says?as={ann.id}"
    body = json.dumps({"channel": channel.id, "text": "x"})
    for headers in ({"Content-Type": "text/plain"}, {"Origin": "http://evil.test"}):
        async with http.post(url, data=body, headers=headers) as response:
            assert response.status in (403, 415)
    assert slack.messages(channel) == []
    async with http.post(url, json=json.loads(body)) as response:
        assert (await response.json())["ok"]
    assert len(slack.messages(channel)) == 1


async def test_the_policy_lets_nothing_from_elsewhere_in(
    slack: Slack, http: aiohttp.ClientSession
) -> None:
    async with http.get(slack.address) as response:
        policy = response.headers["Content-Security-Policy"].split("; ")
        text = await response.text()
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= {*policy}
    assert not any("unsafe" in rule or "http" in rule for rule in policy)
    assert "http" not in text


async def test_nobody_acts_or_looks_where_they_are_not(
    slack: Slack, http: aiohttp.ClientSession, ann: User
) -> None:
    bob = slack.workspace.add_user("bob")
    secret = slack.workspace.add_channel("secret", "private", [bob.id])
    posted = await slack.says(bob, secret, "psst")

    async def does(verb: str, **given: str) -> dict[str, object]:
        url = f"{slack.address}/page/do/{verb}?as={ann.id}"
        async with http.post(url, json={"channel": secret.id, "ts": posted.ts, **given}) as found:
            done: dict[str, object] = await found.json()
            return done

    for verb in ("says", "edits", "deletes", "reacts", "stops", "nothing"):
        assert not (await does(verb, text="x", name="eyes"))["ok"], verb
    assert [m.text for m in slack.messages(secret)] == ["psst"]
    async with http.get(f"{slack.address}/page/changes?as={ann.id}") as stream:
        first = json.loads((await stream.content.readline()).removeprefix(b"data: "))
    assert secret.id not in [channel["id"] for channel in first["channels"]]
    assert first["messages"] == []
    async with http.get(f"{slack.address}/page/changes?as={slack.bot}") as stream:
        assert stream.status == 404
