"""Manifests that Slack would not save."""

from typing import Any

import pytest

from askwell.playground.manifest import EVERYTHING, from_manifest, problems

NO_SCOPES: dict[str, Any] = {"scopes": {"bot": []}}


def subscribed(*events: str) -> dict[str, Any]:
    return {"settings": {"event_subscriptions": {"bot_events": list(events)}}}


def test_a_sound_manifest() -> None:
    assert problems(EVERYTHING) == []
    app = from_manifest(EVERYTHING)
    assert app.commands == {"/ask"}
    assert app.shortcuts == {"ask_about": "message"}
    assert app.is_agent
    assert "assistant:write" in app.scopes  # an agent has it without asking


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (subscribed("message.everything"), "unknown event message.everything"),
        (
            subscribed("app_mention") | {"oauth_config": NO_SCOPES},
            "app_mention needs the scope app_mentions:read",
        ),
        (
            {"oauth_config": NO_SCOPES, "settings": {}},
            "commands and shortcuts need the scope commands",
        ),
        ({"features": {}}, "a bot user is needed for bot scopes"),
    ],
)
def test_what_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        from_manifest({**EVERYTHING, **change})
