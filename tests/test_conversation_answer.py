"""One question through the entrance: its turn, its steps, and what is kept of it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from askwell.agent.state import Context
from askwell.agent.understand import last_readable
from askwell.conversation import Conversation, Step
from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER
from askwell.domain.answer import Answer
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker
from askwell.domain.turn import Turn
from askwell.errors import Misconfigured, Transient
from talk import Talk

QUESTION = "2024년 가입자 수를 월별로 알려줘"


@dataclass
class Run:
    steps: list[Step]
    answer: Answer


def run(
    talk: Talk, question: str, turn: str | None, who: str = ANALYST, thread: str = "", **doors: Any
) -> Run:
    async def asked() -> list[Step | Answer]:
        conversation = Conversation(replace(talk.conversation.doors, **doors))
        asker = talk.app.policy.asker(who)
        stream = conversation.answer(question, asker=asker, thread=thread or turn, turn=turn)
        return [item async for item in stream]

    *steps, last = talk.runner.run(asked())
    assert isinstance(last, Answer)
    return Run([s for s in steps if isinstance(s, Step)], last)


def kept(talk: Talk, turn: str) -> KeptAnswer:
    found = talk.runner.run(talk.conversation.kept(turn))
    assert found is not None
    return found


def context(talk: Talk, who: str = ANALYST) -> Context:
    return talk.runner.run(talk.app.context_of(talk.app.policy.asker(who)))


def turns(talk: Talk, thread: str) -> tuple[Turn, ...]:
    return talk.runner.run(talk.turns.turns.latest(thread, limit=9))


def test_an_answer_is_kept_under_its_turn_with_its_draft_and_what_it_read(talk: Talk) -> None:
    done = run(talk, QUESTION, "kept-1")
    found = kept(talk, "kept-1")
    assert found.answer == done.answer
    assert done.answer.turn == found.id == "kept-1"
    assert (found.asker, found.question, found.standalone) == (ANALYST, QUESTION, QUESTION)
    assert found.draft is not None
    assert found.draft.sql == done.answer.sql
    assert found.reads is not None
    assert {(r.table, "signed_up_at" in r.columns, r.rows) for r in found.reads} >= {
        ("users", True, ())
    }


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("2024년 결제 알려줘", "clarify"),
        ("회원 전화번호 알려줘", "decline"),
        ("안녕", "chat"),
        ("?!", "clarify"),
        ("가입자 수 " * 500, "decline"),
    ],
)
def test_what_is_no_answer_is_kept_as_well(talk: Talk, question: str, kind: str) -> None:
    turn = f"kept-{question[:9]}"
    done = run(talk, question, turn)
    assert done.answer.kind == kind
    assert kept(talk, turn).answer == done.answer
    assert kept(talk, turn).draft is None


class Broken:
    async def __call__(self, asker: Asker) -> Context:
        raise ValueError("a bug")


def test_an_apology_is_kept_and_given_again(talk: Talk) -> None:
    done = run(talk, QUESTION, "kept-broken", context_of=Broken())
    assert done.answer.kind == "error"
    assert kept(talk, "kept-broken").answer == done.answer
    assert kept(talk, "kept-broken").reads == ()
    assert run(talk, QUESTION, "kept-broken").answer == done.answer


class Full:
    """Be a store of answers on a full disk."""

    async def get(self, answer: str) -> KeptAnswer | None:
        return None

    async def put(self, kept: KeptAnswer) -> None:
        raise Transient("cannot write: no space left on device")

    async def add(self, kept: KeptAnswer) -> KeptAnswer:
        await self.put(kept)
        return kept

    async def recent(self, asker: str, *, limit: int = 5) -> tuple[KeptAnswer, ...]:
        return ()


def test_an_answer_that_cannot_be_kept_is_apologised_for(talk: Talk) -> None:
    done = run(talk, QUESTION, "kept-full", answers=Full())
    assert (done.answer.kind, bool(done.answer.reference)) == ("error", True)


class Forgetful(Full):
    """Die after the turn was written and before the answer is kept."""

    async def put(self, kept: KeptAnswer) -> None:
        raise Misconfigured("killed")


def test_a_second_try_does_not_follow_up_on_itself(talk: Talk) -> None:
    thread = "team:channel:1"
    first = run(talk, QUESTION, "try-1", thread=thread)
    with pytest.raises(Misconfigured):
        run(talk, "전년 대비는?", "try-2", thread=thread, answers=Forgetful())
    assert [t.id for t in turns(talk, thread)] == ["try-2", "try-1"]
    again = run(talk, "전년 대비는?", "try-2", thread=thread)
    assert [t.id for t in turns(talk, thread)] == ["try-2", "try-1"]
    alone = run(talk, QUESTION, "try-3", thread="team:channel:2")
    straight = run(talk, "전년 대비는?", "try-4", thread="team:channel:2")
    assert first.answer.sql == alone.answer.sql
    assert again.answer.intent == straight.answer.intent
    assert again.answer.sql == straight.answer.sql


def test_a_turn_that_was_written_is_not_its_own_previous_one(talk: Talk) -> None:
    thread = "team:channel:3"
    run(talk, QUESTION, "add-1", thread=thread)
    with pytest.raises(Misconfigured):
        run(talk, "상위 3개", "add-2", thread=thread, answers=Forgetful())
    read = talk.runner.run(last_readable(thread, context(talk), besides="add-2"))
    assert read is not None
    assert read.id == "add-1"


def test_the_same_turn_again_gives_what_is_kept_without_any_work(talk: Talk) -> None:
    first = run(talk, QUESTION, "same-1")
    again = run(talk, QUESTION, "same-1", context_of=Broken())
    assert again.answer == first.answer
    assert again.steps == []
    assert len(turns(talk, "same-1")) == 1


def test_steps_say_what_was_understood_and_what_it_reads(talk: Talk) -> None:
    done = run(talk, QUESTION, "steps-1")
    assert [s.name for s in done.steps] == ["understood", "drafted", "ran"]
    assert all("가입자 수" in s.detail and "2024" in s.detail for s in done.steps)
    english = run(talk, "new users by month in 2024", "steps-2").steps[0].detail
    assert "sign-ups" in english or "new users" in english
    last = done.steps[-1].reads
    assert last is not None
    columns = {(r.table, c) for r in kept(talk, "steps-1").reads or () for c in r.columns}
    assert {(r.table, c) for r in last for c in r.columns} <= columns


def test_steps_of_what_is_not_understood_name_nothing(talk: Talk) -> None:
    for question in ("2024년 결제 알려줘", "2024년 푸바 알려줘"):
        steps = run(talk, question, f"vague-{question}").steps
        assert [(s.detail, s.reads) for s in steps] == [("", None)]


def test_choices_are_kept_with_the_questions_behind_them(talk: Talk) -> None:
    done = run(talk, "2024년 결제 알려줘", "choices-1")
    found = kept(talk, "choices-1").choices
    assert tuple(c.label.ko for c in found) == done.answer.choices
    assert [c.question for c in found] == ["2024년 결제 건수 알려줘", "2024년 거래액 알려줘"]


def test_a_choice_resumes_with_the_rights_of_whoever_clicks(talk: Talk) -> None:
    run(talk, "2024년 결제 알려줘", "click-1", who=ANALYST, thread="click")
    question = kept(talk, "click-1").choices[1].question
    own = run(talk, question, "click-2", who=PARTNER_MANAGER, thread="click").answer
    whole = run(talk, question, "click-3", who=ANALYST, thread="click").answer
    asked = talk.ask("2024년 거래액은?", who=PARTNER_MANAGER)
    assert own.table is not None
    assert whole.table is not None
    assert asked.table is not None
    assert own.table.rows == asked.table.rows != whole.table.rows
    assert kept(talk, "click-2").asker == PARTNER_MANAGER


def test_a_choice_of_what_may_not_be_read_says_nothing(talk: Talk) -> None:
    asked = run(talk, "2024년 정산 알려줘", "hidden-1", who=ANALYST, thread="hidden")
    assert asked.answer.choices
    for number, choice in enumerate(kept(talk, "hidden-1").choices):
        turn = f"hidden-click-{number}"
        done = run(talk, choice.question, turn, who=MARKETER, thread="hidden").answer
        assert done.kind != "answer"
        assert done.table is None


def test_an_answer_remembers_the_row_rules_that_it_was_made_under(talk: Talk) -> None:
    run(talk, "2024년 거래액은?", "rows-1", who=PARTNER_MANAGER)
    (payments,) = [r for r in kept(talk, "rows-1").reads or () if r.table == "payments"]
    assert [(r.field, r.values) for r in payments.rows] == [("merchant_region", ("KR-26",))]
