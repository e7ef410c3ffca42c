"""What of an earlier turn may be taken over by whoever speaks now."""

from askwell.agent.state import Context
from askwell.domain.catalog import Catalog, Condition, Parameter, VerifiedQuery
from askwell.domain.intent import Argument
from askwell.domain.noun import Scalar
from askwell.domain.rights import Rights, TableRights
from askwell.domain.turn import Turn
from askwell.rights import covers


def may_inherit(turn: Turn, context: Context) -> bool:
    """Tell whether the speaker may read every column of a turn, and whatever row a value is from.

    A value in a filter or in written SQL may be known from rows that the speaker may not read.
    Then the turn is inherited only where each of its values is one that they may know.
    """
    readable = {(t.name, c.name) for t in context.catalog.tables for c in t.columns}
    if any((r.table, r.column) not in readable for r in turn.reads):
        return False
    return _sees_all_rows(turn, context.rights) or _knows_values(turn, context)


def _sees_all_rows(turn: Turn, rights: Rights) -> bool:
    seen = turn.seen
    if seen is None:  # nobody knows the row rules, so there may be none for the speaker
        tables = {r.table for r in turn.reads}
        seen = tuple(TableRights(table=t, columns=()) for t in sorted(tables))
    return not seen or covers(rights, seen)


def _knows_values(turn: Turn, context: Context) -> bool:
    """Tell whether the speaker's own catalog knows every value; of written SQL nobody can tell."""
    if turn.way == "generated":
        return False
    intent = turn.intent
    if intent is None:
        return True
    catalog, rights = context.catalog, context.rights
    query = catalog.verified_named.get(intent.verified or "")
    filters = [_of_argument(a, query) for a in intent.arguments]
    return all(_is_known(f, catalog, rights) for f in (*intent.filters, *filters) if f)


def _of_argument(argument: Argument, query: VerifiedQuery | None) -> Condition | None:
    """Return a free text that was given to a verified query as a filter of its dimension."""
    parameters: tuple[Parameter, ...] = query.parameters if query else ()
    given = next((p for p in parameters if p.name == argument.name), None)
    if given is None or given.dimension is None or not isinstance(argument.value, str):
        return None
    return Condition(field=given.dimension, operator="in", values=(argument.value,))


def _is_known(condition: Condition, catalog: Catalog, rights: Rights) -> bool:
    if condition.operator not in ("in", "not in"):
        return True  # a bound is the speaker's own number, not a value of a row
    dimension = catalog.dimension_named.get(condition.field)
    if dimension is None:
        return False
    tables = [rights.of(ref.table) for ref in dimension.reads]
    if all(t is not None and not t.rows for t in tables):
        return True
    known: set[Scalar] = {v.stored for v in dimension.values.values} if dimension.values else set()
    return set(condition.values) <= known
