"""What every store of answers and what belongs to them must do; see `BACKENDS`."""

import asyncio
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.delivery import Posted
from askwell.domain.kept import Preference
from askwell.errors import Conflict, LostLease
from askwell.stores import Published
from store_backends import BACKENDS, Stores
from store_records import START, answer, posted, vote

DAY = timedelta(days=1).total_seconds()


@pytest.fixture(params=BACKENDS.keys())
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stores(backend: str, tmp_path: Path) -> Iterator[Stores]:
    opened = BACKENDS[backend](tmp_path)
    yield opened
    opened.close()


# Answers


async def test_an_answer_comes_back_equal_with_its_types(stores: Stores) -> None:
    kept = answer(rows=1000)
    await stores.answers.put(kept)
    read = await stores.answers.get("a")
    assert read == kept
    assert read.answer.table is not None
    assert kept.answer.table is not None
    kinds = [[type(v) for v in table.rows[-1]] for table in (read.answer.table, kept.answer.table)]
    assert kinds[0] == kinds[1]
    assert await stores.answers.get("never") is None


async def test_an_answer_may_be_changed(stores: Stores) -> None:
    shared = answer().model_copy(update={"audience": "everyone"})
    await stores.answers.put(answer())
    await stores.answers.put(shared)
    assert await stores.answers.get("a") == shared
    assert await stores.answers.recent("kim@example.com") == (shared,)


async def test_of_two_workers_answers_the_first_one_stays(stores: Stores) -> None:
    first, second = answer(rows=2), answer(rows=3)
    assert await stores.answers.add(first) == first
    assert await stores.answers.add(second) == first
    assert await stores.answers.get("a") == first
    await stores.answers.put(second)
    assert await stores.answers.add(first) == second
    assert await stores.answers.add(answer("b")) == answer("b")


async def test_a_persons_newest_answers_come_first(stores: Stores) -> None:
    for number in (3, 1, 2):
        later = {"asked": START + timedelta(minutes=number)}
        await stores.answers.put(answer(f"a{number}").model_copy(update=later))
    await stores.answers.put(answer("b", asker="lee@example.com"))
    assert [a.id for a in await stores.answers.recent("kim@example.com", limit=2)] == ["a3", "a2"]
    assert [a.id for a in await stores.answers.recent("lee@example.com")] == ["b"]
    assert await stores.answers.recent("nobody") == ()


async def test_answers_and_votes_are_gone_after_90_days(stores: Stores) -> None:
    await stores.answers.put(answer())
    await stores.votes.put(vote("kim", "up"))
    stores.clock[0] += 90 * DAY - 1
    assert await stores.answers.get("a") is not None
    assert len(await stores.votes.of("a")) == 1
    stores.clock[0] += 1
    assert await stores.answers.get("a") is None
    assert await stores.answers.recent("kim@example.com") == ()
    assert await stores.votes.of("a") == ()


# Votes, stops, preferences


async def test_a_persons_last_vote_counts(stores: Stores) -> None:
    await stores.votes.put(vote("kim", "up"))
    await stores.votes.put(vote("lee", "up"))
    await stores.votes.put(vote("kim", "down", "기간이 달라요"))
    votes = await stores.votes.of("a")
    assert sorted(votes, key=lambda v: v.person) == [
        vote("kim", "down", "기간이 달라요"),
        vote("lee", "up"),
    ]
    assert await stores.votes.of("b") == ()


async def test_a_stop_is_seen_until_the_day_is_over(stores: Stores) -> None:
    assert not await stores.stops.asked("t")
    await stores.stops.ask("t")
    await stores.stops.ask("t")
    stores.clock[0] += DAY - 1
    assert await stores.stops.asked("t")
    assert not await stores.stops.asked("u")
    stores.clock[0] += 1
    assert not await stores.stops.asked("t")


async def test_what_people_set_is_kept(stores: Stores) -> None:
    assert await stores.preferences.of("kim") == Preference(person="kim")
    await stores.preferences.put(Preference(person="kim", language="ko", private=True))
    await stores.preferences.put(Preference(person="kim", language="en", private=True))
    assert await stores.preferences.of("kim") == Preference(
        person="kim", language="en", private=True
    )
    assert await stores.preferences.of("lee") == Preference(person="lee")


# The ledger


async def test_a_claim_returns_what_was_posted(stores: Stores) -> None:
    assert await stores.ledger.claim("q", 5) == ()
    await stores.ledger.record(posted("pointer"), 5)
    await stores.ledger.record(posted(), 5)
    await stores.ledger.record(posted("pointer", state="done"), 5)
    assert await stores.ledger.claim("q", 7) == (posted("pointer", state="done"), posted())
    assert await stores.ledger.claim("other", 1) == ()


async def test_a_lower_fence_changes_nothing(stores: Stores) -> None:
    await stores.ledger.claim("q", 7)
    await stores.ledger.record(posted(), 7)
    with pytest.raises(LostLease):
        await stores.ledger.claim("q", 6)
    with pytest.raises(LostLease):
        await stores.ledger.record(posted(state="done"), 6)
    assert await stores.ledger.claim("q", 7) == (posted(),)


