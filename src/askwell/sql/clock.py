"""The clock in SQL: askwell's own, so that a pinned day is today in the warehouse as well."""

from collections.abc import Iterator

from sqlglot import exp

# The parameter that stands where the SQL asked for the time.
NOW = "askwell_now"

_TYPES: dict[type[exp.Expr], exp.DType] = {
    exp.CurrentDate: exp.DType.DATE,
    exp.CurrentTimestamp: exp.DType.TIMESTAMPTZ,
    exp.Localtimestamp: exp.DType.TIMESTAMP,
}


def stop_clock(tree: exp.Expr) -> exp.Expr:
    """Return `tree` with the parameter `NOW` for the server's clock; changes it in place.

    `age(x)` alone means "until today" to the warehouse; it becomes `age(today, x)`.
    """
    for reads in list(_readings(tree)):
        reads.replace(_now(_type_of(reads)))
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() == "age" and len(call.expressions) == 1:
            call.set("expressions", [_now(exp.DType.DATE), *call.expressions])
    return tree


def reads_clock(tree: exp.Expr) -> bool:
    """Tell that `tree` needs a value for `NOW`."""
    return any(node.name == NOW for node in tree.find_all(exp.Placeholder))


def _readings(tree: exp.Expr) -> Iterator[exp.Expr]:
    for node in tree.find_all(*_TYPES):
        if not isinstance(node, exp.CurrentDate) or not node.this:
            yield node
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() == "now" and not call.expressions:
            yield call


def _type_of(node: exp.Expr) -> exp.DType:
    return next((t for kind, t in _TYPES.items() if isinstance(node, kind)), exp.DType.TIMESTAMPTZ)


def _now(kind: exp.DType) -> exp.Cast:
    return exp.cast(exp.Placeholder(this=NOW), kind)
