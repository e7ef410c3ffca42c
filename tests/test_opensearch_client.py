"""The connection to OpenSearch: signed, with a login, with none; and a server that is too busy."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from askwell.errors import Misconfigured, Transient
from askwell.language import Tokenizer
from askwell.search import Document
from askwell.search.opensearch import OpenSearch, bulk
from askwell.search.opensearch.client import SERVERLESS, opened
from servers.opensearch_server import opensearch_url

KEY, SECRET = "AKIATEST", "do-not-show-me"
DOCUMENTS = [Document(f"table:t{i}", "table", f"orders {i}", f"t{i}") for i in range(1200)]
IDS = frozenset(d.id for d in DOCUMENTS)


class Proxy:
    """Stand before the real server, and refuse as a busy one does."""

    def __init__(self) -> None:
        self.url = ""
        self.headers: list[dict[str, str]] = []
        self.asked: list[tuple[str, str, bytes]] = []
        self.refuse_whole = 0
        self.refuse_items = 0
        self.most_bytes = 10**9
        self.status = 0

    def refusal(self, path: str, body: bytes) -> int:
        if self.status:
            return self.status
        if "_bulk" in path and len(body) > self.most_bytes:
            return 413
        if "_bulk" in path and self.refuse_whole:
            self.refuse_whole -= 1
            return 429
        return 0


@contextmanager
def standing_before(url: str, proxy: Proxy) -> Iterator[Proxy]:
    class Own(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            proxy.headers.append({k.lower(): v for k, v in self.headers.items()})
            proxy.asked.append((self.command, self.path, body))
            status = proxy.refusal(self.path, body)
            if status:
                self.say(status, b'{"error": {"reason": "no"}, "status": %d}' % status)
                return
            kept = {"content-type": "application/json"} if body else {}
            request = Request(url + self.path, body or None, kept, method=self.command)
            try:
                with urlopen(request) as answer:
                    self.say(answer.status, self.changed(answer.read()))
            except OSError as error:
                self.say(error.code, error.read())  # type: ignore[attr-defined]

        def changed(self, data: bytes) -> bytes:
            if "_bulk" not in self.path or not proxy.refuse_items:
                return data
            answer = json.loads(data)
            for item in answer["items"][: proxy.refuse_items]:
                item["index"] |= {"status": 429, "error": {"reason": "queue is full"}}
            answer["errors"], proxy.refuse_items = True, 0
            return json.dumps(answer).encode()

        def say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

    http = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    proxy.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield proxy
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    monkeypatch.setattr(bulk, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with standing_before(opensearch_url(), Proxy()) as standing:
        yield standing


def over(url: str, **how: Any) -> OpenSearch:
    client = opened(url, seconds=60, **how)
    return OpenSearch(client, Tokenizer(), prefix=f"t{token_hex(6)}")


async def test_a_busy_server_gets_less_at_once_and_everything_in_the_end(proxy: Proxy) -> None:
    proxy.refuse_whole, proxy.refuse_items, proxy.most_bytes = 2, 30, 60_000
    search = over(proxy.url)
    await search.rebuild(DOCUMENTS, {}, "1")
    assert len(await search.digests()) == len(DOCUMENTS)
    sizes = [body.count(b"\n") // 2 for _, path, body in proxy.asked if "_bulk" in path]
    assert max(sizes) == 500
    assert min(sizes) < 250
    await search.close()


async def test_long_vectors_go_in_requests_of_a_megabyte(proxy: Proxy) -> None:
    search = over(proxy.url)
    long = [n / 1024 for n in range(1, 1025)]
    await search.rebuild(DOCUMENTS, {d.id: long for d in DOCUMENTS}, "1")
    assert len(await search.digests()) == len(DOCUMENTS)
    assert 500_000 < max(len(body) for _, _, body in proxy.asked) <= 1_000_000
    await search.close()


async def test_a_server_that_stays_too_busy_is_given_up_and_nothing_is_left(proxy: Proxy) -> None:
    proxy.refuse_whole = 10_000
    search = over(proxy.url)
    with pytest.raises(Transient, match="too busy"):
        await search.rebuild(DOCUMENTS, {}, "1")
    assert await search.version() == ""
    await search.close()


@pytest.mark.parametrize("service", ["es", SERVERLESS])
async def test_requests_are_signed_for_a_domain_or_a_collection(proxy: Proxy, service: str) -> None:
    search = over(proxy.url, aws_region="eu-west-1", aws_service=service)
    await search.rebuild(DOCUMENTS[:2], {}, "1")
    assert len(await search.find("orders", kinds={"table"}, among=IDS, limit=9)) == 2
    for (method, path, body), headers in zip(proxy.asked, proxy.headers, strict=True):
        signature = _signature(proxy.url, method, path, body, headers, service)
        assert headers["authorization"] == signature, (method, path)
        assert SECRET not in str(headers)
    await search.close()


def _signature(
    url: str, method: str, path: str, body: bytes, headers: dict[str, str], service: str
) -> str:
    """Return what AWS computes from a request that came in."""
    given = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    request = AWSRequest(method, url + path, {n: headers[n] for n in given}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(KEY, SECRET), service, "eu-west-1")
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    scope = signer.scope(request)
    return (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(given)},"
        f" Signature={signature}"
    )


async def test_a_login_in_the_url_is_sent_and_never_told(proxy: Proxy) -> None:
    search = over(proxy.url.replace("://", "://ask%40well:p%2Fw@"))
    await search.version()
    assert proxy.headers[0]["authorization"] == "Basic YXNrQHdlbGw6cC93"
    proxy.status = 401
    with pytest.raises(Misconfigured, match="ASKWELL_SEARCH") as caught:
        await search.version()
    assert "p/w" not in str(caught.value)
    await search.close()


@pytest.mark.parametrize("status", [429, 500, 503, 504])
async def test_what_may_pass_is_transient(proxy: Proxy, status: int) -> None:
    search = over(proxy.url)
    proxy.status = status
    with pytest.raises(Transient):
        await search.find("orders", kinds={"table"}, among=IDS, limit=1)
    await search.close()


async def test_nobody_there_is_transient_and_no_url_is_misconfigured() -> None:
    search = over("http://127.0.0.1:9")
    with pytest.raises(Transient, match="cannot be reached"):
        await search.version()
    await search.close()
    for url in ("", "localhost:9200", "ftp://user:secret@host"):
        with pytest.raises(Misconfigured) as caught:
            opened(url)
        assert "secret" not in str(caught.value)
