"""App manifests: read as Slack reads them, and refused where Slack would not save them."""

from collections.abc import Mapping
from typing import Any

from askwell.playground.app import App

# event -> the scopes of which an app needs one to subscribe (D/reference/events)
EVENTS: dict[str, tuple[str, ...]] = {
    "agent_session_stopped": (),
    "agent_session_title_changed": (),
    "app_context_changed": (),
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "file_shared": ("files:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}


def problems(manifest: Mapping[str, Any]) -> list[str]:
    """Say why Slack would not save a manifest."""
    settings, features = manifest.get("settings", {}), manifest.get("features", {})
    scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
    found = []
    for event in settings.get("event_subscriptions", {}).get("bot_events", []):
        needed = EVENTS.get(event)
        if needed is None:
            found.append(f"unknown event {event}")
        elif needed and not scopes.intersection(needed):
            found.append(f"{event} needs the scope {' or '.join(needed)}")
    if (features.get("slash_commands") or features.get("shortcuts")) and "commands" not in scopes:
        found.append("commands and shortcuts need the scope commands")
    if "bot_user" not in features:
        found.append("a bot user is needed for bot scopes")
    return found


def from_manifest(manifest: Mapping[str, Any]) -> App:
    """Read an app manifest as Slack does when an app is created from it.

    Raises:
        ValueError: Slack would not save it.
    """
    wrong = problems(manifest)
    if wrong:
        raise ValueError("; ".join(wrong))
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    home = features.get("app_home", {})
    bot_scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    is_agent = "agent_view" in features or "assistant_view" in features
    return App(
        id="A0000000001",
        name=features.get("bot_user", {}).get("display_name", "app"),
        scopes=frozenset(bot_scopes) | ({"assistant:write"} if is_agent else set()),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands=frozenset(c["command"] for c in features.get("slash_commands", [])),
        shortcuts={s["callback_id"]: s["type"] for s in features.get("shortcuts", [])},
        labels={s["callback_id"]: s["name"] for s in features.get("shortcuts", [])}
        | {c["command"]: c.get("description", "") for c in features.get("slash_commands", [])},
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False)
        and not home.get("messages_tab_read_only_enabled", False),
        is_agent=is_agent,
    )


EVERYTHING: dict[str, Any] = {
    "display_information": {"name": "Everything"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "bot"},
        "slash_commands": [{"command": "/ask", "description": "Ask"}],
        "shortcuts": [{"name": "Ask", "type": "message", "callback_id": "ask_about"}],
        "agent_view": {"agent_description": "Answers"},
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "mpim:history",
                "mpim:read",
                "reactions:read",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped",
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "member_joined_channel",
                "member_left_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "message.mpim",
                "reaction_added",
                "reaction_removed",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
