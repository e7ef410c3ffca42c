"""Two models: the second answers where the first is throttled or down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from askwell.domain.noun import Noun
from askwell.errors import BadModelOutput, Misconfigured, TooLarge, Transient
from askwell.models import Model, Request, calls, fallback
from askwell.models.bedrock import Bedrock
from askwell.models.fallback import Fallback
from askwell.models.openai import OpenAI
from model_servers import Answers, Fail, Say, Server, Wire, serving

REQUEST = Request("You write SQL.", "<schema>orders</schema>", "How many?")
FIRST, SECOND = {"sql": "first"}, {"sql": "second"}


class Written(Noun):
    """Be a query."""

    sql: str


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture(params=["openai", "bedrock"])
def wire(request: pytest.FixtureRequest) -> Wire:
    wire: Wire = request.param
    return wire


def opened(wire: Wire, url: str, name: str) -> Model:
    if wire == "openai":
        return OpenAI(name, url)
    return Bedrock(f"anthropic.claude-haiku-4-5-{name}", "eu-west-1", url)


@asynccontextmanager
async def both(
    wire: Wire, first: Answers, second: Answers
) -> AsyncIterator[tuple[Fallback, Server, Server]]:
    with serving(wire, first) as one, serving(wire, second) as other:
        model = Fallback(opened(wire, one.url, "first"), opened(wire, other.url, "second"))
        try:
            yield model, one, other
        finally:
            await model.close()


async def test_the_first_answers_while_it_can(wire: Wire) -> None:
    async with both(wire, [FIRST], [SECOND]) as (model, _, other):
        reply = await model.ask(REQUEST, Written)
    assert (reply.answer.sql, reply.attempts, other.asked) == ("first", 1, [])
    assert reply.model == model.name
    assert "first" in model.name


@pytest.mark.parametrize("kind", ["throttled", "busy", "timed out"])
async def test_the_second_answers_where_the_first_cannot(wire: Wire, kind: str) -> None:
    async with both(wire, [Fail(kind)], [SECOND]) as (model, one, _):  # type: ignore[arg-type]
        reply = await model.ask(REQUEST, Written)
    assert reply.answer.sql == "second"
    assert reply.model.endswith("second")
    assert reply.attempts == len(one.asked) + 1


async def test_who_failed_is_left_alone_for_a_while(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = [Fail("throttled")] * 3
    async with both(wire, [*busy, FIRST], [SECOND]) as (model, one, _):
        said = [(await model.ask(REQUEST, Written)).answer.sql for _ in range(4)]
        assert (said, len(one.asked)) == (["second"] * 4, 3)
        monkeypatch.setattr(fallback, "REST", 0.0)
        model._first_rests_until = 0.0  # the while is over
        assert (await model.ask(REQUEST, Written)).answer.sql == "first"


async def test_the_first_is_asked_in_its_rest_where_the_second_cannot_answer(wire: Wire) -> None:
    busy = [Fail("throttled")] * 3
    async with both(wire, [*busy, FIRST], [SECOND, *busy]) as (model, _, other):
        assert (await model.ask(REQUEST, Written)).answer.sql == "second"
        reply = await model.ask(REQUEST, Written)
    assert (reply.answer.sql, reply.attempts, len(other.asked)) == ("first", 4, 4)


async def test_where_neither_answers_all_attempts_are_counted(wire: Wire) -> None:
    async with both(wire, [Fail("throttled")], [Fail("busy")]) as (model, one, other):
        with pytest.raises(Transient) as caught:
            await model.ask(REQUEST, Written)
    assert caught.value.attempts == len(one.asked) + len(other.asked) == 6


async def test_an_answer_of_the_wrong_shape_counts_those_too(wire: Wire) -> None:
    async with both(wire, [Fail("throttled")], ["prose"]) as (model, _, _other):
        with pytest.raises(BadModelOutput) as caught:
            await model.ask(REQUEST, Written)
    assert caught.value.attempts == 4


@pytest.mark.parametrize(
    ("said", "error"),
    [("prose", BadModelOutput), (Fail("too long"), TooLarge), (Fail("wrong key"), Misconfigured)],
    ids=["prose", "too long", "wrong key"],
)
async def test_what_waiting_does_not_mend_is_not_asked_of_the_second(
    wire: Wire, said: str | Fail, error: type[Exception]
) -> None:
    async with both(wire, [said], [SECOND]) as (model, _, other):
        with pytest.raises(error):
            await model.ask(REQUEST, Written)
    assert other.asked == []


async def test_a_stop_is_no_reason_to_ask_the_second(wire: Wire) -> None:
    stalls = Say('{"sql": "first"}', breaks="stall")
    async with both(wire, [stalls], [SECOND]) as (model, one, other):
        call = asyncio.create_task(model.ask(REQUEST, Written))
        await asyncio.to_thread(one.speaking.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert other.asked == []
