"""What every inbox must do for several processes, one of which may be killed."""

import asyncio
import subprocess
import sys
import textwrap
import time
from collections import defaultdict
from itertools import chain, pairwise, product
from pathlib import Path

import pytest
from test_inbox import BACKENDS, drained, taken

from askwell.domain.delivery import Delivery
from askwell.errors import LostLease


@pytest.fixture(params=BACKENDS.keys())
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


DRAIN = """
    import asyncio, sys, time
    from pathlib import Path
    sys.path[:0] = {tests!r}
    from test_inbox import BACKENDS

    async def work(inbox):
        while delivery := await inbox.take(wait=1):
            began = time.monotonic()
            await asyncio.sleep(0.001)
            ended = time.monotonic()
            await inbox.done(delivery)
            print(delivery.fence, delivery.identity, delivery.group, began, ended, flush=True)

    async def main():
        inbox = BACKENDS[sys.argv[1]](Path(sys.argv[2]))
        await asyncio.gather(*(work(inbox) for _ in range(4)))
        await inbox.close()

    asyncio.run(main())
"""
HOLD = """
    import asyncio, sys
    from pathlib import Path
    sys.path[:0] = {tests!r}
    from test_inbox import BACKENDS

    async def main():
        inbox = BACKENDS[sys.argv[1]](Path(sys.argv[2]), lease=float(sys.argv[3]))
        delivery = await inbox.take(wait=30)
        print(delivery.model_dump_json(), flush=True)
        await inbox.take(wait=30)

    asyncio.run(main())
"""
PUT = """
    import asyncio, sys
    from pathlib import Path
    sys.path[:0] = {tests!r}
    from test_inbox import BACKENDS

    async def main():
        inbox = BACKENDS[sys.argv[1]](Path(sys.argv[2]))
        for number in range(10**9):
            await asyncio.gather(
                *(inbox.put(f"{{sys.argv[3]}}-{{number}}-{{n}}", f"g{{n}}", {{}}) for n in range(5))
            )
            print(number, flush=True)

    asyncio.run(main())
"""


def start(script: str, backend: str, folder: Path, *more: str) -> "subprocess.Popen[bytes]":
    here = Path(__file__).parent
    code = textwrap.dedent(script).format(tests=[str(here), str(here.parent)])
    command = [sys.executable, "-c", code, backend, str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def kill(process: "subprocess.Popen[bytes]") -> list[bytes]:
    process.kill()
    assert process.stdout is not None
    said = process.stdout.read().split(b"\n")[:-1]
    process.stdout.close()
    process.wait()
    return said


async def test_two_processes_share_the_work(backend: str, tmp_path: Path) -> None:
    inbox = BACKENDS[backend](tmp_path)
    count = {"sqs": 150}.get(backend, 500)
    events = [(f"{n}", f"g{n * 7 % 20}") for n in range(count)]
    assert all(await asyncio.gather(*(inbox.put(i, g, {}) for i, g in events)))
    workers = [start(DRAIN, backend, tmp_path) for _ in range(2)]
    said = [worker.communicate()[0].decode().splitlines() for worker in workers]
    assert min(len(lines) for lines in said) > 0
    done: dict[str, list[list[str]]] = defaultdict(list)
    for line in sorted(chain(*said), key=lambda line: int(line.split()[0])):
        done[line.split()[2]].append(line.split())
    for group, lines in done.items():
        assert [line[1] for line in lines] == [i for i, g in events if g == group]
        ends = [(float(line[3]), float(line[4])) for line in lines]
        assert all(end < begin for (_, end), (begin, _) in pairwise(ends))
    assert sum(len(lines) for lines in done.values()) == count
    assert await inbox.take() is None
    await inbox.close()


async def test_a_waiting_take_sees_what_another_process_put(backend: str, tmp_path: Path) -> None:
    inbox = BACKENDS[backend](tmp_path)
    waiting = asyncio.ensure_future(inbox.take(wait=60))
    putter = start(PUT, backend, tmp_path, "p")
    delivery = await waiting
    kill(putter)
    assert delivery is not None
    await inbox.close()


async def test_a_killed_holders_event_is_delivered_again(backend: str, tmp_path: Path) -> None:
    inbox = BACKENDS[backend](tmp_path)
    await inbox.put("a", "g", {"n": 1})
    await inbox.put("b", "g", {})
    holder = start(HOLD, backend, tmp_path, "1.0")
    assert holder.stdout is not None
    old = Delivery.model_validate_json(await asyncio.to_thread(holder.stdout.readline))
    kill(holder)
    again = await taken(inbox, wait=30)
    assert time.time() >= old.until
    assert (again.identity, again.body, again.tries) == ("a", {"n": 1}, 2)
    with pytest.raises(LostLease):
        await inbox.done(old)
    await inbox.done(again)
    assert await drained(inbox) == ["b"]
    await inbox.close()


async def test_kill_in_mid_put_loses_nothing_acknowledged(backend: str, tmp_path: Path) -> None:
    putters = {name: start(PUT, backend, tmp_path, name) for name in "ab"}
    for putter in putters.values():
        assert putter.stdout is not None
        while int(await asyncio.to_thread(putter.stdout.readline)) < 10:
            pass
    rounds = {name: int((kill(putter) or [b"10"])[-1]) + 1 for name, putter in putters.items()}
    inbox = BACKENDS[backend](tmp_path)
    kept = await drained(inbox)
    every = product(rounds, range(max(rounds.values())), range(5))
    acknowledged = {f"{p}-{r}-{n}" for p, r, n in every if r < rounds[p]}
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))
    for name in "ab":
        for n in range(5):
            own = [int(k.split("-")[1]) for k in kept if k.startswith(name) and k.endswith(f"-{n}")]
            assert own == sorted(own)
    await inbox.close()
