"""The one sentence that answers the question, with its main number."""

from decimal import Decimal

from askwell.agent.facts import Facts, extremes
from askwell.grounding.roles import describe
from askwell.messages import period, say, text


def headline(facts: Facts) -> str:
    """Return the answer in one sentence."""
    if facts.main is None:
        return _rows_found(facts)
    if facts.grouped and facts.by_time:
        return _grid(facts)
    if facts.by_time:
        return _series(facts)
    if facts.grouped:
        return _groups(facts)
    return _single(facts) if facts.rows else _rows_found(facts)


def subject(facts: Facts, column: int) -> str:
    """Return what was measured: period, metric and filters."""
    parts = [facts.label(column)]
    filters = [say(describe(f, facts.catalog), facts.language) for f in facts.intent.filters]
    if filters:
        parts.append(f"({', '.join(filters)})")
    return " ".join(parts)


def when(facts: Facts) -> str:
    """Return the period in words; empty where there is none."""
    asked = facts.intent.period
    if asked is None:
        return text("in all time", facts.language)
    return period(asked.start, asked.end, facts.language)


def _single(facts: Facts) -> str:
    row = facts.rows[0]
    column = facts.main
    assert column is not None
    value = facts.value(row, column)
    if value is None:
        return text("There is no value for {metric}.", facts.language, metric=facts.label(column))
    if facts.at("change"):
        return _compared(facts, value, column)
    if facts.at("share"):
        return _shared(facts, value, column)
    shown = [
        f"{subject(facts, i)} {facts.shown(v, i)}"
        for i in facts.at("metric")[1:]
        if (v := facts.value(row, i)) is not None
    ]
    first = text(
        "{when}: {metric:은/는} {value:이에요/예요}.",
        facts.language,
        when=when(facts),
        metric=subject(facts, column),
        value=facts.shown(value, column),
    )
    return " ".join([first, *([" · ".join(shown)] if shown else [])])


def _compared(facts: Facts, value: Decimal, column: int) -> str:
    row = facts.rows[0]
    before = facts.value(row, facts.at("previous")[0])
    moved = facts.value(row, facts.at("change")[0])
    values = {
        "when": when(facts),
        "metric": subject(facts, column),
        "value": facts.shown(value, column),
    }
    if before is None or moved is None:
        msgid = "{when}: {metric:은/는} {value:이에요/예요}; there is nothing to compare it with."
        return text(msgid, facts.language, **values)
    values |= {
        "before": facts.shown(before, column),
        "change": facts.shown(abs(moved), facts.at("change")[0]),
    }
    return text(_direction(moved), facts.language, **values)


def _direction(moved: Decimal) -> str:
    if moved > 0:
        return "{when}: {metric:은/는} {value}, up {change} from {before}."
    if moved < 0:
        return "{when}: {metric:은/는} {value}, down {change} from {before}."
    return "{when}: {metric:은/는} {value}, the same as before."


def _shared(facts: Facts, value: Decimal, column: int) -> str:
    position = facts.at("share")[0]
    share = facts.value(facts.rows[0], position)
    return text(
        "{when}: {metric:은/는} {value}, {share} of the total.",
        facts.language,
        when=when(facts),
        metric=subject(facts, column),
        value=facts.shown(value, column),
        share="–" if share is None else facts.shown(share, position),
    )


def _series(facts: Facts) -> str:
    column = facts.main
    assert column is not None
    pairs = facts.numbers(column)
    if not pairs:
        return text("There is no value for {metric}.", facts.language, metric=facts.label(column))
    _, (peak, most) = extremes(pairs)
    values = {
        "when": when(facts),
        "metric": subject(facts, column),
        "peak": facts.name(peak),
        "most": facts.shown(most, column),
    }
    if facts.additive(column):
        msgid = "{when}: {metric:은/는} {total} in all; the most was {most} in {peak}."
        return text(msgid, facts.language, total=facts.shown(facts.total(column), column), **values)
    last_row, last = pairs[-1] if not _newest_first(facts) else pairs[0]
    msgid = "{when}: {metric:은/는} last {last} ({bucket}); the highest was {most} in {peak}."
    return text(
        msgid, facts.language, last=facts.shown(last, column), bucket=facts.name(last_row), **values
    )


def _newest_first(facts: Facts) -> bool:
    order = facts.intent.order
    return bool(order and order.by == "time" and order.descending)


def _groups(facts: Facts) -> str:
    column = facts.main
    assert column is not None
    pairs = facts.numbers(column)
    if not pairs:
        return text("There is no value for {metric}.", facts.language, metric=facts.label(column))
    (low_row, low), (top_row, top) = extremes(pairs)
    order = facts.intent.order
    lowest = bool(order and not order.descending and facts.intent.limit)
    row, value = (low_row, low) if lowest else (top_row, top)
    msgid = (
        "{when}: {metric:은/는} lowest for {name} with {value}."
        if lowest
        else "{when}: {metric:은/는} highest for {name} with {value}."
    )
    return text(
        msgid,
        facts.language,
        when=when(facts),
        metric=subject(facts, column),
        name=facts.name(row),
        value=facts.shown(value, column),
    )


def _grid(facts: Facts) -> str:
    column = facts.main
    assert column is not None
    pairs = facts.numbers(column)
    if not pairs:
        return _rows_found(facts)
    _, (row, most) = extremes(pairs)
    return text(
        "{when}: {metric:은/는} highest for {name} with {value}.",
        facts.language,
        when=when(facts),
        metric=subject(facts, column),
        name=facts.name(row),
        value=facts.shown(most, column),
    )


def _rows_found(facts: Facts) -> str:
    return text("{n} rows were found.", facts.language, n=facts.result.row_count)
