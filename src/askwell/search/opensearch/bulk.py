"""Many writes in few requests, at the pace that the server can keep."""

import asyncio
import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, islice
from typing import Any

from opensearchpy import AsyncOpenSearch, JSONSerializer, exceptions

from askwell.errors import Misconfigured, Transient

FIRST_WAIT = 0.2
_LONGEST_WAIT = 10.0
_ATTEMPTS = 8
_MOST = 500
_MOST_BYTES = 1_000_000  # vectors are long; aiohttp warns of what it sends at once beyond 1 MiB
_SECONDS = 60
_LONGEST_ID = 512
_FULL, _BUSY = 413, (429, 502, 503, 504)


_JSON = JSONSerializer()


@dataclass(frozen=True)
class Write:
    """Be one document to write, or, without `source`, to take away."""

    index: str
    id: str
    source: dict[str, Any] | None = None

    @cached_property
    def text(self) -> bytes:
        """Return it as the bulk protocol has it."""
        where = {"_index": self.index, "_id": _short(self.id)}
        lines = [{"delete": where}] if self.source is None else [{"index": where}, self.source]
        return b"".join(_JSON.dumps(line).encode() + b"\n" for line in lines)


async def write(client: AsyncOpenSearch, writes: Iterable[Write]) -> None:
    """Write everything, in order.

    A server that is busy gets half as much at once, after a wait; one that keeps up, more again.

    Raises:
        Transient: it stayed busy.
        Misconfigured: it refused a document.
    """
    coming, waiting = iter(writes), list[Write]()
    size, failures = _MOST, 0
    while waiting := waiting or list(islice(coming, size)):
        chunk = _one_request(waiting[:size])
        left, fits = await _send(client, chunk)
        failures = failures + 1 if len(left) == len(chunk) else 0
        waiting[: len(chunk)] = left
        if failures == _ATTEMPTS:
            raise Transient("OpenSearch stayed too busy to take the documents")
        size = max(size // 2, 1) if left else min(size * 2, _MOST)
        if left and fits:
            await asyncio.sleep(_wait(failures))


def _one_request(chunk: list[Write]) -> list[Write]:
    """Return as much of it as goes into one request, at least one."""
    sizes = list(accumulate(len(one.text) for one in chunk))
    return chunk[: max(1, bisect(sizes, _MOST_BYTES))]


async def _send(client: AsyncOpenSearch, chunk: Sequence[Write]) -> tuple[list[Write], bool]:
    """Return what was not taken, and whether the request was small enough."""
    body = b"".join(one.text for one in chunk)
    try:
        answer = await client.bulk(body=body, params={"request_timeout": _SECONDS})
    except exceptions.TransportError as error:
        if error.status_code == _FULL and len(chunk) > 1:
            return list(chunk), False
        slow = isinstance(error, exceptions.ConnectionTimeout)  # writing it twice does no harm
        if slow or error.status_code in _BUSY:
            return list(chunk), True
        raise
    if not answer["errors"]:
        return [], True
    left = []
    for one, item in zip(chunk, answer["items"], strict=True):
        [result] = item.values()
        if result["status"] in _BUSY:
            left.append(one)
        elif result["status"] >= 400 and not (result["status"] == 404 and one.source is None):
            reason = result["error"].get("reason", "")
            raise Misconfigured(f"OpenSearch refused the document {one.id!r}: {reason[:300]}")
    return left, True


def _wait(failures: int) -> float:
    return min(FIRST_WAIT * (1 << failures), _LONGEST_WAIT) * random.uniform(0.5, 1.5)


def _short(id_: str) -> str:
    """Return an id that OpenSearch takes, which are of 512 bytes at most."""
    text = id_.encode()
    return id_ if len(text) <= _LONGEST_ID else blake2b(text).hexdigest()
