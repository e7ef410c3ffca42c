"""Be a counted process of askwell in Slack: `python -m benchmarks.slack_process WAIT`.

WAIT: how many seconds the warehouse's door waits before each query. It says when it is in Slack;
for each line that is written to it, it says what it has counted since it began, as JSON.
"""

import asyncio
import json
import logging
import os
import resource
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from threading import Thread
from typing import Any

from askwell.cli import main
from askwell.inbox.sqlite import SQLiteInbox
from askwell.sqlite import File
from askwell.warehouses.duckdb import DuckDB

DOOR = ("put", "take", "extend", "done", "give_back", "bury", "waiting")
_ROOT = Path(__file__).parents[1]

Counts = Counter[str]


def count(wait: float, inbox: type = SQLiteInbox) -> Counts:
    """Count what goes through the inbox, its file, the other file, and the warehouse's door."""
    counts: Counts = Counter()
    for name in DOOR:
        setattr(inbox, name, _counted(getattr(inbox, name), counts, f"inbox.{name}"))
    fetch, open_ = DuckDB.fetch, File.__init__

    async def waiting(*given: Any, **named: Any) -> Any:
        counts["queries"] += 1
        await asyncio.sleep(wait)
        return await fetch(*given, **named)

    @wraps(open_)
    def opened(self: File, path: Path, *given: Any, **named: Any) -> None:
        open_(self, path, *given, **named)
        FILES[path.stem] = self

    DuckDB.fetch = waiting  # type: ignore[method-assign]
    File.__init__ = opened  # type: ignore[method-assign]
    File.submit = _queued(File.submit, counts)  # type: ignore[method-assign]
    return counts


FILES: dict[str, File] = {}


def _queued(submit: Callable[..., Any], counts: Counts) -> Callable[..., Any]:
    """Count how long writes wait until it is their turn, whoever writes before them."""

    def queued(self: File, work: Callable[[Any], Any]) -> Any:
        asked = time.perf_counter()

        def begun(connection: Any) -> Any:
            counts[f"{self._path.stem}.queued"] += time.perf_counter() - asked
            return work(connection)

        return submit(self, begun)

    return queued


def _counted(
    method: Callable[..., Awaitable[Any]], counts: Counts, name: str
) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def counted(*given: Any, **named: Any) -> Any:
        counts[name] += 1
        return await method(*given, **named)

    return counted


def _tell(counts: Counts) -> None:
    for _ in sys.stdin:
        told: dict[str, float] = dict(counts)
        for name, file in FILES.items():
            told |= {f"{name}.{what}": n for what, n in vars(file.traffic).items()}
        told["cpu"] = time.process_time()
        told["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told), flush=True)


@dataclass(frozen=True)
class Counted:
    """Be such a process, seen from outside."""

    process: Process

    async def counts(self) -> Counts:
        """Ask what it has counted so far."""
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        return Counter(json.loads(await self._line()))

    async def ready(self) -> None:
        """Wait until it is in Slack."""
        line = await self._line()
        assert b"askwell is in Slack" in line, line

    async def end(self) -> None:
        """Tell it to end, and wait until it has."""
        self.process.terminate()
        assert await self.process.wait() == 0

    async def _line(self) -> bytes:
        assert self.process.stdout
        return await self.process.stdout.readline()


async def start(
    environ: Mapping[str, str], roles: Iterable[str], wait: float, module: str
) -> list[Counted]:
    """Start a process for each role; return when all of them are in Slack."""
    command = [sys.executable, "-W", "ignore", "-m", module, str(wait)]
    started = []
    for role in roles:
        told = {**os.environ, **environ, "ASKWELL_SLACK_ROLE": role}
        process = await asyncio.create_subprocess_exec(
            *command, env=told, cwd=_ROOT, stdin=PIPE, stdout=PIPE
        )
        started.append(Counted(process))
    for one in started:
        await one.ready()
    return started


def serve(counts: Counts) -> None:
    """Be askwell in Slack, and tell what is counted."""
    logging.disable(logging.WARNING)
    Thread(target=_tell, args=(counts,), daemon=True).start()
    main(["serve"])


if __name__ == "__main__":
    serve(count(float(sys.argv[1])))