async def test_posts_are_forgotten_after_7_days(stores: Stores) -> None:
    await stores.ledger.claim("q", 7)
    await stores.ledger.record(posted(), 7)
    stores.clock[0] += 7 * DAY - 1
    with pytest.raises(LostLease):
        await stores.ledger.claim("q", 1)
    stores.clock[0] += 1
    assert await stores.ledger.claim("q", 1) == ()


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(1, 5), st.sampled_from("ab"), st.integers(0, 99))
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(steps=STEPS)
async def test_the_ledger_never_goes_back(
    stores: Stores, steps: list[tuple[bool, int, str, int]]
) -> None:
    question, fence, known = uuid4().hex, 0, dict[str, Posted]()
    for claims, own, part, ts in steps:
        post = posted(part, ts=str(ts), question=question)
        work = stores.ledger.claim(question, own) if claims else stores.ledger.record(post, own)
        if own < fence:
            with pytest.raises(LostLease):
                await work
            continue
        read = await work
        fence, known = own, known if claims else known | {part: post}
        assert not claims or read == tuple(known.values())


# The budget


async def test_a_budget_is_spent_by_the_minute(stores: Stores) -> None:
    async def spent(name: str) -> list[bool]:
        return [await stores.budget.spend(name, per_minute=2) for _ in range(3)]

    assert await spent("chat.update") == [True, True, False]
    assert await spent("chat.postMessage") == [True, True, False]
    stores.clock[0] += 60
    assert await spent("chat.update") == [True, True, False]
    stores.clock[0] -= 60
    assert await stores.budget.spend("chat.update", per_minute=2) is False
    assert await stores.budget.spend("new", per_minute=0) is False


SPENDER = """
    import asyncio, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from store_backends import BACKENDS

    async def spend():
        stores = BACKENDS[sys.argv[1]](Path(sys.argv[2]))
        taken = [stores.budget.spend("n", per_minute=50) for _ in range(40)]
        print(sum(await asyncio.gather(*taken)))
        stores.close()

    asyncio.run(spend())
"""


def test_processes_share_a_budget(backend: str, tmp_path: Path) -> None:
    code = textwrap.dedent(SPENDER).format(tests=str(Path(__file__).parents[1]))
    command = [sys.executable, "-c", code, backend, str(tmp_path)]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    taken = [int(spender.communicate()[0]) for spender in spenders]
    assert sum(taken) == 50


async def test_writes_and_reads_go_on_side_by_side(stores: Stores) -> None:
    puts = [stores.answers.put(answer(f"a{n}", rows=50)) for n in range(20)]
    asked = [stores.stops.asked("t") for _ in range(20)]
    assert (await asyncio.gather(*puts, *asked))[20:] == [False] * 20
    assert len(await stores.answers.recent("kim@example.com", limit=50)) == 20


# What is known and may be edited


async def test_versions_follow_each_other(stores: Stores) -> None:
    assert await stores.knowledge.newest("term", "gmv") is None
    assert await stores.knowledge.publish("term", "gmv", "거래액", after=0) == 1
    assert await stores.knowledge.publish("term", "gmv", "총 거래액", after=1) == 2
    assert await stores.knowledge.newest("term", "gmv") == Published(2, "총 거래액")
    assert await stores.knowledge.newest("term", "gmv", after=1) == Published(2, "총 거래액")
    assert await stores.knowledge.newest("term", "gmv", after=2) is None
    assert await stores.knowledge.newest("term", "gm") is None
    assert await stores.knowledge.newest("catalog", "gmv") is None


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_an_edit_of_what_is_no_longer_the_newest_is_refused(
    stores: Stores, after: int
) -> None:
    await stores.knowledge.publish("term", "gmv", "a", after=0)
    await stores.knowledge.publish("term", "gmv", "b", after=1)
    with pytest.raises(Conflict, match="read it again"):
        await stores.knowledge.publish("term", "gmv", "mine", after=after)
    assert await stores.knowledge.newest("term", "gmv") == Published(2, "b")


async def test_of_many_editors_each_builds_on_what_is_there(stores: Stores) -> None:
    async def edit(mark: int) -> None:
        while True:
            there = await stores.knowledge.newest("term", "gmv") or Published(0, "")
            try:
                body = f"{there.body}{mark} "
                await stores.knowledge.publish("term", "gmv", body, after=there.version)
            except Conflict:
                continue
            return

    await asyncio.gather(*(edit(mark) for mark in range(8)))
    last = await stores.knowledge.newest("term", "gmv")
    assert last is not None
    assert last.version == 8
    assert sorted(last.body.split()) == [str(mark) for mark in range(8)]


async def test_a_catalog_of_any_size_is_published(stores: Stores) -> None:
    body = "".join(f"표 {n}: {n * 7919 % 10007};" for n in range(20_000))
    await stores.knowledge.publish("catalog", "live", body, after=0)
    assert await stores.knowledge.newest("catalog", "live") == Published(1, body)


# Values


async def test_a_value_is_kept_until_its_time_is_over(stores: Stores) -> None:
    assert await stores.values.get("bot") is None
    await stores.values.put("bot", "old", seconds=5)
    await stores.values.put("bot", "new")
    await stores.values.put("state", "한", seconds=60)
    stores.clock[0] += 59
    assert await stores.values.get("state") == "한"
    stores.clock[0] += 1
    assert await stores.values.get("state") is None
    assert await stores.values.take("state") is None
    assert await stores.values.get("bot") == "new"


async def test_of_many_who_take_a_value_one_gets_it(stores: Stores) -> None:
    await stores.values.put("state", "once", seconds=60)
    taken = await asyncio.gather(*(stores.values.take("state") for _ in range(8)))
    assert sorted(taken, key=str) == [None] * 7 + ["once"]
    assert await stores.values.get("state") is None
