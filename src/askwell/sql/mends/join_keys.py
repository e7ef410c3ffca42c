"""Join two tables on the key that they have in common."""

from collections.abc import Iterator

from sqlglot import exp

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.sql.checks import Subject
from askwell.sql.checks.joined import apart
from askwell.sql.checks.keyed import loose_pairs
from askwell.sql.joins import Equality, conjuncts, equalities
from askwell.sql.keys import Keys, Link, keys_of
from askwell.sql.mends.lost import has
from askwell.sql.mends.requalify import alias_identifier
from askwell.sql.names import identifier, shown
from askwell.sql.scopes import Scope, Source, fold, scopes
from askwell.sql.sources import joins_of, qualifier


def join_keys(tree: exp.Expr, catalog: Catalog) -> Iterator[Change]:
    """Mend conditions of joins, where exactly one key joins the two tables."""
    keys = keys_of(catalog)
    for scope in scopes(tree, catalog):
        for join in list(joins_of(scope.select)):
            yield from _tell_sides_apart(join, scope)
            yield from _use_key(join, scope, keys)
        for equality in equalities(scope):
            yield from _use_right_key(equality, scope, keys)
    subject = Subject(tree, catalog)
    for scope in subject.scopes:
        for pair in list(loose_pairs(scope, subject)):
            yield from _use_only_key(pair, scope, keys)
        first, *others = apart(scope, subject) or [[]]
        for other in others:
            yield from _connect(first, other, scope, keys)


def _tell_sides_apart(join: exp.Join, scope: Scope) -> Iterator[Change]:
    """Read `ON id = id` as a condition between the joined table and one before it."""
    sources = list(scope.sources.values())
    own = next((s for s in sources if s.node is join.this), None)
    for node, left, right in _equals(join) if own else ():
        if left.table or right.table or left.name.lower() != right.name.lower():
            continue
        name = fold(left.this, scope.catalog)
        holding = [s for s in sources if has(s, name, scope.catalog)]
        before = holding[: holding.index(own)] if own in holding else []
        if before and own and (len(before) == 1 or _are_joined(name, before, scope)):
            said = shown(node, scope.catalog)
            left.set("table", alias_identifier(before[0]))
            right.set("table", alias_identifier(own))
            yield Change(mend="join_keys", before=said, after=shown(node, scope.catalog))


def _are_joined(name: str, sources: list[Source], scope: Scope) -> bool:
    """Tell whether sources are already joined on columns of this name."""
    refs = [{e.left_source.name, e.right_source.name} for e in equalities(scope) if _is_on(e, name)]
    names = {s.name for s in sources}
    return set().union(*refs) >= names if refs else False


def _is_on(equality: Equality, name: str) -> bool:
    sides = (equality.left, equality.right)
    return all(ref is not None and ref.column.lower() == name for ref in sides)


def _equals(join: exp.Join) -> Iterator[tuple[exp.EQ, exp.Column, exp.Column]]:
    """Yield the equalities between two columns in the ON of a join, with both sides."""
    on = join.args.get("on")
    for node in list(on.find_all(exp.EQ)) if on else ():
        if isinstance(node.left, exp.Column) and isinstance(node.right, exp.Column):
            yield node, node.left, node.right


def _use_key(join: exp.Join, scope: Scope, keys: Keys) -> Iterator[Change]:
    """Replace a condition on a column that its table does not have, and no other source has."""
    for node, *columns in _equals(join):
        lost = [c for c in columns if not scope.resolve(c)]
        left, right = (scope.sources.get(qualifier(c, scope.catalog)) for c in columns)
        beyond = [s for s in scope.sources.values() if s not in (left, right)]
        others = (s for c in lost for s in beyond if _could_be_of(c, s, scope))
        if lost and left and right and left is not right and not any(others):
            yield from _join_on(node, left, right, scope, keys)


def _could_be_of(column: exp.Column, source: Source, scope: Scope) -> bool:
    return has(source, fold(column.this, scope.catalog), scope.catalog)


def _join_on(
    node: exp.EQ, left: Source, right: Source, scope: Scope, keys: Keys
) -> Iterator[Change]:
    links = keys.between(left.table, right.table) if left.table and right.table else ()
    if len(links) == 1:
        before = shown(node, scope.catalog)
        node.replace(new := _condition(links[0], left, right, scope.catalog))
        yield Change(mend="join_keys", before=before, after=shown(new, scope.catalog))


def _condition(link: Link, near: Source, far: Source, catalog: Catalog) -> exp.EQ:
    return exp.EQ(
        this=exp.Column(this=identifier(link.near.column, catalog), table=alias_identifier(near)),
        expression=exp.Column(
            this=identifier(link.far.column, catalog), table=alias_identifier(far)
        ),
    )


def _use_right_key(equality: Equality, scope: Scope, keys: Keys) -> Iterator[Change]:
    """Replace a condition that compares a key with something else."""
    node, left, right = equality.node, equality.left_source, equality.right_source
    things = [keys.thing(ref) for ref in (equality.left, equality.right)]
    if not isinstance(node, exp.EQ) or things[0] == things[1] or not (left.table and right.table):
        return
    if equality.left is None or equality.right is None:
        return
    yield from _use_only_key(equality, scope, keys)


def _use_only_key(equality: Equality, scope: Scope, keys: Keys) -> Iterator[Change]:
    """Compare the one key that two tables have, unless they are joined by it already."""
    node, left, right = equality.node, equality.left_source, equality.right_source
    if not (isinstance(node, exp.EQ) and left.table and right.table):
        return
    links = [link for link in keys.between(left.table, right.table) if link.direct]
    there = {frozenset((e.left, e.right)) for e in equalities(scope)}
    if len(links) == 1 and frozenset((links[0].near, links[0].far)) not in there:
        yield from _join_on(node, left, right, scope, keys)


def _connect(one: list[Source], other: list[Source], scope: Scope, keys: Keys) -> Iterator[Change]:
    """Join two parts of a SELECT that nothing joins."""
    found = [
        (a, b, link)
        for a in one
        for b in other
        for link in (keys.between(a.table, b.table) if a.table and b.table else ())
        if link.direct
    ]
    if len(found) != 1:
        return
    near, far, link = found[0]
    order = list(scope.sources.values())
    later = max((near, far), key=order.index)
    join = later.node.parent
    if not isinstance(join, exp.Join) or join.kind == "CROSS":
        return
    before = shown(later.node, scope.catalog)
    condition = _condition(link, near, far, scope.catalog)
    kept = [part for part in conjuncts(join.args.get("on")) if not _is_lost(part, scope)]
    join.set("on", exp.and_(*kept, condition))
    after = f"{before} ON {shown(condition, scope.catalog)}"
    yield Change(mend="join_keys", before=before, after=after)


def _is_lost(condition: exp.Expr, scope: Scope) -> bool:
    """Tell whether a condition names nothing that there is."""
    columns = list(condition.find_all(exp.Column))
    return bool(columns) and not any(scope.resolve(c) for c in columns)
