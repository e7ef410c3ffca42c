"""The manifest from which the app is created at Slack."""

from pathlib import Path
from typing import Any

import yaml

MANIFEST = Path(__file__).parent / "manifest.yml"


def manifest() -> dict[str, Any]:
    """Return the manifest, for Socket Mode."""
    found: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return found


def http_manifest(address: str) -> dict[str, Any]:
    """Return the manifest for signed HTTP, where Slack reaches askwell at `address`."""
    found = manifest()
    url = f"{address.rstrip('/')}/slack/events"
    settings = found["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = url
    settings["interactivity"]["request_url"] = url
    for command in found["features"]["slash_commands"]:
        command["url"] = url
    found["oauth_config"]["redirect_urls"] = [f"{address.rstrip('/')}/slack/oauth_redirect"]
    return found


def scopes() -> tuple[str, ...]:
    """Return the scopes that a workspace grants to askwell's bot."""
    return tuple(manifest()["oauth_config"]["scopes"]["bot"])
