"""What is wrong with a draft, found on its tree before the warehouse sees it.

The guard (`sql.rules`) says what may run at all; these rules say what would be a wrong answer.
Each rule is a plain function from a `Subject` to findings, in a file of its family; `RULES` is
their order. Every finding has a rule name, a place, and a hint that a writer can act on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.recall import Constraint
from askwell.domain.result import Finding


@dataclass(frozen=True, slots=True)
class Subject:
    """Hold one draft's tree and what it is checked against.

    `catalog` is cut to what the asker may read; `constraints` are the question's.
    """

    tree: exp.Expr
    catalog: Catalog
    constraints: tuple[Constraint, ...] = ()
    today: date | None = None

    @property
    def dialect(self) -> str:
        """Return the warehouse's dialect."""
        return self.catalog.dialect


Rule = Callable[[Subject], Iterable[Finding]]
