from collections.abc import Callable

import pytest

from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER
from askwell.domain.answer import Answer, ShownIntent
from talk import Talk

FIRST = {
    "ko": "2024년 가입자 수를 월별로 알려줘",
    "en": "What was the number of new users by month in 2024?",
}
BY_METHOD = {
    "ko": "2024년 거래액을 결제수단별로 알려줘",
    "en": "What was the payment amount in 2024 by payment method?",
}


def intent_of(answer: Answer) -> ShownIntent:
    assert answer.kind == "answer", answer.headline
    assert answer.intent is not None
    return answer.intent


def filters(intent: ShownIntent) -> set[tuple[str, str, tuple[object, ...]]]:
    return {(f.field, f.operator, f.values) for f in intent.filters}


def year(intent: ShownIntent) -> tuple[str, str]:
    assert intent.period is not None
    return intent.period.start.isoformat(), intent.period.end.isoformat()


Check = Callable[[ShownIntent], bool]
CHANGES: list[tuple[str, str, Check]] = [
    ("그럼 2023년은?", "and 2023?", lambda i: year(i) == ("2023-01-01", "2023-12-31")),
    ("주별로", "by week", lambda i: i.grain == "week"),
    ("서울만", "only Seoul", lambda i: ("user__region", "in", ("서울",)) in filters(i)),
    ("iOS 제외하고", "excluding iOS", lambda i: ("user__os", "not in", ("IOS",)) in filters(i)),
    ("전년 대비", "year over year", lambda i: i.comparison == "year"),
    ("상위 10개로", "top 10", lambda i: (i.limit, i.order) == (10, "new_users desc")),
    ("환불률도 같이", "refund rate too", lambda i: i.metrics == ("new_users", "refund_rate")),
]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("korean", "english", "holds"), CHANGES, ids=lambda v: str(v)[:20])
def test_a_follow_up_changes_what_it_says_and_keeps_the_rest(
    talk: Talk, language: str, korean: str, english: str, holds: Check
) -> None:
    before, after = map(
        intent_of, talk.go_on([FIRST[language], korean if language == "ko" else english])
    )
    assert not holds(before)
    assert holds(after)
    assert after.metrics[0] == before.metrics[0]
    changed = {n for n in ShownIntent.model_fields if getattr(after, n) != getattr(before, n)}
    assert changed - {"order"} <= {
        "metrics",
        "grain",
        "filters",
        "period",
        "comparison",
        "limit",
    }
    assert len(changed - {"order"}) == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_follow_ups_pile_up(talk: Talk, language: str) -> None:
    said = [korean if language == "ko" else english for korean, english, _ in CHANGES]
    last = intent_of(talk.go_on([FIRST[language], *said])[-1])
    assert all(holds(last) for _, _, holds in CHANGES)


@pytest.mark.parametrize(
    ("language", "wish", "kind"),
    [
        ("ko", "라인 차트로", "line"),
        ("en", "as a line chart", "line"),
        ("ko", "원 그래프로", "pie"),
    ],
)
def test_the_last_answer_is_drawn_as_wished(
    talk: Talk, language: str, wish: str, kind: str
) -> None:
    before, after = talk.go_on([BY_METHOD[language], wish])
    assert intent_of(after) == intent_of(before)
    assert before.chart is not None
    assert after.chart is not None
    assert (before.chart.kind, after.chart.kind) == ("bar", kind)
    assert after.table == before.table


@pytest.mark.parametrize(
    ("question", "wish", "kind", "says"),
    [
        ("Sign-ups by month in 2024", "as a pie chart", "line", "another chart is drawn"),
        ("2024년 가입자 수를 월별로", "파이 차트로", "line", "다른 차트로 그렸어요"),
        ("2024년 가입자 수", "차트로", None, "맞는 차트가 없어요"),
        ("2024년 결제 금액을 결제 수단별로", "파이 차트로", "pie", ""),
    ],
)
def test_a_chart_that_does_not_fit_is_said(
    talk: Talk, question: str, wish: str, kind: str | None, says: str
) -> None:
    first = talk.ask(question)
    after = talk.ask(wish, thread=first.thread)
    assert (after.chart.kind if after.chart else None) == kind
    assert any(says and says in note for note in after.assumptions) == bool(says)


@pytest.mark.parametrize("wish", ["SQL 보여줘", "show me the SQL"])
def test_the_sql_of_the_last_answer_is_shown_also_after_small_talk(talk: Talk, wish: str) -> None:
    answer, *_, shown = talk.go_on([FIRST["ko"], wish, wish])
    assert shown.kind == "chat"
    assert answer.sql
    assert shown.sql == answer.sql


@pytest.mark.parametrize(("restart", "more"), [("처음부터", "주별로"), ("start over", "by week")])
def test_starting_over_forgets(talk: Talk, restart: str, more: str) -> None:
    *_, said, lost = talk.go_on([FIRST["ko"], restart, more])
    assert said.kind == "chat"
    assert lost.kind == "clarify"


