"""A proxy before a local HTTP server that throttles, is slow, or loses what it was told to lose.

General: it knows nothing of what it forwards, but the names of operations in AWS's headers.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_NOT_FORWARDED = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass
class Fault:
    """Be what happens to the next `times` requests that have `when` in their name, or to every
    `every`-th of them.

    `status`: what is answered in place of the server, with `body` as JSON. `drops`: the
    connection is closed "before" the server is asked, or "after", when it has done its work.
    `seconds`: how long the request waits first.
    """

    times: int = 1
    when: str = ""
    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    drops: str = ""
    seconds: float = 0.0
    every: int = 1
    passed: int = 0

    def strikes(self, name: str) -> bool:
        """Count a request, and tell whether it is struck."""
        if self.times <= 0 or self.when not in name:
            return False
        self.passed += 1
        if self.passed % self.every:
            return False
        self.times -= 1
        return True


def throttled(
    times: int, when: str = "", *, code: str = "ThrottlingException", every: int = 1
) -> Fault:
    """Return AWS's answer to whoever asks too much, in its JSON protocol."""
    body = {"__type": f"com.amazonaws.any#{code}", "message": "Rate exceeded"}
    return Fault(times, when, 400, body, every=every)


@dataclass
class Proxy:
    """Stand before `upstream`; `seen` are the names of all requests, as `DynamoDB_….PutItem`."""

    upstream: str
    url: str = ""
    seen: list[str] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let something happen to requests to come."""
        with self._lock:
            self._faults.append(fault)

    def heal(self) -> None:
        """Let nothing happen any more."""
        with self._lock:
            self._faults.clear()

    def met(self, name: str) -> Fault | None:
        """Note a request; return what happens to it."""
        with self._lock:
            self.seen.append(name)
            return next((fault for fault in self._faults if fault.strikes(name)), None)


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """Run a proxy before a server."""
    own = Proxy(upstream)
    handler = type("Handler", (_Handler,), {"proxy": own})
    server = _Server(("127.0.0.1", 0), handler)
    own.url = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    serving.start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing where whoever asked was killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*_)


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        name = self.headers.get("X-Amz-Target") or f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.met(name) or Fault()
        time.sleep(fault.seconds)
        if fault.status:
            headers = {"Content-Type": self.headers.get("Content-Type") or "application/json"}
            self._answer(fault.status, headers, json.dumps(fault.body).encode())
        elif fault.drops == "before":
            self.close_connection = True
        else:
            answer = self._forwarded(body)
            if fault.drops == "after":
                self.close_connection = True
            else:
                self._answer(*answer)

    def _forwarded(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = urlsplit(self.proxy.upstream)
        connection = HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
        try:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _any  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
