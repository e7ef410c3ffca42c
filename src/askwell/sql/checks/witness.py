"""Whether each typed demand of the question shows in the SQL: nothing is silently dropped.

A demand has many right forms, so a witness is generous: it asks for a trace, not for a place.
What has no trace anywhere was dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from askwell.domain.recall import Constraint, ConstraintKind
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.checks.demand import open_demand
from askwell.sql.checks.moments import Moments, ends, moments, moves, starts
from askwell.sql.checks.rows import grouped_by, one_row, rows_of, time_buckets
from askwell.sql.checks.values import holds
from askwell.sql.constants import Constant, as_number, compared, constants, strict_step

_EXTREMES = (
    *(exp.Max, exp.Min, exp.ArgMax, exp.ArgMin, exp.First, exp.Last, exp.All, exp.Exists),
    *(exp.Mode, exp.Quantile),
)
_EXTREME_NAMES = frozenset({"mode", "max_by", "min_by", "arg_max", "arg_min", "first", "last"})
_RANK_NAME = re.compile(r"rank|rnk|position|\brn\b|순위", re.IGNORECASE)
_RATIO_NAME = re.compile(
    r"ratio|rate|pct|percent|proportion|share|div|avg|mean|비율|비중|률|율", re.IGNORECASE
)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.FirstValue)
# A number of the question may be written in another unit: thousands, meters, cents, hours.
_SCALES = (1, 1000, 10**6)
_OTHER_SCALES = (
    (re.compile(r"%|percent|pct|퍼센트|프로|\$|dollar|usd|달러|cm|센티", re.I), (100,)),
    (
        re.compile(
            r"\b(?:day|week|month|year|hour|min|sec)|\d\s?(?:일|주|개월|달|년|시간|분|초)", re.I
        ),
        (7, 12, 24, 30, 60, 365, 1440, 3600, 86400),
    ),
)


@dataclass(frozen=True)
class Evidence:
    """Hold what a query says, gathered once for all demands."""

    subject: Subject

    @property
    def tree(self) -> exp.Expr:
        """Return the query."""
        return self.subject.tree

    @cached_property
    def constants(self) -> tuple[Constant, ...]:
        """Return the constants of the query."""
        return tuple(constants(self.tree, self.subject.today))

    @cached_property
    def times(self) -> Moments:
        """Return the times that the query names."""
        return moments(self.tree, self.constants)

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Return the numbers of the query, also as strict comparisons bound them."""
        named = (number for c in self.constants for number in _numbers(c))
        steps = self.tree.find_all(exp.Interval, exp.Sub, exp.Add)
        sides = (side for step in steps for side in (step.this, step.args.get("expression")))
        lengths = (as_number(side.name) for side in sides if isinstance(side, exp.Literal))
        return frozenset((*named, *(length for length in lengths if length is not None)))


Witness = Callable[[Constraint, Evidence], bool]


def unwitnessed(subject: Subject) -> Iterator[Finding]:
    """Find demands of the question that the query shows no trace of."""
    evidence = Evidence(subject)
    for constraint in subject.constraints:
        if not WITNESSES[constraint.kind](constraint, evidence):
            yield open_demand(constraint, subject)


def _period(constraint: Constraint, evidence: Evidence) -> bool:
    """Look for both ends; two periods side by side may be bounded as one."""
    if evidence.times.unknown or _bounded(constraint.start, constraint.end, evidence):
        return True
    periods = [c for c in evidence.subject.constraints if c.kind == "period"]
    first = min((p.start for p in periods if p.start), default=None)
    last = max((p.end for p in periods if p.end), default=None)
    return len(periods) > 1 and _bounded(first, last, evidence)


def _bounded(start: date | None, end: date | None, evidence: Evidence) -> bool:
    times, today = evidence.times, evidence.subject.today
    length = end - start if start and end else timedelta(days=1)
    running = end is None or today is None or end >= today - timedelta(days=1)
    begun = start is None or starts(times, start) or moves(times, start, length)
    return begun and (running or ends(times, end or start) or moves(times, end, length))  # type: ignore[arg-type]


def _value(constraint: Constraint, evidence: Evidence) -> bool:
    return holds(constraint, evidence.subject, evidence.constants)


def _number(constraint: Constraint, evidence: Evidence) -> bool:
    phrase = constraint.phrase
    scales = [*_SCALES, *(s for told, more in _OTHER_SCALES for s in more if told.search(phrase))]
    return all(_has_number(Decimal(str(v)), scales, evidence) for v in constraint.values)


def _has_number(wanted: Decimal, scales: Iterable[int], evidence: Evidence) -> bool:
    forms = {form for scale in scales for form in (wanted * scale, wanted / scale)}
    if 100 in scales:  # grown by 10% is times 1.1
        forms |= {1 + wanted / 100, 1 - wanted / 100}
    near = (abs(n - form) <= abs(form) / 10**6 for n in evidence.numbers for form in forms)
    return any(near) or _by_repetition(int(wanted), evidence)


