"""What every inbox must do, whatever keeps it; a new backend adds itself to `BACKENDS`."""

import asyncio
import resource
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.delivery import Delivery
from askwell.errors import LostLease, Transient
from askwell.inbox import Inbox
from askwell.inbox.sqlite import SQLiteInbox
from sqs_inboxes import sqs_inbox

DAY = 24 * 3600.0
Open = Callable[..., Inbox]


def sqlite_inbox(
    folder: Path, *, lease: float = 60.0, now: Callable[[], float] = time.time
) -> Inbox:
    return SQLiteInbox(folder / "inbox.sqlite3", lease=lease, now=now)


BACKENDS: dict[str, Open] = {"sqlite": sqlite_inbox, "sqs": sqs_inbox}


class Clock:
    """Be a clock that a test puts forward, for leases of `lease` seconds.

    `patience`: how long to wait for what is due.
    """

    lease = 60.0
    pause = 10.0
    patience = 0.0

    def __init__(self) -> None:
        self.seconds = 1e9

    def __call__(self) -> float:
        return self.seconds

    async def passes(self, seconds: float) -> None:
        self.seconds += seconds


class WallClock(Clock):
    """Let time really pass, for a queue that counts leases on its own."""

    lease = 4.0
    pause = 2.0
    patience = 10.0

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.seconds += seconds


CLOCKS = {"sqlite": Clock, "sqs": WallClock}


@pytest.fixture(params=BACKENDS.keys())
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clock(backend: str) -> Clock:
    return CLOCKS[backend]()


@pytest.fixture
async def inbox(backend: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Inbox]:
    opened = BACKENDS[backend](tmp_path, now=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def brief(backend: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Inbox]:
    """Open an inbox whose leases run out within the time of a test."""
    opened = BACKENDS[backend](tmp_path, lease=clock.lease, now=clock)
    yield opened
    await opened.close()


async def taken(inbox: Inbox, wait: float = 0.0) -> Delivery:
    delivery = await inbox.take(wait=wait)
    assert delivery is not None
    return delivery


async def drained(inbox: Inbox) -> list[str]:
    """Return the identities of all that can be delivered, in that order."""
    identities = []
    while delivery := await inbox.take():
        identities.append(delivery.identity)
        await inbox.done(delivery)
    return identities


async def test_a_group_tells_what_is_not_done(inbox: Inbox) -> None:
    for identity in "ab":
        await inbox.put(identity, "g", {})
    first = await taken(inbox)
    await inbox.put("c", "other", {})
    assert await inbox.waiting("g") == ("a", "b")  # a lease does not end the waiting
    await inbox.done(first)
    assert await inbox.waiting("g") == ("b",)
    assert await inbox.waiting("nobody's") == ()


# Putting


async def test_an_event_is_delivered_as_it_was_put(inbox: Inbox, clock: Clock) -> None:
    body = {"text": "가입자 수? 🙂 \ud83d", "ts": "1.2", "n": 2**60, "deep": [{"a": None}, 1.5]}
    assert await inbox.put("T:C:1.2:question", "T:C:1.2", body)
    clock.seconds += 5
    delivery = await taken(inbox)
    assert (delivery.identity, delivery.group) == ("T:C:1.2:question", "T:C:1.2")
    assert (delivery.body, delivery.tries) == (body, 1)
    assert (delivery.received, delivery.until) == (1e9, 1e9 + 65)
    await inbox.done(delivery)
    assert await inbox.take() is None


async def test_a_repeat_is_kept_once(inbox: Inbox, clock: Clock) -> None:
    puts = [inbox.put("a", "g", {"n": n}) for n in range(20)]
    assert sorted(await asyncio.gather(*puts)) == [False] * 19 + [True]
    await inbox.done(await taken(inbox))
    clock.seconds += DAY - 1
    assert not await inbox.put("a", "g", {})
    assert await inbox.take() is None
    clock.seconds += 1
    assert await inbox.put("a", "g", {})


async def test_a_repeat_does_not_keep_others_out(inbox: Inbox) -> None:
    await inbox.put("a", "g", {})
    puts = [inbox.put(identity, "g", {}) for identity in "bacad"]
    assert await asyncio.gather(*puts) == [True, False, True, False, True]
    assert await drained(inbox) == ["a", "b", "c", "d"]


async def test_what_is_no_json_is_refused_before_it_is_kept(inbox: Inbox) -> None:
    with pytest.raises(TypeError):
        await inbox.put("a", "g", {"at": object()})
    assert await inbox.put("a", "g", {})


async def test_what_was_put_is_there_after_a_restart(
    backend: str, tmp_path: Path, clock: Clock
) -> None:
    first = BACKENDS[backend](tmp_path, lease=clock.lease)
    await asyncio.gather(*(first.put(f"{n}", "g", {"n": n}) for n in range(10)))
    held = await taken(first)
    await first.close()
    second = BACKENDS[backend](tmp_path)
    assert await second.take() is None
    await second.done(held)
    for n in range(1, 10):
        delivery = await taken(second, wait=30)
        assert delivery.identity == f"{n}"
        await second.done(delivery)
    await second.close()


# Order and leases


async def test_a_group_is_delivered_in_order_one_at_a_time(inbox: Inbox) -> None:
    for identity, group in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        await inbox.put(identity, group, {})
    both = (await taken(inbox), await taken(inbox))
    first, second = sorted(both, key=lambda one: one.identity)
    assert (first.identity, second.identity) == ("a1", "b1")
    assert await inbox.take() is None
    await inbox.done(second)
    assert await inbox.take() is None
    await inbox.done(first)
    assert await drained(inbox) == ["a2", "a3"]


async def test_the_oldest_of_free_groups_comes_first(inbox: Inbox, backend: str) -> None:
    for identity, group in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("c1", "c")):
        await inbox.put(identity, group, {})
    await inbox.done(await taken(inbox))
    left = await drained(inbox)
    # SQS promises no order between groups.
    assert (left if backend == "sqlite" else sorted(left)) == ["a2", "b1", "c1"]


