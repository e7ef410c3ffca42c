"""A worker in a process of its own, which stops for good at a boundary, to be killed there."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from house import House, working

from askwell.playground import Slack
from askwell.settings import Settings
from askwell.slack.posting import POST_SECONDS
from askwell.slack.worker import MOST_TRIES

CATALOG = "ASKWELL_TESTS_CATALOG"  # read by `warmed`, in the process that forks


@dataclass(frozen=True)
class Orders:
    """Tell a process what to do; it works until it is at `boundary`, or is killed.

    `environ`: what is set in its environment, which is that of the process it is forked from.
    """

    settings: Settings
    base_url: str
    token: str
    boundary: str = ""
    quick: float = 2.0
    lease: float = 60.0
    tries: int = MOST_TRIES
    post_seconds: float = POST_SECONDS
    environ: Mapping[str, str] = field(default_factory=dict)


def _context(catalog: Path) -> Any:
    """Return the server of processes; where it runs already, it stays as it is."""
    os.environ[CATALOG] = str(catalog)
    # It looks for what to load beforehand there alone, and says nothing where it is not found.
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    context = get_context("forkserver")
    context.set_forkserver_preload(["house", "warmed"])
    forkserver.ensure_running()
    return context


@asynccontextmanager
async def started(orders: Orders) -> AsyncIterator["Worked"]:
    """Run a worker in another process; it is killed at the end, if not before."""
    context = _context(orders.settings.home / "catalog.json")
    here, there = context.Pipe()
    process = context.Process(target=_main, args=(orders, there), daemon=True)
    await asyncio.to_thread(process.start)
    there.close()
    worked = Worked(process, here)
    try:
        yield worked
    finally:
        await worked.kill()
        here.close()


@dataclass
class Worked:
    """Hold a process, and what it says."""

    process: Any
    said: Connection

    async def hears(self, what: str) -> None:
        """Wait until it says something; the process may have to start first."""
        assert await asyncio.to_thread(self.said.poll, 300), f"it never said {what}"
        assert self.said.recv() == what

    async def kill(self) -> None:
        """Kill it as the kernel would."""
        self.process.kill()
        await asyncio.to_thread(self.process.join, 30)


def orders_of(house: House, slack: Slack, **more: Any) -> Orders:
    return Orders(house.settings, slack.base_url, slack.token, **more)


def _main(orders: Orders, said: Connection) -> None:
    os.environ.update(orders.environ)
    asyncio.run(_work(orders, said))


async def _work(orders: Orders, said: Connection) -> None:
    async def boundary(name: str) -> None:
        if name == orders.boundary:
            said.send(name)
            await asyncio.Event().wait()

    async with working(
        orders.settings, orders.base_url, orders.token, lease=orders.lease, quick=orders.quick
    ) as worker:
        worker.boundary = boundary
        worker.tries, worker.post_seconds = orders.tries, orders.post_seconds
        said.send("ready")
        await worker.run()
