"""Who somebody in Slack is: the person that the policy knows, or why they are not answered."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.domain.noun import Language, Message, Noun
from askwell.domain.rights import Asker
from askwell.slack.blocks.notices import REFUSED
from askwell.slack.posting import asked
from askwell.slack.remembered import Remembered

_LOG = logging.getLogger("askwell")

AskerOf = Callable[[str, Iterable[str]], Asker]
FRESH_SECONDS = 600.0  # a group that was left gives rights no longer than this
_GROUPS_SECONDS = 60.0  # so old may groups be already when a person is remembered with them
MEMBERS_SECONDS = 60.0
_CALL_SECONDS = 10.0
_PAGE = 1_000
_ANYBODY = "anybody@invalid"  # an address that no policy names
_UNKNOWN = {"user_not_found", "users_not_found", "user_not_visible"}
_NO_EMAIL = "I cannot see your e-mail address in Slack, by which I know what you may read."


class Person(Noun):
    """Be somebody in a workspace; `asker` is a message where they are not answered."""

    asker: Asker | Message
    language: Language | None = None


@dataclass(slots=True)
class SlackPeople:
    """Ask Slack who people are, and remember it for a while.

    `asker_of` returns who an e-mail address is, with the ids and handles of their user groups.
    """

    asker_of: AskerOf
    people: Remembered[tuple[str, str], Person] = field(
        default_factory=lambda: Remembered(FRESH_SECONDS - _GROUPS_SECONDS)
    )
    groups: Remembered[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=lambda: Remembered(_GROUPS_SECONDS)
    )
    channels: Remembered[str, tuple[str, ...]] = field(
        default_factory=lambda: Remembered(MEMBERS_SECONDS)
    )

    async def asker(self, client: AsyncWebClient, team: str, user: str) -> Asker | Message:
        """Return who somebody is, or a message that says why they are not answered.

        Raises:
            Transient: Slack does not say now. SlackApiError: askwell may not know.
        """
        return (await self.person(client, team, user)).asker

    async def person(self, client: AsyncWebClient, team: str, user: str) -> Person:
        """Return somebody; raises as `asker` does."""
        return await self.people.get((team, user), lambda: self._met(client, team, user))

    def spoken(self, team: str, user: str) -> Language | None:
        """Return somebody's language where it is known already."""
        known = self.people.peek((team, user))
        return known.language if known else None

    async def members(self, client: AsyncWebClient, channel: str) -> Sequence[str]:
        """Return the ids of a channel's members.

        A large channel takes longer than anybody waits: it is read on, for the next time.

        Raises:
            Transient: Slack does not say now. SlackApiError: askwell may not know.
        """
        return await self.channels.get(channel, lambda: _members(client, channel))

    async def grouped(
        self, client: AsyncWebClient, team: str, is_wanted: Callable[[Asker], bool]
    ) -> Sequence[str]:
        """Return the ids of those whom their user groups alone make wanted.

        Raises:
            Transient: Slack does not say now.
        """
        groups = await self.groups.get(team, lambda: _groups(client))
        return [user for user, of in groups.items() if is_wanted(self.asker_of(_ANYBODY, of))]

    def forget(self, team: str, user: str) -> None:
        """Ask anew who somebody is: Slack says that it changed."""
        self.people.forget((team, user))

    def forget_groups(self, team: str, users: Iterable[str]) -> None:
        """Ask anew which groups these people are in."""
        self.groups.forget(team)
        for user in users:
            self.people.forget((team, user))

    async def _met(self, client: AsyncWebClient, team: str, user: str) -> Person:
        try:
            found = await asked(client.users_info(user=user, include_locale=True), _CALL_SECONDS)
        except SlackApiError as error:
            if error.response.get("error") not in _UNKNOWN:
                raise
            return Person(asker=Message(text=REFUSED["external"]))
        return await self._known(client, team, found["user"])

    async def _known(self, client: AsyncWebClient, team: str, user: Mapping[str, Any]) -> Person:
        language = language_of(str(user.get("locale") or ""))
        why = refusal_of(user, team)
        email = str((user.get("profile") or {}).get("email") or "")
        if why or not email:
            return Person(asker=Message(text=why or _NO_EMAIL), language=language)
        groups = await self.groups.get(team, lambda: _groups(client))
        asker = self.asker_of(email, groups.get(str(user["id"]), ()))
        spoken = asker.language or language
        return Person(asker=asker.model_copy(update={"language": spoken}), language=language)


def refusal_of(user: Mapping[str, Any], team: str) -> str:
    """Return why somebody is not answered; empty for a full member of the workspace."""
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return REFUSED["bot"]
    teams = {user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ())}
    if user.get("is_stranger") or team not in teams:
        return REFUSED["external"]
    if user.get("deleted"):
        return REFUSED["deactivated"]
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return REFUSED["guest"] if guest else ""


def language_of(locale: str) -> Language | None:
    """Return askwell's language for a locale of Slack's; English for one that it lacks."""
    if not locale:
        return None
    return "ko" if locale.startswith("ko") else "en"


async def _groups(client: AsyncWebClient) -> Mapping[str, tuple[str, ...]]:
    """Return each person's user groups, by id and by handle; none where a plan has no groups."""
    try:
        found = await asked(client.usergroups_list(include_users=True), _CALL_SECONDS)
    except SlackApiError as error:
        _LOG.warning("no user groups: %s", error.response.get("error"))
        return {}
    groups: dict[str, tuple[str, ...]] = {}
    for group in found["usergroups"]:
        for user in group.get("users") or ():
            groups[user] = (*groups.get(user, ()), str(group["id"]), str(group["handle"]))
    return groups


async def _members(client: AsyncWebClient, channel: str) -> tuple[str, ...]:
    members: list[str] = []
    cursor = ""
    while True:
        page = await asked(
            client.conversations_members(channel=channel, cursor=cursor, limit=_PAGE),
            _CALL_SECONDS,
        )
        members += page["members"]
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return tuple(members)
