"""Whatever Slack does, a question is answered once; where there is no place for it, quietly not."""

import asyncio

import pytest
from house import House, working
from worker_process import orders_of, started

from askwell.demo import ENGLISH_QUESTION
from askwell.playground import Message
from askwell.playground.calls import Called
from askwell.slack.posting import nothing


def answer_of(house: House, question: Message) -> Message:
    [answer] = house.posts(question)
    assert "success rate" in answer.text.lower()
    assert not house.slack.workspace.streaming(answer)
    return answer


@pytest.mark.parametrize("quick", [0.0, 60.0])
async def test_every_third_call_is_too_early(house: House, quick: float) -> None:
    house.worker.means = house.quickly(quick)
    early = house.slack.faults.rate_limit(every=3, retry_after=1)
    questions = [await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION) for _ in range(10)]
    await house.worker.drain()
    for question in questions:
        answer_of(house, question)
    assert await house.inbox.dead_letters() == ()
    assert early.struck == len(house.slack.calls()) // 3
    for call in house.slack.calls("chat.postMessage"):
        assert call.status == 200 or _waited(house, call) >= 1.0


def _waited(house: House, call: Called) -> float:
    """Return how long after a call that came too early the same one was made again."""
    same = [c for c in house.slack.calls(call.method) if c.arguments == call.arguments]
    return min(c.at - call.at for c in same if c.at > call.at)


@pytest.mark.parametrize("quick", [0.0, 60.0])
@pytest.mark.parametrize("kind", ["error 500", "no answer"])
async def test_what_slack_did_is_looked_up_before_it_is_done_again(
    house: House, kind: str, quick: float
) -> None:
    house.worker.means = house.quickly(quick)
    for method in ("chat.postMessage", "chat.startStream", "chat.stopStream", "chat.update"):
        if kind == "no answer":
            house.slack.faults.drop_response(method)
        else:
            house.slack.faults.fail(method, times=1)
    question = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    answer_of(house, question)


async def test_a_dead_stream_is_finished_by_an_update(house: House) -> None:
    house.worker.means = house.quickly(0.0)
    house.slack.workspace.stream_life = 0.0
    questions = [await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION) for _ in range(5)]
    await house.worker.drain()
    for question in questions:
        answer_of(house, question)
    for method in ("chat.startStream", "chat.update"):
        assert sum(call.ok for call in house.slack.calls(method)) == 5
    assert not any(call.ok for call in house.slack.calls("chat.stopStream"))
    assert house.slack.calls("chat.postMessage") == []


async def test_a_stream_that_was_left_behind_and_died_is_finished_by_an_update(
    house: House,
) -> None:
    house.worker.means = house.quickly(0.0)
    for _ in range(5):
        question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
        house.worker.boundary = _dies_with_a_stream
        await house.worker.drain()
        await house.slack.until(lambda q=question: house.posts(q))
        [stream] = house.posts(question)
        house.slack.kill_stream(stream)
        house.worker.boundary = nothing
        house.clock.seconds += 61.0
        await house.worker.drain()
        assert answer_of(house, question).ts == stream.ts


async def _dies_with_a_stream(name: str) -> None:
    if name == "before_send":
        raise RuntimeError(name)


async def test_without_budget_no_stream_is_opened(house: House) -> None:
    house.worker.means = house.quickly(0.0)
    for _ in range(20):
        assert await house.worker.means.budget.spend(
            f"startStream:{house.slack.installation.team}", per_minute=20
        )
    question = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    answer_of(house, question)
    assert house.slack.calls("chat.startStream") == []


@pytest.mark.parametrize("reason", ["deleted", "left", "archived", "account_inactive"])
async def test_it_ends_quietly_where_nobody_can_be_answered(house: House, reason: str) -> None:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    if reason == "deleted":
        await house.slack.deletes(question)
    elif reason == "left":
        house.general.members.remove(house.slack.bot)
    elif reason == "archived":
        house.general.is_archived = True
    else:
        house.slack.faults.refuse("chat.postMessage", reason)
    await house.worker.drain()
    assert [m for m in house.slack.messages(house.general) if m.bot_id] == []
    assert await house.inbox.take() is None
    assert await house.inbox.dead_letters() == ()


