"""What the SQS inbox makes of AWS's refusals; a small server gives them over true HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from askwell.errors import AskwellError, Misconfigured, Transient
from askwell.inbox.sqs import SQSInbox
from servers.shared import free_port
from sqs_inboxes import name_of, new_queues, new_table, opened, sqs_inbox

SECRET = "arn:aws:sts::123456789012:assumed-role/secret"


class _Refusing(BaseHTTPRequestHandler):
    """Answer every call with a code; `silent`: with nothing, until the caller has had enough."""

    def do_POST(self) -> None:
        server: Any = self.server
        self.rfile.read(int(self.headers["Content-Length"]))
        server.calls += 1
        if server.silent:
            server.over.wait(30)
            return
        said = json.dumps({"__type": f"x#{server.code}", "message": f"no {SECRET}"}).encode()
        self.send_response(server.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def refusing(status: int = 400, code: str = "", *, silent: bool = False) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    server.status, server.code, server.silent, server.calls = status, code, silent, 0
    server.over = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


async def refused(inbox: SQSInbox) -> AskwellError:
    with pytest.raises(AskwellError) as told:
        await inbox.put("a", "g", {})
    assert SECRET not in str(told.value)
    return told.value


@pytest.mark.parametrize("service", ["endpoint_url", "table_endpoint_url"])
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "ThrottlingException", Transient),
        (400, "ProvisionedThroughputExceededException", Transient),
        (403, "RequestThrottled", Transient),
        (503, "ServiceUnavailable", Transient),
        (500, "Whatever", Transient),
        (400, "AccessDeniedException", Misconfigured),
        (403, "InvalidClientTokenId", Misconfigured),
        (400, "ResourceNotFoundException", Misconfigured),
        (400, "ValidationException", Misconfigured),
    ],
)
async def test_what_aws_refuses(
    tmp_path: Path, service: str, status: int, code: str, kind: type[AskwellError]
) -> None:
    name = name_of(tmp_path)
    queue, table = new_queues(name), new_table(name)
    with refusing(status, code) as server:
        inbox = opened(queue, table, **{service: server.url})
        error = await refused(inbox)
        assert type(error) is kind
        await inbox.close()
    # What could not be sent is put again, and is there.
    again = sqs_inbox(tmp_path)
    assert await again.put("a", "g", {}) is (service == "table_endpoint_url")
    assert await again.take()
    await again.close()


async def test_throttling_is_tried_again_before_it_is_told(tmp_path: Path) -> None:
    name = name_of(tmp_path)
    with refusing(400, "ThrottlingException") as server:
        inbox = opened(new_queues(name), new_table(name), table_endpoint_url=server.url)
        error = await refused(inbox)
        assert isinstance(error, Transient)
        assert error.attempts == server.calls == 3
        await inbox.close()


@pytest.mark.parametrize("service", ["endpoint_url", "table_endpoint_url"])
async def test_whoever_does_not_answer_is_left(tmp_path: Path, service: str) -> None:
    name = name_of(tmp_path)
    queue, table = new_queues(name), new_table(name)
    closed = f"http://127.0.0.1:{free_port()}"
    inbox = opened(queue, table, **{service: closed})
    assert isinstance(await refused(inbox), Transient)
    await inbox.close()


async def test_a_server_that_hangs_is_left_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askwell.inbox.sqs_calls._READ_SECONDS", 0.2)
    name = name_of(tmp_path)
    queue, table = new_queues(name), new_table(name)
    with refusing(silent=True) as server:
        inbox = opened(queue, table, table_endpoint_url=server.url)
        assert isinstance(await refused(inbox), Transient)
        await inbox.close()


async def test_a_taker_is_told_and_the_event_comes_again(tmp_path: Path) -> None:
    name = name_of(tmp_path)
    queue, table = new_queues(name), new_table(name)
    good = sqs_inbox(tmp_path)
    await good.put("a", "g", {})
    with refusing(400, "ThrottlingException") as server:
        inbox = opened(queue, table, table_endpoint_url=server.url)
        for wait in (0, 5):
            with pytest.raises(Transient):
                await inbox.take(wait=wait)
        await inbox.close()
    delivery = await good.take()
    assert delivery is not None
    assert delivery.tries == 1
    await good.done(delivery)
    await good.close()


async def test_a_region_that_is_not_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(Misconfigured, match="region"):
        opened("http://127.0.0.1/q.fifo", "t", region="", endpoint_url="", session=None)
