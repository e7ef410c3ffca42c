"""A small server on loopback with the true wire formats of embeddings and reranking."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


@dataclass
class Wire:
    """Hold a running server: what was asked, and the failures that come first."""

    url: str = ""
    length: int = 1024
    failures: list[tuple[int, str]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def vector(self, text: str) -> list[float]:
        return [float(len(text)), *(1.0 for _ in range(self.length - 1))]


@contextmanager
def serving(wire: Wire) -> Iterator[Wire]:
    class Own(_Handler):
        state = wire

    http = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    wire.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield wire
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: Wire

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        path = unquote(self.path)
        with self.state.lock:
            self.state.asked.append((path, body, {k.lower(): v for k, v in self.headers.items()}))
            failure = self.state.failures.pop(0) if self.state.failures else None
        if failure:
            status, code = failure
            self._say(status, {"message": "no", "error": {"message": "no"}}, code)
        else:
            self._say(200, self._answer(path, body))

    def _say(self, status: int, answer: Any, code: str = "") -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        if code:
            self.send_header("x-amzn-errortype", code)
            self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/embeddings"):
            data = [self._openai(i, t) for i, t in enumerate(body["input"])]
            return {"object": "list", "model": body["model"], "data": data[::-1], "usage": {}}
        if path.endswith("/rerank"):
            return {"results": _results(body)}
        if "inputText" in body:
            return {"embedding": self.state.vector(body["inputText"]), "inputTextTokenCount": 1}
        floats = [self.state.vector(t) for t in body["texts"]]
        return {"id": "1", "response_type": "embeddings_by_type", "embeddings": {"float": floats}}

    def _openai(self, index: int, text: str) -> dict[str, Any]:
        return {"object": "embedding", "index": index, "embedding": self.state.vector(text)}


def _results(body: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Score a text by how many letters of the question it holds, best first, as Bedrock does."""
    question = set(body["queries"][0]["textQuery"]["text"])
    texts = [s["inlineDocumentSource"]["textDocument"]["text"] for s in body["sources"]]
    found = [
        {"index": i, "relevanceScore": len(question & set(t)) / 100} for i, t in enumerate(texts)
    ]
    return sorted(found, key=lambda one: -float(one["relevanceScore"]))
