"""What every door to a model must do; a new door adds itself to `DOORS`."""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Literal, get_args

import pytest

from askwell.domain.noun import Noun
from askwell.errors import BadModelOutput, Filtered, Misconfigured, TooLarge, Transient
from askwell.models import Model, Request, calls
from askwell.models.bedrock import Bedrock
from askwell.models.openai import OpenAI
from model_servers import Answers, Fail, Say, Server, Wire, serving

Break = Literal["drop", "error", "no end", "garbage"]
SECRET = "sk-do-not-show-me"
GOOD = {"sql": "SELECT '한글 🙂'", "limit": 3}
WHOLE = '{"sql": "SELECT count(*) FROM orders AS o", "limit": null}'
REQUEST = Request("You write SQL.", "<schema>주문 🙂</schema>", "몇 건이야?")


class Written(Noun):
    """Be a query."""

    sql: str
    limit: int | None = None


def open_openai(url: str, seconds: float) -> Model:
    return OpenAI("any-model", base_url=url, key=SECRET, seconds=seconds, max_tokens=77)


def open_bedrock_with_schema(url: str, seconds: float) -> Model:
    return Bedrock(
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        region="eu-west-1",
        endpoint_url=url,
        seconds=seconds,
        max_tokens=77,
    )


def open_bedrock_with_tool(url: str, seconds: float) -> Model:
    return Bedrock("amazon.nova-pro-v1:0", "eu-west-1", url, seconds, 77)


DOORS: dict[str, tuple[Wire, Callable[[str, float], Model]]] = {
    "openai": ("openai", open_openai),
    "bedrock by schema": ("bedrock", open_bedrock_with_schema),
    "bedrock by tool": ("bedrock", open_bedrock_with_tool),
}


