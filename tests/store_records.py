"""Records as the tests of stores keep them, with every type that a store must bring back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from askwell.domain.answer import Answer, AnswerTable, TableColumn
from askwell.domain.catalog import Condition
from askwell.domain.delivery import Posted
from askwell.domain.intent import Argument, Intent, Period
from askwell.domain.kept import Ballot, KeptAnswer, Vote
from askwell.domain.noun import Label
from askwell.domain.result import Draft, Result, ResultColumn
from askwell.domain.turn import Turn

START = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


def answer(name: str = "a", *, asker: str = "kim@example.com", rows: int = 1) -> KeptAnswer:
    row = ("서울", 2**60, 1.5, True, Decimal("10.50"), date(2024, 2, 29), None, "2024-02-29", START)
    columns = tuple(TableColumn(name=f"c{i}", label=f"칸 {i}", type="any") for i in range(len(row)))
    return KeptAnswer(
        id=name,
        asker=asker,
        question="도시별 가입자 수?",
        asked=START,
        answer=Answer(
            thread="t",
            turn=name,
            kind="answer",
            language="ko",
            headline="가입자는 10명입니다.",
            table=AnswerTable(columns=columns, rows=(row,) * rows, row_count=rows),
        ),
        draft=Draft(
            sql="SELECT 1", dialect="duckdb", way="verified", parameters={"day": date(2024, 2, 29)}
        ),
    )


def vote(person: str, ballot: Ballot, reason: str = "") -> Vote:
    return Vote(answer="a", person=person, ballot=ballot, reason=reason, at=START)


def posted(part: str = "answer", **changed: Any) -> Posted:
    post = Posted(question="q", part=part, channel="C1", ts="1.1", state="open")
    return post.model_copy(update=changed)


def turn(number: int, thread: str = "t") -> Turn:
    return Turn(
        id=f"{thread}-{number}",
        thread=thread,
        question=f"가입자 수? {number}",
        asker="kim@example.com",
        language="ko",
        asked=datetime(2024, 2, 29, 12, 0, tzinfo=SEOUL),
        kind="answer",
        intent=Intent(
            filters=(
                Condition(field="amount", operator=">=", values=(Decimal("1.10"),)),
                Condition(field="day", operator="in", values=(date(2024, 2, 29),)),
                Condition(field="code", operator="in", values=("2024-02-29", 2**60, True)),
            ),
            period=Period(start=date(2024, 1, 1), end=date(2024, 1, 31)),
            arguments=(
                Argument(name="p", value=Period(start=date(2024, 1, 1), end=date(2024, 1, 2))),
            ),
        ),
    )


ROW = ("한글", 2**62, 1.5, True, Decimal("10.500"), date(2024, 2, 29), None, "2024-02-29",
       datetime(2024, 2, 29, 1, 2, 3, 456), datetime(2024, 2, 29, tzinfo=SEOUL))  # fmt: skip


def result(number: int = 0, rows: tuple[Any, ...] = (ROW,)) -> Result:
    return Result(
        id=f"r{number}",
        columns=(ResultColumn(name="a", label=Label(ko="가", en="a")),),
        rows=rows,
        row_count=len(rows),
        created=datetime(2024, 1, 1, tzinfo=UTC),
    )
