"""A finding at the place of a node, and SQL and names as findings quote them."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from sqlglot import exp

from askwell.domain.result import Finding

_NEAR_ENOUGH = 75.0


def found(rule: str, node: exp.Expr, message: str, hint: str = "") -> Finding:
    """Return a finding at where a node begins; lines and columns count from 1."""
    places = (n.meta for n in node.walk() if "line" in n.meta)
    meta = min(places, key=lambda place: place["start"], default={})
    column = meta["col"] - (meta["end"] - meta["start"]) if meta else None
    return Finding(rule=rule, message=message, hint=hint, line=meta.get("line"), column=column)


def quoted(node: exp.Expr, dialect: str) -> str:
    """Return a piece of SQL as it is quoted in a message."""
    return node.sql(dialect, comments=False)


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the names that resemble `name`, best first."""
    ranked = process.extract(
        name,
        sorted(set(known)),
        scorer=fuzz.WRatio,
        processor=_letters,
        limit=limit,
        score_cutoff=_NEAR_ENOUGH,
    )
    return [found for found, _, _ in ranked]


def _letters(name: str) -> str:
    return name.casefold().replace("_", " ")


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as a list; the rest is left out."""
    names = list(names)
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
