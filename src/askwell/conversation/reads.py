"""What an answer shows of the data: its columns, and the row rules under which it was made."""

from collections.abc import Callable, Iterable

from sqlglot import exp

from askwell.agent.state import Context, State
from askwell.domain.catalog import Catalog, ColumnRef, Table
from askwell.domain.result import Draft
from askwell.domain.rights import Rights, TableRights
from askwell.errors import BadQuery
from askwell.sql.parse import name_key, parse
from askwell.sql.rewrite import tables_of


def reads_of(state: State, context: Context) -> tuple[TableRights, ...]:
    """Return what an answer read and names; all that its asker may read where it is unknown."""
    everything, named = context.rights.tables, state.get("named", ())
    if named is None:
        return everything
    draft = state.get("draft")
    if draft is None or "result" not in state:
        return under(context.rights, named)
    ran = read_by(draft, context.catalog)
    if ran is None:
        return everything
    columns, tables = ran
    return under(context.rights, (*columns, *named), tables)


def under(
    rights: Rights, columns: Iterable[ColumnRef], tables: Iterable[str] = ()
) -> tuple[TableRights, ...]:
    """Return columns by table, each with the row rules that `rights` set on it."""
    by_table: dict[str, set[str]] = {table: set() for table in tables}
    for ref in columns:
        by_table.setdefault(ref.table, set()).add(ref.column)
    return tuple(
        TableRights(table=table, columns=tuple(sorted(names)), rows=allowed.rows if allowed else ())
        for table, names in sorted(by_table.items())
        for allowed in (rights.of(table),)
    )


def read_by(draft: Draft, catalog: Catalog) -> tuple[set[ColumnRef], set[str]] | None:
    """Return columns and tables that a draft reads, rather too many; None where nobody can tell.

    Of SQL that a model wrote every column counts whose name is anywhere in it, and every
    column of its tables where it could be read without its name.
    """
    try:
        tree = parse(draft.sql, draft.dialect)
    except BadQuery:
        return None
    key = name_key(draft.dialect)
    named = tables_of(tree, draft.dialect)
    tables = [t for t in catalog.tables if key(t.name) in named]
    if len({key(t.name) for t in tables}) < len(named):
        return None
    columns = set(draft.reads)
    if draft.way == "generated":
        columns |= _named_anywhere(tree, tables, key)
    return columns, {t.name for t in tables}


def _named_anywhere(
    tree: exp.Expr, tables: list[Table], key: Callable[[str], str]
) -> set[ColumnRef]:
    aliases = {t.alias_or_name.casefold() for t in tree.find_all(exp.Table)}
    if any(_reads_without_name(node, aliases) for node in tree.walk()):
        return {ref for table in tables for ref in table.refs}
    said = {key(i.name) for i in tree.find_all(exp.Identifier)}
    return {table.ref(c) for table in tables for c in table.columns if key(c.name) in said}


def _reads_without_name(node: exp.Expr, tables: set[str]) -> bool:
    """Tell a star, renamed columns, a natural join, a pivot, or a row under its table's name."""
    match node:
        case exp.Star():
            return not isinstance(node.parent, exp.Count)
        case exp.Table():
            return bool(node.alias_column_names or node.args.get("pivots"))
        case exp.Join():
            return bool(node.method)
        case exp.Column():
            return not node.table and node.name.casefold() in tables
        case _:
            return isinstance(node, exp.Pivot | exp.Columns)