async def test_fences_grow(inbox: Inbox) -> None:
    fences = []
    for n in range(5):
        await inbox.put(f"{n}", f"g{n % 2}", {})
        delivery = await taken(inbox)
        fences.append(delivery.fence)
        await inbox.done(delivery)
    assert fences == sorted(set(fences))


async def test_a_lease_that_ran_out_is_delivered_again(brief: Inbox, clock: Clock) -> None:
    inbox = brief
    await inbox.put("a", "g", {"n": 1})
    await inbox.put("b", "g", {})
    old = await taken(inbox)
    await clock.passes(clock.lease - 1)
    assert await inbox.take() is None
    await clock.passes(1)
    new = await taken(inbox, clock.patience)
    assert (new.identity, new.tries, new.body) == ("a", 2, {"n": 1})
    assert new.fence > old.fence
    for change in (
        inbox.extend(old),
        inbox.done(old),
        inbox.give_back(old),
        inbox.bury(old, reference="r", reason="why"),
    ):
        with pytest.raises(LostLease):
            await change
    assert await inbox.dead_letters() == ()
    await inbox.done(new)
    assert await drained(inbox) == ["b"]


async def test_a_late_holder_that_nobody_followed_may_finish(brief: Inbox, clock: Clock) -> None:
    inbox = brief
    await inbox.put("a", "g", {})
    late = await taken(inbox)
    await clock.passes(1.25 * clock.lease)
    await inbox.done(late)
    assert await inbox.take() is None


async def test_an_extended_lease_lasts(brief: Inbox, clock: Clock) -> None:
    inbox = brief
    await inbox.put("a", "g", {})
    held = await taken(inbox)
    await clock.passes(0.75 * clock.lease)
    longer = await inbox.extend(held)
    assert longer == held.model_copy(update={"until": 1e9 + 1.75 * clock.lease})
    await clock.passes(0.75 * clock.lease)
    assert await inbox.take() is None
    await inbox.done(longer)
    with pytest.raises(LostLease):
        await inbox.done(longer)


