"""Small model servers on loopback that speak the real wire formats, for tests.

::

    with serving("openai", [{"sql": "SELECT 1"}, Fail("throttled"), "prose"]) as server:
        door = OpenAI("any", base_url=server.url)
        ...
        server.asked[0].question, server.asked[0].answer

An answer is an object (sent as JSON), a text, a `Say` or a `Fail`. A list is given one by one,
its last again and again; a function is called with what was `Asked` and returns an answer.
"""

import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NoReturn
from urllib.parse import unquote
from zlib import crc32

Wire = Literal["openai", "bedrock"]
Failure = Literal[
    "throttled", "busy", "timed out", "too long", "wrong key", "unknown model", "no json_schema"
]
OpenAIFailure = Literal["no credit", "filtered prompt", "bad request"]
BedrockFailure = Literal["no cache", "no stream", "no access"]
_PIECE = 7


@dataclass(frozen=True)
class Say:
    """Say a text, in pieces.

    `breaks`: after half of the pieces, fall silent, drop the connection, send an error or
    garbage, or end without saying so. `silence`: seconds before the first byte. Where a tool was
    asked for, a text that starts with a brace is sent as its arguments.
    """

    text: str
    stop: Literal["done", "cut off", "filtered"] = "done"
    refusal: str = ""
    breaks: Literal["", "stall", "drop", "error", "no end", "garbage"] = ""
    silence: float = 0.0
    tokens: tuple[int, int, int] = (10, 5, 0)  # read, written, read from a cache


@dataclass(frozen=True)
class Fail:
    """Answer with an error status."""

    kind: Failure | OpenAIFailure | BedrockFailure
    retry_after: str = ""
    message: str = ""


Answer = Say | Fail | str | dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Hold one request: its texts, the name of the answer's type, and how that was asked for."""

    system: str
    question: str
    answer: str
    by: Literal["schema", "tool", ""]
    schema: dict[str, Any]
    headers: dict[str, str]
    path: str
    body: dict[str, Any]


Answers = Sequence[Answer] | Callable[[Asked], Answer]


