"""A thread of several people: each follow-up runs, and remembers, with its speaker's rights."""

from datetime import UTC, datetime

import pytest

from askwell.agent.inherit import may_inherit
from askwell.agent.state import Context
from askwell.demo import ANALYST, PARTNER_MANAGER
from askwell.domain.catalog import ColumnRef, Condition
from askwell.domain.intent import Argument, Intent
from askwell.domain.rights import TableRights
from askwell.domain.turn import Turn
from talk import Talk

REGION = ColumnRef(table="users", column="region")


@pytest.mark.parametrize("follow", ["그럼 2023년은?", "월별로", "라인 차트로", "SQL 보여줘"])
def test_a_value_of_rows_that_may_not_be_read_is_not_inherited(talk: Talk, follow: str) -> None:
    first = talk.ask("2024년 서울 가입자 수는?", who=ANALYST)
    assert first.kind == "answer"
    after = talk.ask(follow, thread=first.thread, who=PARTNER_MANAGER)
    assert after.kind != "answer"
    assert "서울" not in after.model_dump_json()


@pytest.mark.parametrize("value", ["부산", "iOS"])
def test_a_value_that_may_be_known_is_inherited_and_counts_own_rows(talk: Talk, value: str) -> None:
    first = talk.ask(f"2024년 {value} 가입자 수는?", who=ANALYST)
    after = talk.ask("그럼 2023년은?", thread=first.thread, who=PARTNER_MANAGER)
    alone = talk.ask(f"2023년 {value} 가입자 수는?", who=PARTNER_MANAGER)
    assert (after.kind, alone.kind) == ("answer", "answer")
    assert after.table is not None
    assert alone.table is not None
    assert after.table.rows == alone.table.rows


def test_whoever_sees_all_rows_inherits_from_whoever_sees_a_part(talk: Talk) -> None:
    first = talk.ask("2024년 부산 가입자 수는?", who=PARTNER_MANAGER)
    after = talk.ask("그럼 2023년은?", thread=first.thread, who=ANALYST)
    assert after.intent is not None
    assert [f.values for f in after.intent.filters] == [("부산",)]


def test_what_one_may_not_inherit_is_passed_over_for_what_one_may(talk: Talk) -> None:
    first = talk.ask("2024년 부산 가입자 수는?", who=PARTNER_MANAGER)
    talk.ask("2024년 서울 가입자 수는?", thread=first.thread, who=ANALYST)
    after = talk.ask("그럼 2023년은?", thread=first.thread, who=PARTNER_MANAGER)
    assert after.intent is not None
    assert [f.values for f in after.intent.filters] == [("부산",)]


def context(talk: Talk, who: str) -> Context:
    return talk.runner.run(talk.app.context_of(talk.app.policy.asker(who)))


def turn(**changed: object) -> Turn:
    seen = (TableRights(table="users", columns=("region",)),)
    whole = Turn(
        id="t",
        thread="t",
        question="?",
        asker=ANALYST,
        language="ko",
        asked=datetime(2025, 1, 1, tzinfo=UTC),
        kind="answer",
        way="governed",
        reads=(REGION,),
        seen=seen,
        intent=Intent(metrics=("new_users",)),
    )
    return whole.model_copy(update=changed)


def region(*values: str, operator: str = "in") -> Intent:
    condition = {"field": "user__region", "operator": operator, "values": values}
    return Intent(metrics=("new_users",), filters=(Condition.model_validate(condition),))


def test_values_count_in_every_place_that_a_turn_has_for_them(talk: Talk) -> None:
    wide, narrow = context(talk, ANALYST), context(talk, PARTNER_MANAGER)
    free = Intent(
        verified="top_merchants_by_growth", arguments=(Argument(name="category", value="x"),)
    )
    cases = [
        (turn(), True),
        (turn(intent=region("부산")), True),
        (turn(intent=region("서울")), False),
        (turn(intent=region("부산", "서울")), False),
        (turn(intent=region("서울", operator="not in")), False),
        (turn(intent=region("서울"), seen=None), False),
        (turn(intent=None), True),
        (turn(way="generated", intent=None), False),
        (turn(intent=free), False),
    ]
    for one, may in cases:
        assert may_inherit(one, narrow) is may, one
        assert may_inherit(one, wide), one
    rules = tuple(r for t in narrow.rights.tables if t.table == "users" for r in t.rows)
    own = (TableRights(table="users", columns=("region",), rows=rules),)
    assert may_inherit(turn(way="generated", seen=own), narrow)