async def test_what_is_given_back_comes_again_before_its_group(inbox: Inbox, clock: Clock) -> None:
    for identity, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        await inbox.put(identity, group, {})
    held = await taken(inbox)
    await inbox.give_back(held, after=clock.pause)
    with pytest.raises(LostLease):
        await inbox.done(held)
    assert await drained(inbox) == ["b1"]
    await clock.passes(clock.pause)
    again = await taken(inbox, clock.patience)
    assert (again.identity, again.tries) == ("a1", 2)
    await inbox.give_back(again)
    assert await drained(inbox) == ["a1", "a2"]


async def test_a_dead_letter_is_kept_with_its_reference(inbox: Inbox, clock: Clock) -> None:
    for n in range(3):
        await inbox.put(f"{n}", "g", {"n": n})
    for n in range(2):
        held = await taken(inbox)
        clock.seconds += 1
        await inbox.bury(held, reference=f"R-{n}", reason="no model")
    newest, oldest = await inbox.dead_letters()
    assert (newest.identity, newest.reference, newest.body) == ("1", "R-1", {"n": 1})
    assert (oldest.identity, oldest.reason, oldest.tries) == ("0", "no model", 1)
    assert (oldest.group, oldest.died) == ("g", 1e9 + 1)
    assert await inbox.dead_letters(limit=1) == (newest,)
    assert not await inbox.put("0", "g", {})
    assert await drained(inbox) == ["2"]


# Waiting


async def test_a_waiting_take_is_woken_by_a_put(inbox: Inbox) -> None:
    waiting = asyncio.ensure_future(inbox.take(wait=30))
    await asyncio.sleep(0.01)
    await inbox.put("a", "g", {})
    delivery = await waiting
    assert delivery is not None
    waiting = asyncio.ensure_future(inbox.take(wait=30))
    await inbox.put("b", "g", {})
    assert not waiting.done()
    await inbox.done(delivery)
    following = await waiting
    assert following is not None
    assert following.identity == "b"


async def test_many_waiting_takes_get_one_each(inbox: Inbox) -> None:
    waiting = [asyncio.ensure_future(inbox.take(wait=30)) for _ in range(10)]
    await asyncio.sleep(0)
    await asyncio.gather(*(inbox.put(f"{n}", f"g{n}", {}) for n in range(10)))
    deliveries = await asyncio.gather(*waiting)
    assert sorted(d.identity for d in deliveries if d) == [f"{n}" for n in range(10)]


async def test_a_wait_ends(inbox: Inbox) -> None:
    waits = [inbox.take(wait=0.05) for _ in range(3)]
    assert await asyncio.gather(*waits) == [None, None, None]
    await inbox.put("a", "g", {})
    assert (await taken(inbox)).tries == 1


async def test_a_waiting_take_sees_a_lease_run_out(backend: str, tmp_path: Path) -> None:
    inbox = BACKENDS[backend](tmp_path, lease=0.2)
    await inbox.put("a", "g", {})
    await taken(inbox)
    assert (await taken(inbox, wait=30)).tries == 2
    await inbox.close()


async def test_a_cancelled_take_holds_nothing(inbox: Inbox, clock: Clock) -> None:
    await inbox.put("a", "g", {})
    for delay in range(30):
        taking = asyncio.ensure_future(inbox.take(wait=30 if delay % 2 else 0))
        for _ in range(delay // 2):
            await asyncio.sleep(0 if delay < 20 else 0.001)
        if taking.done():
            break
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        await asyncio.sleep(0)
    is_served = taking.done() and not taking.cancelled()
    delivery = taking.result() if is_served else None
    if not is_served or (clock.patience and delivery is None):  # SQS gives it back in a moment
        delivery = await taken(inbox, clock.patience)
    assert delivery is not None
    assert (delivery.identity, delivery.tries) == ("a", 1)


async def test_waiting_takes_that_are_cancelled_leave_the_line(inbox: Inbox) -> None:
    waiting = [asyncio.ensure_future(inbox.take(wait=30)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for take in waiting[:2]:
        take.cancel()
    await inbox.put("a", "g", {})
    assert (await waiting[2] or Delivery).identity == "a"


# Any order of events

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["put", "take", "done", "give back", "bury", "later"]), st.integers(0, 3)
    ),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(moves=MOVES)
async def test_each_event_ends_once_and_in_order(
    moves: list[tuple[str, int]], tmp_path_factory: Any
) -> None:
    await _move(moves, "sqlite", tmp_path_factory.mktemp("inbox"), Clock())


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None
)
@given(moves=MOVES)
async def test_each_event_ends_once_and_in_order_on_sqs(
    moves: list[tuple[str, int]], tmp_path_factory: Any
) -> None:
    clock = WallClock()
    clock.lease = 1.0
    await _move(moves, "sqs", tmp_path_factory.mktemp("inbox"), clock)


