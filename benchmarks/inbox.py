"""Measure the inbox on this machine's disk: `python -m benchmarks.inbox [FOLDER]`.

Prints a Markdown table. FOLDER is where its files are written, by default the temporary folder.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from askwell.inbox.sqlite import SQLiteInbox

_AT_ONCE = 200
_ROUNDS = 20
_EVENTS = 2000
_GROUPS = 50
_TAKERS = 8
_IDLE_SECONDS = 3.0
_BODY = {
    "type": "message",
    "text": "지난달 가입자 수를 월별로 알려줘",
    "blocks": [{"x": "y" * 800}],
}
# What a second process does, by name.
_OTHERS = {
    "put": "asyncio.run(inbox._put_all(path, 'other'))",
    "drain": "print(*asyncio.run(inbox._drain(path)))",
    "trickle": "asyncio.run(inbox._trickle(path))",
}

Line = tuple[str, str, str]


def main() -> None:
    parent = sys.argv[1] if len(sys.argv) > 1 else None
    print("| what | measured | goal |\n| --- | --- | --- |")
    for measure in (_fsync, _puts, _puts_of_two, _own_wake, _others_wake, _drains, _idle):
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            for line in measure(Path(folder) / "inbox.sqlite3"):
                print("| " + " | ".join(line) + " |", flush=True)


def _fsync(path: Path) -> Iterator[Line]:
    with path.open("wb", buffering=0) as file:
        seconds = [_synced(file.fileno()) for _ in range(200)]
    yield "4 KiB and an fsync, bare", _spread(seconds), ""


def _puts(path: Path) -> Iterator[Line]:
    seconds, commits = asyncio.run(_put_all(path, "own"))
    yield f"{_AT_ONCE} puts at once", _spread(seconds), "p99 < 100 ms"
    yield f"commits for {_AT_ONCE} puts", f"{commits / _ROUNDS:.1f}", ""


def _puts_of_two(path: Path) -> Iterator[Line]:
    SQLiteInbox(path)
    other = _start("put", path)
    seconds, _ = asyncio.run(_put_all(path, "own"))
    other.communicate()
    yield f"{_AT_ONCE} puts at once in each of two processes", _spread(seconds), "p99 < 100 ms"


def _own_wake(path: Path) -> Iterator[Line]:
    seconds = asyncio.run(_wakes(path, own=True))
    yield "put to delivery, same process", _spread(seconds), ""


def _others_wake(path: Path) -> Iterator[Line]:
    SQLiteInbox(path)
    other = _start("trickle", path)
    seconds = asyncio.run(_wakes(path, own=False))
    other.communicate()
    yield "put to delivery, another process", _spread(seconds), "about 100 ms"


def _drains(path: Path) -> Iterator[Line]:
    for workers in (1, 2):
        asyncio.run(_fill(path, workers))
        processes = [_start("drain", path) for _ in range(workers)]
        said = [[float(n) for n in p.communicate()[0].split()] for p in processes]
        trips, waited, cpu, first, last = zip(*said, strict=True)
        rate = _EVENTS / (max(last) - min(first))
        yield (
            f"events taken and done, by {workers} processes",
            f"{rate:.0f}/s; an event: {sum(trips) / _EVENTS:.2f} round trips,"
            f" {_ms_each(waited)} of waiting for the lock, {_ms_each(cpu)} of CPU",
            "",
        )


def _idle(path: Path) -> Iterator[Line]:
    reads, cpu = asyncio.run(_wait_idly(path))
    yield f"{_TAKERS} idle takers, one process", f"{reads:.0f} reads/s, {cpu:.1%} of a core", ""


async def _put_all(path: Path, name: str) -> tuple[list[float], int]:
    inbox = SQLiteInbox(path)
    seconds: list[float] = []
    for turn in range(_ROUNDS):
        puts = [
            _timed(inbox.put, f"{name}-{turn}-{n}", f"{name}{n % _GROUPS}", _BODY)
            for n in range(_AT_ONCE)
        ]
        seconds += await asyncio.gather(*puts)
    await inbox.close()
    return seconds, inbox.traffic.commits


async def _fill(path: Path, turn: int) -> None:
    inbox = SQLiteInbox(path)
    puts = (inbox.put(f"{turn}-{n}", f"g{n % _GROUPS}", _BODY) for n in range(_EVENTS))
    await asyncio.gather(*puts)
    await inbox.close()


async def _drain(path: Path) -> tuple[float, ...]:
    inbox = SQLiteInbox(path)
    cpu, first = time.process_time(), time.perf_counter()

    async def work() -> None:
        while delivery := await inbox.take():
            await inbox.done(delivery)

    await asyncio.gather(*(work() for _ in range(_TAKERS)))
    last, cpu = time.perf_counter(), time.process_time() - cpu
    await inbox.close()
    traffic = inbox.traffic
    return traffic.commits + traffic.reads, traffic.waited, cpu, first, last


async def _trickle(path: Path) -> None:
    inbox = SQLiteInbox(path)
    for n in range(100):
        await asyncio.sleep(0.03)
        await inbox.put(f"t{n}", f"t{n}", {"at": time.time()})
    await inbox.close()


async def _wakes(path: Path, *, own: bool) -> list[float]:
    inbox = SQLiteInbox(path)
    putting = asyncio.create_task(_trickle_into(inbox)) if own else None
    seconds = []
    for _ in range(100):
        delivery = await inbox.take(wait=30)
        assert delivery
        seconds.append(time.time() - delivery.body["at"])
        await inbox.done(delivery)
    if putting:
        await putting
    await inbox.close()
    return seconds


async def _trickle_into(inbox: SQLiteInbox) -> None:
    for n in range(100):
        await asyncio.sleep(0.01)
        await inbox.put(f"t{n}", f"t{n}", {"at": time.time()})


async def _wait_idly(path: Path) -> tuple[float, float]:
    inbox = SQLiteInbox(path)
    cpu = time.process_time()
    await asyncio.gather(*(inbox.take(wait=_IDLE_SECONDS) for _ in range(_TAKERS)))
    cpu = time.process_time() - cpu
    await inbox.close()
    return inbox.traffic.reads / _IDLE_SECONDS, cpu / _IDLE_SECONDS


async def _timed(work: Callable[..., Awaitable[object]], *arguments: object) -> float:
    began = time.perf_counter()
    await work(*arguments)
    return time.perf_counter() - began


def _synced(file: int) -> float:
    began = time.perf_counter()
    os.write(file, bytes(4096))
    os.fsync(file)
    return time.perf_counter() - began


def _start(what: str, path: Path) -> "subprocess.Popen[bytes]":
    code = (
        "import asyncio, pathlib; from benchmarks import inbox; "
        f"path = pathlib.Path({str(path)!r}); {_OTHERS[what]}"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def _ms_each(seconds: Sequence[float]) -> str:
    return f"{sum(seconds) / _EVENTS * 1e3:.2f} ms"


def _spread(seconds: Sequence[float]) -> str:
    p99 = statistics.quantiles(seconds, n=100)[-1]
    return f"median {statistics.median(seconds) * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
