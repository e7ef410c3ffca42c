"""Measure askwell in Slack under load: `python -m benchmarks.slack_load [PART ...]`.

40 people ask 200 questions in 50 threads of a local Slack, which runs in this process; askwell
listens in one process and answers in one or two others. PART: `load`, `workers` or `door`; all of
them by default. `--home FOLDER`: use the demo company that is there. Prints a Markdown table.
"""

import argparse
import asyncio
import logging
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from askwell import wiring
from askwell.cli import build_demo, settings_or_demo
from askwell.demo import DBT_PROJECT, KNOWLEDGE, POLICY
from benchmarks.slack_people import Waited, Workspace, moved_in
from benchmarks.slack_process import DOOR, Counted, Counts, start

_TODAY = "2025-10-07"
_SCALE = 0.1
_PEOPLE = 40
_WAIT = 0.3  # seconds that the warehouse's door waits
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_PARALLEL = 2  # threads of one worker, where its door waits

Line = tuple[str, str, str]


@dataclass(frozen=True)
class Size:
    """Say how much is asked: first, to get warm, and then."""

    threads: int = 50
    each: int = 4
    warm: int = 50


@dataclass(frozen=True)
class Run:
    """Hold what was measured of one set of processes: all, and each with its role."""

    waited: Waited
    spent: Counts
    peaks: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Return the answers per second."""
        return len(self.waited.answers) / self.waited.seconds

    def each(self, *names: str) -> float:
        """Return what was counted under these names, for one answer."""
        return sum(self.spent[name] for name in names) / len(self.waited.answers)


async def measure(
    home: Path,
    roles: Sequence[str],
    *,
    size: Size = Size(),
    wait: float = 0.0,
    parallel: int = 20,
    module: str = "benchmarks.slack_process",
) -> Run:
    """Let people ask processes of these roles, all of them warm; `module` is what they run."""
    emails = [f"person{n}@moapay.example" for n in range(_PEOPLE)]
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(home, Path(folder), emails)
        workspace = await moved_in(emails)
        slack = workspace.slack
        environ |= {
            "ASKWELL_SLACK_BOT_TOKEN": slack.token,
            "ASKWELL_SLACK_APP_TOKEN": slack.app.app_token,
            "ASKWELL_SLACK_API_URL": slack.base_url,
            "ASKWELL_SLACK_PARALLEL": str(parallel),
        }
        processes = await start(environ, roles, wait, module)
        try:
            return await _measured(workspace, processes, roles, size)
        finally:
            for one in processes:
                await one.end()
            await slack.close()


async def _measured(
    workspace: Workspace, processes: Sequence[Counted], roles: Sequence[str], size: Size
) -> Run:
    await workspace.slack.socket.connected()
    if size.warm:
        await _settled(processes, await workspace.ask(size.warm, size.each))
    before = [await one.counts() for one in processes]
    waited = await workspace.ask(size.threads, size.each)
    after = await _settled(processes, waited, sum(one["inbox.done"] for one in before))
    spent = Counts()
    for old, new in zip(before, after, strict=True):
        spent.update({name: new[name] - old[name] for name in new})
    peaks = {f"{role} {n}": after[n]["MiB"] for n, role in enumerate(roles)}
    return Run(waited, spent, peaks)


async def _settled(
    processes: Sequence[Counted], waited: Waited, before: float = 0.0
) -> list[Counts]:
    """Wait until what belongs to the answers is done too; return what was counted by then."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            counts = [await one.counts() for one in processes]
            if sum(one["inbox.done"] for one in counts) - before >= len(waited.answers):
                return counts
            await asyncio.sleep(_LOOK_SECONDS)


def _environ(home: Path, own: Path, emails: Sequence[str]) -> dict[str, str]:
    """Return settings with a memory of their own, where each of these people is an analyst."""
    shutil.copy(home / "catalog.json", own)
    policy = yaml.safe_load(POLICY.read_text("utf-8"))
    policy["people"] = {email: {"groups": ["analysts"]} for email in emails}
    (own / "policy.yml").write_text(yaml.safe_dump(policy, allow_unicode=True), "utf-8")
    settings = settings_or_demo({"ASKWELL_HOME": str(home), "ASKWELL_TODAY": _TODAY})
    return {
        "ASKWELL_HOME": str(own),
        "ASKWELL_TODAY": _TODAY,
        "ASKWELL_WAREHOUSE_URL": settings.warehouse_url,
        "ASKWELL_POLICY": str(own / "policy.yml"),
        "ASKWELL_DBT_PROJECT": str(DBT_PROJECT),
        "ASKWELL_KNOWLEDGE": str(KNOWLEDGE),
    }


