"""What was found about the data for one question, and what the question demands of the SQL."""

from datetime import date
from typing import Literal

from askwell.domain.catalog import ColumnRef, Grain
from askwell.domain.noun import Noun, Scalar

ConstraintKind = Literal["period", "value", "number", "limit", "order", "grain", "group", "ratio"]


class Constraint(Noun):
    """Be one typed demand of the question, which the SQL must witness.

    `period`: `start` to `end`, both inclusive; `value`: one of `values`, held by any of
    `columns`; `number`: `values` holds it, `operator` says how it bounds; `limit`: `values`
    holds how many; `order`: `descending`; `grain`: buckets of time; `group`: by any of
    `columns`; `ratio`: one number divided by another.
    """

    kind: ConstraintKind
    phrase: str
    columns: tuple[ColumnRef, ...] = ()
    values: tuple[Scalar, ...] = ()
    start: date | None = None
    end: date | None = None
    grain: Grain | None = None
    operator: Literal["", ">", ">=", "<", "<="] = ""
    descending: bool | None = None


class LinkedValue(Noun):
    """Say that a phrase of the question is a stored value of a column."""

    phrase: str
    column: ColumnRef
    stored: Scalar


class JoinPath(Noun):
    """Say that two columns join their tables; `inferred`: no key of the warehouse says so."""

    left: ColumnRef
    right: ColumnRef
    inferred: bool = False


class Example(Noun):
    """Be a trusted question with its SQL."""

    question: str
    sql: str


class Recalled(Noun):
    """Hold what a writer of SQL needs to know, best first where order means rank.

    `columns`: the readable columns to show, grouped by table in canonical (catalog) order;
    `whole`: nothing was cut; `room`: tokens that the text of the schema may cost;
    `notes`: metrics, terms and business context as plain sentences;
    `unknown`: content words of the question that nothing in the catalog is said with.
    `best`: how well the best table fits the question by its words, 0 where no word of the
    question is known.
    `copied`: the search engine was away, a copy of its last index on this machine answered.
    """

    columns: tuple[ColumnRef, ...] = ()
    whole: bool = True
    room: int = 1000
    values: tuple[LinkedValue, ...] = ()
    joins: tuple[JoinPath, ...] = ()
    notes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    unknown: tuple[str, ...] = ()
    best: float = 0.0
    copied: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the shown tables, in their order."""
        return tuple(dict.fromkeys(c.table for c in self.columns))
