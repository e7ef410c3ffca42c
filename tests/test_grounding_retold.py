"""A follow-up is remembered as the question that it would be without its thread."""

from talk import Talk


def test_a_follow_up_is_retold_in_full(talk: Talk) -> None:
    _, second = talk.go_on(["2024년 월별 가입자 수", "서울만"])
    (turn,) = talk.runner.run(talk.turns.latest(second.thread))
    for part in ("가입자 수", "서울", "2024년"):
        assert part in turn.standalone
    assert turn.question == "서울만"