@pytest.mark.parametrize("more", ["주별로", "by week"])
def test_a_follow_up_without_a_question_before_is_asked_back(talk: Talk, more: str) -> None:
    assert talk.ask(more).kind == "clarify"


def test_two_threads_never_mix(talk: Talk) -> None:
    users = talk.ask(FIRST["ko"])
    money = talk.ask(BY_METHOD["ko"])
    users_2023 = talk.ask("그럼 2023년은?", thread=users.thread)
    money_2022 = talk.ask("그럼 2022년은?", thread=money.thread)
    users_week = talk.ask("주별로", thread=users.thread)
    assert intent_of(users_2023).metrics == ("new_users",)
    assert intent_of(money_2022).dimensions == ("payment__method",)
    assert year(intent_of(users_week)) == ("2023-01-01", "2023-12-31")
    assert not intent_of(users_week).dimensions


def ambiguous(talk: Talk) -> Answer:
    answer = talk.ask("2024년 결재금엑과 가맹점 건수")
    assert answer.kind == "clarify"
    assert len(answer.choices) >= 2
    return answer


@pytest.mark.parametrize("reply", ["2", "2번", "2번이요"])
def test_a_clarification_is_answered_by_number(talk: Talk, reply: str) -> None:
    asked = ambiguous(talk)
    by_number = talk.ask(reply, thread=asked.thread)
    asked = ambiguous(talk)
    by_label = talk.ask(asked.choices[1], thread=asked.thread)
    assert by_number.headline == by_label.headline
    assert by_number.kind == by_label.kind


def test_a_choice_leads_to_an_answer(talk: Talk) -> None:
    asked = talk.ask("What was the foobar in 2024?")
    assert asked.kind == "clarify"
    asked = talk.ask("2024년 결제 알려줘")
    assert asked.choices
    answered = talk.ask(asked.choices[0], thread=asked.thread)
    assert year(intent_of(answered)) == ("2024-01-01", "2024-12-31")


def test_somebody_elses_follow_up_counts_only_their_rows(talk: Talk) -> None:
    whole = talk.ask("2024년 거래액은?")
    part = talk.ask("그럼 2023년은?", thread=whole.thread, who=PARTNER_MANAGER)
    all_2023 = talk.ask("2023년 거래액은?", who=ANALYST)
    own_2023 = talk.ask("2023년 거래액은?", who=PARTNER_MANAGER)
    assert part.table is not None
    assert own_2023.table is not None
    assert all_2023.table is not None
    assert part.table.rows == own_2023.table.rows != all_2023.table.rows


@pytest.mark.parametrize("follow", ["그럼 2023년은?", "월별로", "라인 차트로", "1"])
def test_nothing_is_inherited_that_may_not_be_read(talk: Talk, follow: str) -> None:
    settled = talk.ask("2024년 정산 금액은?", who=ANALYST)
    assert settled.kind == "answer"
    after = talk.ask(follow, thread=settled.thread, who=MARKETER)
    assert after.kind != "answer"
    assert "정산" not in after.model_dump_json()


def test_the_sql_of_what_may_not_be_read_is_not_shown_even_where_its_owner_showed_it(
    talk: Talk,
) -> None:
    settled, shown = talk.go_on(["2024년 정산 금액은?", "SQL 보여줘"], who=ANALYST)
    assert shown.sql
    after = talk.ask("SQL 보여줘", thread=settled.thread, who=MARKETER)
    assert after.sql is None
    assert "settlement" not in after.model_dump_json()


def test_offers_are_for_whom_they_were_made(talk: Talk) -> None:
    asked = talk.ask("2024년 정산 알려줘", who=ANALYST)
    assert asked.kind == "clarify"
    after = talk.ask("1", thread=asked.thread, who=MARKETER)
    assert after.kind != "answer"
    assert not set(asked.choices) & set(after.choices)


@pytest.mark.parametrize("thread", [None, "a-new-thread"])
def test_a_first_question_reads_no_past_turns(talk: Talk, thread: str | None) -> None:
    before = talk.turns.reads
    assert talk.ask(FIRST["ko"], thread=thread).kind == "answer"
    assert talk.turns.reads == before


def test_a_complete_question_reads_no_past_turns_in_a_thread_either(talk: Talk) -> None:
    before = talk.turns.reads
    talk.go_on([FIRST["ko"], BY_METHOD["ko"], "What was the refund rate in March 2024?"])
    assert talk.turns.reads == before


def test_a_follow_up_reads_past_turns_once(talk: Talk) -> None:
    before = talk.turns.reads
    talk.go_on([FIRST["ko"], "주별로"])
    assert talk.turns.reads == before + 1


@pytest.mark.parametrize("question", ["환불 사유별로 상위 3개", "last month by payment method"])
def test_what_is_offered_can_be_divided_as_was_asked(talk: Talk, question: str) -> None:
    asked = talk.ask(question)
    assert asked.kind == "clarify"
    assert asked.choices
    for choice in asked.choices:
        answered = talk.ask(choice, thread=asked.thread)
        assert answered.kind == "answer"
        assert answered.intent
        assert answered.intent.dimensions
        asked = talk.ask(question)
