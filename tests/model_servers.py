"""Small model servers on loopback that speak the real wire formats, for tests.

::

    with serving("openai", [{"sql": "SELECT 1"}, Fail("throttled"), "prose"]) as server:
        door = OpenAI("any", base_url=server.url)
        ...
        server.asked[0].question, server.asked[0].answer

An answer is an object (sent as JSON), a text, a `Say` or a `Fail`. A list is given one by one,
its last again and again; a function is called with what was `Asked` and returns an answer.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Literal

from bedrock_wire import BedrockWire
from model_wire import Answer, Answers, Asked, Fail, Handler, Say, Server
from openai_wire import OpenAIWire

__all__ = ["Answer", "Answers", "Asked", "Fail", "Say", "Server", "Wire", "serving"]

Wire = Literal["openai", "bedrock"]
WIRES: dict[Wire, type[Handler]] = {"openai": OpenAIWire, "bedrock": BedrockWire}


@contextmanager
def serving(wire: Wire, answers: Answers) -> Iterator[Server]:
    """Serve on a free port until the end of the block; no thread stays."""
    server = Server("")
    handler = WIRES[wire]
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, server, answers))
    http.daemon_threads = False
    server.url = f"http://127.0.0.1:{http.server_address[1]}{handler.base}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        http.shutdown()
        for connection in list(server.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        http.server_close()
        thread.join()
