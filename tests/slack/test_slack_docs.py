"""What docs/slack.md says is so: settings, commands, scopes, events, paths."""

import re
from pathlib import Path

from askwell.cli import main
from askwell.settings import SETTINGS
from askwell.slack.http import EVENTS_PATH
from askwell.slack.install import INSTALL_PATH, REDIRECT_PATH
from askwell.slack.listeners import commands
from askwell.slack.manifest import manifest, scopes
from askwell.slack.people import FRESH_SECONDS

PAGE = (Path(__file__).parents[2] / "docs" / "slack.md").read_text("utf-8")


def rows(name: str) -> list[str]:
    between = re.search(rf"<!-- {name}\b.*?-->\n(.*?)\n<!-- /{name} -->", PAGE, re.DOTALL)
    assert between
    return re.findall(r"^\| `([^`]+)` \| \S", between[1], re.MULTILINE)


def test_the_scopes_and_events_are_those_of_the_manifest() -> None:
    assert rows("scopes") == list(scopes())
    assert rows("events") == manifest()["settings"]["event_subscriptions"]["bot_events"]


def test_the_settings_exist_and_each_of_slacks_is_named() -> None:
    known = {s.name for s in SETTINGS}
    named = set(re.findall(r"ASKWELL_[A-Z_]+", PAGE))
    assert named <= known
    assert {s for s in known if s.startswith("ASKWELL_SLACK_")} - named == {"ASKWELL_SLACK_API_URL"}


def test_the_commands_exist() -> None:
    named = set(re.findall(r"`?\baskwell (serve|manifest|demo|learn|doctor)\b", PAGE))
    assert named == {"serve", "manifest", "demo", "learn", "doctor"}
    assert named <= set(getattr(main, "commands", {}))
    assert "--url" in re.findall(r"askwell manifest (--\w+)", PAGE)
    assert f"`{commands.COMMAND} settings`" in PAGE
    assert "settings" in commands._SETTINGS


def test_the_shortcut_is_called_as_in_slack() -> None:
    [shortcut] = manifest()["features"]["shortcuts"]
    assert f"*{shortcut['name']}*" in PAGE


def test_the_paths_are_served() -> None:
    named = set(re.findall(r"`(/(?:slack|health)[\w/]*)`", PAGE))
    assert named == {EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH, "/health"}


def test_it_is_remembered_for_as_long_as_it_says() -> None:
    assert f"remembered for {FRESH_SECONDS / 60:.0f} minutes" in PAGE


def test_it_says_what_the_command_says() -> None:
    rooms = Path(__file__).parents[2] / "src" / "askwell"
    sources = "".join(path.read_text("utf-8") for path in sorted(rooms.rglob("*.py")))
    for said in ("askwell is in Slack, ", "over Socket Mode", "I cannot see your e-mail address"):
        assert said in sources
        assert said in PAGE