@pytest.fixture(autouse=True)
def quick_and_clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait little between attempts, take no real credentials, and leave no thread behind."""
    monkeypatch.setattr(calls, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive(), f"{thread.name} still runs"


@pytest.fixture(params=DOORS.keys())
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def talking(
    door: str, answers: Answers, seconds: float = 20
) -> AsyncIterator[tuple[Model, Server]]:
    wire, opened = DOORS[door]
    with serving(wire, answers) as server:
        model = opened(server.url, seconds)
        try:
            yield model, server
        finally:
            await model.close()


async def failing(door: str, answers: Answers, error: type[Exception]) -> tuple[Exception, Server]:
    async with talking(door, answers) as (model, server):
        with pytest.raises(error) as caught:
            await model.ask(REQUEST, Written)
    return caught.value, server


async def test_a_good_answer_is_typed_and_counted(door: str) -> None:
    answers = [Say(WHOLE, tokens=(100, 20, 64))]
    async with talking(door, answers) as (model, server):
        reply = await model.ask(REQUEST, Written)
    assert reply.answer == Written(sql="SELECT count(*) FROM orders AS o")
    assert (reply.input_tokens, reply.output_tokens, reply.cached_tokens) == (100, 20, 64)
    assert (reply.attempts, len(server.asked)) == (1, 1)


async def test_the_prompt_goes_out_steady_parts_first(door: str) -> None:
    async with talking(door, [GOOD]) as (model, server):
        reply = await model.ask(REQUEST, Written)
    assert reply.answer == Written(sql="SELECT '한글 🙂'", limit=3)
    asked = server.asked[0]
    assert asked.system == REQUEST.system
    assert asked.question == f"{REQUEST.context}\n\n{REQUEST.question}"
    assert (asked.answer, set(asked.schema["properties"])) == ("Written", {"sql", "limit"})
    assert asked.by == ("tool" if "tool" in door else "schema")


async def test_what_it_sends_is_streamed_and_as_sure_as_can_be(door: str) -> None:
    async with talking(door, [GOOD]) as (model, server):
        await model.ask(REQUEST, Written)
    body = server.asked[0].body
    sent = body["inferenceConfig"] if door.startswith("bedrock") else body
    assert sent["temperature"] == 0
    assert 77 in (sent.get("maxTokens"), sent.get("max_tokens"))
    assert body.get("stream") or server.asked[0].path.endswith("/converse-stream")
    assert "json_object" not in str(body)


async def test_no_context_is_not_sent_as_an_empty_text(door: str) -> None:
    async with talking(door, [GOOD]) as (model, server):
        await model.ask(Request("You write SQL.", "", "How many?"), Written)
    assert server.asked[0].question == "How many?"


async def test_its_name_is_that_of_the_setting(door: str) -> None:
    async with talking(door, [GOOD]) as (model, _):
        assert model.name.startswith(("openai:", "bedrock:"))


READABLE = {
    "in a fence": f"Here it is:\n```json\n{WHOLE}\n```\nI hope that helps!",
    "in prose": f"Sure {{you}} asked: {WHOLE} That is all.",
    "after a thought": f'<think>{{"sql": "no"}} or rather</think>\n{WHOLE}',
    "said twice": f"{WHOLE}\n\n{WHOLE}",
    "in a list": f"[{WHOLE}]",
    "with raw line breaks": WHOLE.replace("FROM", "\nFROM"),
}


async def test_json_is_found_where_it_stands(door: str) -> None:
    async with talking(door, list(READABLE.values())) as (model, _):
        read = {how: (await model.ask(REQUEST, Written)).answer.sql for how in READABLE}
    said = ["SELECT", "count(*)", "FROM", "orders", "AS", "o"]
    assert {how: sql.split() for how, sql in read.items()} == dict.fromkeys(READABLE, said)


UNREADABLE = {
    "prose": Say("There are 42 orders.", tokens=(10, 5, 4)),
    "nothing": Say("", tokens=(10, 5, 4)),
    "a refusal": Say("", refusal="I cannot help with that.", tokens=(10, 5, 4)),
    "a refusal in prose": Say("I'm sorry, but I can't help with that.", tokens=(10, 5, 4)),
    "filtered": Say(WHOLE, stop="filtered", tokens=(10, 5, 4)),
    "cut off": Say(WHOLE[:30], stop="cut off", tokens=(10, 5, 4)),
    "cut off where it reads as whole": Say(WHOLE, stop="cut off", tokens=(10, 5, 4)),
    "broken": Say('{"sql": "SELECT 1", "limit": }', tokens=(10, 5, 4)),
    "never closed": Say('{"sql": "SELECT 1"', tokens=(10, 5, 4)),
    "broken around a whole one": Say('{"answer": {"sql": "SELECT 1"}, oops}', tokens=(10, 5, 4)),
    "of wrong types": Say('{"sql": 42, "limit": "many"}', tokens=(10, 5, 4)),
    "without a key": Say('{"limit": 3}', tokens=(10, 5, 4)),
    "with another key": Say('{"sql": "SELECT 1", "run": "rm"}', tokens=(10, 5, 4)),
    "an empty object": Say("{}", tokens=(10, 5, 4)),
    "two different ones": Say('{"sql": "SELECT 1"} or {"sql": "SELECT 2"}', tokens=(10, 5, 4)),
    "half a letter": Say('{"sql": "\\ud83d"}', tokens=(10, 5, 4)),
    "too deep": Say('{"sql":' * 5000, tokens=(10, 5, 4)),
    "a number without end": Say(
        '{"sql": "SELECT 1", "limit": ' + "9" * 5000 + "}", tokens=(10, 5, 4)
    ),
    "no object": Say("[1, 2]", tokens=(10, 5, 4)),
}


async def test_what_is_no_answer_is_never_taken_for_one(door: str) -> None:
    async with talking(door, list(UNREADABLE.values())) as (model, server):
        for asked, what in enumerate(UNREADABLE, start=1):
            with pytest.raises(BadModelOutput) as caught:
                await model.ask(REQUEST, Written)
            error = caught.value
            spent = (error.input_tokens, error.output_tokens, error.cached_tokens)
            assert (what, spent, error.attempts) == (what, (10, 5, 4), 1)
            assert (what, len(server.asked)) == (what, asked)


async def test_a_cut_off_answer_names_the_setting(door: str) -> None:
    error, _ = await failing(door, [Say(WHOLE[:20], stop="cut off")], BadModelOutput)
    assert "ASKWELL_MODEL_TOKENS" in str(error)


async def test_a_filtered_answer_is_told_from_one_that_is_no_answer(door: str) -> None:
    said = [Say(WHOLE, stop="filtered", tokens=(10, 5, 4)), Say("no", tokens=(1, 1, 0))]
    async with talking(door, said) as (model, server):
        with pytest.raises(Filtered) as caught:
            await model.ask(REQUEST, Written)
        with pytest.raises(BadModelOutput) as unreadable:
            await model.ask(REQUEST, Written)
    assert (caught.value.input_tokens, caught.value.cached_tokens) == (10, 4)
    assert not isinstance(unreadable.value, Filtered)
    assert len(server.asked) == 2


@pytest.mark.parametrize("kind", ["throttled", "busy"])
async def test_a_busy_server_is_asked_again(door: str, kind: Literal["throttled", "busy"]) -> None:
    async with talking(door, [Fail(kind), Fail(kind), GOOD]) as (model, server):
        reply = await model.ask(REQUEST, Written)
    assert (reply.attempts, len(server.asked)) == (3, 3)


async def test_a_server_that_stays_busy_is_left_after_three_attempts(door: str) -> None:
    error, server = await failing(door, [Fail("throttled")], Transient)
    assert isinstance(error, Transient)
    assert (error.attempts, len(server.asked)) == (3, 3)


async def test_the_server_says_when_to_come_back(
    door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_WAIT", 1000)
    async with talking(door, [Fail("throttled", retry_after="0"), GOOD]) as (model, _):
        assert (await model.ask(REQUEST, Written)).attempts == 2


@pytest.mark.parametrize("when", ["3600", "Fri, 31 Dec 2199 23:59:59 GMT"])
async def test_a_wait_longer_than_the_time_left_is_not_begun(door: str, when: str) -> None:
    error, server = await failing(door, [Fail("throttled", retry_after=when)], Transient)
    assert isinstance(error, Transient)
    assert len(server.asked) == 1
    assert error.after is not None
    assert error.after >= 3600


async def test_a_call_that_timed_out_is_not_paid_twice(door: str) -> None:
    async with talking(door, [Say(WHOLE, silence=60)], seconds=2) as (model, server):
        with pytest.raises(Transient, match="ASKWELL_MODEL_SECONDS"):
            await model.ask(REQUEST, Written)
        assert await asyncio.to_thread(server.hung_up.wait, 10)
    assert len(server.asked) == 1


async def test_nor_is_one_that_the_server_gave_up(door: str) -> None:
    _, server = await failing(door, [Fail("timed out")], Transient)
    assert len(server.asked) == 1


@pytest.mark.parametrize("how", get_args(Break))
async def test_a_broken_stream_is_asked_for_again_as_a_whole(door: str, how: Break) -> None:
    async with talking(door, [Say(WHOLE, breaks=how), GOOD]) as (model, server):
        reply = await model.ask(REQUEST, Written)
    assert reply.answer == Written(**GOOD)
    assert (reply.attempts, len(server.asked)) == (2, 2)


@pytest.mark.parametrize("how", get_args(Break))
async def test_a_stream_that_always_breaks_is_given_up(door: str, how: Break) -> None:
    _, server = await failing(door, [Say(WHOLE, breaks=how)], Transient)
    assert len(server.asked) == 3


async def test_a_stream_that_falls_silent_is_left_and_asked_for_again(
    door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LONGEST_STALL", 1.0)
    async with talking(door, [Say(WHOLE, breaks="stall"), GOOD]) as (model, server):
        reply = await model.ask(REQUEST, Written)
        assert await asyncio.to_thread(server.hung_up.wait, 10)
    assert reply.answer == Written(**GOOD)
    assert (reply.attempts, len(server.asked)) == (2, 2)


async def test_a_model_may_think_for_longer_than_it_may_fall_silent(
    door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LONGEST_STALL", 1.0)
    async with talking(door, [Say(WHOLE, silence=1.5)]) as (model, _):
        assert (await model.ask(REQUEST, Written)).attempts == 1


@pytest.mark.parametrize(
    "said", [Fail("too long"), Say(WHOLE, breaks="too long")], ids=["", "late"]
)
async def test_a_prompt_that_does_not_fit_is_too_large(door: str, said: Fail | Say) -> None:
    _, server = await failing(door, [said], TooLarge)
    assert len(server.asked) == 1


async def test_a_wrong_key_says_what_to_do_and_not_the_key(
    door: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error, server = await failing(door, [Fail("wrong key")], Misconfigured)
    assert ("ASKWELL_MODEL_KEY" in str(error)) or ("bedrock:Invoke" in str(error))
    assert len(server.asked) == 1
    assert SECRET not in str(error) + repr(error) + caplog.text


async def test_a_key_that_the_server_repeats_is_not_shown(door: str) -> None:
    echoing = Fail("busy", message=f"no capacity for {SECRET}")
    async with talking("openai", [echoing]) as (model, _):
        with pytest.raises(Transient) as caught:
            await model.ask(REQUEST, Written)
        assert SECRET not in str(caught.value) + repr(model) + str(vars(model))


async def test_an_unknown_model_names_the_setting(door: str) -> None:
    error, server = await failing(door, [Fail("unknown model")], Misconfigured)
    assert "ASKWELL_MODEL" in str(error)
    assert len(server.asked) == 1


async def test_a_server_without_json_schema_is_asked_by_tool(door: str) -> None:
    async with talking(door, [Fail("no json_schema"), GOOD]) as (model, server):
        if "tool" in door:
            with pytest.raises(Misconfigured):
                await model.ask(REQUEST, Written)
            return
        assert (await model.ask(REQUEST, Written)).answer == Written(**GOOD)
        await model.ask(REQUEST, Written)
    assert [asked.by for asked in server.asked] == ["schema", "tool", "tool"]


async def test_a_model_without_schema_and_tools_is_asked_in_words(door: str) -> None:
    refused = [Fail("no tools")] if "tool" in door else [Fail("no json_schema"), Fail("no tools")]
    said = f"Here you are:\n```json\n{WHOLE}\n```"
    async with talking(door, [*refused, said]) as (model, server):
        first, second = [await model.ask(REQUEST, Written) for _ in range(2)]
    assert first.answer == second.answer == Written(sql="SELECT count(*) FROM orders AS o")
    assert (first.attempts, second.attempts) == (1 + len(refused), 1)
    for asked in server.asked[-2:]:
        assert (asked.by, asked.system.count('"limit"')) == ("", 1 + 1)
        assert asked.system.startswith(REQUEST.system)


async def test_a_server_that_is_down_is_tried_again(door: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = DOORS[door][1](f"http://127.0.0.1:{taken.getsockname()[1]}", 20)
        try:
            with pytest.raises(Transient) as caught:
                await model.ask(REQUEST, Written)
        finally:
            await model.close()
    assert caught.value.attempts == 3


@pytest.mark.parametrize(
    "said",
    [Say(WHOLE, breaks="stall"), Say(WHOLE, silence=0.3, breaks="stall")],
    ids=["while it speaks", "before it speaks"],
)
async def test_cancelling_ends_the_call_itself(door: str, said: Say) -> None:
    async with talking(door, [said]) as (model, server):
        call = asyncio.create_task(model.ask(REQUEST, Written))
        await asyncio.to_thread(server.speaking.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(server.hung_up.wait, 10)
    assert len(server.asked) == 1


async def test_after_a_cancelled_call_the_next_one_is_answered(door: str) -> None:
    async with talking(door, [Say(WHOLE, breaks="stall"), GOOD]) as (model, server):
        call = asyncio.create_task(model.ask(REQUEST, Written))
        await asyncio.to_thread(server.speaking.wait, 10)
        call.cancel()
        await asyncio.wait([call])
        assert (await model.ask(REQUEST, Written)).answer == Written(**GOOD)


async def test_calls_at_once_get_their_own_answers(door: str) -> None:
    async with talking(door, lambda asked: {"sql": asked.question.rpartition("\n")[2]}) as (
        model,
        server,
    ):
        questions = [f"question {i} 🙂" for i in range(12)]
        replies = await asyncio.gather(
            *(model.ask(Request("s", "c", q), Written) for q in questions)
        )
    assert [reply.answer.sql for reply in replies] == questions
    assert len(server.asked) == 12
