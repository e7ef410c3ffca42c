"""Ask every case and score what comes back; a run that was killed goes on."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from askwell.errors import BadQuery, Misconfigured, Refused, TooLarge, Transient
from askwell.evaluation import outcome as outcomes
from askwell.evaluation.cases import Case, variants
from askwell.evaluation.compare import Grid, Verdict, judge
from askwell.evaluation.order import ordered_by
from askwell.evaluation.outcome import Outcome, Response
from askwell.warehouses import Rows

Agent = Callable[[Case], Awaitable[Response]]
Fetch = Callable[[str], Awaitable[Rows]]

_WITHOUT_ROWS = {"decline": "declined", "clarify": "asked back", "chat": "chatted"}


@dataclass(frozen=True, slots=True)
class Bench:
    """Be one database under evaluation: who answers, and what runs the accepted SQL."""

    agent: Agent
    rows_of: Fetch
    dialect: str


@dataclass(frozen=True, slots=True)
class Run:
    """Say who is evaluated, and where the outcomes go."""

    agent: str
    model: str
    out: Path


Open = Callable[[str], AbstractAsyncContextManager[Bench]]


def sample(
    cases: Sequence[Case], *, database: str = "", every: int = 1, offset: int = 0, limit: int = 0
) -> tuple[Case, ...]:
    """Return every k-th case of a database (or of all), at most `limit` of them (0: all)."""
    kept = [c for c in cases if database in ("", c.database)][offset::every]
    return tuple(kept[:limit] if limit else kept)


async def evaluate(
    cases: Sequence[Case],
    open_bench: Open,
    run: Run,
    *,
    parallel: int = 1,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> None:
    """Ask those cases that `run.out` has no outcome of, one database after the other.

    Raises:
        Misconfigured: the file holds outcomes of another agent or model, or of another
            question of the same id; a database cannot be opened; or a server cannot be
            reached.
    """
    todo = _left(cases, run)
    turnstile = asyncio.Semaphore(parallel)

    async def ask(case: Case, bench: Bench) -> None:
        async with turnstile:
            try:
                scored = await score(case, bench, run)
            except Transient as error:
                raise Misconfigured(
                    f"Stopped at {case.id}: {error}. Mend that and run this again: it goes on."
                ) from error
        outcomes.append(run.out, scored)
        tell(scored)

    for database in dict.fromkeys(c.database for c in todo):
        async with open_bench(database) as bench:
            await _together(ask(c, bench) for c in todo if c.database == database)


async def _together(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all of it; the first error ends the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


def _left(cases: Sequence[Case], run: Run) -> list[Case]:
    done = {o.case: o for o in outcomes.read(run.out)}
    for other in done.values():
        if (other.agent, other.model) != (run.agent, run.model):
            raise Misconfigured(
                f"{run.out} holds outcomes of {other.agent} with {other.model}; write another"
                " --out, or remove it."
            )
    for case in cases:
        if case.id in done and done[case.id].question != case.question:
            raise Misconfigured(
                f"{run.out} holds another question as {case.id!r}; write another --out."
            )
    return [c for c in cases if c.id not in done]


async def score(case: Case, bench: Bench, run: Run) -> Outcome:
    """Ask one case and compare what comes back with every accepted result."""
    started = time.perf_counter()
    response = await bench.agent(case)
    seconds = round(time.perf_counter() - started, 3)
    accepted, faults = await _accepted(case, bench)
    verdict, miss = _judged(case, response, accepted)
    return Outcome(
        case=case.id,
        question=case.question,
        database=case.database,
        category=case.category,
        accepted=case.accepted,
        must_decline=case.decline,
        agent=run.agent,
        model=run.model,
        kind=response.kind,
        way=response.way,
        sql=response.sql,
        ran=response.ran,
        right=verdict.right,
        contained=verdict.contained,
        miss=miss,
        problem=response.problem,
        path=response.path,
        faulty="; ".join(faults) if not accepted and not case.decline else "",
        spent=response.spent,
        seconds=seconds,
    )


def _judged(case: Case, response: Response, accepted: Iterable[Grid]) -> tuple[Verdict, str]:
    """Return the verdict, and the class of the miss."""
    has_no_rows = response.kind in _WITHOUT_ROWS
    if case.decline:
        miss = "" if has_no_rows else "should have declined"
    elif has_no_rows:
        miss = _WITHOUT_ROWS[response.kind]
    elif not response.ran:
        miss = "does not run" if response.sql else "no SQL"
    else:
        verdict = judge(Grid(response.width, response.rows), accepted)
        return verdict, verdict.miss or ""
    return Verdict(right=not miss, contained=not miss), miss


async def _accepted(case: Case, bench: Bench) -> tuple[list[Grid], list[str]]:
    """Return the result of every accepted query, and why some give none."""
    grids, faults = [], []
    for sql in (v for query in case.accepted for v in variants(query)):
        try:
            rows = await bench.rows_of(sql)
        except (BadQuery, Refused, TooLarge) as error:
            faults.append(f"{type(error).__name__}: {error}")
            continue
        width = len(rows.names)
        order = ordered_by(sql, bench.dialect, width) if case.ordered else ()
        grids.append(Grid(width, rows.rows, order))
    return grids, faults
