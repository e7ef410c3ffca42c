"""The development questions: each with every accepted query, written out."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

FOLDER = Path(__file__).parent / "defog"
DATABASES = ("academic", "advising", "atis", "geography", "restaurants", "scholar", "yelp")

_SUBSET = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Case:
    """Be one question; `accepted` are queries that each give a right answer."""

    question: str
    database: str
    category: str
    instructions: str
    accepted: tuple[str, ...]


def cases() -> list[Case]:
    """Return all questions in the order of the file."""
    with (FOLDER / "questions.csv").open(encoding="utf-8", newline="") as file:
        return [
            Case(
                row["question"],
                row["db_name"],
                row["query_category"],
                row["instructions"],
                tuple(expanded(row["query"])),
            )
            for row in csv.DictReader(file)
        ]


def expanded(queries: str) -> Iterator[str]:
    """Yield each query of a `;`-separated list, with each non-empty subset for its braces."""
    for query in filter(None, (q.strip() for q in queries.split(";"))):
        choice = _SUBSET.search(query)
        if choice is None:
            yield query
            continue
        columns = [c.strip() for c in choice[1].split(",")]
        for size in range(1, len(columns) + 1):
            for chosen in combinations(columns, size):
                yield _chosen(query, choice, chosen)


def _chosen(query: str, choice: re.Match[str], chosen: tuple[str, ...]) -> str:
    head, tail = query[: choice.start()], query[choice.end() :]
    groups = ", ".join(re.sub(r"\s+AS\s+.*$", "", c, flags=re.I | re.S) for c in chosen)
    return head + ", ".join(chosen) + tail.replace("{}", groups)
