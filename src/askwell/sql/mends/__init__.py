"""What can be mended on the tree without a model.

Each mend is a plain function in a file of its own: it changes a tree in place and yields what
it changed, nothing where there is nothing to mend. None of them guesses between two ways, and
none changes what a right query means. `MENDS` is their order.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change, Mended
from askwell.sql.mends.add_join import add_join
from askwell.sql.mends.arithmetic import arithmetic
from askwell.sql.mends.comparisons import comparisons
from askwell.sql.mends.dates import dates
from askwell.sql.mends.dialect import read
from askwell.sql.mends.group_keys import group_keys
from askwell.sql.mends.join_keys import join_keys
from askwell.sql.mends.join_order import join_order
from askwell.sql.mends.needless_joins import needless_joins
from askwell.sql.mends.nulls_order import nulls_order
from askwell.sql.mends.quotes import quotes
from askwell.sql.mends.requalify import requalify
from askwell.sql.mends.spelling import spelling
from askwell.sql.mends.values import values

Mend = Callable[[exp.Expr, Catalog], Iterator[Change]]

MENDS: tuple[Mend, ...] = (
    quotes,
    join_keys,
    spelling,
    requalify,
    add_join,
    needless_joins,
    join_order,
    values,
    comparisons,
    group_keys,
    arithmetic,
    dates,
    nulls_order,
)

# One mend makes room for another: a value's own column may be on a table still to be joined.
_MOST_PASSES = 3


def mend(sql: str, catalog: Catalog) -> Mended | None:
    """Return the mended query with what was changed, or None if nothing was.

    `catalog` is what the asker may read.
    """
    written = read(sql, catalog)
    if written is None:
        return None
    tree, changes = written
    for _ in range(_MOST_PASSES):
        made = [change for mend in MENDS for change in mend(tree, catalog)]
        changes += made
        if not made:
            break
    if not changes:
        return None
    return Mended(sql=tree.sql(catalog.dialect, comments=False), changes=tuple(changes))
