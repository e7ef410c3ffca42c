"""What workspaces granted, and who is about to grant it: the SDK's doors over a store of values."""

import json
import logging
import secrets
from dataclasses import dataclass
from logging import Logger
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from askwell.slack.doors import Values

_LOG = logging.getLogger("askwell.slack")

STATE_SECONDS = 600
_FIELDS = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "is_enterprise_install",
    "installed_at",
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Keep what workspaces granted, and who is about to grant it."""

    installations: AsyncInstallationStore
    states: AsyncOAuthStateStore


def kept_tokens(values: Values, client_id: str) -> Tokens:
    """Return tokens that are kept among other values; those of people are not kept at all."""
    return Tokens(KeptInstallations(values, client_id), KeptStates(values))


class KeptInstallations(AsyncInstallationStore):
    """Keep the token of askwell's bot in each workspace; an `AsyncInstallationStore`."""

    def __init__(self, values: Values, client_id: str) -> None:
        self._values = values
        self._client_id = client_id

    @property
    def logger(self) -> Logger:
        """Return the log, in which no token is written."""
        return _LOG

    async def async_save(self, installation: Installation) -> None:
        """Keep the bot's part of what was granted."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot's token; it replaces an older one of the same workspace."""
        team = None if bot.is_enterprise_install else bot.team_id
        kept = {name: getattr(bot, name) for name in _FIELDS}
        await self._values.put(self._key(bot.enterprise_id, team), json.dumps(kept))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return the bot of a workspace, or of a whole organisation."""
        team = None if is_enterprise_install else team_id
        kept = await self._values.get(self._key(enterprise_id, team))
        return Bot(**json.loads(kept)) if kept else None

    async def async_find_installation(self, **_named: Any) -> Installation | None:
        """Return nothing: no token of a person is kept."""
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace."""
        await self._values.take(self._key(enterprise_id, team_id))

    async def async_delete_installation(self, **_named: Any) -> None:
        """Do nothing: no token of a person is kept."""

    def _key(self, enterprise: str | None, team: str | None) -> str:
        return f"slack:{self._client_id}:{enterprise or ''}:{team or ''}"


class KeptStates(AsyncOAuthStateStore):
    """Know who is about to install askwell, for ten minutes; an `AsyncOAuthStateStore`."""

    def __init__(self, values: Values) -> None:
        self._values = values

    @property
    def logger(self) -> Logger:
        """Return the log."""
        return _LOG

    async def async_issue(self, *_given: Any, **_named: Any) -> str:
        """Return a new state that nobody can guess."""
        state = secrets.token_urlsafe(32)
        await self._values.put(_state_key(state), "issued", seconds=STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Tell whether a state was issued, once."""
        return await self._values.take(_state_key(state)) is not None


def _state_key(state: str) -> str:
    return f"slack-state:{state}"
