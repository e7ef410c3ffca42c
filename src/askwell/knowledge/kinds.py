"""What a warehouse's type name means for learning: which kind of values a column holds."""

import re
from functools import lru_cache
from typing import Literal

from askwell.domain.catalog import Column

Kind = Literal["text", "integer", "number", "day", "moment", "uuid", "other"]

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("other", r".*(\[|\barray\b|\blist\b|\bmap\b|\bstruct\b|range\b).*"),
    ("uuid", r"(uuid|uniqueidentifier)"),
    ("text", r"(national |n)?(var|bp)?char(acter)?\b.*|(\w*text|n?varchar2?|string|name|enum)\b.*"),
    ("integer", r"(big|small|tiny|medium|huge|u|u?big|u?small|u?tiny|u?huge)?int(eger)?\d*"),
    ("integer", r"(big|small)?serial|(decimal|numeric|number)\(\d+(, ?0)?\)"),
    ("number", r"(decimal|numeric|number|double|float|real)\b.*|float\d+"),
    ("day", r"date"),
    ("moment", r"(timestamp|datetime).*"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

KEYS: frozenset[Kind] = frozenset(("text", "integer", "uuid"))
RANGED: frozenset[Kind] = frozenset(("integer", "number", "day", "moment"))


def kind_of(column: Column) -> Kind:
    """Return the kind of a column's type; `other` where its values are not looked at."""
    return _kind(column.type.lower())


@lru_cache(maxsize=1024)
def _kind(name: str) -> Kind:
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(name)), "other")
