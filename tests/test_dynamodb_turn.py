"""What a question costs in DynamoDB, and two workers on one question."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from askwell import wiring
from askwell.conversation import Conversation
from askwell.demo import ANALYST
from askwell.domain.answer import Answer
from askwell.domain.delivery import Posted
from askwell.domain.turn import Turn
from askwell.errors import LostLease
from askwell.settings import Settings
from askwell.stores.dynamodb import Table
from dynamodb_tables import Traffic, open_table, watched
from store_backends import Stores, in_table

QUESTION = "2024년 가입자 수를 월별로 알려줘"
FOLLOW_UP = "그럼 2023년은?"


@dataclass
class Office:
    """Hold a worker over a table, what it asks of the table, and a loop to run it."""

    app: wiring.Askwell
    table: Table
    stores: Stores
    traffic: Traffic
    runner: asyncio.Runner

    async def answer(self, question: str, thread: str | None, turn: str | None = None) -> Answer:
        asker = self.app.policy.asker(ANALYST)
        talk = self.conversation().answer(question, asker=asker, thread=thread, turn=turn)
        *_, last = [item async for item in talk]
        assert isinstance(last, Answer)
        return last

    def ask(self, question: str, thread: str | None = None, turn: str | None = None) -> Answer:
        self.traffic.calls.clear()
        self.traffic.received = 0
        return self.runner.run(self.answer(question, thread, turn))

    def conversation(self) -> Conversation:
        kept = self.stores
        return Conversation(
            replace(
                self.app.conversation().doors,
                turns=kept.turns,
                answers=kept.answers,
                votes=kept.votes,
                stops=kept.stops,
                preferences=kept.preferences,
            )
        )


@pytest.fixture(scope="module")
def office(demo_settings: Settings) -> Iterator[Office]:
    app, table = wiring.open_askwell(demo_settings), open_table()
    kept, before = in_table(table, [0.0]), app.stores
    app.stores = replace(before, turns=kept.turns, results=kept.results)
    app.door = replace(app.door, results=kept.results, audit=kept.audit)
    with asyncio.Runner() as runner:
        yield Office(app, table, kept, watched(table), runner)
        runner.run(app.close())
    table.close()


def rooms(partitions: list[str]) -> list[str]:
    return sorted(partition.split("#")[0] for partition in partitions)


def test_a_plain_question_costs_four_writes_and_no_read_of_the_past(office: Office) -> None:
    assert office.ask(QUESTION).kind == "answer"
    assert rooms(office.traffic.writes) == ["ANSWER", "AUDIT", "RESULT", "THREAD"]
    assert office.traffic.reads == []


def test_a_question_of_slack_looks_for_its_answer_and_for_a_stop(office: Office) -> None:
    assert office.ask(QUESTION, "slack:1", "slack:1:1").kind == "answer"
    assert rooms(office.traffic.writes) == ["ANSWER", "AUDIT", "RESULT", "THREAD"]
    assert rooms(office.traffic.reads)[0] == "ANSWER"
    assert set(rooms(office.traffic.reads)[1:]) == {"STOP"}
    office.ask(QUESTION, "slack:1", "slack:1:1")
    assert (office.traffic.writes, rooms(office.traffic.reads)) == ([], ["ANSWER"])


def test_a_follow_up_costs_one_query_more(office: Office) -> None:
    office.ask(QUESTION, "t-follow")
    assert office.ask(FOLLOW_UP, "t-follow").kind == "answer"
    assert rooms(office.traffic.writes) == ["ANSWER", "AUDIT", "RESULT", "THREAD"]
    assert office.traffic.reads == ["by_time"]


def test_a_thread_of_200_turns_costs_what_one_of_six_does(office: Office) -> None:
    first = office.ask(QUESTION)
    (turn,) = office.runner.run(office.stores.turns.latest(first.thread))

    def fill(thread: str, count: int) -> None:
        turns = [copied(turn, thread, number) for number in range(count)]
        office.runner.run(gathered(office, turns))

    costs = {}
    for count in (2, 6, 200):
        fill(f"t-of-{count}", count)
        assert office.ask(FOLLOW_UP, f"t-of-{count}").kind == "answer"
        called = sorted(operation for operation, _ in office.traffic.calls)
        costs[count] = (called, office.traffic.received)
    assert costs[2][0] == costs[6][0] == costs[200][0]
    assert costs[200][1] == pytest.approx(costs[6][1], abs=200)


def copied(turn: Turn, thread: str, number: int) -> Turn:
    return turn.model_copy(update={"id": f"{thread}-{number:03}", "thread": thread})


async def gathered(office: Office, turns: list[Turn]) -> None:
    await asyncio.gather(*(office.stores.turns.write(turn) for turn in turns))


# Two workers on one question


def test_of_two_workers_one_turn_is_kept(office: Office) -> None:
    async def both() -> list[Answer]:
        work = (office.answer(QUESTION, "t-both", "both") for _ in range(2))
        return await asyncio.gather(*work)

    office.runner.run(both())
    turns = office.runner.run(office.stores.turns.latest("t-both", limit=9))
    assert [turn.id for turn in turns] == ["both"]
    assert office.ask(FOLLOW_UP, "t-both").kind == "answer"


def test_a_worker_that_was_taken_over_changes_nothing(office: Office) -> None:
    """It wakes up after another has answered, and writes all that it would have written."""

    async def both() -> None:
        late, quick = in_table(office.table, [0.0]), in_table(office.table, [0.0])
        await late.ledger.claim("taken", 1)
        assert await quick.ledger.claim("taken", 2) == ()
        await office.answer(QUESTION, "t-taken", "taken")
        done = Posted(question="taken", part="answer", channel="C", ts="2", state="done")
        await quick.ledger.record(done, 2)
        (turn,) = await quick.turns.latest("t-taken")
        kept = await quick.answers.get("taken")
        assert kept is not None
        await late.turns.write(turn.model_copy(update={"question": "of the late one"}))
        other = kept.model_copy(update={"question": "of the late one"})
        assert await late.answers.add(other) == kept
        with pytest.raises(LostLease):
            await late.ledger.record(done.model_copy(update={"ts": "1"}), 1)
        assert await quick.turns.latest("t-taken", limit=9) == (turn,)
        assert await quick.ledger.claim("taken", 3) == (done,)

    office.runner.run(both())


async def test_no_post_of_a_lower_fence_follows_one_of_a_higher() -> None:
    """Twenty workers take one question over and post, all at once, over two processes' tables."""
    tables = [first := open_table(), open_table(first.name)]

    async def work(fence: int) -> bool:
        ledger = in_table(tables[fence % 2], [0.0]).ledger
        try:
            await ledger.claim("q", fence)
            for part in ("pointer", "answer"):
                post = Posted(question="q", part=part, channel="C", ts=str(fence), state="done")
                await ledger.record(post, fence)
        except LostLease:
            return False
        return True

    done = await asyncio.gather(*(work(fence) for fence in range(20)))
    assert done[19]
    key = {"pk": {"S": "LEDGER#q"}, "sk": {"S": "LEDGER"}}
    item = first.client.get_item(TableName=first.name, Key=key, ConsistentRead=True)["Item"]
    posts = [Posted.model_validate_json(post["S"]) for post in item["posts"]["L"]]
    fences = [int(post.ts) for post in posts]
    assert fences == sorted(fences)
    assert (item["fence"]["N"], fences[-2:]) == ("19", [19, 19])
    for table in tables:
        table.close()
