"""What was mended in a query on its tree, without a model."""

from typing import Literal

from askwell.domain.noun import Noun

MendName = Literal[
    "dialect",
    "quotes",
    "spelling",
    "requalify",
    "add_join",
    "join_keys",
    "needless_joins",
    "join_order",
    "values",
    "group_keys",
    "comparisons",
    "arithmetic",
    "dates",
    "nulls_order",
]


class Change(Noun):
    """Be one thing that a mend changed: `before` and `after` are pieces of the SQL."""

    mend: MendName
    before: str
    after: str


class Mended(Noun):
    """Hold SQL that was mended, and what was changed in it, in order."""

    sql: str
    changes: tuple[Change, ...]
