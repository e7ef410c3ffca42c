"""Outcomes as Markdown: how many are right, what went wrong, and two runs side by side."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import ceil, comb, sqrt

from askwell.errors import Misconfigured
from askwell.evaluation.outcome import Outcome

_Z = 1.96  # of a 95% interval
_GROUPS: dict[str, Callable[[Outcome], str]] = {
    "database": lambda o: o.database,
    "category": lambda o: o.category,
    "way": lambda o: o.way or "",
}
_FIGURES: dict[str, Callable[[Sequence[Outcome]], str]] = {
    "questions": lambda some: str(len(some)),
    "right": lambda some: _share(some, lambda o: o.right),
    "right or contained": lambda some: _share(some, lambda o: o.right or o.contained),
    "SQL ran": lambda some: _share(some, lambda o: o.ran),
    "declined or asked back": lambda some: str(sum(_gave_none(o) for o in some)),
    "repairs": lambda some: str(sum(o.spent.repairs for o in some)),
    "calls": lambda some: _mean(o.spent.calls for o in some),
    "tokens in": lambda some: _mean(o.spent.input_tokens for o in some),
    "of these cached": lambda some: _mean(o.spent.cached_tokens for o in some),
    "tokens out": lambda some: _mean(o.spent.output_tokens for o in some),
    "seconds p50": lambda some: f"{_percentile([o.seconds for o in some], 0.5):.1f}",
    "seconds p95": lambda some: f"{_percentile([o.seconds for o in some], 0.95):.1f}",
}
_COMPARED = tuple(_FIGURES)[1:]


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the report on one run.

    Raises:
        Misconfigured: there is no outcome yet.
    """
    sound = _sound(outcomes)
    low, high = interval(sum(o.right for o in sound), len(sound))
    return "\n".join(
        [
            f"# {_title(sound)}: {_share(sound, lambda o: o.right)} right of {len(sound)}",
            "",
            f"95% interval {low:.0%} to {high:.0%}. Right: the rows of an accepted query, with"
            " just its columns. Contained: such rows beside further columns. Calls and tokens"
            " are means.",
            "",
            *_table(["", *_FIGURES], _group_rows(sound)),
            "",
            "## Misses",
            "",
            *_table(["class", "questions"], Counter(o.miss for o in sound if o.miss).most_common()),
            *chain.from_iterable(_shown(o) for o in sound if not o.right),
            *_faults(outcomes),
            "",
        ]
    )


def comparison(first: Sequence[Outcome], second: Sequence[Outcome]) -> str:
    """Return the paired comparison of two runs, over those cases that both have.

    Raises:
        Misconfigured: the runs share no case, or have different questions of one id.
    """
    ours, theirs = _paired(first, second)
    a, b = _title(ours), _title(theirs)
    pairs = list(zip(ours, theirs, strict=True))
    only_a = [p for p in pairs if p[0].right and not p[1].right]
    only_b = [p for p in pairs if p[1].right and not p[0].right]
    both = sum(x.right and y.right for x, y in pairs)
    p_value = mcnemar(len(only_a), len(only_b))
    flips = [("only A right", only_a), ("only B right", only_b)]
    return "\n".join(
        [
            f"# A: {a}; B: {b}",
            "",
            *_table(
                ["both right", "only A", "only B", "neither", "McNemar exact p"],
                [[both, len(only_a), len(only_b), _neither(pairs), f"{p_value:.3g}"]],
            ),
            "",
            *_table(
                ["", "A", "B"],
                [[name, _FIGURES[name](ours), _FIGURES[name](theirs)] for name in _COMPARED],
            ),
            *chain.from_iterable(_flips(title, some) for title, some in flips),
            "",
        ]
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of McNemar's test: are the flips a fair coin's?"""
    flips = only_first + only_second
    tail = sum(comb(flips, k) for k in range(min(only_first, only_second) + 1))
    return min(1.0, float(2 * tail / 2**flips))


def interval(right: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share (Wilson 1927, score interval)."""
    share, over = right / of, _Z**2 / of
    middle = (share + over / 2) / (1 + over)
    half = _Z * sqrt(share * (1 - share) / of + over / (4 * of)) / (1 + over)
    return max(0.0, middle - half), min(1.0, middle + half)


def _sound(outcomes: Sequence[Outcome]) -> list[Outcome]:
    sound = [o for o in outcomes if not o.faulty]
    if not sound:
        raise Misconfigured("There is no outcome to report yet. Run `askwell evaluate` first.")
    return sound


def _paired(
    first: Sequence[Outcome], second: Sequence[Outcome]
) -> tuple[list[Outcome], list[Outcome]]:
    ours, theirs = ({o.case: o for o in run if not o.faulty} for run in (first, second))
    shared = [case for case in ours if case in theirs]
    if not shared:
        raise Misconfigured("The two runs share no case. Name two runs over the same cases.")
    for case in shared:
        if ours[case].question != theirs[case].question:
            raise Misconfigured(f"The two runs have different questions as {case!r}.")
    return [ours[c] for c in shared], [theirs[c] for c in shared]


def _title(outcomes: Sequence[Outcome]) -> str:
    first = outcomes[0]
    return f"{first.agent} with {first.model or 'no model'}"


def _group_rows(outcomes: Sequence[Outcome]) -> Iterator[list[str]]:
    yield ["all", *(figure(outcomes) for figure in _FIGURES.values())]
    for group in _GROUPS.values():
        for name in sorted({group(o) for o in outcomes} - {""}):
            some = [o for o in outcomes if group(o) == name]
            yield [name, *(figure(some) for figure in _FIGURES.values())]


def _shown(outcome: Outcome) -> Iterator[str]:
    """Yield a miss: its class, the question, the steps to the SQL, and what was accepted."""
    yield f"\n### {outcome.case}: {outcome.miss}\n\n{_line(outcome.question)}\n"
    if outcome.problem:
        yield f"> {_line(outcome.problem)}\n"
    for step in outcome.path:
        found = "; ".join(f"{f.rule}: {_line(f.message)}" for f in step.findings)
        yield f"- {step.kind}{f' ({found})' if found else ''}"
    yield ""
    for title, queries in (("SQL", [outcome.sql]), ("Accepted", outcome.accepted)):
        written = [q for q in queries if q]
        if written:
            yield f"{title}:\n\n```sql\n" + ";\n".join(written) + "\n```\n"


def _faults(outcomes: Sequence[Outcome]) -> Iterator[str]:
    faulty = [o for o in outcomes if o.faulty]
    if faulty:
        yield "\n## Not counted: no accepted query gives a result\n"
        yield from (f"- {o.case}: {_line(o.faulty)}" for o in faulty)


def _flips(title: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> Iterator[str]:
    yield f"\n## {title}\n"
    for a, b in pairs:
        yield f"- {a.case}: {_line(a.question)} ({a.miss or b.miss})"


def _neither(pairs: Iterable[tuple[Outcome, Outcome]]) -> int:
    return sum(not a.right and not b.right for a, b in pairs)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(str(c) for c in cells)} |"


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> str:
    count = sum(map(holds, outcomes))
    return f"{count} ({count / len(outcomes):.0%})"


def _gave_none(outcome: Outcome) -> bool:
    return outcome.kind in ("decline", "clarify")


def _mean(values: Iterable[int]) -> str:
    known = list(values)
    mean = sum(known) / len(known)
    return f"{mean:.1f}" if mean < 10 else f"{mean:,.0f}"


def _percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _line(text: str) -> str:
    return " ".join(text.split())
