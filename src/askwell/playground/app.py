"""The app as it is configured at Slack: its manifest, its secrets and where it is installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    labels: Mapping[str, str] = field(default_factory=dict)  # of shortcuts and commands, in menus
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
