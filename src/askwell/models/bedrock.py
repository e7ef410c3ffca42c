"""Models on Amazon Bedrock, over its Converse API."""

import asyncio
import json
import threading
from collections.abc import Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, TypeVar, cast

from botocore import exceptions as boto
from botocore.config import Config
from botocore.eventstream import ParserError
from langchain_aws import ChatBedrockConverse
from langchain_aws.utils import parse_model_provider
from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from pydantic import BaseModel, ValidationError
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from askwell.errors import AskwellError, Misconfigured, TooLarge, Transient
from askwell.models import Reply, Request, calls
from askwell.models.structured import TOO_LONG, in_words, response_format, tool

A = TypeVar("A", bound=BaseModel)
Speech = Generator[AIMessage, None, None]

_BROKEN = (HTTPError, ConnectionError, ParserError, ValueError)
_FAILURES = (boto.ClientError, boto.BotoCoreError, *_BROKEN)
_CONNECT_SECONDS = 10.0
_CONCURRENT_CALLS = 16
_OPENED = "before-parse.bedrock-runtime.ConverseStream"
# https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
_CACHING = ("claude", "nova")
_NOT_CACHING = tuple(
    f"claude-{old}" for old in ("v2", "instant", "3-opus", "3-sonnet", "3-haiku", "3-5-sonnet")
)
# What models refuse to do, in the words of the refusal: https://docs.aws.amazon.com/bedrock/
# latest/userguide/conversation-inference-supported-models-features.html
_REFUSED = {
    "cache": ("prompt caching", "cachepoint"),
    "schema": ("outputconfig", "output_config", "structured output", "json_schema"),
    "tools": ("support tool use", "toolconfig"),
    "stream": ("unsupported for streaming",),
    "system": ("system message", "system prompt"),
}
_BUSY = {
    "throttlingexception",
    "modelnotreadyexception",
    "serviceunavailableexception",
    "internalserverexception",
    "modelerrorexception",
    "modelstreamerrorexception",
    "servicequotaexceededexception",
}
_NO_ACCESS = {
    "accessdeniedexception",
    "unrecognizedclientexception",
    "invalidsignatureexception",
    "expiredtokenexception",
}


