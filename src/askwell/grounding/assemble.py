"""From roles to an intent: periods, groups and comparisons put together, or asked back."""

import re
from collections.abc import Sequence
from datetime import date

from askwell.domain.intent import Comparison, Intent, Period
from askwell.domain.noun import Message
from askwell.grounding import defaults
from askwell.grounding.roles import Roles, ordered
from askwell.grounding.senses import naming_dimensions
from askwell.grounding.timeframes import TimeSpan


def intent_of(roles: Roles) -> Intent:
    """Return the intent that the roles add up to, without what a thread or a default gives."""
    periods = sorted((t for t in _placed(roles.periods) if t.period), key=lambda t: t.period.end)  # type: ignore[union-attr]
    main = periods[-1].period if periods else None
    comparison = _against(periods) or roles.comparison or _changed(roles)
    grain = roles.grain or defaults.implied_grain(
        comparison, roles.comparison_unit, (periods[-1].unit if periods else None) or ""
    )
    if comparison and not grain and periods:
        comparison = _like_for_like(comparison, roles.comparison_unit, periods[-1])
    if roles.trend and not grain:
        grain = defaults.trend_grain(main)
    return Intent.model_validate(
        {
            "metrics": tuple(roles.metrics),
            "dimensions": tuple(_dimensions(roles)),
            "filters": tuple(roles.filters),
            "having": tuple(roles.having),
            "period": main,
            "grain": grain,
            "business_days": roles.business_days,
            "comparison": comparison,
            "share": roles.share and not roles.change,
            "cumulative": roles.cumulative,
            "order": ordered(roles),
            "limit": roles.limit,
            "chart": roles.chart,
        }
    )


def _placed(periods: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Drop a year that only says when a holiday or month was: 설 연휴 결제 건수 2025."""
    within = [t.period for t in periods if t.yearless and t.period]
    return [
        t
        for t in periods
        if not (
            t.unit == "year"
            and t.period
            and any(t.period.start <= p.start and p.end <= t.period.end for p in within)
        )
    ]


def _like_for_like(comparison: Comparison, unit: str, span: TimeSpan) -> Comparison:
    """Compare an unfinished unit with the same days of the one before; a day with a week before."""
    coarser = unit not in ("", span.unit) and span.unit == "day"
    if comparison.to != "previous" or span.period is None or not (span.partial or coarser):
        return comparison
    against = defaults.unit_before(span.period, unit if coarser else span.unit or "")
    return Comparison(to="period", against=against) if against else comparison


def _dimensions(roles: Roles) -> list[str]:
    """Group by what is named, and by the field whose values are compared."""
    compared = [
        f.field
        for f in roles.filters
        if f.operator == "in" and len(f.values) > 1 and (roles.side_by_side or roles.change)
        if f.field not in roles.dimensions
    ]
    return [*roles.dimensions, *dict.fromkeys(compared), *_named_rows(roles)]


def _named_rows(roles: Roles) -> list[str]:
    """Group by the names of a table's rows where a few of them are wanted: top 3 stores."""
    if not roles.limit or roles.dimensions or roles.grain:
        return []
    tables = {s.name for p in roles.tables for s in p.senses}
    found = [d for t in tables for d in naming_dimensions(t, roles.catalog, roles.metrics)]
    return found[:1]


def _against(periods: Sequence[TimeSpan]) -> Comparison | None:
    """Compare two named periods: the later with the earlier."""
    if len(periods) != 2 or periods[0].period == periods[1].period:
        return None
    before, main = periods[0].period, periods[1].period
    if periods[1].partial and periods[0].unit == periods[1].unit and before and main:
        before = Period(
            start=before.start, end=min(before.end, before.start + (main.end - main.start))
        )
    return Comparison(to="period", against=before)


def _changed(roles: Roles) -> Comparison | None:
    """Read 늘었어, grew as a comparison with the time before, unless values are compared."""
    compared = any(f.operator == "in" and len(f.values) > 1 for f in roles.filters)
    return Comparison(to="previous") if roles.change and not compared else None


def with_period(intent: Intent, roles: Roles, today: date) -> tuple[Intent, tuple[Message, ...]]:
    """Fill the period in where none was named, and say so."""
    if intent.verified or intent.period or not intent.metrics:
        return intent, ()
    if roles.all_time or _all_time_metric(intent, roles):
        return intent, (Message(text="No period was named, so this is everything to yesterday."),)
    if intent.comparison and roles.comparison_unit and not intent.grain:
        period: Period | None = defaults.compared_period(roles.comparison_unit, today)
    else:
        period = defaults.default_period(intent.grain, today)
    if period is None:
        return intent, (Message(text="No period was named, so this is everything to yesterday."),)
    note = Message(
        text="No period was named, so this is {start} to {end}.",
        values={"start": period.start, "end": period.end},
    )
    return intent.model_copy(update={"period": period}), (note,)


def _all_time_metric(intent: Intent, roles: Roles) -> bool:
    """Tell that a running total to date is asked: it has no 30 days."""
    types = {roles.catalog.metric_named[m].type for m in intent.metrics}
    return intent.grain is None and types == {"cumulative"}


def missing_in(intent: Intent, roles: Roles) -> Message | None:
    """Return what must be asked back before the intent can be answered, or None."""
    if not intent.metrics and not intent.verified and not roles.ambiguous:
        return Message(text="Which number do you mean?")
    if any(t.future for t in roles.periods):
        return Message(text="That time has not come yet, and I do not forecast.")
    if roles.impossible:
        return roles.impossible[0]
    odd = _odd(intent, roles)
    if odd:
        return odd
    if len(roles.periods) > 2:
        return Message(text="I can compare two periods at a time.")
    return None


def _odd(intent: Intent, roles: Roles) -> Message | None:
    """Return what is asked back where a question fits together in no one way."""
    groups = len(intent.dimensions)
    if intent.limit and not groups and not intent.grain:
        return Message(text="The most or least of what? Name what to rank, such as a region.")
    if intent.limit and groups > 1:
        return Message(text="I can rank one kind of thing at a time.")
    if roles.limit and roles.change and not intent.grain:
        return Message(text="I cannot rank by growth yet. I can show the change for each group.")
    if roles.grain and roles.periods and _coarser(roles.grain, roles.periods[-1].unit):
        return Message(text="That time is shorter than the steps it is to be split into.")
    if len(roles.metrics) > 1 and (len(roles.periods) > 1 or _alternating(roles)):
        return Message(text="Those are two questions. Please ask one at a time.")
    if not (roles.side_by_side or roles.change) and not _joined_times(roles):
        return Message(text="Two different times are named. Which one do you mean?")
    compared = roles.comparison or len(roles.periods) > 1 or _several_values(intent)
    if roles.against and not compared:
        return Message(text="Compared with what? Name both times, or both values.")
    return None


_JOINING = re.compile(r"(과|와|랑|하고|및|[,·/&~-]|\band|\bvs\.?|\bversus|\bto)\s*$", re.IGNORECASE)


def _joined_times(roles: Roles) -> bool:
    """Tell that two times are said together, as in 2023년과 2024년, or that there is only one."""
    placed = sorted(_placed(roles.periods), key=lambda span: span.start)
    if len(placed) != 2:
        return True
    return bool(_JOINING.search(roles.question[placed[0].start : placed[1].start]))


def _coarser(grain: str, unit: str | None) -> bool:
    order = ["day", "week", "month", "quarter", "half", "year"]
    return unit in order and order.index(grain) > order.index(unit)


def _alternating(roles: Roles) -> bool:
    """Tell that each metric has a value of its own: 서울 매출과 부산 판매 건수."""
    order = sorted(roles.lines, key=lambda line: line.start)
    letters = "".join(line.role[0] for line in order if line.role in ("metric", "filter"))
    return bool(re.search("fm+f+m|mf+m+f", letters))


def _several_values(intent: Intent) -> bool:
    several = any(f.operator == "in" and len(f.values) > 1 for f in intent.filters)
    return several or bool(intent.dimensions or len(intent.metrics) > 1)
