"""Who gets the button that shares an answer: whoever can press it, found by name or by group."""

import pytest
from house import OWNER, House, opened

from askwell.demo import FINANCE_LEAD
from askwell.playground import Slack, User
from askwell.playground.controls import controls
from askwell.settings import Settings
from askwell.slack.blocks import actions as ids

RESTRICTED = "What was the settlement amount in March 2024?"


async def asked_in_public(house: House, question: str = RESTRICTED) -> None:
    channel = house.slack.workspace.add_channel("room", "public", [house.jiwoo.id, house.slack.bot])
    await house.answered(house.jiwoo, channel, question)


def offers(house: House, *people: User) -> list[int]:
    return [len(house.slack.messages(house.slack.direct(who))) for who in people]


async def test_the_people_of_a_team_that_owns_the_data_are_asked(house: House) -> None:
    add = house.slack.workspace.add_user
    lead, team = add("seoyeon", email=FINANCE_LEAD), add("finance", email=OWNER)
    await asked_in_public(house)
    assert offers(house, lead, team, house.minseo, house.hajun) == [1, 1, 0, 0]
    mine, theirs = (house.slack.messages(house.slack.direct(who))[0] for who in (lead, team))
    turn = controls(mine)[0].element["value"]
    by = next(a for a in house.conversation.doors.named() if a.email == FINANCE_LEAD)
    await house.conversation.share(turn, by=by)
    await house.put(house.event(mine, kind="share", user=lead.id, text=turn, of="1"))
    await house.worker.drain()
    for offer in (mine, theirs):
        assert lead.id in str(offer.blocks)
        assert [c.element["action_id"] for c in controls(offer)] == [ids.OPEN]


async def test_a_metric_is_shared_by_those_who_own_its_tables(house: House) -> None:
    """The metric's owner is finance, its table's is payments: only the latter can share."""
    add = house.slack.workspace.add_user
    lead, team = add("seoyeon", email=FINANCE_LEAD), add("finance", email=OWNER)
    await asked_in_public(house, "What was the fee revenue in March 2024?")
    assert offers(house, lead, team) == [1, 0]


async def test_an_owner_who_may_not_see_it_all_is_not_asked(house: House) -> None:
    slack = house.slack
    guest = slack.workspace.add_user("seoyeon", email=FINANCE_LEAD, is_restricted=True)
    await asked_in_public(house)
    assert offers(house, guest) == [0]


@pytest.mark.parametrize("size", [1, 5])
async def test_a_user_group_may_be_the_owner(settings: Settings, slack: Slack, size: int) -> None:
    assert settings.policy
    known = settings.policy.read_text("utf-8")
    mapped = known + 'identity_groups: {"@finance": finance@moapay.example}\n'
    settings.policy.write_text(mapped, "utf-8")
    async with opened(settings, slack) as house:
        add = slack.workspace.add_user
        people = [add(f"f{i}", email=f"f{i}@moapay.example") for i in range(size)]
        slack.workspace.add_group("finance", [p.id for p in people])
        slack.workspace.add_group("lunch", [house.minseo.id])
        await asked_in_public(house)
        assert offers(house, *people, house.minseo) == [
            *([1] * min(size, 3)),
            *([0] * (size - 3)),
            0,
        ]


async def test_nobody_is_asked_about_what_somebody_wants_alone(house: House) -> None:
    lead = house.slack.workspace.add_user("seoyeon", email=FINANCE_LEAD)
    chosen = await house.conversation.preference(house.jiwoo.email or "")
    await house.conversation.prefer(chosen.model_copy(update={"private": True}))
    await asked_in_public(house)
    assert offers(house, lead) == [0]