def _by_repetition(count: int, evidence: Evidence) -> bool:
    """Accept `LIKE '%,%,%'` and joining a table with itself for "at least three"."""
    likes = (c.value for c in evidence.constants if isinstance(c.value, str))
    tables = [t.name.lower() for t in evidence.tree.find_all(exp.Table)]
    return count in range(2, 6) and (
        any(text.count("%") >= count for text in likes)
        or any(tables.count(name) >= count for name in tables)
    )


def _limit(constraint: Constraint, evidence: Evidence) -> bool:
    count = Decimal(str(constraint.values[0]))
    limits = evidence.tree.find_all(exp.Limit, exp.Fetch)
    if any(_is_open(limit, count) for limit in limits):
        return True
    if any(count in _numbers(c) for c in evidence.constants if _counts_rows(c)):
        return True
    return count == 1 and _has_extreme(evidence.tree)


def _is_open(limit: exp.Expr, count: Decimal) -> bool:
    """Tell whether a limit is a parameter, or `FETCH FIRST ROW` for one."""
    bare = isinstance(limit, exp.Fetch) and limit.args.get("count") is None and count == 1
    return bare or limit.find(exp.Placeholder, exp.Parameter) is not None


def _counts_rows(constant: Constant) -> bool:
    """Tell whether a number can be how many rows are kept."""
    return compared(constant) is not None or isinstance(constant.node.parent, _TAKES)


_TAKES = (exp.Limit, exp.Fetch, exp.Substring, exp.Left, exp.Right, exp.Anonymous, exp.Bracket)


def _has_extreme(tree: exp.Expr) -> bool:
    named = any(f.name.lower() in _EXTREME_NAMES for f in tree.find_all(exp.Anonymous))
    distinct_on = any(d.args.get("on") for d in tree.find_all(exp.Distinct))
    return named or distinct_on or tree.find(*_EXTREMES) is not None


def _order(constraint: Constraint, evidence: Evidence) -> bool:
    tree = evidence.tree
    if constraint.descending is None:
        shown = tree.find(exp.Ordered, *_EXTREMES, *_RANKS) is not None
        return shown or any(_RANK_NAME.search(c.name) for c in tree.find_all(exp.Column))
    keys = tree.find_all(exp.Ordered)
    return any(_descends(key) == constraint.descending or _is_turned(key) for key in keys)


def _descends(key: exp.Ordered) -> bool:
    return bool(key.args.get("desc"))


def _is_turned(key: exp.Ordered) -> bool:
    """Tell whether a key may run against its numbers: `-amount`, a rank, a CASE."""
    turned = key.this.find(exp.Neg, exp.Case, exp.Div, exp.Sub, *_RANKS) is not None
    return turned or any(_RANK_NAME.search(c.name) for c in key.find_all(exp.Column))


def _grain(constraint: Constraint, evidence: Evidence) -> bool:
    return constraint.grain is None or time_buckets(evidence.subject, constraint.grain)


def _group(constraint: Constraint, evidence: Evidence) -> bool:
    if one_row(evidence.tree):
        return False
    if not constraint.columns or grouped_by(evidence.subject, constraint.columns):
        return True
    return rows_of(evidence.tree, constraint.phrase, {c.table for c in constraint.columns})


def _ratio(constraint: Constraint, evidence: Evidence) -> bool:
    """Look for a division, an average of yes and no, or a column that is a ratio itself."""
    tree = evidence.tree
    if tree.find(exp.Div, exp.IntDiv, exp.Avg, exp.PercentRank, exp.CumeDist) is not None:
        return True
    named = (n.name for n in tree.find_all(exp.Column, exp.Anonymous))
    return any(_RATIO_NAME.search(name) for name in named)


WITNESSES: dict[ConstraintKind, Witness] = {
    "period": _period,
    "value": _value,
    "number": _number,
    "limit": _limit,
    "order": _order,
    "grain": _grain,
    "group": _group,
    "ratio": _ratio,
}


def _numbers(constant: Constant) -> tuple[Decimal, ...]:
    value = constant.value
    if isinstance(value, date):
        return ()
    if isinstance(value, str):
        found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*[a-zA-Z]*\s*", value)
        return (Decimal(found[1]),) if found else ()
    # Of whole numbers, "2 or more" is also "> 1", and "more than 1" is ">= 2".
    comparison = compared(constant)
    step = strict_step(comparison, constant.node)
    loose = -1 if isinstance(comparison, exp.GTE) else int(isinstance(comparison, exp.LTE))
    return (value, value + step, value + loose)