async def test_after_some_tries_there_is_one_apology_and_a_dead_letter(house: House) -> None:
    house.worker.means = house.quickly(60.0)
    house.slack.faults.refuse("chat.postMessage", "invalid_blocks", times=5)
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    for _ in range(5):
        await house.worker.drain()
        house.clock.seconds += 61.0
    [apology] = house.posts(question)
    [letter] = await house.inbox.dead_letters()
    assert letter.reference == house.event(question).turn[:8]
    assert letter.reference in apology.text
    assert letter.tries == 5
    assert await house.inbox.take() is None


async def test_while_slack_is_down_nothing_is_lost(house: House) -> None:
    down = house.slack.faults.fail("chat.postMessage", status=503)
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    for _ in range(7):
        await house.worker.drain()
        house.clock.seconds += 61.0
    assert house.posts(question) == []
    house.slack.faults.faults.remove(down)
    await house.worker.drain()
    answer_of(house, question)


async def test_repeated_deliveries_are_one_question(house: House) -> None:
    question = await house.slack.says(house.jiwoo, house.general, ENGLISH_QUESTION)
    event = house.event(question)
    kept = await asyncio.gather(*(house.put(event) for _ in range(200)))
    assert sum(kept) == 1
    await house.worker.drain()
    assert sum([await house.put(event) for _ in range(200)]) == 0
    await house.worker.drain()
    answer_of(house, question)


async def test_two_processes_share_one_inbox(house: House) -> None:
    orders = orders_of(house, house.slack)
    async with started(orders) as one, started(orders) as other:
        await one.hears("ready")
        await other.hears("ready")
        questions = [
            await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION) for _ in range(20)
        ]
        await house.slack.until(lambda: all(_is_answered(house, q) for q in questions), 300)
    for question in questions:
        answer_of(house, question)


def _is_answered(house: House, question: Message) -> bool:
    return any(post.text for post in house.posts(question))


async def test_whoever_lost_its_lease_posts_nothing(house: House) -> None:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    at_the_edge, go = asyncio.Event(), asyncio.Event()

    async def wait(name: str) -> None:
        at_the_edge.set()
        await go.wait()

    house.worker.boundary = wait
    zombie = asyncio.create_task(house.worker.drain())
    await at_the_edge.wait()
    async with working(
        house.settings, house.slack.base_url, house.slack.token, now=house.clock
    ) as other:
        house.clock.seconds += 61.0
        await other.drain()
        answer_of(house, question)
        go.set()
        await zombie
    answer_of(house, question)


async def test_a_stop_is_said_once(house: House) -> None:
    question = await house.asks(house.jiwoo, house.general, ENGLISH_QUESTION)
    await house.conversation.stop(house.event(question).turn)
    await house.worker.drain()
    [answer] = house.posts(question)
    assert answer.text == "I stopped, as you asked."


@pytest.mark.parametrize("text", [ENGLISH_QUESTION, "thanks, that was quick"])
async def test_who_was_not_named_is_sorry_only_for_a_question(house: House, text: str) -> None:
    house.worker.means = house.quickly(60.0)
    root = await house.answered(house.jiwoo, house.general, ENGLISH_QUESTION)
    house.slack.faults.refuse("chat.postMessage", "invalid_blocks", times=5)
    said = await house.asks(house.jiwoo, house.general, text, thread=root, is_addressed=False)
    for _ in range(6):
        await house.worker.drain()
        house.clock.seconds += 61.0
    assert len(house.posts(said)) == (text == ENGLISH_QUESTION)
    assert len(await house.inbox.dead_letters()) == (text == ENGLISH_QUESTION)
    assert await house.inbox.take() is None
