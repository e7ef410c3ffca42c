"""Demands as short lines for whoever writes the SQL: small models overlook them in prose."""

from collections.abc import Callable, Iterable

from askwell.domain.recall import Constraint


def prompt_lines(constraints: Iterable[Constraint]) -> tuple[str, ...]:
    """Return one line a demand: what the question says, and what it comes to.

    Groups are left out: which column names them is for the writer to say.
    """
    told = [(c.phrase, _MEANT[c.kind](c)) for c in constraints if c.kind in _MEANT]
    return tuple(dict.fromkeys(f"{phrase} = {meant}" for phrase, meant in told if meant))


def _period(c: Constraint) -> str:
    if c.start is None:
        return f"up to {c.end}"
    if c.end is None:
        return f"from {c.start}"
    if c.start == c.end:
        return str(c.start)
    span = f"{c.start} to {c.end}"
    # A table may hold its years as numbers.
    whole = (c.start.month, c.start.day, c.end.month, c.end.day) == (1, 1, 12, 31)
    return f"the year {c.start.year}, {span}" if whole and c.start.year == c.end.year else span


def _value(c: Constraint) -> str:
    columns = " or ".join(f"{r.table}.{r.column}" for r in c.columns[:3])
    values = " or ".join(f"'{v}'" if isinstance(v, str) else str(v) for v in c.values)
    return f"{columns} {values}" if columns else ""


def _number(c: Constraint) -> str:
    """Spell out how a number bounds, and what is not written in digits: 3만원 이상."""
    values = [str(v) for v in c.values]
    if c.operator and len(values) == 1:
        return f"{_BOUNDS[c.operator]} {values[0]}"
    return " and ".join(v for v in values if v not in c.phrase)


def _limit(c: Constraint) -> str:
    count = c.values[0]
    return "the first row only" if count == 1 else f"the first {count} rows"


def _order(c: Constraint) -> str:
    return {True: "ORDER BY … DESC", False: "ORDER BY … ASC", None: "ORDER BY …"}[c.descending]


def _grain(c: Constraint) -> str:
    return f"a row for each {c.grain}"


_BOUNDS = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}
_MEANT: dict[str, Callable[[Constraint], str]] = {
    "period": _period,
    "value": _value,
    "number": _number,
    "limit": _limit,
    "order": _order,
    "grain": _grain,
    "ratio": lambda c: "one number divided by another",
}
