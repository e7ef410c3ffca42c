"""Measure one and two workers over a real queue: `python -m benchmarks.queue`.

The inbox is on ElasticMQ, what it and askwell remember in DynamoDB Local; each query waits 300 ms
at the warehouse's door. `--home FOLDER`: use the demo company that is there. Prints a Markdown
table.
"""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where the servers are started

from askwell.stores.dynamodb import create_table
from benchmarks.slack_load import Line, Run, Size, measure, prepare
from servers import shared
from servers.dynamodb_server import dynamodb_url
from servers.elasticmq_server import sqs_url
from sqs_inboxes import REGION, dynamodb, new_queues

_SCALE = 0.1
_WAIT = 0.3  # seconds that the warehouse's door waits
_PARALLEL = 1  # threads of one worker: queries shall wait, and not for a core
_SIZE = Size(threads=24, each=4, warm=6)
# What an answer costs: its name, what is counted for it, its unit, and the factor to it.
_COSTS: tuple[tuple[str, tuple[str, ...], float, str], ...] = (
    ("CPU of all processes", ("cpu",), 1e3, " ms"),
    ("round trips to SQS", ("sqs",), 1, ""),
    ("round trips to DynamoDB", ("dynamodb",), 1, ""),
    ("waits for another's transaction", ("conflicts",), 1, ""),
    ("waits for another process's lock on a file", ("inbox.waits", "askwell.waits"), 1, ""),
)


def _lines(home: Path) -> Iterator[Line]:
    one, two = _measured(home, 1), _measured(home, 2)
    rates = f"{one.rate:.2f}, {two.rate:.2f}: {two.rate / one.rate:.2f} x"
    yield "answers per second, by one worker and by two", rates, "1.8 x"
    for what, names, factor, unit in _COSTS:
        a, b = one.each(*names) * factor, two.each(*names) * factor
        ratio = f": {b / a:.2f} x" if a else ""
        yield f"an answer: {what}", f"{a:.2f}, {b:.2f}{unit}{ratio}", "within 10%"
    times = [times for run in (one, two) for times in run.waited.times]
    yield "questions, answered exactly once", f"{len(times)}, {times.count(1)}", "all"


def _measured(home: Path, workers: int) -> Run:
    name = f"q-{uuid.uuid4().hex[:12]}"
    create_table(dynamodb(), name)
    os.environ |= {
        "ASKWELL_STORES": f"dynamodb:{name}",
        "ASKWELL_INBOX": f"sqs:{new_queues(name)}",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url(),
        "AWS_ENDPOINT_URL_SQS": sqs_url(),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
    }
    roles = ("listener", *["worker"] * workers)
    module = "benchmarks.queue_process"
    run = measure(home, roles, size=_SIZE, wait=_WAIT, parallel=_PARALLEL, module=module)
    return asyncio.run(run)


def main() -> None:
    logging.disable(logging.WARNING)
    given = argparse.ArgumentParser(prog="queue")
    given.add_argument("--home", type=Path)
    shared.begin()
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = given.parse_args().home or Path(folder)
            if not (home / "catalog.json").exists():
                prepare(home, _SCALE)
            print("| what | measured | goal |\n| --- | --- | --- |")
            for line in _lines(home):
                print("| " + " | ".join(line) + " |", flush=True)
    finally:
        shared.end()


if __name__ == "__main__":
    main()
