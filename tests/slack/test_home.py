"""The Home tab, and the questions that a new chat suggests."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from app_house import Office, local_slack, office_of
from house import home_of

from askwell.demo import FIRST_QUESTION
from askwell.playground.nouns import View
from askwell.settings import Settings
from askwell.slack.blocks import actions as ids


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack) as office:
        yield office
    await slack.close()


async def opened(office: Office, user: Any) -> View:
    await office.slack.opens_home(user)
    await office.quiet()
    view = office.slack.home(user)
    assert view
    return view


async def test_it_shows_what_this_person_may_ask_and_asked(office: Office) -> None:
    question = await office.slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    await office.answers(question)
    theirs = str((await opened(office, office.jiwoo)).body)
    assert FIRST_QUESTION in theirs
    assert "정산" in theirs
    others = str((await opened(office, office.minseo)).body)
    assert FIRST_QUESTION not in others
    assert "정산" not in others  # a marketer may not read settlements


async def test_a_prompt_is_answered_in_the_direct_message(office: Office) -> None:
    home = await opened(office, office.jiwoo)
    await office.slack.clicks(office.jiwoo, home, f"{ids.PROMPT}_0")
    direct = office.slack.direct(office.jiwoo)
    asked = await office.until(lambda: next(iter(office.slack.messages(direct)), None))
    assert len(await office.answers(asked)) == 1


async def test_language_and_privacy_are_kept_and_shown(office: Office) -> None:
    slack, home = office.slack, await opened(office, office.jiwoo)
    assert "설정" in str(home.body)
    await slack.picks(office.jiwoo, home, ids.LANGUAGE, "en")
    await office.quiet()
    assert "Settings" in str(home.body)
    await slack.picks(office.jiwoo, home, ids.PRIVACY, ["private"])
    await office.quiet()
    chosen = await office.here.ears.conversation.preference(office.jiwoo.email or "")
    assert (chosen.language, chosen.private) == ("en", True)
    assert "initial_options" in str(home.body)
    await slack.picks(office.jiwoo, home, ids.PRIVACY, [])
    await slack.picks(office.jiwoo, home, ids.LANGUAGE, "auto")
    await office.quiet()
    chosen = await office.here.ears.conversation.preference(office.jiwoo.email or "")
    assert (chosen.language, chosen.private) == (None, False)


async def test_a_guest_reads_why_there_is_nothing(office: Office) -> None:
    guest = office.slack.workspace.add_user(
        "guest", email="jiwoo@moapay.example", is_restricted=True, locale="en-US"
    )
    shown = str((await opened(office, guest)).body)
    assert "full members" in shown
    assert "button" not in shown


@pytest.mark.parametrize(("locale", "word"), [("ko-KR", "가입자"), ("en-US", "sign-ups")])
async def test_a_new_chat_suggests_questions_in_the_persons_language(
    office: Office, locale: str, word: str
) -> None:
    office.jiwoo.locale = locale
    await office.slack.opens_home(office.jiwoo, "messages")
    await office.quiet()
    found = office.slack.workspace.prompts[office.slack.direct(office.jiwoo).id]
    assert 1 <= len(found["prompts"]) <= 4
    assert word in str(found["prompts"]).lower()