@dataclass
class Server:
    """Hold a running server. `hung_up` is set when a client leaves in the middle of an answer."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    speaking: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    connections: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serving(wire: Wire, answers: Answers) -> Iterator[Server]:
    """Serve on a free port until the end of the block; no thread stays."""
    server = Server("")
    handler = {"openai": _OpenAI, "bedrock": _Bedrock}[wire]
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, server, answers))
    http.daemon_threads = False
    server.url = f"http://127.0.0.1:{http.server_address[1]}{handler.base}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        for connection in list(server.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        http.shutdown()
        http.server_close()
        thread.join()


class _HungUp(Exception):
    pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    base = ""
    failures: dict[str, tuple[int, str, str]]
    stops: dict[str, str]

    def __init__(self, server: Server, answers: Answers, *rest: Any) -> None:
        self.state = server
        self.answers = answers
        super().__init__(*rest)

    def log_message(self, *_: Any) -> None:
        pass

    def setup(self) -> None:
        super().setup()
        self.state.connections.add(self.connection)

    def finish(self) -> None:
        self.state.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError, _HungUp):
            super().handle()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = self.read(body)
        answer = self._next(asked)
        if isinstance(answer, Fail):
            self._fail(answer)
            return
        if answer.silence:
            self._pause(answer.silence)
        if self.path.endswith("/converse"):
            self.answer_whole(answer, asked)
        else:
            self._stream(answer, list(self.events(answer, asked)))

    def _next(self, asked: Asked) -> Say | Fail:
        with self.state.lock:
            place = len(self.state.asked)
            self.state.asked.append(asked)
        if callable(self.answers):
            answer = self.answers(asked)
        else:
            answer = self.answers[min(place, len(self.answers) - 1)]
        if isinstance(answer, dict):
            answer = json.dumps(answer, ensure_ascii=False)
        return Say(answer) if isinstance(answer, str) else answer

    def _fail(self, fail: Fail) -> None:
        status, code, message = self.failures[fail.kind]
        headers, payload = self.error(status, code, fail.message or message)
        if fail.retry_after:
            headers["retry-after"] = fail.retry_after
        self._whole(status, payload, headers)

    def _whole(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(payload, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, say: Say, events: list[bytes]) -> None:
        self.send_response(200)
        self.send_header("content-type", self.content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        half = len(events) // 2
        for place, event in enumerate(events):
            if place == half and say.breaks and self._break(say.breaks):
                return
            self._chunk(event)
        self._chunk(b"")

    def _break(self, how: str) -> bool:
        self.state.speaking.set()
        if how == "stall":
            self._pause(None)
        if how == "drop":
            reset = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            self.connection.close()
        if how == "error":
            self._chunk(self.error_event())
        if how == "garbage":
            self._chunk(b"data: {oops" + bytes(50) + b"\n\n")
        if how in ("error", "no end", "garbage"):
            self._chunk(b"")
        self.close_connection = True
        return True

    def _chunk(self, data: bytes) -> None:
        try:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        except ConnectionError:
            self._note_hang_up()

    def _pause(self, seconds: float | None) -> None:
        """Wait until the time is over, the client hangs up or the server stops."""
        self.state.speaking.set()
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable:
            self._note_hang_up()

    def _note_hang_up(self) -> NoReturn:
        if not self.state.stopping.is_set():
            self.state.hung_up.set()
        self.close_connection = True
        raise _HungUp

    content_type = ""

    def answer_whole(self, say: Say, asked: Asked) -> None:
        raise NotImplementedError

    def read(self, body: dict[str, Any]) -> Asked:
        raise NotImplementedError

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        raise NotImplementedError

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        raise NotImplementedError

    def error_event(self) -> bytes:
        raise NotImplementedError

    def asked(self, **parts: Any) -> Asked:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(headers=headers, path=self.path, **parts)


def _pieces(text: str) -> list[str]:
    return [text[i : i + _PIECE] for i in range(0, len(text), _PIECE)]


class _OpenAI(_Handler):
    base = "/v1"
    content_type = "text/event-stream"
    stops = {
        "done": "stop",
        "tool": "tool_calls",
        "cut off": "length",
        "filtered": "content_filter",
    }
    failures = {
        "throttled": (429, "rate_limit_exceeded", "Rate limit reached"),
        "busy": (503, "overloaded", "The server is overloaded"),
        "timed out": (408, "timeout", "Request timed out"),
        "too long": (
            400,
            "context_length_exceeded",
            "This model's maximum context length is 4096 tokens. However, your messages resulted"
            " in 9999 tokens.",
        ),
        "wrong key": (401, "invalid_api_key", "Incorrect API key provided: {key}"),
        "unknown model": (404, "model_not_found", "The model does not exist"),
        "no json_schema": (400, "invalid_request_error", "This response_format is unavailable"),
        "no credit": (429, "insufficient_quota", "You exceeded your current quota"),
        "filtered prompt": (400, "content_filter", "The prompt was filtered"),
        "bad request": (422, "invalid_request_error", "temperature must be 1"),
    }

    def read(self, body: dict[str, Any]) -> Asked:
        texts = {message["role"]: message["content"] for message in body["messages"]}
        by, named = "", {"name": "", "schema": {}}
        if body.get("response_format"):
            by, named = "schema", body["response_format"]["json_schema"]
        elif body.get("tools"):
            function = body["tools"][0]["function"]
            by, named = "tool", {"name": function["name"], "schema": function["parameters"]}
        return self.asked(
            system=texts.get("system", ""),
            question=texts["user"],
            answer=named["name"],
            by=by,
            schema=named["schema"],
            body=body,
        )

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        yield self._delta({"role": "assistant", "content": ""})
        as_tool = asked.by == "tool" and say.text.startswith("{")
        if as_tool:
            called = {"name": asked.answer, "arguments": ""}
            yield self._tool({"id": "call_1", "type": "function", "function": called})
        for piece in _pieces(say.text):
            if as_tool:
                yield self._tool({"function": {"arguments": piece}})
            else:
                yield self._delta({"content": piece})
        for piece in _pieces(say.refusal):
            yield self._delta({"refusal": piece})
        stop = "tool" if as_tool and say.stop == "done" else say.stop
        yield self._delta({}, self.stops[stop])
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            yield self._usage(say.tokens)
        yield b"data: [DONE]\n\n"

    def _tool(self, call: dict[str, Any]) -> bytes:
        return self._delta({"tool_calls": [{"index": 0, **call}]})

    def _delta(self, delta: dict[str, Any], stop: str | None = None) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": stop}]})

    def _usage(self, tokens: tuple[int, int, int]) -> bytes:
        read, written, cached = tokens
        usage = {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        return self._event({"choices": [], "usage": usage})

    def _event(self, payload: dict[str, Any]) -> bytes:
        whole = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return f"data: {json.dumps(whole | payload, ensure_ascii=False)}\n\n".encode()

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        said = message.format(key=key)
        detail = {"message": said, "type": "invalid_request_error", "code": code, "param": None}
        return {}, {"error": detail}

    def error_event(self) -> bytes:
        return b'data: {"error": {"message": "The engine died", "code": 500}}\n\n'


class _Bedrock(_Handler):
    content_type = "application/vnd.amazon.eventstream"
    stops = {
        "done": "end_turn",
        "tool": "tool_use",
        "cut off": "max_tokens",
        "filtered": "content_filtered",
    }
    failures = {
        "throttled": (429, "ThrottlingException", "Too many requests, please wait"),
        "busy": (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
        "timed out": (408, "ModelTimeoutException", "Model has timed out in processing"),
        "too long": (400, "ValidationException", "Input is too long for requested model."),
        "wrong key": (403, "UnrecognizedClientException", "The security token is invalid: {key}"),
        "unknown model": (400, "ValidationException", "The provided model identifier is invalid."),
        "no json_schema": (400, "ValidationException", "outputConfig is not supported"),
        "no cache": (
            403,
            "AccessDeniedException",
            "You invoked an unsupported model or your request did not allow prompt caching.",
        ),
        "no stream": (
            400,
            "ValidationException",
            "This model doesn't support tool use in streaming mode.",
        ),
        "no access": (403, "AccessDeniedException", "User is not authorized to perform this"),
    }

    def read(self, body: dict[str, Any]) -> Asked:
        by, name, schema = "", "", {}
        if config := body.get("outputConfig"):
            structure = config["textFormat"]["structure"]["jsonSchema"]
            by, name, schema = "schema", structure["name"], json.loads(structure["schema"])
        elif config := body.get("toolConfig"):
            tool = config["tools"][0]["toolSpec"]
            by, name, schema = "tool", tool["name"], tool["inputSchema"]["json"]
        said = [block for message in body["messages"] for block in message["content"]]
        return self.asked(
            system="\n\n".join(b["text"] for b in body.get("system", []) if "text" in b),
            question="\n\n".join(b["text"] for b in said if "text" in b),
            answer=name,
            by=by,
            schema=schema,
            body=body,
        )

    def do_GET(self) -> None:
        """Say which model an application's inference profile stands for."""
        arn = unquote(self.path.partition("/inference-profiles/")[2])
        model = f"arn:aws:bedrock:eu-west-1::foundation-model/{arn.rpartition('/')[2]}"
        self._whole(200, {"models": [{"modelArn": model}], "inferenceProfileArn": arn})

    def answer_whole(self, say: Say, asked: Asked) -> None:
        """Answer as Converse does, which does not stream."""
        content: dict[str, Any] = {"text": say.text}
        if asked.by == "tool":
            called = {"toolUseId": "tu_1", "name": asked.answer, "input": json.loads(say.text)}
            content = {"toolUse": called}
        message = {"role": "assistant", "content": [content]}
        payload = {"output": {"message": message}, "stopReason": self.stops[say.stop]}
        self._whole(200, payload | {"usage": _usage(say.tokens), "metrics": {"latencyMs": 1}})

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        as_tool = asked.by == "tool" and say.text.startswith("{")
        yield _frame("messageStart", {"role": "assistant"})
        if as_tool:
            start = {"toolUse": {"toolUseId": "tu_1", "name": asked.answer}}
            yield _frame("contentBlockStart", {"contentBlockIndex": 0, "start": start})
        for piece in _pieces(say.text or say.refusal):
            delta = {"toolUse": {"input": piece}} if as_tool else {"text": piece}
            yield _frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})
        yield _frame("contentBlockStop", {"contentBlockIndex": 0})
        stop = "tool" if as_tool and say.stop == "done" else say.stop
        reason = "guardrail_intervened" if say.refusal else self.stops[stop]
        yield _frame("messageStop", {"stopReason": reason})
        yield _frame("metadata", {"usage": _usage(say.tokens), "metrics": {"latencyMs": 1}})

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        said = message.format(key=self.headers.get("authorization", ""))
        return {"x-amzn-ErrorType": code}, {"message": said}

    def error_event(self) -> bytes:
        return _frame("modelStreamErrorException", {"message": "The engine died"}, "exception")


def _usage(tokens: tuple[int, int, int]) -> dict[str, int]:
    read, written, cached = tokens
    return {
        "inputTokens": read - cached,
        "outputTokens": written,
        "totalTokens": read + written,
        "cacheReadInputTokens": cached,
        "cacheWriteInputTokens": 0,
    }


def _frame(name: str, payload: dict[str, Any], kind: str = "event") -> bytes:
    """Return one message of AWS's event stream encoding."""
    headers = b"".join(
        struct.pack("!B", len(key)) + key.encode() + b"\x07" + struct.pack("!H", len(value))
        + value.encode()
        for key, value in (
            (":message-type", kind),
            (f":{kind}-type", name),
            (":content-type", "application/json"),
        )
    )  # fmt: skip
    body = json.dumps(payload, ensure_ascii=False).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack("!I", crc32(prelude)) + headers + body
    return message + struct.pack("!I", crc32(message))
