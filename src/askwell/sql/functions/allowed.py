"""The shape of an allow-list."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hold the names that one dialect may use, in lower case.

    `parsed`: sqlglot's classes of those functions that it has a class for.
    """

    functions: frozenset[str]
    table_functions: frozenset[str]
    types: frozenset[str]
    parsed: frozenset[str]

    @classmethod
    def of(
        cls, *, functions: Iterable[str], table_functions: str, types: str, parsed: str
    ) -> "Allowed":
        """Return the list of names that are written as text, with spaces between."""
        return cls(
            functions=frozenset(" ".join(functions).split()),
            table_functions=frozenset(table_functions.split()),
            types=frozenset(types.split()),
            parsed=frozenset(parsed.split()),
        )
