"""The manifest asks for what the code needs, and for nothing else."""

import ast
import re
from pathlib import Path

import yaml
from click.testing import CliRunner
from slack_sdk.web.async_client import AsyncWebClient

from askwell.cli import main
from askwell.playground.manifest import EVENTS, problems
from askwell.playground.methods import METHODS
from askwell.slack.blocks import actions as ids
from askwell.slack.listeners.commands import COMMAND, SHORTCUT
from askwell.slack.manifest import MANIFEST, http_manifest, manifest, scopes

SLACK = MANIFEST.parent
# What methods need of a channel's own family, which the table of methods does not say.
FAMILIES = ("channels", "groups", "im", "mpim")
BY_PLACE = {
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.replies": "history",
    "conversations.history": "history",
}
UPLOAD = {"files.getUploadURLExternal", "files.completeUploadExternal"}
NO_METHODS = {"base_url", "BASE_URL", "retry_handlers"}


def spoken_methods() -> set[str]:
    """Return every Web API method that the code names as `client.method`."""
    named: set[str] = set()
    for path in SLACK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_client = isinstance(node, ast.Attribute) and hasattr(AsyncWebClient, node.attr)
            if is_client and "_" in node.attr and not node.attr.startswith("_"):
                named.add(node.attr)
    uploads = UPLOAD if "files_upload_v2" in named else set()
    return uploads | {method_named(n) for n in named - NO_METHODS - {"files_upload_v2"}}


def method_named(attribute: str) -> str:
    known = {re.sub(r"\W", "_", method): method for method in METHODS}
    return known[attribute]


def needed_scopes() -> set[str]:
    found = {"commands"}
    for event in manifest()["settings"]["event_subscriptions"]["bot_events"]:
        found.update(EVENTS[event][:1])
    for method in spoken_methods():
        if method in BY_PLACE:
            found.update(f"{family}:{BY_PLACE[method]}" for family in FAMILIES)
        elif not set(METHODS[method].scopes) & {"chat:write"}:
            found.update(METHODS[method].scopes[:1])
        else:
            found.add("chat:write")
    return found


def test_slack_would_save_it() -> None:
    assert problems(manifest()) == []
    assert problems(http_manifest("https://askwell.example")) == []


def test_the_scopes_are_those_that_the_code_needs() -> None:
    assert set(scopes()) == needed_scopes()
    assert len(spoken_methods()) > 15


def listened() -> set[str]:
    """Return the events for which there is a listener."""
    sources = "\n".join(p.read_text("utf-8") for p in (SLACK / "listeners").glob("*.py"))
    return set(re.findall(r"app\.event\(\"(\w+)\"\)", sources))


def test_the_events_are_those_that_somebody_listens_to() -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == listened()


def test_every_button_menu_and_form_has_a_listener() -> None:
    sources = "\n".join(p.read_text("utf-8") for p in (SLACK / "listeners").glob("*.py"))
    heard = set(re.findall(r"ids\.([A-Z_]+)", sources))
    inputs = {"PHRASE", "MEANT", "REASONS", "REMARK"}
    numbered = {"SUGGESTION": "SUGGESTIONS", "CHOICE": "CHOICES", "PROMPT": "PROMPTS"}
    for name, value in vars(ids).items():
        if name.isupper() and isinstance(value, str) and name not in inputs:
            assert numbered.get(name, name) in heard, name


def test_the_command_and_the_shortcut_are_those_of_the_code() -> None:
    features = manifest()["features"]
    assert [c["command"] for c in features["slash_commands"]] == [COMMAND]
    assert [s["callback_id"] for s in features["shortcuts"]] == [SHORTCUT]


def test_each_scope_and_event_has_its_reason() -> None:
    lines = MANIFEST.read_text("utf-8").splitlines()
    asked = {*scopes(), *manifest()["settings"]["event_subscriptions"]["bot_events"]}
    reasons = {
        line.split("#")[0].strip(" -"): line.partition("#")[2].strip()
        for line in lines
        if line.strip().startswith("- ")
    }
    assert all(len(reasons[one]) > 10 for one in asked)


def test_over_http_it_names_every_address() -> None:
    found = http_manifest("https://askwell.example/")
    assert not found["settings"]["socket_mode_enabled"]
    urls = {
        found["settings"]["event_subscriptions"]["request_url"],
        found["settings"]["interactivity"]["request_url"],
        *(c["url"] for c in found["features"]["slash_commands"]),
    }
    assert urls == {"https://askwell.example/slack/events"}
    assert found["oauth_config"]["redirect_urls"] == [
        "https://askwell.example/slack/oauth_redirect"
    ]


def test_the_command_prints_it(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["manifest"])
    assert yaml.safe_load(printed.output) == manifest()
    address = "https://askwell.example"
    printed = CliRunner().invoke(main, ["manifest", "--url", address])
    assert yaml.safe_load(printed.output) == http_manifest(address)
