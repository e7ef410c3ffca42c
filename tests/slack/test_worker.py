"""A question in the inbox becomes one answer in the thread."""

from house import House

from askwell.demo import ENGLISH_QUESTION, FIRST_QUESTION, FOLLOW_UP


async def test_a_question_gets_one_answer_with_table_and_chart(house: House) -> None:
    question = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    [answer] = house.posts(question)
    assert {"data_table", "data_visualization"} <= {b["type"] for b in answer.blocks}
    assert "2024년" in answer.text
    assert answer.metadata
    assert answer.metadata["event_payload"]["part"] == "answer"
    assert house.slack.status(question) is None
    [session] = house.slack.workspace.sessions.values()
    assert session.status == "active"
    assert await house.inbox.take() is None


async def test_a_follow_up_goes_on_in_the_thread(house: House) -> None:
    first = await house.answered(house.jiwoo, house.general, FIRST_QUESTION)
    second = await house.answered(house.jiwoo, house.general, FOLLOW_UP, thread=first)
    [answer] = house.posts(second)
    assert "2023년" in answer.text


async def test_the_question_decides_the_language_where_it_is_clear(house: House) -> None:
    question = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    [answer] = house.posts(question)
    assert "success rate" in answer.text.lower()
