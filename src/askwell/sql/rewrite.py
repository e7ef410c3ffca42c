"""Rights, written into the tree.

Every table is replaced by a subquery of the columns and rows that may be read, and every CTE
gets a name of its own. So a name that this file and the warehouse would resolve differently
finds nothing, instead of the table behind the subquery.
"""

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from askwell.domain.catalog import Catalog, Condition, Table
from askwell.domain.rights import Rights, TableRights
from askwell.errors import Refused
from askwell.sql.parse import name_key

Key = Callable[[str], str]

CTE_PREFIX = "askwell_cte_"
_KEPT_PARTS = ("joins", "pivots")
_MOST_ROWS = 2**63 - 1
_COMPARISONS: Mapping[str, type[exp.Binary]] = {
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}


def restrict(tree: exp.Expr, dialect: str, catalog: Catalog, rights: Rights) -> exp.Expr:
    """Return a copy of `tree` that can read only what `rights` allow.

    Raises:
        Refused: it names a table that is unknown, or unknown to this asker; which of the two
            is not said.
    """
    tree = tree.copy()
    key = name_key(dialect)
    for table in _named_tables(tree):
        _drop_schema_from_columns(tree, table, key)
        if _names_cte(table, key):
            _point_to_own_name(table)
        else:
            known, allowed = _resolve(table, catalog, rights, key)
            table.replace(_readable_part(table, known, allowed))
    for cte in tree.find_all(exp.CTE):
        cte.args["alias"].set("this", _own_name(cte.alias))
    return tree


def tables_of(tree: exp.Expr, dialect: str) -> tuple[str, ...]:
    """Return the names of the tables that `tree` reads, as the dialect compares them, sorted."""
    key = name_key(dialect)
    return tuple(sorted({key(t.name) for t in _named_tables(tree) if not _names_cte(t, key)}))


def _named_tables(tree: exp.Expr) -> list[exp.Table]:
    return [t for t in tree.find_all(exp.Table) if isinstance(t.this, exp.Identifier)]


def _names_cte(table: exp.Table, key: Key) -> bool:
    if table.args.get("db"):
        return False
    name = key(table.name)
    return any(key(cte.alias) == name for cte in _visible_ctes(table))


def _visible_ctes(node: exp.Expr) -> Iterator[exp.CTE]:
    """Yield the CTEs in scope: a CTE sees those before it, and itself only under RECURSIVE."""
    while (parent := node.parent) is not None:
        if isinstance(parent, exp.With):
            yield from parent.expressions[: (node.index or 0) + bool(parent.recursive)]
        elif not isinstance(node, exp.With) and (clause := parent.args.get("with_")):
            yield from clause.expressions
        node = parent


def _point_to_own_name(table: exp.Table) -> None:
    if not table.alias:
        table.set("alias", exp.TableAlias(this=table.this.copy()))
    table.set("this", _own_name(table.name))


def _own_name(name: str) -> exp.Identifier:
    return exp.to_identifier(CTE_PREFIX + name, quoted=True)


def _drop_schema_from_columns(tree: exp.Expr, table: exp.Table, key: Key) -> None:
    """Write `main.users.id` as `users.id`: a subquery has no schema."""
    if not table.db:
        return
    place = (key(table.db), key(table.name))
    for column in tree.find_all(exp.Column):
        if (key(column.db), key(column.table)) == place:
            column.set("db", None)


def _readable_part(table: exp.Table, known: Table, allowed: TableRights) -> exp.Subquery:
    source = exp.table_(known.name, db=known.schema_name or None, quoted=True)
    part = exp.select(*(exp.column(c, quoted=True) for c in allowed.columns)).from_(source)
    if allowed.rows:
        # The limit is a fence: the asker's own expressions must not run on hidden rows,
        # where a failing cast would show their values in its error.
        part = part.where(*map(condition, allowed.rows)).limit(_MOST_ROWS)
    alias = table.args.get("alias") or exp.TableAlias(this=table.this.copy())
    kept = {key: table.args.get(key) for key in _KEPT_PARTS}
    return exp.Subquery(this=part, alias=alias, **kept)


def _resolve(
    table: exp.Table, catalog: Catalog, rights: Rights, key: Key
) -> tuple[Table, TableRights]:
    name, schema = key(table.name), key(table.db)
    for known in catalog.tables:
        if key(known.name) != name or schema not in ("", key(known.schema_name)):
            continue
        allowed = rights.of(known.name)
        if allowed and allowed.columns and not table.catalog:
            return known, allowed
    raise Refused(f"there is no table {table.name!r} that you may read", rule="rights")


def condition(rule: Condition) -> exp.Expr:
    """Return a row rule as an expression; no value of it is ever formatted into text."""
    column = exp.column(rule.field, quoted=True)
    values = [exp.convert(v) for v in rule.values]
    match rule.operator:
        case "in" | "not in":
            among = exp.In(this=column, expressions=values) if values else exp.false()
            return among if rule.operator == "in" else exp.Not(this=exp.paren(among))
        case "between":
            return exp.Between(this=column, low=values[0], high=values[1])
        case "is null" | "is not null":
            empty = exp.Is(this=column, expression=exp.Null())
            return empty if rule.operator == "is null" else exp.Not(this=exp.paren(empty))
        case comparison:
            return _COMPARISONS[comparison](this=column, expression=values[0])
