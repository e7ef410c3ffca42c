"""One number divided by another: ratio, percentage, share of, 비율."""

import re
from collections.abc import Iterator

from askwell.domain.recall import Constraint
from askwell.grounding.constraints.spoken import Spoken

_RATIO = re.compile(
    r"\b(?:the\s+)?(?:ratio|percentage|proportion|fraction)\s+(?:of|between)\b"
    r"|\bwhat\s+(?:percentage|percent|proportion|fraction|share)\s+of\b"
    r"|(?:차지하는|대비)\s*(?:\S+\s*)?(?:비율|비중)|백분율",
    re.IGNORECASE,
)


def ratios(said: Spoken) -> Iterator[Constraint]:
    """Yield that a ratio is asked for, unless a column holds it."""
    match = _RATIO.search(said.text)
    if match and not said.column_words & {"ratio", "rate", "percentage", "percent", "pct"}:
        yield Constraint(kind="ratio", phrase=said.phrase(*match.span()))
