"""Stop really stops: the model's connection is closed, the warehouse's query is interrupted."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import pytest

import clinic
from askwell import wiring
from askwell.conversation import Conversation
from askwell.conversation.watch import until_stopped
from askwell.domain.answer import Answer
from askwell.domain.result import Draft, Result
from askwell.domain.rights import Asker
from askwell.errors import Cancelled, Transient
from askwell.settings import Settings
from audited import newest_record
from model_servers import Say, Server, serving

ASKER = Asker(email="kim@example.com", groups=("everybody",))
QUESTION = "How many visits were completed?"
ENDLESS = "SELECT count(*) AS n FROM range(100000) a, range(100000) b, range(100000) c"
SOON = 20.0  # a busy machine; what is waited for takes far longer without a stop


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return asyncio.run(clinic.learned(tmp_path_factory.mktemp("stop")))


@dataclass
class Asked:
    answer: Answer
    seconds: float


async def stopped_when(conversation: Conversation, busy: asyncio.Event, turn: str) -> Asked:
    """Ask, raise the flag once `busy` is set, and return what came how long after."""

    async def ask() -> Answer:
        stream = conversation.answer(QUESTION, asker=ASKER, thread="t", turn=turn)
        *_, last = [item async for item in stream]
        assert isinstance(last, Answer)
        return last

    async with asyncio.timeout(120):
        working = asyncio.create_task(ask())
        await busy.wait()
        await conversation.stop(turn)
        started = time.perf_counter()
        return Asked(await working, time.perf_counter() - started)


async def hears(server: Server, busy: asyncio.Event) -> None:
    await asyncio.to_thread(server.speaking.wait, 100)
    busy.set()


async def test_a_stop_closes_the_connection_to_the_model(settings: Settings) -> None:
    answers = [Say('{"sql": "SELECT 1"}', silence=300)]
    with serving("openai", answers) as server:
        app = wiring.open_askwell(
            replace(clinic.with_model(settings, server.url), model_seconds=300)
        )
        busy = asyncio.Event()
        listening = asyncio.create_task(hears(server, busy))
        try:
            done = await stopped_when(app.conversation(), busy, "model")
            await listening
            assert await asyncio.to_thread(server.hung_up.wait, SOON)
            kept = await app.conversation().kept("model")
        finally:
            await app.close()
    assert done.answer.kind == "stopped"
    assert done.answer.headline == "I stopped, as you asked."
    assert done.seconds < SOON
    assert kept is not None
    assert kept.answer == done.answer
    assert len(server.asked) == 1


async def test_a_stop_interrupts_the_query_in_the_warehouse(settings: Settings) -> None:
    sql = "SELECT count(*) AS n FROM visits WHERE status = 'completed'"
    says = [{"sql": sql}]
    with serving("openai", says) as server:
        app = wiring.open_askwell(
            replace(clinic.with_model(settings, server.url), query_seconds=300)
        )
        busy, running = asyncio.Event(), app.warehouse._running  # type: ignore[attr-defined]
        doors = app.conversation().doors

        async def watched(asker: Asker) -> Any:
            context = await doors.context_of(asker)

            async def run(draft: Draft) -> Result:
                busy.set()
                return await context.run(draft.model_copy(update={"sql": ENDLESS}))

            return replace(context, run=run)

        try:
            conversation = Conversation(replace(doors, context_of=watched))
            done = await stopped_when(conversation, busy, "query")
            assert not running, "no thread of the warehouse works on it any more"
            audit = newest_record(app.settings)
        finally:
            await app.close()
    assert done.answer.kind == "stopped"
    assert done.seconds < SOON
    assert '"outcome": "CancelledError"' in audit


async def test_a_stop_that_came_before_the_work_is_heeded(settings: Settings) -> None:
    with serving("openai", [Say("{}", silence=300)]) as server:
        app = wiring.open_askwell(clinic.with_model(settings, server.url))
        try:
            await app.conversation().stop("early")
            busy = asyncio.Event()
            busy.set()
            done = await stopped_when(app.conversation(), busy, "early")
        finally:
            await app.close()
    assert done.answer.kind == "stopped"


async def test_another_process_raises_the_flag(settings: Settings) -> None:
    with serving("openai", [Say("{}", silence=300)]) as server:
        app = wiring.open_askwell(clinic.with_model(settings, server.url))
        other = wiring.open_askwell(settings)
        busy = asyncio.Event()
        listening = asyncio.create_task(hears(server, busy))
        try:
            working = asyncio.create_task(
                _last(app.conversation().answer(QUESTION, asker=ASKER, turn="other"))
            )
            await listening
            await other.conversation().stop("other")
            done = await asyncio.wait_for(working, 120)
        finally:
            await app.close()
            await other.close()
    assert done.kind == "stopped"


async def _last(stream: AsyncGenerator[Any]) -> Answer:
    *_, last = [item async for item in stream]
    assert isinstance(last, Answer)
    return last


async def test_whoever_leaves_in_the_middle_leaves_no_work_behind(settings: Settings) -> None:
    with serving("openai", [Say("{}", silence=300)]) as server:
        app = wiring.open_askwell(clinic.with_model(settings, server.url))
        try:
            async with aclosing(
                app.conversation().answer(QUESTION, asker=ASKER, turn="left")
            ) as stream:
                await anext(stream)
            assert asyncio.all_tasks() == {asyncio.current_task()}
        finally:
            await app.close()


class Flag:
    """Be a stop store whose looks are counted."""

    def __init__(self, *, raised: bool = False) -> None:
        self.raised, self.looks = raised, 0

    async def ask(self, turn: str) -> None:
        self.raised = True

    async def asked(self, turn: str) -> bool:
        self.looks += 1
        return self.raised


async def counting(most: int) -> AsyncGenerator[int]:
    for number in range(most):
        yield number
        await asyncio.sleep(0)


async def test_what_nobody_stops_comes_whole_and_in_order() -> None:
    flag = Flag()
    assert [i async for i in until_stopped(counting(50), flag, "t")] == list(range(50))
    assert flag.looks <= 1, "the flag is looked at four times a second, not at each step"
    assert [i async for i in until_stopped(counting(3), flag, None)] == [0, 1, 2]


async def test_what_fails_fails_as_it_does_alone() -> None:
    async def failing() -> AsyncGenerator[int]:
        yield 1
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        [i async for i in until_stopped(failing(), Flag(), "t")]


async def test_a_look_that_fails_is_taken_again() -> None:
    class Failing(Flag):
        async def asked(self, turn: str) -> bool:
            if not self.looks:
                self.looks += 1
                raise Transient("the disk is busy")
            return await super().asked(turn)

    async def waiting() -> AsyncGenerator[int]:
        yield 1
        await asyncio.Event().wait()

    with pytest.raises(Cancelled):
        [i async for i in until_stopped(waiting(), Failing(raised=True), "t")]


async def test_a_raised_flag_ends_what_waits_and_lets_it_clean_up() -> None:
    cleaned = []

    async def waiting() -> AsyncGenerator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    stream = until_stopped(waiting(), Flag(raised=True), "t")
    with pytest.raises(Cancelled):
        [i async for i in stream]
    assert cleaned == [True]
