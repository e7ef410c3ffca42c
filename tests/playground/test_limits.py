"""Each limit of Slack: one payload at it is accepted, one over it is refused as Slack refuses."""

from typing import Any

import pytest
from limit_cases import CASES, Case, modal
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User
from askwell.playground.validation.limits import LIMITS, most

NO_PLACE = {
    "msg_too_long",
    "msg_blocks_too_long",
    "metadata_too_large",
    "invalid_metadata_schema",
}


@pytest.fixture
async def names(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> dict[str, str]:
    root = await slack.says(ann, general, "hi")
    stream = await client.chat_startStream(
        channel=general.id,
        thread_ts=root.ts,
        recipient_team_id=ann.team,
        recipient_user_id=ann.id,
    )
    return {
        "$channel": general.id,
        "$ts": root.ts,
        "$user": ann.id,
        "$trigger": slack.tickets.trigger(ann.id),
        "$stream": stream["ts"],
    }


def ids(case: Case) -> str:
    return f"{case.limit}-{case.method}"


@pytest.mark.parametrize("case", CASES, ids=ids)
async def test_at_the_limit_accepted_and_over_it_refused(
    case: Case, client: AsyncWebClient, names: dict[str, str]
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(case.method, json=real(case.make(most(case.limit) + 1), names))
    response = refused.value.response
    assert response["error"] == case.error
    if case.error not in NO_PLACE:
        assert "[json-pointer:/" in response["response_metadata"]["messages"][0]
    accepted = await client.api_call(case.method, json=real(case.make(most(case.limit)), names))
    assert accepted["ok"]


def real(body: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        key: names.get(value, value) if isinstance(value, str) else value
        for key, value in body.items()
    }


async def test_three_modals_on_top_of_each_other_and_no_fourth(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    await client.views_open(trigger_id=slack.tickets.trigger(ann.id), view=modal()["view"])
    for _ in range(most("view.stack") - 1):
        await client.views_push(trigger_id=slack.tickets.trigger(ann.id), view=modal()["view"])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=slack.tickets.trigger(ann.id), view=modal()["view"])


def test_every_limit_has_a_case() -> None:
    assert {case.limit for case in CASES} | {"view.stack"} == set(LIMITS)
