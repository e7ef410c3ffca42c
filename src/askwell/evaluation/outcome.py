"""What an agent gave for a case, and how it was scored: one line of JSON each."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from askwell.domain.noun import Noun, Scalar
from askwell.domain.result import Attempt, Way
from askwell.domain.turn import Kind
from askwell.errors import Misconfigured


class Spent(Noun):
    """Count what a response cost; `cached_tokens` are part of `input_tokens`."""

    calls: int = 0
    repairs: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


class Response(Noun):
    """Be what an agent gave for a question.

    `sql`: what ran, or what was tried last; `path`: the steps to it. `problem` says why there
    are no rows.
    """

    kind: Kind
    way: Way | None = None
    sql: str | None = None
    width: int = 0
    rows: tuple[tuple[Scalar, ...], ...] = ()
    problem: str = ""
    path: tuple[Attempt, ...] = ()
    spent: Spent = Spent()

    @property
    def ran(self) -> bool:
        """Say whether SQL ran, whatever came back."""
        return self.kind == "answer" and self.width > 0


class Outcome(Noun):
    """Be one scored case. `miss`: why it is not right; `seconds` from question to answer.

    `contained`: an accepted result is in the rows, beside further columns. `faulty`: no
    accepted query gives a result, so the case says nothing; the reason.
    """

    case: str
    question: str
    database: str
    category: str
    accepted: tuple[str, ...]
    must_decline: bool
    agent: str
    model: str
    kind: Kind
    way: Way | None
    sql: str | None
    ran: bool
    right: bool
    contained: bool
    miss: str = ""
    problem: str = ""
    path: tuple[Attempt, ...] = ()
    faulty: str = ""
    spent: Spent
    seconds: float


def read(path: Path) -> tuple[Outcome, ...]:
    """Return the outcomes in a JSONL file; none where there is no such file.

    A last line without an end was cut off with the run that wrote it, and is left out.

    Raises:
        Misconfigured: a line is no outcome; names the line.
    """
    return tuple(_outcomes(path)) if path.exists() else ()


def append(path: Path, outcome: Outcome) -> None:
    """Write an outcome behind the others, and what a killed run left half-written away.

    Raises:
        Misconfigured: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            file.write(outcome.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error}. Write another path.") from error


def _outcomes(path: Path) -> Iterator[Outcome]:
    try:
        *lines, _ = path.read_bytes().split(b"\n")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error}. Name another file.") from error
    for number, line in enumerate(lines, 1):
        try:
            yield Outcome.model_validate_json(line)
        except ValidationError as error:
            raise Misconfigured(
                f"{path}:{number}: not an outcome of `askwell evaluate`. Name another file."
            ) from error
