"""What the doors to models do each in their own way; what both do is in contracts/."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Literal
from urllib.parse import unquote

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askwell.domain.noun import Noun
from askwell.errors import BadModelOutput, Filtered, Misconfigured
from askwell.models import Model, Reply, Request
from askwell.models.bedrock import Bedrock
from askwell.models.openai import OpenAI
from askwell.models.structured import Spoken, read, response_format, schema_of, tool
from model_servers import Answers, Fail, Say, Server, serving

CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
LLAMA = "meta.llama3-3-70b-instruct-v1:0"
REQUEST = Request("You write SQL.", "<schema>orders</schema>", "How many?")
GOOD = {"sql": "SELECT 1"}


class Filter(Noun):
    """Restrict a column."""

    column: str
    values: tuple[str, ...]
    way: Literal["in", "not in"] = "in"


class Written(Noun):
    """Be a query."""

    sql: str
    limit: int | None = None
    since: date | None = None
    filters: tuple[Filter, ...] = ()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers whom it was
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


async def ask(model: Model) -> Reply[Written]:
    try:
        return await model.ask(REQUEST, Written)
    finally:
        await model.close()


async def ask_openai(answers: Answers, name: str = "any", **given: Any) -> Server:
    with serving("openai", answers) as server:
        await ask(OpenAI(name, server.url, **given))
    return server


async def ask_bedrock(answers: Answers, model: str = CLAUDE) -> Server:
    with serving("bedrock", answers) as server:
        await ask(Bedrock(model, "eu-west-1", server.url))
    return server


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and every schema inside it."""
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, dict | list):
            yield from nodes(inner)
    if isinstance(schema, dict):
        yield schema


def test_a_schema_requires_every_key_and_allows_no_other() -> None:
    schema = schema_of(Written)
    objects = [node for node in nodes(schema) if node.get("type") == "object"]
    assert len(objects) == 2
    for node in objects:
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
    assert schema["properties"]["since"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert schema["$defs"]["Filter"]["properties"]["way"]["enum"] == ["in", "not in"]
    assert not [node for node in nodes(schema) if {"default", "title"} & set(node)]
    assert response_format(Written)["json_schema"]["schema"] == schema


def test_a_tool_may_leave_out_what_may_be_null() -> None:
    parameters = tool(Written)["function"]["parameters"]
    assert parameters["required"] == ["sql", "filters"]


async def test_openais_own_models_get_its_new_names() -> None:
    body = (await ask_openai([GOOD], "gpt-5-mini", max_tokens=55)).asked[0].body
    assert body["max_completion_tokens"] == 55
    assert not {"max_tokens", "temperature"} & set(body)


async def test_other_models_get_the_name_that_every_server_knows() -> None:
    body = (await ask_openai([GOOD], max_tokens=55)).asked[0].body
    assert (body["max_tokens"], body["temperature"]) == (55, 0)
    assert "max_completion_tokens" not in body


async def test_the_key_is_sent_and_a_local_server_needs_none() -> None:
    assert (await ask_openai([GOOD], key="k-1")).asked[0].headers["authorization"] == "Bearer k-1"
    assert (await ask_openai([GOOD])).asked[0].path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("kind", "error", "says"),
    [
        ("no credit", Misconfigured, "Add credit"),
        ("filtered prompt", BadModelOutput, "filtered the prompt"),
        ("bad request", Misconfigured, "temperature must be 1"),
    ],
)
async def test_what_openai_refuses_is_not_tried_again(
    kind: Literal["no credit", "filtered prompt", "bad request"],
    error: type[Exception],
    says: str,
) -> None:
    with serving("openai", [Fail(kind)]) as server, pytest.raises(error, match=says):
        await ask(OpenAI("any", server.url))
    assert len(server.asked) == 1


def cache_points(body: dict[str, Any]) -> tuple[int, int]:
    """Return how many there are in the system prompt and in the message."""
    message = body["messages"][0]["content"]
    return sum("cachePoint" in b for b in body["system"]), sum("cachePoint" in b for b in message)


