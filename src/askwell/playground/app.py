"""The app as it is configured at Slack: its manifest, its secrets and where it is installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Installation:
    """The app in one workspace; `token` is its bot token."""

    team: str
    token: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str]


@dataclass
class App:
    """What the app's settings page says."""

    id: str
    name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: frozenset[str] = frozenset()
    shortcuts: Mapping[str, str] = field(default_factory=dict)  # callback_id -> type
    interactive: bool = True
    home_tab: bool = True
    messages_tab: bool = True
    is_agent: bool = True
    signing_secret: str = "local-signing-secret"
    client_id: str = "1.1"
    client_secret: str = "local-client-secret"
    app_token: str = "xapp-local"
    request_url: str | None = None
    installations: dict[str, Installation] = field(default_factory=dict)  # by token

    def installed(self, team: str) -> Installation | None:
        """Find the app in a workspace."""
        return next((one for one in self.installations.values() if one.team == team), None)


def from_manifest(manifest: Mapping[str, Any]) -> App:
    """Read an app manifest as Slack does when an app is created from it."""
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
                "reaction_added",
                "reaction_removed",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