class Bedrock:
    """Answer over one model on Bedrock, with AWS's usual credentials.

    `model`: a model's ID, or the ID or ARN of an inference profile; of an application's own
    profile, AWS is asked at once which model it stands for. `region` empty: as AWS is set.
    `endpoint_url`: a VPC endpoint. `seconds` limits a whole call; `max_tokens` an answer.
    `guardrail`: `ID:VERSION` of one that looks at each question and each answer.

    Raises:
        Misconfigured: no region, no credentials, or no such profile.
    """

    def __init__(
        self,
        model: str,
        region: str = "",
        endpoint_url: str = "",
        seconds: float = 60,
        max_tokens: int = 2000,
        guardrail: str = "",
    ) -> None:
        self._model = model
        self._seconds = seconds
        self._chat = _chat(model, region, endpoint_url, seconds, max_tokens)
        self._chat.guardrail_config = _guardrail(guardrail)
        self._can = _abilities(self._chat)
        self._threads = ThreadPoolExecutor(_CONCURRENT_CALLS, thread_name_prefix="bedrock")
        self._line = threading.local()
        self._chat.client.meta.events.register(_OPENED, self._opened)

    @property
    def name(self) -> str:
        """Return `bedrock:` and the model's ID."""
        return f"bedrock:{self._model}"

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Return one answer of the promised type; see the protocol for the errors."""
        return await calls.ask(lambda: self._stream(request, answer), answer, self._seconds)

    async def close(self) -> None:
        """Close every connection."""
        self._threads.shutdown(wait=False)
        self._chat.client.close()
        self._chat.bedrock_client.close()

    async def _stream(self, request: Request, answer: type[BaseModel]) -> calls.Chunks:
        """Read the stream in a thread; whoever stops listening closes the connection."""
        line = _Line(asyncio.get_running_loop())
        job = self._threads.submit(self._read, line, request, answer)
        try:
            while (chunk := await line.chunks.get()) is not None:
                yield chunk
            job.result()
        except _FAILURES as error:
            raise self._translated(error) from None
        finally:
            line.hang_up()

    def _read(self, line: "_Line", request: Request, answer: type[BaseModel]) -> None:
        self._line.own = line
        try:
            with closing(self._speech(request, answer)) as speech:
                for chunk in speech:
                    if line.is_hung_up:
                        return
                    line.pass_on(_as_chunk(chunk))
        finally:
            line.pass_on(None)

    def _opened(self, response_dict: dict[str, Any], **_: Any) -> None:
        """Tell the thread's own line over which response it speaks."""
        body = response_dict["body"]
        if isinstance(body, HTTPResponse):
            self._line.own.opened(body)

    def _speech(self, request: Request, answer: type[BaseModel]) -> Speech:
        self._chat.disable_streaming = "stream" not in self._can
        shape: Any = self._chat
        if "schema" in self._can:
            shape = shape.bind(response_format=response_format(answer))
        elif "tools" in self._can:
            shape = shape.bind_tools([tool(answer)], tool_choice=_choice(shape, answer))
        else:
            request = replace(request, system=request.system + in_words(answer))
        guarded = self._chat.guardrail_config is not None
        return cast(Speech, shape.stream(_messages(request, self._can, guarded=guarded)))

    def _translated(self, error: Exception) -> AskwellError | TimeoutError:
        match error:
            case boto.ClientError():
                return self._refused(error)
            case boto.ReadTimeoutError():
                return TimeoutError()
            case boto.SSLError():
                return Misconfigured(f"Bedrock's certificate is not trusted: {error}")
            case boto.HTTPClientError() | boto.ConnectionError():
                return Transient(f"Bedrock cannot be reached: {error}")
        if isinstance(error, _BROKEN):
            return Transient(f"Bedrock broke off: {error}")
        return Misconfigured(
            f"AWS takes no call: {error}. Give askwell credentials as the AWS command line has"
            " them, by a role, a profile or AWS_ACCESS_KEY_ID."
        )

    def _refused(self, error: boto.ClientError) -> AskwellError | TimeoutError:
        detail = error.response.get("Error", {})
        code, said = detail.get("Code", "").lower(), " ".join(detail.get("Message", "").split())
        if cannot := self._cannot(said):
            return cannot
        if code in _NO_ACCESS:
            return Misconfigured(
                f"AWS lets askwell not call {self._model!r} ({detail['Code']}). Give its role"
                " bedrock:InvokeModelWithResponseStream on that model, and the account access."
            )
        if code == "modeltimeoutexception":
            return TimeoutError(said)
        meta = error.response.get("ResponseMetadata", {})
        if code in _BUSY or meta.get("HTTPStatusCode", 0) >= 500:
            after = calls.retry_after(meta.get("HTTPHeaders", {}).get("retry-after"))
            return Transient(f"Bedrock is busy ({detail.get('Code')}): {said}", after=after)
        if isinstance(error, ContextOverflowError) or TOO_LONG.search(said):
            return TooLarge(f"the prompt does not fit into the model's context: {said}")
        return Misconfigured(
            f"Bedrock refused a request to {self._model!r}: {said} Write the ID of a model or"
            " inference profile of this region into ASKWELL_MODEL."
        )

    def _cannot(self, said: str) -> Transient | None:
        """Remember what the model cannot do, so that the next attempt goes without it."""
        for ability, words in _REFUSED.items():
            if ability in self._can and any(word in said.lower() for word in words):
                self._can.discard(ability)
                return Transient(said, after=0)
        return None


