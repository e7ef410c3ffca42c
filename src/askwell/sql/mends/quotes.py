"""Read a text in double quotes as a text: elsewhere it is one, here it would be a name."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.sql.mends.lost import lost_columns
from askwell.sql.names import normal, shown

_COMPARED = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike)


def quotes(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Turn names in double quotes into texts, where they are compared with and no column is."""
    for column, _ in list(lost_columns(tree, catalog)):
        is_quoted = column.this.args.get("quoted") and not column.table
        is_compared = isinstance(column.parent, _COMPARED) and column.arg_key != "this"
        if is_quoted and is_compared and not _is_column(column.name, catalog):
            before, text = shown(column, catalog), exp.Literal.string(column.name)
            column.replace(text)
            yield Change(mend="quotes", before=before, after=shown(text, catalog))


def _is_column(name: str, catalog: Catalog) -> bool:
    wanted = normal(name)
    return any(normal(c.name) == wanted for t in catalog.tables for c in t.columns)