async def _move(moves: list[tuple[str, int]], backend: str, folder: Path, clock: Clock) -> None:
    inbox = BACKENDS[backend](folder, lease=clock.lease, now=clock)
    put: dict[str, list[str]] = defaultdict(list)
    ended: dict[str, list[str]] = defaultdict(list)
    held: list[Delivery] = []

    async def end(delivery: Delivery, how: str) -> None:
        current = [d for d in held if d.identity == delivery.identity][-1]
        work = {
            "done": lambda: inbox.done(delivery),
            "give back": lambda: inbox.give_back(delivery),
            "bury": lambda: inbox.bury(delivery, reference="r", reason=""),
        }[how]
        if current is not delivery or delivery.identity in ended[delivery.group]:
            with pytest.raises(LostLease):
                await work()
            return
        await work()
        held.remove(delivery)
        if how != "give back":
            ended[delivery.group].append(delivery.identity)

    for how, number in [*moves, *[("take", 0), ("done", 0)] * len(moves)]:
        if how == "put":
            group = f"g{number % 2}"
            put[group].append(f"{len(put[group])}-{group}")
            await inbox.put(put[group][-1], group, {})
        elif how == "take":
            if delivery := await inbox.take():
                held.append(delivery)
                assert delivery.identity == put[delivery.group][len(ended[delivery.group])]
        elif how == "later":
            await clock.passes(clock.lease)
        elif held:
            await end(held[number % len(held)], how)
            held = [d for d in held if d.identity not in ended[d.group]]
    await clock.passes(clock.lease)
    for identity in await drained(inbox):
        ended[identity.split("-")[1]].append(identity)
    assert {g: e for g, e in ended.items() if e} == put
    await inbox.close()


# SQLite alone


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the inbox's write-ahead log as it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (folder / "inbox.sqlite3-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_acknowledges_nothing(tmp_path: Path) -> None:
    inbox = sqlite_inbox(tmp_path)
    await inbox.put("before", "g", {})
    with full_disk(tmp_path):
        puts = [inbox.put(f"{n}", "g", {"text": "x" * 1000}) for n in range(50)]
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Transient}
    assert await inbox.put("0", "g", {})
    assert await drained(inbox) == ["before", "0"]
    await inbox.close()


async def test_a_put_and_a_done_wake_without_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askwell.inbox.sqlite._LOOK_SECONDS", 60)
    inbox = sqlite_inbox(tmp_path)
    waiting = [asyncio.ensure_future(inbox.take(wait=20)) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert await asyncio.gather(inbox.put("a", "g", {}), inbox.put("b", "g", {})) == [True, True]
    (first,), _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0.05)
    delivery = first.result()
    assert delivery is not None
    await inbox.done(delivery)
    others = await asyncio.gather(*waiting)
    assert {d.identity for d in others if d} == {"a", "b"}
    await inbox.close()


async def test_an_idle_wait_costs_little(tmp_path: Path) -> None:
    inbox = SQLiteInbox(tmp_path / "inbox.sqlite3")
    await asyncio.gather(*(inbox.take(wait=0.3) for _ in range(8)))
    assert inbox.traffic.reads <= 8
    assert inbox.traffic.commits <= 10
    await inbox.close()