def _load(home: Path) -> Iterator[Line]:
    run = asyncio.run(measure(home, ("listener", "worker")))
    waited = run.waited
    yield f"acks of {len(waited.acks)} events at once", _spread(waited.acks), "p99 100 ms"
    yield "first status in a thread", _spread(waited.statuses), "500 ms"
    answers = statistics.quantiles(waited.answers, n=20)
    yield "question to answer", f"p50 {answers[9]:.1f} s, p95 {answers[18]:.1f} s", ""
    yield from _exactly_once(run)
    yield "answers per second", f"{run.rate:.1f}", ""
    yield "peak memory", ", ".join(f"{who} {mib:.0f} MiB" for who, mib in run.peaks.items()), ""


def _exactly_once(*runs: Run) -> Iterator[Line]:
    times = [times for run in runs for times in run.waited.times]
    again = sum(run.waited.again for run in runs)
    yield "questions, answered exactly once", f"{len(times)}, {times.count(1)}", "all"
    yield "events that Slack had to send again", str(again), "0"


_CALLS = tuple(f"inbox.{name}" for name in DOOR)
_WITHIN = "within 10%"
# What an answer costs: its name, what is counted for it, a factor to its unit, and the goal.
_COSTS: tuple[tuple[str, tuple[str, ...], float, str, str], ...] = (
    ("CPU", ("cpu",), 1e3, "ms", _WITHIN),
    ("round trips to the queue (calls of the inbox)", _CALLS, 1, "", _WITHIN),
    (
        "waiting to write, whoever writes before",
        ("inbox.queued", "askwell.queued"),
        1e3,
        "ms",
        _WITHIN,
    ),
    ("of it, waits for another process", ("inbox.waits", "askwell.waits"), 1, "times", ""),
    ("and for how long", ("inbox.waited", "askwell.waited"), 1e3, "ms", ""),
    ("commits", ("inbox.commits", "askwell.commits"), 1, "", ""),
)


def _workers(home: Path) -> Iterator[Line]:
    size = Size(threads=25, warm=12)
    one = asyncio.run(measure(home, ("listener", "worker"), size=size))
    two = asyncio.run(measure(home, ("listener", "worker", "worker"), size=size))
    yield "answers per second, by one worker and by two", f"{one.rate:.1f}, {two.rate:.1f}", ""
    for what, names, factor, unit, goal in _COSTS:
        a, b = one.each(*names) * factor, two.each(*names) * factor
        yield f"an answer: {what}", f"{a:.2f}, {b:.2f} {unit}: {_ratio(b, a)}", goal
    yield from _exactly_once(one, two)


def _door(home: Path) -> Iterator[Line]:
    def measured(workers: int) -> Run:
        roles = ("listener", *["worker"] * workers)
        return asyncio.run(measure(home, roles, size=Size(warm=12), wait=_WAIT, parallel=_PARALLEL))

    one, two = measured(1), measured(2)
    yield (
        f"answers per second where a query waits {_WAIT * 1e3:.0f} ms, by one worker and by two",
        f"{one.rate:.2f}, {two.rate:.2f}: {_ratio(two.rate, one.rate)}",
        "1.8 x",
    )
    yield from _exactly_once(one, two)


def _spread(seconds: Sequence[float]) -> str:
    p99 = statistics.quantiles(seconds, n=100, method="inclusive")[-1]
    return f"median {statistics.median(seconds) * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms"


def _ratio(now: float, then: float) -> str:
    return f"{now / then:.2f} x" if then else "no ratio"


_PARTS: dict[str, Callable[[Path], Iterator[Line]]] = {
    "load": _load,
    "workers": _workers,
    "door": _door,
}


def main() -> None:
    logging.disable(logging.WARNING)
    given = argparse.ArgumentParser(prog="slack_load")
    given.add_argument("--home", type=Path)
    given.add_argument("parts", nargs="*", choices=[*_PARTS, []], default=[*_PARTS])
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if not (home / "catalog.json").exists():
            prepare(home, _SCALE)
        print("| what | measured | goal |\n| --- | --- | --- |")
        for part in options.parts:
            for line in _PARTS[part](home):
                print("| " + " | ".join(line) + " |", flush=True)


def prepare(home: Path, scale: float) -> None:
    """Build and learn a demo company."""
    settings = settings_or_demo({"ASKWELL_HOME": str(home), "ASKWELL_TODAY": _TODAY})
    build_demo(settings, scale=scale)
    asyncio.run(wiring.learn(settings))


if __name__ == "__main__":
    main()
