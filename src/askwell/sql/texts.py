"""Texts that a column holds, and whether a pattern of LIKE matches them."""

import re

from askwell.domain.catalog import Column


def complete_texts(column: Column | None) -> list[str]:
    """Return the texts that a column holds, nothing where there may be others."""
    if column is None or column.values is None or not column.values.complete:
        return []
    return [v.stored for v in column.values.values if isinstance(v.stored, str)]


def matches(like: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tell whether a pattern of LIKE, or of ILIKE, matches a text."""
    flags = re.DOTALL | re.IGNORECASE if ignore_case else re.DOTALL
    return re.fullmatch(_expression(like), text, flags) is not None


def _expression(like: str) -> str:
    """Return the regular expression; atomic, so that many `%` cost no more than a few."""
    first, *rest = ["".join(map(_letter, part)) for part in like.split("%")]
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>.*?{part})" for part in middle) + ".*" + last


def _letter(letter: str) -> str:
    return "." if letter == "_" else re.escape(letter)
