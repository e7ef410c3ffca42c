"""One question through the entrance: its turn, its steps, and what is kept of it."""

from dataclasses import dataclass, replace
from typing import Any

from askwell.conversation import Conversation, Step
from askwell.demo import ANALYST
from askwell.domain.answer import Answer
from askwell.domain.kept import KeptAnswer
from askwell.domain.turn import Turn
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
