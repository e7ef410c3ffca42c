"""What is wrong with a draft, found on its tree before the warehouse sees it.

The guard (`sql.rules`) says what may run at all; these rules say what would be a wrong answer.
Each rule is a plain function from a `Subject` to findings, in a file of its family;
`checks.rules.RULES` is their order. Every finding has a rule name, a place, and a hint that a
writer can act on.

A false alarm spoils a right draft, so a rule is silent where it cannot be sure: of a table
function's columns, of values that were only sampled, of keys that nobody has named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.recall import Constraint
from askwell.domain.result import Finding
from askwell.sql.keys import Keys, keys_of
from askwell.sql.scopes import Scope, scopes


@dataclass(frozen=True)
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

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Return every SELECT with what it reads from, the inner ones first."""
        return scopes(self.tree, self.catalog)

    @cached_property
    def keys(self) -> Keys:
        """Return which columns belong to which keys."""
        return keys_of(self.catalog)


UNWITNESSED = "unwitnessed_"

Rule = Callable[[Subject], Iterable[Finding]]


def is_open_demand(finding: Finding) -> bool:
    """Tell whether a finding says that the SQL does not show a demand of the question."""
    return finding.rule.startswith(UNWITNESSED)