async def test_the_steady_parts_end_with_a_cache_point() -> None:
    body = (await ask_bedrock([GOOD])).asked[0].body
    assert cache_points(body) == (1, 1)
    assert "cachePoint" in body["system"][-1]
    assert body["messages"][0]["content"][-1] == {"text": REQUEST.question}


@pytest.mark.parametrize("model", [LLAMA, "anthropic.claude-3-haiku-20240307-v1:0", "acme.new-v1"])
async def test_models_that_do_not_cache_get_no_cache_point(model: str) -> None:
    assert cache_points((await ask_bedrock([GOOD], model)).asked[0].body) == (0, 0)


async def test_a_model_that_refuses_cache_points_gets_none_from_then_on() -> None:
    with serving("bedrock", [Fail("no cache"), GOOD]) as server:
        model = Bedrock(CLAUDE, "eu-west-1", server.url)
        first = await model.ask(REQUEST, Written)
        await ask(model)
    assert first.attempts == 2
    assert [cache_points(a.body) for a in server.asked] == [(1, 1), (0, 0), (0, 0)]


async def test_a_model_that_cannot_stream_is_asked_for_the_whole() -> None:
    server = await ask_bedrock([Fail("no stream"), GOOD], LLAMA)
    assert [a.path.rpartition("/")[2] for a in server.asked] == ["converse-stream", "converse"]


async def test_a_whole_answer_is_read_like_a_streamed_one() -> None:
    with serving("bedrock", [Fail("no stream"), GOOD]) as server:
        reply = await ask(Bedrock(LLAMA, "eu-west-1", server.url))
    assert reply.answer == Written(sql="SELECT 1")
    assert (reply.input_tokens, reply.output_tokens, reply.attempts) == (10, 5, 2)


async def test_a_model_that_takes_no_system_prompt_reads_it_before_the_question() -> None:
    asked = (await ask_bedrock([Fail("no system"), GOOD], LLAMA)).asked
    assert not asked[1].body.get("system")
    assert asked[1].question.startswith(f"{REQUEST.system}\n\n{REQUEST.context}")


