"""Time new processes; each figure is the fastest of a few runs, taken in turn."""

import os
import subprocess
import sys
import time
from pathlib import Path

from askwell.settings import Settings

_RUNS = 5
HELLO = """
import click
@click.group()
def main(): pass
@main.command()
def hello(): click.echo("hello")
main(["--help"])
"""
HELP = "from askwell.cli import main; main(['--help'])"
IMPORTS = """
import langgraph.graph, metricflow.engine.metricflow_engine, duckdb, kiwipiepy
kiwipiepy.Kiwi().tokenize("가입자 수")
"""
FIRST = "from askwell.cli import main; main(['ask', '2024년 가입자 수 월별로', '--json'])"
MEMORY = """
import asyncio, resource
from askwell import wiring
from askwell.cli import settings_or_demo
from benchmarks.answers import _ask
from benchmarks.questions import QUESTIONS
async def main():
    app = wiring.open_askwell(settings_or_demo())
    for question in QUESTIONS:
        await _ask(app, question)
    await app.close()
asyncio.run(main())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def ratio(settings: Settings, ours: str, theirs: str) -> tuple[float, float]:
    """Return the seconds of both scripts, the fastest run of each."""
    pairs = [(_seconds(settings, ours), _seconds(settings, theirs)) for _ in range(_RUNS)]
    return min(o for o, _ in pairs), min(t for _, t in pairs)


def memory(settings: Settings) -> float:
    """Return the most MiB that a process held after all questions."""
    return int(_run(settings, MEMORY).split()[-1]) / 1024


def _seconds(settings: Settings, code: str) -> float:
    start = time.perf_counter()
    _run(settings, code)
    return time.perf_counter() - start


def _run(settings: Settings, code: str) -> str:
    today = settings.today.isoformat() if settings.today else ""
    environ = os.environ | {"ASKWELL_HOME": str(settings.home), "ASKWELL_TODAY": today}
    command = [sys.executable, "-W", "ignore", "-c", code]
    root = Path(__file__).parents[1]
    done = subprocess.run(
        command, env=environ, cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout
