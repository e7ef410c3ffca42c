"""Two or three plain things that the table shows besides the headline."""

from askwell.agent.facts import Facts, extremes
from askwell.messages import number, text

_MOST = 3


def observations(facts: Facts) -> tuple[str, ...]:
    """Return up to three sentences, each computed from the table."""
    column = facts.main
    if column is None or len(facts.rows) < 2:
        return ()
    if facts.by_time and not facts.grouped:
        found = [_lowest(facts, column), _first_to_last(facts, column)]
    elif facts.grouped and not facts.by_time:
        found = [_share_of_top(facts, column), _lowest(facts, column)]
    else:
        found = [_lowest(facts, column)]
    found += [_biggest_move(facts)]
    return tuple(said[:1].upper() + said[1:] for said in found if said)[:_MOST]


def _lowest(facts: Facts, column: int) -> str:
    pairs = [pair for pair in facts.numbers(column) if not facts.is_partial(pair[0])]
    if len(pairs) < 2 or facts.asks_lowest:
        return ""
    (row, least), (_, most) = extremes(pairs)
    if least == most or facts.is_tied(least, column):
        return ""
    return text(
        "The lowest was {value} ({name}).",
        facts.language,
        value=facts.shown(least, column),
        name=facts.name(row),
    )


def _first_to_last(facts: Facts, column: int) -> str:
    pairs = [pair for pair in facts.in_time(column) if not facts.is_partial(pair[0])]
    if len(pairs) < 2:
        return ""
    (first, start), (last, end) = pairs[0], pairs[-1]
    moved = facts.moved(end, start, column)
    if not moved:
        return ""
    msgid = (
        "From {first} to {last} it rose by {change}."
        if moved > 0
        else "From {first} to {last} it fell by {change}."
    )
    return text(
        msgid,
        facts.language,
        first=facts.name(first),
        last=facts.name(last),
        change=facts.move_shown(moved, column),
    )


def _share_of_top(facts: Facts, column: int) -> str:
    if not facts.additive(column) or facts.intent.limit or facts.result.truncated:
        return ""
    total = facts.total(column)
    _, (row, most) = extremes(facts.numbers(column) or [((), total)])
    if not row or total <= 0 or facts.at("share"):
        return ""
    return text(
        "{name} is {share} of the {total} in all.",
        facts.language,
        name=facts.name(row),
        share=number(most / total, "ratio", facts.language),
        total=facts.shown(total, column),
    )


def _biggest_move(facts: Facts) -> str:
    column = facts.main
    moves = [m for c in facts.at("change")[:1] for m in facts.numbers(c)]
    if len(moves) < 2 or column is None or facts.is_ratio(column):
        return ""
    row, moved = max(moves, key=lambda m: abs(m[1]))
    rose = "The biggest rise was {change} ({name})."
    fell = "The biggest fall was {change} ({name})."
    return text(
        rose if moved > 0 else fell,
        facts.language,
        change=number(abs(moved), "ratio", facts.language),
        name=facts.name(row),
    )