async def test_a_stop_ends_the_call_of_a_model_that_cannot_stream_tools() -> None:
    with serving("bedrock", [Fail("no tools"), Say("{}", breaks="stall")]) as server:
        model = Bedrock(LLAMA, "eu-west-1", server.url)
        call = asyncio.create_task(ask(model))
        await asyncio.to_thread(server.speaking.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(server.hung_up.wait, 10)


GUARDED = {"guardrailIdentifier": "gr-1", "guardrailVersion": "DRAFT"}


async def test_a_guardrail_looks_at_the_question_and_not_at_the_schema() -> None:
    with serving("bedrock", [GOOD]) as server:
        await ask(Bedrock(CLAUDE, "eu-west-1", server.url, guardrail="gr-1:DRAFT"))
    body = server.asked[0].body
    assert body["guardrailConfig"] == GUARDED
    content = body["messages"][0]["content"]
    assert content[0] == {"text": REQUEST.context}
    assert content[-1] == {"guardContent": {"text": {"text": REQUEST.question}}}
    assert cache_points(body) == (1, 1)


async def test_a_guardrails_name_may_be_an_arn() -> None:
    arn = "arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr-1"
    with serving("bedrock", [GOOD]) as server:
        await ask(Bedrock(CLAUDE, "eu-west-1", server.url, guardrail=f"{arn}:2"))
    named = {"guardrailIdentifier": arn, "guardrailVersion": "2"}
    assert server.asked[0].body["guardrailConfig"] == named


async def test_where_a_guardrail_intervenes_nothing_is_asked_again() -> None:
    blocked = Say("", refusal="Sorry, this is blocked.", tokens=(10, 5, 0))
    with serving("bedrock", [blocked]) as server, pytest.raises(Filtered) as caught:
        await ask(Bedrock(CLAUDE, "eu-west-1", server.url, guardrail="gr-1:1"))
    assert (caught.value.input_tokens, len(server.asked)) == (10, 1)


async def test_credentials_are_those_of_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take them where a task on ECS does; nothing is in the environment."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with role_credentials() as url:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
        headers = (await ask_bedrock([GOOD])).asked[0].headers
    assert "Credential=ASIAROLE/" in headers["authorization"]
    assert headers["x-amz-security-token"] == "of-the-role"


@contextmanager
def role_credentials() -> Iterator[str]:
    class Role(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"AccessKeyId": "ASIAROLE", "SecretAccessKey": "s", "Token": "of-the-role"}
            self.send_response(200)
            self.end_headers()
            later = "2999-01-01T00:00:00Z"
            self.wfile.write(json.dumps(keys | {"Expiration": later}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Role)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}/role"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


async def test_a_model_that_can_choose_is_made_to_take_the_tool() -> None:
    body = (await ask_bedrock([GOOD], "amazon.nova-lite-v1:0")).asked[0].body
    assert body["toolConfig"]["toolChoice"] == {"tool": {"name": "Written"}}
    assert "toolChoice" not in (await ask_bedrock([GOOD], LLAMA)).asked[0].body["toolConfig"]


async def test_a_model_without_temperature_gets_none() -> None:
    body = (await ask_bedrock([GOOD], "anthropic.claude-opus-4-7")).asked[0].body
    assert set(body["inferenceConfig"]) == {"maxTokens"}


ARN = "arn:aws:bedrock:eu-west-1:123456789012:"
PROFILES = {
    "ID of a region": f"apac.{CLAUDE}",
    "ID of the world": f"global.{CLAUDE}",
    "ARN of the model": f"arn:aws:bedrock:eu-west-1::foundation-model/{CLAUDE}",
    "ARN of a region": f"{ARN}inference-profile/apac.{CLAUDE}",
    "ARN of the company's": f"{ARN}application-inference-profile/{CLAUDE}",
}


@pytest.mark.parametrize("model", PROFILES.values(), ids=PROFILES.keys())
async def test_an_inference_profile_is_known_by_its_model(model: str) -> None:
    asked = (await ask_bedrock([GOOD], model)).asked[0]
    assert unquote(asked.path) == f"/model/{model}/converse-stream"
    assert asked.by == "schema"
    assert cache_points(asked.body) == (1, 1)


@pytest.mark.parametrize("kind", ["provisioned-model", "imported-model", "custom-model-deployment"])
async def test_a_model_that_only_the_company_knows_is_asked_by_tool(kind: str) -> None:
    asked = (await ask_bedrock([GOOD], f"{ARN}{kind}/abc123")).asked[0]
    assert (asked.by, cache_points(asked.body)) == ("tool", (0, 0))


async def test_an_arn_names_its_region() -> None:
    with serving("bedrock", [GOOD]) as server:
        await ask(Bedrock(f"{ARN}inference-profile/eu.{CLAUDE}", "", server.url))
    assert "/eu-west-1/bedrock/" in server.asked[0].headers["authorization"]


async def test_no_access_says_which_right_is_missing() -> None:
    with pytest.raises(Misconfigured, match="bedrock:InvokeModelWithResponseStream"):
        await ask_bedrock([Fail("no access")])


def test_no_region_names_the_setting() -> None:
    with pytest.raises(Misconfigured, match="ASKWELL_MODEL_REGION"):
        Bedrock(CLAUDE)


async def test_no_credentials_say_how_to_give_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Misconfigured, match="AWS_ACCESS_KEY_ID"):
        await ask_bedrock([GOOD])


@given(st.text(), st.text())
def test_whatever_stands_around_it_the_answer_is_that_or_none(before: str, after: str) -> None:
    """A text never becomes another answer than the one that it holds, nor another error."""
    said = Spoken(f'{before}{{"sql": "SELECT 1"}}{after}', "stop")
    if "{" in before + after:
        with suppress(BadModelOutput):
            assert read(said, Written, attempts=1) == Written(sql="SELECT 1")
    else:
        assert read(said, Written, attempts=1) == Written(sql="SELECT 1")


@given(st.recursive(st.none() | st.integers() | st.text(), lambda c: st.dictionaries(st.text(), c)))
def test_any_other_json_is_no_answer(value: Any) -> None:
    with pytest.raises(BadModelOutput):
        read(Spoken(json.dumps(value), "stop"), Written, attempts=1)
