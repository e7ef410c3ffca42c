"""Cases: questions with the SQL that answers them, read from CSV or YAML.

CSV as in github.com/defog-ai/sql-eval: `query` holds every accepted query, separated by `;`;
`{a, b}` stands for any non-empty subset of these columns, and `GROUP BY {}` follows it.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import chain, combinations, product, takewhile
from math import prod
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from askwell.domain.noun import Language, Noun
from askwell.errors import Misconfigured
from askwell.knowledge.yaml_file import Placed, read_yaml

_COLUMNS = ("question", "query", "db_name", "query_category", "instructions")
_PIECES = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(\w*)\$.*?\$\1\$ | .""",
    re.DOTALL | re.VERBOSE,
)
_ALIAS = re.compile(r"""\s+AS\s+("(?:[^"]|"")*"|\w+)$""", re.IGNORECASE)
_MOST_VARIANTS = 256

Columns = tuple[str, ...]


class Case(Noun):
    """Be one question, and what answers it.

    `accepted`: queries that each give a right answer, `{a, b}` still folded; none where only
    declining is right (`decline`). `ordered`: the order of the rows counts.
    """

    id: str
    question: str
    database: str = ""
    accepted: tuple[str, ...] = ()
    ordered: bool = False
    instructions: str = ""
    decline: bool = False
    category: str = ""
    language: Language | None = None


def load(path: Path) -> tuple[Case, ...]:
    """Return the cases of a `.csv`, `.yml` or `.yaml` file, in its order.

    Raises:
        Misconfigured: the file cannot be read; names the line or the entry, and what to write.
    """
    placed = list(_from_csv(path) if path.suffix == ".csv" else _from_yaml(path))
    if not placed:
        raise Misconfigured(f"{path} holds no case. Write one question a row or entry.")
    _check_ids(placed)
    return tuple(case for _, case in placed)


def variants(query: str) -> tuple[str, ...]:
    """Return every query that an accepted one stands for, the fewest columns first.

    Raises:
        Misconfigured: more choices than can be tried, or braces that do not match.
    """
    parts = _parts(query)
    choices = [_subsets(part) for part in parts if part and not isinstance(part, str)]
    count = prod(map(len, choices))
    if count > _MOST_VARIANTS:
        raise Misconfigured(f"{count} variants are more than {_MOST_VARIANTS}: {query}")
    return tuple(_written(parts, chosen) for chosen in product(*choices))


def _parts(query: str) -> list[str | Columns]:
    """Cut a query at its braces: texts, and the columns within each pair; none for `{}`."""
    pieces = list(_pieces(query))
    if pieces.count("{") != pieces.count("}"):
        raise Misconfigured(f"a brace is not closed: {query}")
    parts: list[str | Columns] = []
    rest = iter(pieces)
    for piece in rest:
        if piece == "{":
            inside = "".join(takewhile(lambda p: p != "}", rest))
            parts.append(tuple(filter(None, _split(inside, ","))))
        else:
            parts.append(piece)
    return parts


def _subsets(columns: Columns) -> list[Columns]:
    return [c for size in range(1, len(columns) + 1) for c in combinations(columns, size)]


def _written(parts: list[str | Columns], chosen: tuple[Columns, ...]) -> str:
    """Write the chosen columns into their braces, and into `{}` without their aliases."""
    keys = ", ".join(_ALIAS.sub("", c) for c in chain.from_iterable(chosen))
    rest = iter(chosen)
    return "".join(
        part if isinstance(part, str) else ", ".join(next(rest)) if part else keys for part in parts
    )


def _pieces(sql: str) -> Iterator[str]:
    """Yield quoted texts and comments whole, everything else as single characters."""
    return (found.group() for found in _PIECES.finditer(sql))


def _split(sql: str, separator: str) -> list[str]:
    """Split at `separator` outside quotes, comments and parentheses."""
    parts, depth = [""], 0
    for piece in _pieces(sql):
        depth += (piece == "(") - (piece == ")")
        if piece == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def _from_csv(path: Path) -> Iterator[tuple[str, Case]]:
    reader = csv.DictReader(StringIO(_text(path), newline=""), strict=True)
    missing = [c for c in _COLUMNS[:3] if c not in (reader.fieldnames or ())]
    if missing:
        raise Misconfigured(
            f"{path}:1: there is no column {', '.join(missing)}. Write {', '.join(_COLUMNS)}."
        )
    seen: dict[str, int] = {}
    line = 2
    try:
        for row in reader:
            database = row["db_name"] or ""
            seen[database] = seen.get(database, 0) + 1
            yield f"{path}:{line}", _of_row(row, f"{database}-{seen[database]}", f"{path}:{line}")
            line = reader.line_num + 1
    except csv.Error as error:
        raise Misconfigured(f"{path}:{line}: not valid CSV: {error}. Mend the quotes.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}. Name a UTF-8 file.") from error


def _of_row(row: dict[str, str], name: str, place: str) -> Case:
    category = row.get("query_category") or ""
    return _case(
        place,
        id=name,
        question=(row["question"] or "").strip(),
        database=row["db_name"] or "",
        accepted=tuple(filter(None, _split(row["query"] or "", ";"))),
        ordered=category == "order_by",
        category=category,
        instructions=row.get("instructions") or "",
    )


def _from_yaml(path: Path) -> Iterator[tuple[str, Case]]:
    entries = read_yaml(path)
    if not isinstance(entries, list) or not all(isinstance(e, Placed) for e in entries):
        raise Misconfigured(f"{path}: write a list of cases (`- question: …`).")
    for number, entry in enumerate(entries, 1):
        yield entry.place, _of_entry(entry, number)


def _of_entry(entry: Placed, number: int) -> Case:
    accepted = entry.get("accepted") or ()
    queries = [accepted] if isinstance(accepted, str) else list(accepted)
    if not all(isinstance(q, str) for q in queries):
        raise Misconfigured(f"{entry.place}: `accepted` must be SQL, or a list of SQL.")
    split = tuple(filter(None, chain.from_iterable(_split(q, ";") for q in queries)))
    return _case(entry.place, **{"id": str(number), **entry, "accepted": split})


def _case(place: str, **fields: Any) -> Case:
    try:
        case = Case(**fields)
    except (ValidationError, TypeError) as error:
        raise Misconfigured(f"{place}: {_first_problem(error)}") from error
    if not case.question:
        raise Misconfigured(f"{place}: give this case a `question`.")
    if bool(case.accepted) == case.decline:
        raise Misconfigured(f"{place}: write accepted SQL, or `decline: true`; one of them.")
    try:
        for query in case.accepted:
            variants(query)
    except Misconfigured as error:
        raise Misconfigured(f"{place}: {error}") from error
    return case


def _first_problem(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return f"{error}. Compare the entry with its neighbours."
    first = error.errors()[0]
    return f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}. Mend or remove it."


def _check_ids(placed: list[tuple[str, Case]]) -> None:
    seen: dict[str, str] = {}
    for place, case in placed:
        if case.id in seen:
            raise Misconfigured(f"{place}: the id {case.id!r} is taken by {seen[case.id]}.")
        seen[case.id] = place
