"""The workspaces that askwell is installed in: one by its token, or several by OAuth."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.web.async_client import AsyncWebClient

from askwell.errors import Misconfigured, Transient
from askwell.slack.posting import asked, code_of
from askwell.slack.remembered import Remembered
from askwell.slack.tokens import STATE_SECONDS, Tokens

_LOG = logging.getLogger("askwell.slack")

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
_KEPT_SECONDS = 300.0  # another process may have got a newer token
_CALL_SECONDS = 10.0


class Workspaces(Protocol):
    """Know where askwell is installed, and who it is there."""

    async def authorize(self, team: str, enterprise: str) -> AuthorizeResult | None:
        """Return who askwell is in a workspace, or None where it is not installed.

        Raises:
            Transient: it cannot be known now.
        """
        ...

    async def client_of(self, team: str, enterprise: str) -> AsyncWebClient:
        """Return a client for a workspace.

        Raises:
            Transient: it cannot be known now, or askwell is no longer installed there.
        """
        ...

    async def left(self, team: str, enterprise: str) -> None:
        """Forget a workspace's token: it was revoked."""
        ...


@dataclass(slots=True)
class OneWorkspace:
    """Be in the workspace of one token, that of `client`."""

    client: AsyncWebClient
    _own: Remembered[str, AuthorizeResult] = field(default_factory=lambda: Remembered(float("inf")))

    async def authorize(self, team: str, enterprise: str) -> AuthorizeResult | None:
        """Return who askwell is; raises Transient and Misconfigured."""
        return await self._own.get("", self._tested)

    async def client_of(self, team: str, enterprise: str) -> AsyncWebClient:
        """Return the client."""
        return self.client

    async def left(self, team: str, enterprise: str) -> None:
        """Ask anew who askwell is."""
        self._own.forget("")

    async def _tested(self) -> AuthorizeResult:
        try:
            found = await asked(self.client.auth_test(), _CALL_SECONDS)
        except SlackApiError as error:
            raise Misconfigured(
                f"ASKWELL_SLACK_BOT_TOKEN: Slack says {code_of(error)}."
                " Write the bot token of the app's page OAuth & Permissions."
            ) from error
        return AuthorizeResult.from_auth_test_response(
            auth_test_response=found, bot_token=self.client.token
        )


@dataclass(slots=True)
class ManyWorkspaces:
    """Be in every workspace that agreed to askwell; `client` is copied for each."""

    store: AsyncInstallationStore
    client: AsyncWebClient
    _bots: Remembered[tuple[str, str], Bot] = field(
        default_factory=lambda: Remembered(_KEPT_SECONDS)
    )

    async def authorize(self, team: str, enterprise: str) -> AuthorizeResult | None:
        """Return who askwell is in a workspace, or None."""
        try:
            bot = await self._bot(team, enterprise)
        except _NotInstalled:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise or None,
            team_id=team,
            bot_user_id=bot.bot_user_id,
            bot_id=bot.bot_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
        )

    async def client_of(self, team: str, enterprise: str) -> AsyncWebClient:
        """Return a client for a workspace; raises Transient where askwell is not installed."""
        bot = await self._bot(team, enterprise)
        return with_token(self.client, bot.bot_token)

    async def left(self, team: str, enterprise: str) -> None:
        """Delete all that is kept of a workspace."""
        named = {"enterprise_id": enterprise or None, "team_id": team}
        await self.store.async_delete_all(**named)
        self._bots.forget((team, enterprise))

    async def _bot(self, team: str, enterprise: str) -> Bot:
        return await self._bots.get((team, enterprise), lambda: self._found(team, enterprise))

    async def _found(self, team: str, enterprise: str) -> Bot:
        own = {"enterprise_id": enterprise or None, "team_id": team}
        bot = await self.store.async_find_bot(**own, is_enterprise_install=False)
        if bot is None and enterprise:
            whole = {"enterprise_id": enterprise, "team_id": None}
            bot = await self.store.async_find_bot(**whole, is_enterprise_install=True)
        if bot is None:
            raise _NotInstalled(f"askwell is not installed in workspace {team}")
        return bot


class _NotInstalled(Transient):
    """Say that there is no token for a workspace; it may be installed again."""


def with_token(client: AsyncWebClient, token: str | None) -> AsyncWebClient:
    """Return a client for another token, over the same connections."""
    return AsyncWebClient(
        token=token,
        base_url=client.base_url,
        session=client.session,
        timeout=client.timeout,
        retry_handlers=client.retry_handlers,
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """Be what Slack knows the app by when a workspace installs it."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str]


def install_pages(
    client: AsyncWebClient, credentials: Credentials, tokens: Tokens
) -> AsyncOAuthFlow:
    """Return the pages by which a workspace installs askwell: the first one, and its return."""
    settings = AsyncOAuthSettings(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        scopes=[*credentials.scopes],
        installation_store=tokens.installations,
        installation_store_bot_only=True,
        state_store=tokens.states,
        state_expiration_seconds=STATE_SECONDS,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        logger=_LOG,
    )
    return AsyncOAuthFlow(client=client, settings=settings, logger=_LOG)
