"""Pieces of prompts: what was recalled and found, as plain lines of data."""

import re
from collections.abc import Iterable
from datetime import date

from askwell.domain.catalog import Catalog
from askwell.domain.recall import Constraint, Recalled
from askwell.domain.result import Finding
from askwell.grounding.constraints import prompt_lines

_NONE = "(none)"
_TIMELY = re.compile(
    r"\b(?:today|now|current|currently|recent|recently|last|past|this|ago|since|until|yet|overdue"
    r"|so far|next|old|age)\b|오늘|지금|현재|최근|지난|이번|올해|작년|어제|아직|까지|이후|전에",
    re.IGNORECASE,
)


def lines(texts: Iterable[str]) -> str:
    """Return one line for each text, or a word that says that there is none."""
    return "\n".join(" ".join(t.split()) for t in texts) or _NONE


def notes_text(recalled: Recalled) -> str:
    """Return what the data team has written down, and their trusted queries."""
    examples = (f"Trusted query for “{e.question}”: {e.sql}" for e in recalled.examples)
    return lines((*recalled.notes, *examples))


def demands_text(question: str, demanded: tuple[Constraint, ...], today: date) -> str:
    """Return the question's typed demands, and today where the question looks at time.

    Elsewhere a small model takes today for a filter.
    """
    timely = any(c.kind == "period" for c in demanded) or _TIMELY.search(question)
    now = (f"today = {today.isoformat()} ({today:%A})",) if timely else ()
    return lines((*now, *prompt_lines(demanded)))


def findings_text(findings: tuple[Finding, ...]) -> str:
    """Return the findings with their places and hints."""
    return lines(f"- {_place(f)}{f.message}{f'. {f.hint}' if f.hint else ''}" for f in findings)


def _place(finding: Finding) -> str:
    return f"line {finding.line}: " if finding.line else ""


def narrowed(
    recalled: Recalled, sql: str, findings: tuple[Finding, ...], catalog: Catalog
) -> Recalled:
    """Return the part that a correction needs: the tables that the SQL or a finding names.

    Tables that a key leads to from two of those stay in, for they may be the missing bridge.
    """
    text = " ".join([sql, *(f"{f.message} {f.hint}" for f in findings)])
    words = {w.casefold() for w in re.findall(r"\w+", text)}
    linked = {v.column.table for v in recalled.values}
    named = {t for t in catalog.table_named if t.casefold() in words or t in linked}
    kept = named | _bridges(recalled, named)
    shown = {c.table for c in recalled.columns}
    columns = [c for c in recalled.columns if c.table in kept]
    columns += [ref for table in catalog.tables if table.name in kept - shown for ref in table.refs]
    if not columns:
        return recalled
    return recalled.model_copy(update={"columns": tuple(columns), "whole": False})


def _bridges(recalled: Recalled, named: set[str]) -> set[str]:
    ends: dict[str, set[str]] = {}
    for join in recalled.joins:
        left, right = join.left.table, join.right.table
        ends.setdefault(left, set()).add(right)
        ends.setdefault(right, set()).add(left)
    return {table for table, others in ends.items() if len(others & named) > 1}
