"""The one sentence that answers the question, with its main number."""

from decimal import Decimal

from askwell.agent.facts import Facts, Row, extremes
from askwell.grounding.filters import describe
from askwell.messages import say, text

_MOST_LISTED = 5


def headline(facts: Facts) -> str:
    """Return the answer in one or two sentences, with a capital first."""
    said = _said(facts)
    return said[:1].upper() + said[1:]


def _said(facts: Facts) -> str:
    column = facts.main
    if column is None or not facts.rows:
        return _listed(facts) if facts.title else rows_found(facts)
    if not facts.numbers(column):
        return text("There is no value for {what}.", facts.language, what=what(facts, column))
    if facts.by_time and not facts.grouped:
        return _series(facts, column)
    if facts.grouped:
        return _groups(facts, column)
    return _single(facts, column)


def rows_found(facts: Facts) -> str:
    """Say no more than how many rows there are."""
    return text("{n} rows were found.", facts.language, n=facts.result.row_count)


def _listed(facts: Facts) -> str:
    """Say what a query without a number found, by name where that is short."""
    if not facts.rows:
        return text("{what}: nothing was found.", facts.language, what=facts.title)
    names = [_identity(facts, row) for row in facts.rows]
    if len(names) > _MOST_LISTED or facts.result.truncated:
        msgid = "{what}: {n} rows."
        return text(msgid, facts.language, what=facts.title, n=facts.result.row_count)
    return text("{what}: {names}.", facts.language, what=facts.title, names=", ".join(names))


def _identity(facts: Facts, row: Row) -> str:
    """Return what a row is called: its first text, else its first cell."""
    texts = (i for i, value in enumerate(row) if isinstance(value, str))
    return facts.cell(row, next(texts, 0))


def what(facts: Facts, column: int, bucket: str = "") -> str:
    """Return what was measured: the metric, its filters, its period or one bucket of it."""
    if facts.title:
        return f"{facts.title} ({bucket})" if bucket else facts.title
    metric = facts.label(column)
    filters = [say(describe(f, facts.catalog), facts.language) for f in facts.intent.filters]
    if filters:
        metric = f"{metric} ({', '.join(filters)})"
    when = bucket or facts.when
    if not when:
        return metric
    return text("{metric}, {when}", facts.language, metric=metric, when=when)


def _single(facts: Facts, column: int) -> str:
    row = facts.rows[0]
    if facts.at("change"):
        return _compared(facts, row, column, what(facts, column))
    if facts.at("share"):
        return _shared(facts, row, column)
    first = _is(facts, row, column, what(facts, column))
    further = [
        _is(facts, row, i, facts.label(i))
        for i in facts.at("metric")[1:]
        if facts.value(row, i) is not None
    ]
    return " ".join([first, *further])


def _is(facts: Facts, row: Row, column: int, subject: str) -> str:
    known = facts.value(row, column)
    value = "–" if known is None else facts.told(known, column)
    return text("{what}: {value}.", facts.language, what=subject, value=value)


def _compared(facts: Facts, row: Row, column: int, subject: str) -> str:
    """Say a number, what it was before, and in which direction it went."""
    value, before = facts.value(row, column), facts.value(row, facts.at("previous")[0])
    if value is None or before is None:
        msgid = "{what}: {value}. There is nothing to compare it with."
        return text(msgid, facts.language, what=subject, value=facts.cell_shown(row, column))
    moved = facts.moved(value, before, column)
    change = "–" if moved is None else facts.move_shown(moved, column)
    return text(
        _direction(value - before, related=moved is not None),
        facts.language,
        what=subject,
        value=facts.told(value, column),
        before=facts.shown(before, column),
        change=change,
    )


def _direction(moved: Decimal, *, related: bool) -> str:
    """Return the sentence for a rise, a fall or neither; without a percentage from zero."""
    if moved > 0:
        up = "{what}: {value}, up {change} from {before}."
        return up if related else "{what}: {value}, up from {before}."
    if moved < 0:
        return "{what}: {value}, down {change} from {before}."
    return "{what}: {value}, the same as before."


def _shared(facts: Facts, row: Row, column: int) -> str:
    return text(
        "{what}: {value}, {share} of the total.",
        facts.language,
        what=what(facts, column),
        value=facts.cell_shown(row, column),
        share=facts.cell_shown(row, facts.at("share")[0]),
    )


def _series(facts: Facts, column: int) -> str:
    """Say a total and its peak; what does not add up has a last value instead of a total."""
    if facts.at("cumulative"):
        return _running(facts, facts.at("cumulative")[0])
    last, value = facts.in_time(column)[-1]
    if facts.at("change") and not facts.is_partial(last):
        return _compared(facts, last, column, what(facts, column, facts.name(last)))
    if facts.additive(column):
        return _total(facts, column)
    return _last(facts, column, last, value)


def _total(facts: Facts, column: int) -> str:
    """Say the sum, and the peak where one bucket alone has it."""
    peak, most = extremes(facts.numbers(column))[1]
    values = {"what": what(facts, column), "total": facts.told(facts.total(column), column)}
    if facts.is_tied(most, column):
        return text("{what}: {total} in all.", facts.language, **values)
    msgid = "{what}: {total} in all. The most was {most} ({peak})."
    values |= {"most": facts.shown(most, column), "peak": facts.name(peak)}
    return text(msgid, facts.language, **values)


def _last(facts: Facts, column: int, last: Row, value: Decimal) -> str:
    """Say the last value, and the highest, of what does not add up."""
    peak, most = extremes(facts.numbers(column))[1]
    values = {
        "what": what(facts, column),
        "last": facts.told(value, column),
        "bucket": facts.name(last),
    }
    if value == most:
        msgid = "{what}: {last} in the end ({bucket}), the highest of all."
        return text(msgid, facts.language, **values)
    msgid = "{what}: {last} in the end ({bucket}). The highest was {most} ({peak})."
    values |= {"most": facts.shown(most, column), "peak": facts.name(peak)}
    return text(msgid, facts.language, **values)


def _running(facts: Facts, column: int) -> str:
    if not facts.numbers(column):
        return rows_found(facts)
    last, value = facts.in_time(column)[-1]
    return text(
        "{what}: {value} by then ({bucket}).",
        facts.language,
        what=what(facts, column),
        value=facts.shown(value, column),
        bucket=facts.name(last),
    )


def _groups(facts: Facts, column: int) -> str:
    """Name the group that stands first: the largest, or the smallest where that was asked."""
    lowest, highest = extremes(facts.numbers(column))
    row, value = lowest if facts.asks_lowest else highest
    values = {
        "what": what(facts, column),
        "name": facts.name(row),
        "value": facts.told(value, column),
    }
    if facts.at("share") and not facts.asks_lowest:
        values["share"] = facts.cell_shown(row, facts.at("share")[0])
        msgid = "{what}: {name} has the most, {value}, {share} of the total."
    elif facts.asks_lowest:
        msgid = "{what}: {name} is lowest with {value}."
    elif facts.additive(column):
        msgid = "{what}: {name} has the most, {value}."
    else:
        msgid = "{what}: {name} is highest with {value}."
    return text(msgid, facts.language, **values)
