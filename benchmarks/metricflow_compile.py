"""Compare compiling an intent with MetricFlow's own part of it.

Run `askwell demo` or `askwell learn` first, then
`python benchmarks/metricflow_compile.py ~/.askwell/catalog.json`.
"""

import statistics
import sys
import time
from datetime import date
from pathlib import Path

from metricflow.engine.metricflow_engine import MetricFlowEngine

from askwell.domain.catalog import Catalog
from askwell.domain.intent import Comparison, Intent, Period
from askwell.knowledge.catalog import load
from askwell.metrics import Compiler

YEAR = Period(start=date(2024, 1, 1), end=date(2024, 12, 31))


def intents(catalog: Catalog) -> list[Intent]:
    """Return distinct questions: each metric over time, by a dimension, and compared."""
    found = []
    for metric in catalog.metrics:
        asked = Intent(metrics=(metric.name,), period=YEAR)
        groups = [asked.model_copy(update={"dimensions": (d,)}) for d in metric.dimensions[:4]]
        monthly = asked.model_copy(update={"grain": "month"})
        compared = {"grain": "week", "comparison": Comparison(to="previous")}
        found += [monthly, *groups, asked.model_copy(update=compared)]
    return found


def measure(catalog: Catalog) -> tuple[list[float], list[float]]:
    """Return the seconds of each compilation, and those of MetricFlow within them."""
    explain, inner, whole = MetricFlowEngine.explain, [], []

    def timed(*arguments: object) -> object:
        start = time.perf_counter()
        try:
            return explain(*arguments)
        finally:
            inner.append(time.perf_counter() - start)

    compiler, questions = Compiler(catalog), intents(catalog)
    compiler.compile(questions[0], today=date(2026, 1, 1))
    MetricFlowEngine.explain = timed
    for intent in questions[1:]:
        start = time.perf_counter()
        compiler.compile(intent, today=date(2026, 1, 1))
        whole.append(time.perf_counter() - start)
    return whole, inner


def main() -> None:
    whole, inner = measure(load(Path(sys.argv[1]).expanduser()))
    ours, theirs = statistics.median(whole), statistics.median(inner)
    slowest = statistics.quantiles(whole, n=20)[-1]
    print(f"{len(whole)} distinct questions, {len(inner)} MetricFlow compilations")
    print(f"MetricFlow: median {theirs * 1000:.1f} ms")
    print(f"askwell:    median {ours * 1000:.1f} ms ({ours / theirs:.2f} times)")
    print(f"askwell:    p95    {slowest * 1000:.1f} ms ({slowest / theirs:.2f} times)")


if __name__ == "__main__":
    main()
