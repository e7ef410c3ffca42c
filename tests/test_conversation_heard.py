"""What is said in a thread without naming askwell: a question for data, or talk among people."""

import pytest

from askwell.demo import ANALYST
from talk import Talk

THREAD = "T1:C1:1.1"
ASKED_BACK = "T1:C1:2.2"


@pytest.fixture(scope="module")
def heard(talk: Talk) -> Talk:
    """Return the demo where one thread has an answer, and another a question back."""
    talk.ask("2024년 가입자 수를 월별로 알려줘", thread=THREAD)
    talk.ask("2024년 결제 알려줘", thread=ASKED_BACK)
    return talk


def is_question(talk: Talk, text: str, thread: str = THREAD) -> bool:
    asker = talk.app.policy.asker(ANALYST)
    return talk.runner.run(talk.conversation.is_question(text, asker=asker, thread=thread))


FOLLOW_UPS = """
지역별로? | 작년은? | 서울만 | 상위 5개만 | 막대 그래프로 | SQL 보여줘 | 엑셀로 줘 | 전년 대비
결제 금액은? | by region | and last month? | top 5 | 지갑은? | and wallets? | what about payments?
"""
TALK = """
고마워요 | 네 | ok | OK 좋아요 | ㅋㅋㅋ | 👍 | 확인했습니다 | 네 알겠습니다 | lgtm
회의 언제 하죠? | 오늘 회의 자료 봤어요? | 점심 먹으러 갈까요? | 내일 보고할게요
점심은? | 진짜요? | 가맹점에서 연락 왔어요? | who is on call?
thanks! | I'll look into this tomorrow | great, thank you
"""


def each(texts: str) -> list[str]:
    return [text.strip() for line in texts.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(FOLLOW_UPS))
def test_a_follow_up_is_a_question(heard: Talk, text: str) -> None:
    assert is_question(heard, text)


@pytest.mark.parametrize("text", each(TALK))
def test_talk_among_people_is_none(heard: Talk, text: str) -> None:
    assert not is_question(heard, text)


def test_a_typed_reply_to_a_question_back_is_a_question(heard: Talk) -> None:
    assert is_question(heard, "결제 금액", ASKED_BACK)
    assert is_question(heard, "1", ASKED_BACK)
    assert not is_question(heard, "1", THREAD)


def test_only_a_thread_with_an_answer_is_known(heard: Talk) -> None:
    known = [heard.runner.run(heard.conversation.knows(t)) for t in (THREAD, "T1:C1:9.9")]
    assert known == [True, False]
