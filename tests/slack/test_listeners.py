"""Every way to ask, whole: from a person in a local Slack to the answer in the thread."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from app_house import Mode, Office, local_slack, office_of
from house import home_of

from askwell.conversation import Conversation
from askwell.demo import FIRST_QUESTION, FOLLOW_UP
from askwell.errors import Transient
from askwell.playground import Message
from askwell.playground.faults import Fault
from askwell.settings import Settings


@pytest.fixture
async def office(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await local_slack()
    async with office_of(home_of(demo_settings, tmp_path / "home"), slack) as office:
        yield office
    await slack.close()


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


class FullDisk:
    """Fail to keep the first events, then keep them."""

    def __init__(self, office: Office, failures: int) -> None:
        self.put, self.left = office.here.inbox.put, failures

    async def __call__(self, *given: object) -> bool:
        if self.left:
            self.left -= 1
            raise Transient("no space left on device")
        return await self.put(*given)  # type: ignore[arg-type]  # what put itself takes


async def test_what_could_not_be_kept_comes_again_in_both_modes(
    either: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = either.slack
    slack.socket.timeout = 0.5
    disk = FullDisk(either, 3)
    monkeypatch.setattr(type(either.here.inbox), "put", lambda self, *given: disk(*given))
    question = await slack.mentions(either.jiwoo, either.general, FIRST_QUESTION)
    assert len(await either.answers(question)) == 1
    tried = sorted(one.attempts for one in slack.delivery.events if one.attempts > 1)
    assert sum(tried) - len(tried) == 3
    assert all(one.taken for one in slack.delivery.events)


async def test_events_delivered_twice_are_one_question(office: Office) -> None:
    office.slack.faults.copies = 3
    question = await office.slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    await office.answers(question)
    await office.quiet()
    assert len(office.slack.answers(question)) == 1
    assert len(office.slack.delivery.events) >= 6


async def test_a_status_stands_in_the_thread_before_the_answer(office: Office) -> None:
    seen: list[str] = []
    slack = office.slack
    tell = slack.workspace.feed.tell

    def watch(kind: str, subject: object) -> None:
        if kind == "status" and isinstance(subject, tuple) and subject[2]:
            seen.append(subject[2].text)
        tell(kind, subject)  # type: ignore[arg-type]  # as it came

    slack.workspace.feed.tell = watch  # type: ignore[method-assign,assignment]
    question = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    await office.answers(question)
    assert seen
    assert slack.status(question) is None
    first, *_ = slack.calls("assistant.threads.setStatus")
    [posted] = slack.calls("chat.postMessage")
    assert first.at < posted.at


async def test_no_status_stays_behind_an_answer_that_was_quicker(office: Office) -> None:
    slack = office.slack
    first = slack.faults.hold("assistant.threads.setStatus", before=True)
    question = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    [answer] = await office.until(lambda: slack.answers(question))
    assert answer.text
    first.release()
    await office.quiet()
    assert slack.status(question) is None


async def test_people_who_talk_to_each_other_are_left_alone(office: Office) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.public, "지난달 가입자 수")
    await office.answers(question)
    await slack.says(
        office.minseo, office.public, f"<@{office.jiwoo.id}> 이 숫자 봤어요?", question
    )
    await slack.says(office.jiwoo, office.public, "고마워요!", question)
    await slack.says(office.hajun, office.public, "회의 언제 하죠?", question)
    await slack.says(office.hajun, office.public, "가입자 수 알려줘")
    other = await slack.says(office.hajun, office.public, "점심 뭐 먹어요?")
    await slack.says(office.minseo, office.public, "가입자 수는?", other)
    await office.quiet()
    assert len(slack.answers(question)) == 1
    follow_up = await slack.says(office.minseo, office.public, "지역별로?", question)
    assert len(await office.answers(follow_up)) == 1
    assert not slack.answers(other)


async def test_a_follow_up_while_the_first_is_worked_on_is_heard(office: Office) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    await slack.says(office.jiwoo, office.general, FOLLOW_UP, question)
    assert len(await office.answers(question, 2)) == 2


async def test_a_direct_message_and_a_thread_in_it(office: Office) -> None:
    slack, direct = office.slack, office.slack.direct(office.jiwoo)
    question = await slack.says(office.jiwoo, direct, "지난달 가입자 수")
    assert len(await office.answers(question)) == 1
    follow_up = await slack.says(office.jiwoo, direct, "전년 대비", question)
    assert len(await office.answers(follow_up)) == 1


async def test_a_command_is_answered_under_what_it_asked(office: Office) -> None:
    slack = office.slack
    await slack.runs(office.jiwoo, office.general, "/askwell 지난달 가입자 수")
    root = await office.until(lambda: _root(office))
    [answer] = await office.answers(root)
    assert office.jiwoo.id in str(root.blocks)
    assert "가입자" in answer.text


def _root(office: Office) -> Message | None:
    return next((m for m in office.slack.messages(office.general) if m.bot_id), None)


async def test_a_bare_command_helps_and_settings_open(office: Office) -> None:
    slack = office.slack
    await slack.runs(office.jiwoo, office.general, "/askwell")
    [help_] = await office.until(lambda: slack.ephemerals(office.jiwoo, office.general))
    assert "/askwell" in help_.text
    await slack.clicks(office.jiwoo, help_, "askwell_prompt_0")
    direct = slack.direct(office.jiwoo)
    asked = await office.until(lambda: next(iter(slack.messages(direct)), None))
    assert len(await office.answers(asked)) == 1
    await slack.runs(office.jiwoo, office.general, "/askwell 설정")
    modal = await office.until(lambda: slack.modal(office.jiwoo))
    await slack.submits(office.jiwoo, modal, {"askwell_language": "en"})
    await office.quiet()
    chosen = await office.here.ears.conversation.preference(office.jiwoo.email or "")
    assert chosen.language == "en"


async def test_a_shortcut_asks_what_a_message_says(office: Office) -> None:
    slack = office.slack
    message = await slack.says(office.jiwoo, office.general, "지난달 가입자 수가 얼마였죠?")
    await slack.uses_shortcut(office.jiwoo, "ask_askwell", message)
    [answer] = await office.answers(message)
    assert "가입자" in answer.text
    picture = await slack.says(office.jiwoo, office.general, "  ")
    await slack.uses_shortcut(office.jiwoo, "ask_askwell", picture)
    told = await office.until(lambda: slack.ephemerals(office.jiwoo, office.general))
    assert "글이 없어요" in told[-1].text


async def test_a_changed_question_is_offered_again_and_answered_as_it_is_now(
    office: Office,
) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.general, "지난달 가입자 수")
    await office.answers(question)
    await slack.edits(question, f"<@{slack.bot}> 지난달 결제 금액")
    [offer] = await office.until(lambda: slack.ephemerals(office.jiwoo, office.general))
    await slack.clicks(office.jiwoo, offer, "askwell_again")
    _, answer = await office.answers(question, 2)
    assert "거래액" in answer.text
    await slack.edits(question, f"<@{slack.bot}> 지난달 결제 금액 ")
    await slack.deletes(question)
    await office.quiet()
    assert len(slack.delivery.events) >= 4


async def test_a_changed_follow_up_is_answered_as_it_is_now(office: Office) -> None:
    slack = office.slack
    question = await slack.mentions(office.jiwoo, office.general, "지난달 가입자 수")
    await office.answers(question)
    follow_up = await slack.says(office.jiwoo, office.general, "성별로", question)
    await office.answers(question, 2)
    await slack.edits(follow_up, "결제 금액은?")
    [offer] = await office.until(lambda: slack.ephemerals(office.jiwoo, office.general))
    await slack.clicks(office.jiwoo, offer, "askwell_again")
    answer = (await office.answers(question, 3))[-1]
    assert "거래액" in answer.text


@pytest.mark.parametrize("way", ["mention", "command"])
async def test_stop_is_asked_for_whatever_is_worked_on_in_the_thread(
    office: Office, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = office.slack
    stopped: list[str] = []
    monkeypatch.setattr(Conversation, "stop", lambda _, turn: _noted(stopped, turn))
    # A command first says what was asked; its answer is the second post.
    held = Fault("hold", "chat.postMessage", every=1 if way == "mention" else 2, before=True)
    slack.faults.faults.append(held)
    if way == "mention":
        await slack.mentions(office.jiwoo, office.general, FIRST_QUESTION)
    else:
        await slack.runs(office.jiwoo, office.general, f"/askwell {FIRST_QUESTION}")
    await held.reached.wait()
    thread = slack.messages(office.general)[0]
    await slack.presses_stop(office.jiwoo, thread)
    await slack.settled()
    slack.faults.clear()
    answer = (await office.answers(thread))[-1]
    assert answer.metadata
    assert stopped == [answer.metadata["event_payload"]["turn"]]


async def _noted(turns: list[str], turn: str) -> None:
    turns.append(turn)
