"""What the small model servers have in common; `model_servers` opens them."""

import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal, NoReturn

Failure = Literal[
    "throttled",
    "busy",
    "timed out",
    "too long",
    "wrong key",
    "unknown model",
    "no json_schema",
    "no tools",
]
OpenAIFailure = Literal["no credit", "filtered prompt", "bad request"]
BedrockFailure = Literal["no cache", "no stream", "no system", "no access"]
PIECE, MOST_PIECES = 7, 200


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
    breaks: Literal["", "stall", "drop", "error", "too long", "no end", "garbage"] = ""
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


class HungUp(Exception):
    pass


class Handler(BaseHTTPRequestHandler):
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
        with suppress(ConnectionError, HungUp):
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
        self.whole(status, payload, headers)

    def whole(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
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
        if how in ("error", "too long"):
            self._chunk(self.error_event(how))
        if how == "garbage":
            self._chunk(b"data: {oops" + bytes(50) + b"\n\n")
        if how in ("error", "too long", "no end", "garbage"):
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
        raise HungUp

    content_type = ""

    def answer_whole(self, say: Say, asked: Asked) -> None:
        raise NotImplementedError

    def read(self, body: dict[str, Any]) -> Asked:
        raise NotImplementedError

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        raise NotImplementedError

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        raise NotImplementedError

    def error_event(self, how: str) -> bytes:
        raise NotImplementedError

    def asked(self, **parts: Any) -> Asked:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(headers=headers, path=self.path, **parts)


def pieces(text: str) -> list[str]:
    size = max(PIECE, len(text) // MOST_PIECES)
    return [text[i : i + size] for i in range(0, len(text), size)]
