"""What is wanted at all: data, or one of the few things that are not a new query."""

import re
from collections.abc import Sequence

from askwell.domain.intent import Request
from askwell.grounding.pieces import Piece

_SQL = re.compile(
    r"\b(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from|merge\s+into"
    r"|(drop|alter|truncate|create)\s+(table|view|schema|database|user|role)|grant\s.+\sto"
    r"|attach\s|copy\s.+\s(from|to)\s)",
    re.IGNORECASE | re.DOTALL,
)
# "What is the refund rate?" asks for the number, "What is refund rate?" for its meaning.
_ARTICLE = re.compile(r"\b(what is|what's|whats|what are)\s+(the|our|my)\b", re.IGNORECASE)
_DECLINED: tuple[tuple[str, Request], ...] = (
    ("personal", "pii"),
    ("forecast", "forecast"),
    ("cause", "cause"),
)
_REQUESTS: dict[str, Request] = {"sql": "sql", "csv": "csv", "restart": "restart"}
_DATA_ROLES = {"metric", "verified", "period", "grain", "dimension", "value", "conditions"}


def requested(
    question: str, cover: Sequence[Piece], open_spans: Sequence[tuple[int, int]]
) -> Request:
    """Return what the question wants."""
    roles = {p.role for p in cover}
    if _SQL.search(question) or "write" in roles:
        return "write"
    for role, request in _DECLINED:
        if role in roles:
            return request
    return _about_the_thread(question, cover, roles, open_spans)


def _about_the_thread(
    question: str,
    cover: Sequence[Piece],
    roles: set[str],
    open_spans: Sequence[tuple[int, int]],
) -> Request:
    if "request" in roles and not roles & _DATA_ROLES and not open_spans:
        return _REQUESTS[next(p.payload for p in cover if p.role == "request")]
    if "definition" in roles and not _ARTICLE.search(question) and _only_a_name(cover, roles):
        return "definition"
    if "greeting" in roles and not roles & _DATA_ROLES and not open_spans:
        payload = next(p.payload for p in cover if p.role == "greeting")
        return "help" if payload in {"who", "help"} else "chat"
    if _only_wishes(roles) and not open_spans:
        return "chart"
    return "data"


def _only_a_name(cover: Sequence[Piece], roles: set[str]) -> bool:
    named = [p for p in cover if p.role in _DATA_ROLES | {"term"}]
    return len(named) == 1 and not roles & {"period", "grain", "per", "limit"}


def _only_wishes(roles: set[str]) -> bool:
    return "chart" in roles and roles <= {"chart", "light", "followup", "per", "definition"}
