"""Make the demo company's warehouse: one DuckDB file, the same from the same arguments."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import holidays

FIRST_DAY = date(2022, 1, 1)
SPINE_YEARS = range(2022, 2031)
MEMORY = "500MB"
STEPS = ("chance", "days", "people", "merchants", "payments", "rewards", "money", "attention")


def build(path: Path, *, seed: int = 7, scale: float = 1.0, end: date) -> None:
    """Write the demo warehouse to `path`, replacing it only once it is complete.

    `end` is the last day with data; `scale` 1.0 gives about a million payments by the end
    of 2026. Nothing in the file happens after `end`.

    Raises:
        ValueError: `end` is before the company's first day.
    """
    if end < FIRST_DAY:
        raise ValueError(f"The demo begins on {FIRST_DAY}; choose an end after it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".demo-") as folder:
        draft = Path(folder) / path.name
        _fill(draft, seed, scale, end)
        os.replace(draft, path)


def _fill(path: Path, seed: int, scale: float, end: date) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET enable_progress_bar = false")
        connection.execute("SET VARIABLE seed = ?", [seed])
        connection.execute("SET VARIABLE scale = ?", [scale])
        connection.execute("SET VARIABLE last_day = ?", [end])
        connection.execute("CREATE TEMP TABLE holiday (day DATE, name VARCHAR)")
        connection.executemany("INSERT INTO holiday VALUES (?, ?)", list(_holidays()))
        for step in STEPS:
            connection.execute(_sql(step))
        connection.execute("CHECKPOINT")


def _holidays() -> Iterator[tuple[date, str]]:
    yield from holidays.country_holidays("KR", years=SPINE_YEARS, language="ko").items()


def _sql(step: str) -> str:
    return (files("askwell.demo") / "sql" / f"{step}.sql").read_text("utf-8")
