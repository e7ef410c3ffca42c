"""Who somebody in Slack is, asked of a local Slack."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.domain.noun import Message
from askwell.domain.rights import Asker
from askwell.errors import Transient
from askwell.playground import Slack, User
from askwell.rights.policy import GroupPolicy, PersonPolicy, Policy
from askwell.slack.blocks.notices import REFUSED
from askwell.slack.manifest import manifest
from askwell.slack.people import FRESH_SECONDS, SlackPeople, language_of
from askwell.slack.posting import slack_client
from askwell.slack.remembered import Remembered

POLICY = Policy(
    groups={"analysts": GroupPolicy(), "finance": GroupPolicy()},
    people={"ann@acme.test": PersonPolicy(name="Ann", groups=("analysts",))},
    identity_groups={"finance-team": "finance"},
)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    server = await Slack.start(manifest())
    yield server
    await server.close()


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return slack_client(slack.token, slack.base_url)


@pytest.fixture
def ann(slack: Slack) -> User:
    return slack.workspace.add_user("ann", email="Ann@acme.test", locale="ko-KR")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(clock: Clock) -> SlackPeople:
    return SlackPeople(
        POLICY.asker,
        people=Remembered(600.0, now=clock),
        groups=Remembered(600.0, now=clock),
        channels=Remembered(60.0, now=clock),
    )


async def test_a_member_is_who_the_policy_knows_with_their_user_groups(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople
) -> None:
    slack.workspace.add_group("finance-team", [ann.id])
    slack.workspace.add_group("football", [ann.id])
    found = await people.asker(client, ann.team, ann.id)
    assert found == Asker(
        email="ann@acme.test", name="Ann", groups=("analysts", "finance"), language="ko"
    )
    assert people.spoken(ann.team, ann.id) == "ko"


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_bot": True}, "bot"),
        ({"deleted": True}, "deactivated"),
    ],
)
async def test_who_is_no_full_member_is_refused_in_a_sentence(
    slack: Slack, client: AsyncWebClient, people: SlackPeople, who: dict[str, bool], why: str
) -> None:
    user = slack.workspace.add_user("x", email="ann@acme.test", **who)
    assert await people.asker(client, user.team, user.id) == Message(text=REFUSED[why])


async def test_people_from_outside_get_no_data(
    slack: Slack, client: AsyncWebClient, people: SlackPeople
) -> None:
    home, partner = slack.installation.team, slack.workspace.add_team("Partner")
    pat = slack.workspace.add_user("pat", team=partner.id, email="ann@acme.test")
    expected = Message(text=REFUSED["external"])
    assert await people.asker(client, home, pat.id) == expected
    assert await people.asker(client, home, "U404") == expected


async def test_without_an_address_nobody_is_known(
    slack: Slack, client: AsyncWebClient, people: SlackPeople
) -> None:
    user = slack.workspace.add_user("x")
    assert isinstance(await people.asker(client, user.team, user.id), Message)


async def test_it_is_asked_once_for_all_and_again_when_it_is_old(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople, clock: Clock
) -> None:
    for _ in range(2):
        await asyncio.gather(*(people.asker(client, ann.team, ann.id) for _ in range(40)))
    assert len(slack.calls("users.info")) == len(slack.calls("usergroups.list")) == 1
    clock.seconds = 601.0
    ann.deleted = True
    assert isinstance(await people.asker(client, ann.team, ann.id), Message)


async def test_what_slack_says_has_changed_is_asked_anew(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople
) -> None:
    group = slack.workspace.add_group("finance-team", [])
    assert (await people.person(client, ann.team, ann.id)).asker == POLICY.asker(
        "ann@acme.test"
    ).model_copy(update={"language": "ko"})
    group.users.append(ann.id)
    people.forget_groups(ann.team, [ann.id])
    found = await people.asker(client, ann.team, ann.id)
    assert isinstance(found, Asker)
    assert "finance" in found.groups
    ann.is_restricted = True
    people.forget(ann.team, ann.id)
    assert isinstance(await people.asker(client, ann.team, ann.id), Message)


def test_a_group_that_was_left_gives_rights_for_ten_minutes_at_most() -> None:
    """A person is remembered with groups that may be remembered for a while already."""
    people = SlackPeople(POLICY.asker)
    assert people.people.seconds + people.groups.seconds <= FRESH_SECONDS


async def test_a_policy_may_name_a_user_group_by_its_id(
    slack: Slack, client: AsyncWebClient, ann: User
) -> None:
    group = slack.workspace.add_group("finance-team", [ann.id])
    by_id = POLICY.model_copy(update={"identity_groups": {group.id: "finance"}})
    found = await SlackPeople(by_id.asker).asker(client, ann.team, ann.id)
    assert isinstance(found, Asker)
    assert found.groups == ("analysts", "finance")


async def test_a_workspace_without_user_groups_gives_none(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople
) -> None:
    slack.faults.refuse("usergroups.list", "paid_teams_only")
    found = await people.asker(client, ann.team, ann.id)
    assert isinstance(found, Asker)
    assert found.groups == ("analysts",)


async def test_a_fault_is_not_remembered(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople
) -> None:
    slack.faults.fail("users.info", times=1)
    with pytest.raises(Transient):
        await people.asker(client, ann.team, ann.id)
    assert isinstance(await people.asker(client, ann.team, ann.id), Asker)


async def test_members_are_read_page_by_page_and_remembered_for_a_minute(
    slack: Slack, client: AsyncWebClient, ann: User, people: SlackPeople, clock: Clock
) -> None:
    ids = [slack.workspace.add_user(f"u{i}").id for i in range(2_500)]
    channel = slack.workspace.add_channel("big", members=[slack.bot, *ids])
    for _ in range(2):
        assert set(await people.members(client, channel.id)) == {slack.bot, *ids}
    assert len(slack.calls("conversations.members")) == 3
    clock.seconds = 61.0
    await people.members(client, channel.id)
    assert len(slack.calls("conversations.members")) == 6


async def test_who_stops_waiting_does_not_stop_the_reading(
    slack: Slack, client: AsyncWebClient, people: SlackPeople
) -> None:
    channel = slack.workspace.add_channel("slow", members=[slack.bot])
    held = slack.faults.hold("conversations.members", before=True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await people.members(client, channel.id)
    held.release()
    assert await people.members(client, channel.id) == (slack.bot,)
    assert len(slack.calls("conversations.members")) == 1


async def test_a_channel_that_cannot_be_read_says_so(
    client: AsyncWebClient, people: SlackPeople
) -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await people.members(client, "C404")


@pytest.mark.parametrize(
    ("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("fr-FR", "en"), ("", None)]
)
def test_languages_go_by_locale(locale: str, language: str | None) -> None:
    assert language_of(locale) == language
