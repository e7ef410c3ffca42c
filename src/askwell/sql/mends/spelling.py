"""Write names of tables and columns as they are stored."""

from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog, Table
from askwell.domain.mending import Change
from askwell.sql.keys import is_unique
from askwell.sql.mends.lost import holders, lost_columns, owners, table_called
from askwell.sql.names import identifier, normal, one_slip, shown, singular
from askwell.sql.scopes import Scope, Source, fold, scopes
from askwell.sql.sources import columns_of, qualifier

_Alike = Callable[[str, str], bool]


def spelling(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Replace names that nothing has by the one name that is near."""
    for scope in scopes(tree, catalog):
        for source in scope.sources.values():
            if source.unknown and isinstance(source.node, exp.Table):
                yield from _respell_table(tree, source.node, catalog)
    for column, scope in list(lost_columns(tree, catalog)):
        if name := _column_meant(column, scope):
            before = shown(column, catalog)
            column.set("this", identifier(name, catalog))
            yield Change(mend="spelling", before=before, after=shown(column, catalog))


def _respell_table(tree: exp.Expr, node: exp.Table, catalog: Catalog) -> Iterator[Change]:
    before = shown(exp.Table(this=node.this.copy(), db=node.args.get("db")), catalog)
    known = table_called(fold(node.this, catalog), catalog)
    name = known.name if known else nearest(node.name, [t.name for t in catalog.tables])
    if name is None:
        return
    _rename_qualifiers(tree, node, name, catalog)
    node.set("this", identifier(name, catalog))
    node.set("db", None)
    node.set("catalog", None)
    yield Change(mend="spelling", before=before, after=shown(node.this, catalog))


def _rename_qualifiers(tree: exp.Expr, node: exp.Table, name: str, catalog: Catalog) -> None:
    """Let columns that are called by the table's old name follow it, if it has no alias."""
    if node.alias:
        return
    called = fold(node.this, catalog)
    for column in tree.find_all(exp.Column):
        if qualifier(column, catalog) == called:
            column.set("table", identifier(name, catalog))
            column.set("db", None)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one known name that is near, by the first kind of likeness that any has."""
    known = tuple(known)
    for alike in _ALIKE:
        found = [k for k in known if alike(name, k)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _same_letters(name: str, known: str) -> bool:
    return normal(name) == normal(known)


def _same_in_singular(name: str, known: str) -> bool:
    return singular(name) == singular(known)


def _same_words(name: str, known: str) -> bool:
    ours, theirs = (sorted(map(singular, n.split("_"))) for n in (name, known))
    return len(ours) > 1 and ours == theirs


def _one_slip(name: str, known: str) -> bool:
    return one_slip(normal(name), normal(known))


def _without_noun(name: str, known: str) -> bool:
    """Tell whether a stored name only adds what kind of thing it is: `city` for `city_name`."""
    start, _, noun = known.lower().rpartition("_")
    return noun in _NOUNS and normal(start) == normal(name)


_NOUNS = frozenset(("name", "id", "code", "key", "no", "number"))
_ALIKE: tuple[_Alike, ...] = (
    *(_same_letters, _same_in_singular, _same_words),
    *(_one_slip, _without_noun),
)


def _column_meant(column: exp.Column, scope: Scope) -> str | None:
    """Return the column that is meant: of the table that it names, else of any in sight.

    A name that some table has is not misspelt, it only stands in the wrong place.
    """
    catalog = scope.catalog
    name, called = fold(column.this, catalog), qualifier(column, catalog)
    source = scope.visible(called) if called else None
    table = source.table if source else table_called(called, catalog)
    exists = bool(owners({name}, catalog))
    if source or table:
        own = [c.name for c in columns_of(source, catalog)] if source else _names(table, catalog)
        if name in own or holders(column, scope):
            return None
        return _of_table(name, own, table, strictly=exists)
    if exists:
        return None
    near = [c.name for s in scope.sources.values() for c in columns_of(s, catalog)]
    return nearest(name, dict.fromkeys(near)) or _in_sight(name, scope.sources.values())


def _names(table: Table | None, catalog: Catalog) -> list[str]:
    return [fold(c.name, catalog) for c in table.columns] if table else []


def _of_table(name: str, own: list[str], table: Table | None, *, strictly: bool) -> str | None:
    """Return the column of a table; `strictly`: another table has just this name."""
    for alike in _ALIKE[:2] if strictly else _ALIKE:
        found = [n for n in own if n and alike(name, n)]
        if found:
            return found[0] if len(found) == 1 else None
    return _by_table_name(name, table) if table else None


def _in_sight(name: str, sources: Iterable[Source]) -> str | None:
    found = {_by_table_name(name, s.table) for s in sources if s.table} - {None}
    return found.pop() if len(found) == 1 else None


def _by_table_name(name: str, table: Table) -> str | None:
    """Return the column that a name means with or without the table's name before it."""
    written, prefix = normal(name), singular(table.name)
    for column in table.columns:
        if normal(column.name) in (prefix + written, written.removeprefix(prefix)):
            return column.name
    if written in ("id", prefix + "id"):
        keys = [c.name for c in table.columns if is_unique(table, c) and c.name.endswith("id")]
        return keys[0] if len(keys) == 1 else None
    return _reference(written, table)


def _reference(written: str, table: Table) -> str | None:
    """Return the one column that refers to the table that an `…_id` is named after."""
    found = [
        c.name
        for c in table.columns
        if c.references and written == singular(c.references.table) + "id"
    ]
    return found[0] if len(found) == 1 else None