class _Line:
    """Be what a listening task and the thread that reads for it share."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.chunks: asyncio.Queue[AIMessageChunk | None] = asyncio.Queue()
        self._loop = loop
        self._hung_up = threading.Event()
        self._response: HTTPResponse | None = None

    @property
    def is_hung_up(self) -> bool:
        return self._hung_up.is_set()

    def opened(self, response: HTTPResponse) -> None:
        self._response = response
        if self.is_hung_up:
            self.hang_up()

    def pass_on(self, chunk: AIMessageChunk | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens
            self._loop.call_soon_threadsafe(self.chunks.put_nowait, chunk)

    def hang_up(self) -> None:
        """Wake the thread out of its read; it closes the connection itself."""
        self._hung_up.set()
        if self._response is not None:
            with suppress(ValueError, RuntimeError, OSError):  # it is closed already
                self._response.shutdown()


def _chat(
    model: str, region: str, endpoint_url: str, seconds: float, max_tokens: int
) -> ChatBedrockConverse:
    config = Config(
        connect_timeout=min(_CONNECT_SECONDS, seconds),
        read_timeout=seconds,
        max_pool_connections=_CONCURRENT_CALLS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    try:
        chat = ChatBedrockConverse(
            model_id=model,
            region_name=region or _region_of(model) or None,
            endpoint_url=endpoint_url or None,
            temperature=0,
            max_tokens=max_tokens,
            config=config,
            disable_streaming=False,
            **_named_by(model),
        )
    except (boto.ClientError, boto.BotoCoreError, ValidationError, ValueError) as error:
        raise Misconfigured(
            f"Bedrock cannot be opened for {model!r}: {error} Check ASKWELL_MODEL,"
            " ASKWELL_MODEL_REGION and AWS's own settings."
        ) from None
    if (chat.profile or {}).get("temperature") is False:
        chat.temperature = None
    return chat


def _region_of(model: str) -> str:
    return model.split(":")[3] if model.startswith("arn:") else ""


def _named_by(arn: str) -> dict[str, str]:
    """Return what langchain-aws cannot read out of an ARN: the model and who made it."""
    if not arn.startswith("arn:"):
        return {}
    own = arn.rpartition("/")[2]
    provider = parse_model_provider(own)
    if "application-inference-profile" in arn:
        return {"provider": provider}
    return {"provider": provider, "base_model_id": own[own.index(provider) :]}


def _guardrail(name: str) -> dict[str, Any] | None:
    guardrail, _, version = name.rpartition(":")
    return {"guardrailIdentifier": guardrail, "guardrailVersion": version} if name else None


def _abilities(chat: ChatBedrockConverse) -> set[str]:
    """Return what the model is known to do, or is taken to do until it refuses."""
    base = chat.base_model_id or chat.model_id
    can = {"stream", "tools", "system"}
    if (chat.profile or {}).get("structured_output"):
        can.add("schema")
    if any(n in base for n in _CACHING) and not any(n in base for n in _NOT_CACHING):
        can.add("cache")
    return can


def _choice(chat: ChatBedrockConverse, answer: type[BaseModel]) -> str | None:
    """Force the tool as far as the model can be forced."""
    takes = chat.supports_tool_choice_values or ()
    return answer.__name__ if "tool" in takes else "any" if "any" in takes else None


def _messages(
    request: Request, can: Collection[str], *, guarded: bool
) -> list[SystemMessage | HumanMessage]:
    """Return the prompt; the steady parts end with a cache point.

    A guardrail looks at the question only: a schema costs it much, and is nobody's words.
    """
    mark = [ChatBedrockConverse.create_cache_point()] if "cache" in can else []
    system: list[Any] = [_text(request.system), *mark]
    context: list[Any] = [_text(request.context), *mark] if request.context else []
    question = _text(request.question, "guard_content" if guarded else "text")
    if "system" not in can:
        return [HumanMessage([*system, *context, question])]
    return [SystemMessage(system), HumanMessage([*context, question])]


def _text(part: str, kind: str = "text") -> dict[str, str]:
    return {"type": kind, "text": part}


def _as_chunk(message: AIMessage) -> AIMessageChunk:
    """Return what a model said at once as if it had been streamed."""
    if isinstance(message, AIMessageChunk):
        return message
    return AIMessageChunk(
        content=message.content,
        tool_call_chunks=[
            {"name": c["name"], "args": json.dumps(c["args"]), "id": c["id"], "index": i}
            for i, c in enumerate(message.tool_calls)
        ],
        response_metadata=message.response_metadata,
        usage_metadata=message.usage_metadata,
    )
