"""Build a demo company, measure, and print a Markdown table: `python -m benchmarks [SCALE]`."""

import asyncio
import logging
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from askwell import wiring
from askwell.cli import build_demo, settings_or_demo
from askwell.settings import Settings
from benchmarks import answers, processes

_TODAY = date(2025, 10, 7)


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as home:
        settings = _prepared(Path(home), scale)
        print("| what | measured | goal |\n| --- | --- | --- |")
        for line in (*_answers(settings), *_processes(settings)):
            print("| " + " | ".join(line) + " |", flush=True)


def _prepared(home: Path, scale: float) -> Settings:
    environ = {"ASKWELL_HOME": str(home), "ASKWELL_TODAY": _TODAY.isoformat()}
    settings = settings_or_demo(environ)
    build_demo(settings, scale=scale)
    asyncio.run(wiring.learn(settings))
    return settings


def _answers(settings: Settings) -> list[tuple[str, str, str]]:
    timed = answers.measure(settings)
    compile_ = statistics.median(timed.compiles)
    own, whole = _p95(timed.own), _p95(timed.whole)
    questions = len(timed.whole)
    return [
        ("distinct questions, answered", f"{questions}, {timed.answered}", "all"),
        ("MetricFlow compiles, median", _ms(compile_), ""),
        ("askwell's own time, p95", f"{_ms(own)}, {own / compile_:.1f} x MetricFlow", "5 x"),
        ("whole answer, median", _ms(statistics.median(timed.whole)), ""),
        ("whole answer, p95", _ms(whole), "about 300 ms"),
        ("reads of past turns, a first question", f"{timed.first_reads / questions:g}", "0"),
    ]


def _processes(settings: Settings) -> list[tuple[str, str, str]]:
    first, imports = processes.ratio(settings, processes.FIRST, processes.IMPORTS)
    help_, hello = processes.ratio(settings, processes.HELP, processes.HELLO)
    return [
        ("first answer, new process", f"{_ms(first)}, {first / imports:.2f} x imports", "2 x"),
        ("`askwell --help`", f"{_ms(help_)}, {help_ / hello:.2f} x hello-world", "3 x"),
        ("memory of a warm process", f"{processes.memory(settings):.0f} MiB", ""),
    ]


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
