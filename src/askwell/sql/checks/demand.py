"""What to say about a demand of the question that the SQL does not show."""

import re
from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import ColumnRef, Table
from askwell.domain.recall import Constraint, ConstraintKind
from askwell.domain.result import Finding
from askwell.sql.checks import UNWITNESSED, Subject
from askwell.sql.types import DAYS, kind_of

_MOST_NAMES = 4
_TIME_NAME = re.compile(r"(?:^|_)(?:year|yr|yyyymm|month_key|date_key)$", re.IGNORECASE)


def open_demand(constraint: Constraint, subject: Subject) -> Finding:
    """Return the finding: what the question says, and what to write for it."""
    asked, write = _ASKED[constraint.kind](constraint, subject)
    return Finding(
        rule=f"{UNWITNESSED}{constraint.kind}",
        message=f"the question says “{constraint.phrase}”, and the query does not: {asked}",
        hint=write,
        phrase=constraint.phrase,
    )


def _period(c: Constraint, subject: Subject) -> tuple[str, str]:
    span = f"from {c.start}" if c.start else ""
    span = f"{span} to {c.end}".strip() if c.end else span
    candidates = _names(_time_columns(subject))
    where = f": {candidates}" if candidates else ""
    return f"the period is {span}", f"restrict a date column to {span}{where}"


def _time_columns(subject: Subject) -> Iterator[ColumnRef]:
    """Yield columns that hold times, of the tables that the query reads."""
    read = {t.name.lower() for t in subject.tree.find_all(exp.Table)}
    tables = [t for t in subject.catalog.tables if t.name.lower() in read]
    for table in tables or subject.catalog.tables:
        yield from _times_of(table)


def _times_of(table: Table) -> Iterator[ColumnRef]:
    for column in table.columns:
        if kind_of(column.type) in DAYS or _TIME_NAME.search(column.name):
            yield table.ref(column)


def _value(c: Constraint, subject: Subject) -> tuple[str, str]:
    texts = " or ".join(f"'{v}'" if isinstance(v, str) else str(v) for v in c.values)
    where = f"{_names(c.columns)} = " if c.columns else "a column to "
    return f"the value is {texts}", f"restrict {where}{texts}"


def _number(c: Constraint, subject: Subject) -> tuple[str, str]:
    texts = " and ".join(map(str, c.values))
    return f"the number is {texts}", f"compare with {texts}"


def _limit(c: Constraint, subject: Subject) -> tuple[str, str]:
    count = c.values[0]
    within = f"within each group: a rank that is at most {count}"
    return f"it wants {count}", f"ORDER BY and LIMIT {count}; {within}"


def _order(c: Constraint, subject: Subject) -> tuple[str, str]:
    direction = {True: " DESC", False: " ASC", None: ""}[c.descending]
    asked = f"the order is{direction.lower()}" if direction else "there is no order"
    return asked, f"add ORDER BY …{direction}"


def _grain(c: Constraint, subject: Subject) -> tuple[str, str]:
    return f"it wants a row for each {c.grain}", f"GROUP BY DATE_TRUNC('{c.grain}', …)"


def _group(c: Constraint, subject: Subject) -> tuple[str, str]:
    by = _names(c.columns) or "what the phrase names"
    return "it wants a row for each", f"GROUP BY {by}"


def _ratio(c: Constraint, subject: Subject) -> tuple[str, str]:
    divide = "CAST(… AS FLOAT) / NULLIF(…, 0)"
    return "it wants one number divided by another", f"show {divide} in one column"


_ASKED: dict[ConstraintKind, Callable[[Constraint, Subject], tuple[str, str]]] = {
    "period": _period,
    "value": _value,
    "number": _number,
    "limit": _limit,
    "order": _order,
    "grain": _grain,
    "group": _group,
    "ratio": _ratio,
}


def _names(columns: Iterable[ColumnRef]) -> str:
    shown = [f"{c.table}.{c.column}" for c in columns]
    return " or ".join(shown[:_MOST_NAMES])
