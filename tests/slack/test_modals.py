"""What the buttons under an answer do, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from app_house import Office, local_slack, office_of
from house import home_of

from askwell.demo import FIRST_QUESTION
from askwell.domain.kept import Preference
from askwell.playground import Message
from askwell.playground.nouns import File
from askwell.settings import Settings
from askwell.slack.blocks import actions as ids

RESTRICTED = "2024년 정산 금액을 월별로 알려줘"  # not for marketers


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack) as office:
        yield office
    await slack.close()


async def answered(office: Office, text: str = FIRST_QUESTION) -> Message:
    question = await office.slack.mentions(office.jiwoo, office.general, text)
    return (await office.answers(question))[-1]


def files(office: Office) -> list[File]:
    return list(office.slack.workspace.files.values())


async def test_sql_receipt_and_correction_open_on_each_other(office: Office) -> None:
    slack, answer = office.slack, await answered(office)
    await slack.clicks(office.jiwoo, answer, ids.SQL)
    modal = await office.until(lambda: slack.modal(office.jiwoo))
    assert "SELECT" in str(modal.body["blocks"])
    await slack.closes(office.jiwoo, modal)
    await slack.clicks(office.jiwoo, answer, ids.RECEIPT)
    receipt = await office.until(lambda: slack.modal(office.jiwoo))
    assert "가입자" in str(receipt.body["blocks"])
    await slack.clicks(office.jiwoo, receipt, ids.CORRECT)
    form = await office.until(lambda: _other(slack.modal(office.jiwoo), receipt))
    values = {ids.PHRASE: "0", ids.MEANT: "2023년"}
    phrase = form.body["blocks"][1]["element"]["options"][0]["text"]["text"]
    await slack.submits(office.jiwoo, form, values)
    _, again, *_ = await office.answers(slack.thread(answer)[0], 3)
    assert slack.modal(office.jiwoo) is None
    assert phrase
    assert "2023년" in str(again.blocks)  # what was asked is said in the thread
    corrected = slack.answers(answer)[-1]
    assert "2023년" in corrected.text


def _other(modal: object, than: object) -> object:
    return modal if modal is not than else None


async def test_suggestions_are_asked_in_the_thread_once_a_double_click(office: Office) -> None:
    slack, answer = office.slack, await answered(office)
    await slack.clicks(office.jiwoo, answer, f"{ids.SUGGESTION}_0")
    await slack.clicks(office.jiwoo, answer, f"{ids.SUGGESTION}_0")
    await office.answers(answer, 2)
    await office.quiet()
    assert len(slack.answers(answer)) == 3  # the answer, what was clicked, its answer


async def test_a_choice_goes_on_with_the_rights_of_whoever_clicks(office: Office) -> None:
    slack = office.slack
    await slack.joins(office.hajun, office.general)
    question = await slack.mentions(office.hajun, office.general, "2024년 결제 알려줘")
    [asked_back] = await office.answers(question)
    await slack.clicks(office.jiwoo, asked_back, f"{ids.CHOICE}_0")
    said, answer = (await office.answers(question, 3))[1:]
    assert office.jiwoo.id in str(said.blocks)
    turn = answer.metadata["event_payload"]["turn"] if answer.metadata else ""
    kept = await office.here.ears.conversation.kept(turn)
    assert kept
    assert kept.asker == office.jiwoo.email
    assert kept.reads
    assert not any(r.rows for r in kept.reads)  # hajun would see Busan alone


async def test_nobody_opens_an_answer_that_they_may_not_read(office: Office) -> None:
    slack = office.slack
    answer = await answered(office, RESTRICTED)
    await slack.joins(office.minseo, office.general)
    for action in (ids.SQL, ids.RECEIPT, ids.CORRECT, ids.FEEDBACK):
        before = len(slack.ephemerals(office.minseo, office.general))
        if action == ids.FEEDBACK:
            await slack.gives_feedback(office.minseo, answer, positive=True)
        else:
            await slack.clicks(office.minseo, answer, action)
        await office.quiet()
        told = slack.ephemerals(office.minseo, office.general)
        assert len(told) == before + 1
        assert "권한" in told[-1].text
        assert slack.modal(office.minseo) is None
    await slack.clicks(office.minseo, answer, f"{ids.SUGGESTION}_0")
    await office.quiet()
    assert len(slack.answers(answer)) == 1


async def test_a_refusal_is_in_the_language_that_somebody_chose(office: Office) -> None:
    slack, answer = office.slack, await answered(office, RESTRICTED)
    await slack.joins(office.minseo, office.general)
    chosen = Preference(person=office.minseo.email or "", language="en")
    await office.here.ears.conversation.prefer(chosen)
    await slack.clicks(office.minseo, answer, ids.SQL)
    [told] = await office.until(lambda: slack.ephemerals(office.minseo, office.general))
    assert "ask the data team" in told.text


async def test_votes_are_one_a_person_and_a_reason_goes_along(office: Office) -> None:
    slack, answer = office.slack, await answered(office)
    conversation = office.here.ears.conversation
    turn = (await conversation.recent(office.app.policy.asker(office.jiwoo.email or "")))[0].id
    await slack.gives_feedback(office.jiwoo, answer, positive=True)
    await office.quiet()
    assert await conversation.tally(turn) == (1, 0)
    await slack.gives_feedback(office.jiwoo, answer, positive=False)
    form = await office.until(lambda: slack.modal(office.jiwoo))
    await slack.submits(
        office.jiwoo, form, {ids.REASONS: ["misread"], ids.REMARK: "작년이 아니에요"}
    )
    await office.quiet()
    assert await conversation.tally(turn) == (0, 1)
    [vote] = await conversation.doors.votes.of(turn)
    assert vote.reason == "misread: 작년이 아니에요"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_goes_into_the_thread_where_all_may_see_it(office: Office, kind: str) -> None:
    slack, answer = office.slack, await answered(office)
    turn = answer.metadata["event_payload"]["turn"] if answer.metadata else ""
    await slack.picks(office.jiwoo, answer, ids.FILES, ids.value(turn, kind))
    await office.until(lambda: files(office))
    await office.quiet()
    [file] = files(office)
    assert file.name.endswith(kind)
    assert file.shares[0][0] == office.general.id


async def test_a_file_goes_to_whoever_wants_it_where_others_may_not_see_it(
    office: Office,
) -> None:
    slack = office.slack
    answer = await answered(office, RESTRICTED)
    await slack.joins(office.minseo, office.general)
    office.here.ears.people.channels.forget(office.general.id)
    turn = answer.metadata["event_payload"]["turn"] if answer.metadata else ""
    await slack.picks(office.jiwoo, answer, ids.FILES, ids.value(turn, "csv"))
    await office.until(lambda: files(office))
    await office.quiet()
    assert files(office)[0].shares[0][0] == slack.direct(office.jiwoo).id
    await slack.picks(office.minseo, answer, ids.FILES, ids.value(turn, "csv"))
    await office.quiet()
    assert len(files(office)) == 1
    assert "권한" in slack.ephemerals(office.minseo, office.general)[-1].text


async def test_an_owner_shares_a_private_answer_in_its_thread(office: Office) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.public, RESTRICTED)
    [pointer] = await office.answers(question)
    offer = await office.until(lambda: next(iter(slack.messages(slack.direct(office.owner))), None))
    await slack.clicks(office.owner, offer, ids.SHARE)
    _, shared, *_ = await office.answers(question, 2)
    assert shared.text != pointer.text


async def test_an_answer_that_failed_is_asked_again(office: Office) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    [answer] = await office.answers(question)
    await slack.opens_home(office.jiwoo)
    home = await office.until(lambda: slack.home(office.jiwoo))
    await slack.clicks(office.jiwoo, home, ids.AGAIN)
    direct = slack.direct(office.jiwoo)
    asked = await office.until(lambda: next(iter(slack.messages(direct)), None))
    [again] = await office.answers(asked)
    assert again.text == answer.text
