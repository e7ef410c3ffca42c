"""Join each table after those that its condition names."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.sql.joins import conjuncts
from askwell.sql.names import shown
from askwell.sql.scopes import Scope, scopes, walk
from askwell.sql.sources import qualifier

Condition = tuple[exp.Expr, frozenset[str]]


def join_order(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Move conditions of inner joins, and the joins, to where everything they name is known."""
    for scope in scopes(tree, catalog):
        joins: list[exp.Join] = scope.select.args.get("joins") or []
        if not all(map(_is_inner, joins)) or not _looks_ahead(joins, scope):
            continue
        before = " ".join(shown(j, catalog) for j in joins)
        scope.select.set("joins", _ordered(joins, scope))
        after = " ".join(shown(j, catalog) for j in scope.select.args["joins"])
        yield Change(mend="join_order", before=before.strip(), after=after.strip())


def _is_inner(join: exp.Join) -> bool:
    plain = not (join.side or join.method or join.args.get("using"))
    return plain and join.kind in ("", "INNER", "CROSS") and not isinstance(join.this, exp.Lateral)


def _looks_ahead(joins: list[exp.Join], scope: Scope) -> bool:
    """Tell whether a condition names a source that is joined later."""
    names = [_name(join, scope) for join in joins]
    return any(
        named & set(names[i + 1 :])
        for i, join in enumerate(joins)
        for _, named in _conditions(join, scope)
    )


def _name(join: exp.Join, scope: Scope) -> str:
    return next((n for n, s in scope.sources.items() if s.node is join.this), "")


def _conditions(join: exp.Join, scope: Scope) -> list[Condition]:
    return [(part, _named(part, scope)) for part in conjuncts(join.args.get("on"))]


def _named(condition: exp.Expr, scope: Scope) -> frozenset[str]:
    columns = [n for n in walk(condition) if isinstance(n, exp.Column)]
    qualified = {qualifier(c, scope.catalog) for c in columns if c.table}
    found = {r.source.name for c in columns if not c.table for r in scope.resolve(c)}
    return frozenset((qualified | found) & set(scope.sources))


def _ordered(joins: list[exp.Join], scope: Scope) -> list[exp.Join]:
    """Return the joins so that each has a condition with what stands before it, if any has."""
    open_ = [c for join in joins for c in _conditions(join, scope)]
    left, made = list(joins), []
    known = set(scope.sources) - {_name(join, scope) for join in joins}
    while left:
        join = next((j for j in left if _ready(j, open_, known, scope)), left[0])
        left.remove(join)
        known.add(_name(join, scope))
        parts = [c for c in open_ if c[1] <= known]
        open_ = [c for c in open_ if c not in parts]
        made.append(_with_condition(join, [part for part, _ in parts]))
    return made


def _ready(join: exp.Join, open_: list[Condition], known: set[str], scope: Scope) -> bool:
    name = _name(join, scope)
    return any(name in named and named <= known | {name} for _, named in open_)


def _with_condition(join: exp.Join, parts: list[exp.Expr]) -> exp.Join:
    changed = join.copy()
    changed.set("on", exp.and_(*(p.copy() for p in parts)) if parts else None)
    changed.set("kind", None if parts else "CROSS")
    return changed
