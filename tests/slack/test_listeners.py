"""Every way to ask, whole: from a person in a local Slack to the answer in the thread."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from app_house import Mode, Office, local_slack, office_of
from house import home_of

from askwell.demo import FIRST_QUESTION, FOLLOW_UP
from askwell.settings import Settings


@pytest.fixture(params=["socket", "http"])
async def either(
    request: pytest.FixtureRequest, demo_settings: Settings, tmp_path: Path
) -> AsyncIterator[Office]:
    mode: Mode = request.param
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack, mode) as office:
        yield office
    await slack.close()


async def test_a_mention_is_answered_once_in_its_thread_in_both_modes(either: Office) -> None:
    slack = either.slack
    question = await slack.mentions(either.jiwoo, either.general, FIRST_QUESTION)
    [answer] = await either.answers(question)
    assert "2024년" in answer.text
    follow_up = await slack.says(either.jiwoo, either.general, FOLLOW_UP, question)
    [again] = await either.answers(follow_up)
    assert "2023년" in again.text
    assert len(slack.answers(question)) == 2
    assert slack.status(question) is None
