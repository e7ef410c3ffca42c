"""Turn a result into the answer that every surface shows."""

import logging

from langgraph.runtime import Runtime

from askwell.agent.facts import Facts
from askwell.agent.generated import as_intent, left_out, receipt, title_of
from askwell.agent.headline import headline, rows_found, what
from askwell.agent.named import named_in_answer
from askwell.agent.observations import observations
from askwell.agent.proof import unproven
from askwell.agent.state import Context, State
from askwell.agent.suggest import further_dimension, suggestions
from askwell.charts import choose
from askwell.domain.answer import (
    Answer,
    AnswerTable,
    Chart,
    ReceiptEntry,
    ShownFilter,
    ShownFinding,
    ShownFreshness,
    ShownIntent,
    ShownPeriod,
    TableColumn,
)
from askwell.domain.catalog import ColumnRef
from askwell.domain.catalog import Context as BusinessContext
from askwell.domain.intent import Intent, Period, Reading
from askwell.domain.noun import Language, Message
from askwell.domain.result import Draft, Freshness
from askwell.messages import say, text
from askwell.metrics import earlier
from askwell.sql.parse import pretty

_LOG = logging.getLogger("askwell")


async def show(state: State, runtime: Runtime[Context]) -> State:
    """Make the answer of a query that ran."""
    reading, draft, result = state["reading"], state["draft"], state["result"]
    context, language = runtime.context, reading.language
    facts = _facts(state, context)
    first, more = _proven(facts)
    chart = _chart(facts, first)
    answer = Answer(
        thread=state["thread"],
        turn=state["turn"],
        kind="answer",
        way=draft.way,
        language=language,
        headline=_emptied(state, language) or first,
        subject=_subject(facts),
        observations=more,
        table=shown_table(facts),
        sql=pretty(draft.sql, draft.dialect) if draft.way == "generated" else draft.sql,
        dialect=draft.dialect,
        chart=chart,
        intent=shown_intent(facts.intent),
        receipt=receipt(state) if draft.way == "generated" else shown_receipt(reading),
        assumptions=_assumptions(reading, facts, state, context, chart),
        findings=(*_findings(facts), *_left_out(state, language)),
        tables=context.catalog.tables_of(draft.reads),
        freshness=shown_freshness(state["freshness"], language),
        suggestions=suggestions(facts),
        timings_ms={"query": result.elapsed_ms},
        result_id=result.id,
        owner=_owner(draft, context),
    )
    return {"answer": answer, "named": _named(state, facts, context)}


def _named(state: State, facts: Facts, context: Context) -> tuple[ColumnRef, ...] | None:
    split = further_dimension(facts)
    suggested = frozenset(split.reads if split else ())
    return named_in_answer(state, context, _concerning(facts.intent, context), suggested)


def _facts(state: State, context: Context) -> Facts:
    reading, result = state["reading"], state["result"]
    if state["draft"].way == "generated":
        intent, title = as_intent(state), title_of(state)
        return Facts(result, intent, context.catalog, reading.language, title)
    assert reading.intent is not None
    return Facts(result, reading.intent, context.catalog, reading.language)


def _left_out(state: State, language: Language) -> list[ShownFinding]:
    return left_out(state, language) if state["draft"].way == "generated" else []


def _proven(facts: Facts) -> tuple[str, tuple[str, ...]]:
    """Return headline and observations; a sentence with an unproven number is left out."""
    first, more = headline(facts), observations(facts)
    lost = [s for s in (first, *more) if unproven([s], facts)]
    for sentence in lost:
        _LOG.error("a sentence has a number that is not in the table: %s", sentence)
    return (rows_found(facts) if first in lost else first), tuple(s for s in more if s not in lost)


def _subject(facts: Facts) -> str:
    measured = what(facts, facts.main) if facts.main is not None else ""
    return measured[:1].upper() + measured[1:]


def _chart(facts: Facts, title: str) -> Chart | None:
    partial = any(facts.is_partial(row) for row in facts.rows)
    return choose(facts.result, facts.intent, title, facts.language, facts.cell, partial=partial)


def _emptied(state: State, language: Language) -> str:
    """Say why there is nothing, where one filter alone is the reason."""
    reason = state.get("emptied_by")
    if reason is None:
        return ""
    said = say(reason, language)
    if state["draft"].way == "generated":
        return text("Nothing was found: no row meets {condition}.", language, condition=said)
    return text("Nothing was found: no data has {filter} in this time.", language, filter=said)


def shown_table(facts: Facts) -> AnswerTable:
    """Return the table with labels; the rows hold stored values, `labels` their names."""
    columns = tuple(
        TableColumn(
            name=c.name,
            label=facts.label(i),
            type=c.type,
            unit=c.unit,
            labels=facts.labels(c),
            grain=facts.intent.grain if c.role == "time" else None,
            role=c.role,
        )
        for i, c in enumerate(facts.result.columns)
    )
    result = facts.result
    return AnswerTable(
        columns=columns,
        rows=result.rows,
        row_count=result.row_count,
        truncated=result.truncated,
    )


def shown_intent(intent: Intent) -> ShownIntent:
    """Return the intent as in the JSON contract."""
    given = [a.value for a in intent.arguments]
    period = intent.period or next((v for v in given if isinstance(v, Period)), None)
    order, comparison = intent.order, intent.comparison
    return ShownIntent(
        metrics=intent.metrics or ((intent.verified,) if intent.verified else ()),
        dimensions=intent.dimensions,
        filters=tuple(
            ShownFilter(field=f.field, operator=f.operator, values=f.values)
            for f in (*intent.filters, *intent.having)
        )
        + tuple(
            ShownFilter(field=a.name, operator="in", values=(a.value,))
            for a in intent.arguments
            if not isinstance(a.value, Period)
        ),
        period=ShownPeriod(start=period.start, end=period.end) if period else None,
        grain=intent.grain,
        comparison=comparison.to if comparison else None,
        share=intent.share,
        cumulative=intent.cumulative,
        order=f"{order.by} {'desc' if order.descending else 'asc'}" if order else None,
        limit=intent.limit,
    )


def shown_receipt(reading: Reading) -> tuple[ReceiptEntry, ...]:
    """Return the receipt in the reader's language."""
    return tuple(
        ReceiptEntry(
            phrase=line.phrase, role=line.role, meaning=say(line.meaning, reading.language)
        )
        for line in reading.receipt
    )


def shown_freshness(
    freshness: tuple[Freshness, ...], language: Language
) -> tuple[ShownFreshness, ...]:
    """Return how new each table is."""
    return tuple(
        ShownFreshness(
            table=f.table,
            loaded_at=f.loaded_at.isoformat() if f.loaded_at else None,
            stale=f.stale,
            message=say(f.message, language) if f.message else "",
        )
        for f in freshness
    )


def _assumptions(
    reading: Reading, facts: Facts, state: State, context: Context, chart: Chart | None
) -> tuple[str, ...]:
    tables = context.catalog.tables_of(state["draft"].reads)
    notes = [say(m, reading.language) for m in reading.assumptions]
    notes += [say(f.message, reading.language) for f in state["freshness"] if f.message]
    notes += [say(m, reading.language) for m in _stated(facts, context, tables)]
    notes += [say(m, reading.language) for m in _drawn_otherwise(facts.intent, chart)]
    return tuple(dict.fromkeys(n for n in notes if n))


def _drawn_otherwise(intent: Intent, chart: Chart | None) -> list[Message]:
    """Say that a wish for a chart could not be met."""
    if intent.chart in (None, "table"):
        return []
    if chart is None:
        return [Message(text="No chart fits this result.")]
    if intent.chart == "pie" and chart.kind != "pie":
        return [Message(text="A pie fits up to six parts of one whole, so another chart is drawn.")]
    return []


def _stated(facts: Facts, context: Context, tables: tuple[str, ...]) -> list[Message]:
    intent, notes = facts.intent, []
    if intent.comparison and intent.period and intent.grain is None:
        before = earlier(intent.period, intent.comparison, today=context.clock.today())
        values = {"start": before.start, "end": before.end}
        notes.append(Message(text="Compared with {start} to {end}.", values=values))
    notes += _partial(facts)
    if facts.result.truncated:
        values_shown = {"n": facts.result.row_count}
        more = "There are more rows; these are the first {n}."
        notes.append(Message(text=more, values=values_shown))
    if any(t.rows and t.table in tables for t in context.rights.tables):
        notes.append(Message(text="Only the rows that you may read are counted."))
    notes += [
        Message(text="{title}: {text}", values={"title": c.title, "text": c.text})
        for c in _concerning(intent, context)
    ]
    return notes


def _concerning(intent: Intent, context: Context) -> list[BusinessContext]:
    return [c for c in context.catalog.contexts if _concerns(c, intent)]


def _partial(facts: Facts) -> list[Message]:
    """Say which bucket the asked period cuts off."""
    row = next((row for row in facts.rows if facts.is_partial(row)), None)
    if row is None or facts.period is None:
        return []
    name = " · ".join(facts.cell(row, i) for i in facts.at("time"))
    values = {"bucket": name, "day": facts.period.end}
    return [Message(text="{bucket} is not whole: it is counted up to {day}.", values=values)]


def _concerns(context: BusinessContext, intent: Intent) -> bool:
    """Tell whether a dated piece of context falls into the period of one of its metrics."""
    if not (context.start and intent.period and set(context.metrics) & set(intent.metrics)):
        return False
    end = context.end or context.start
    return context.start <= intent.period.end and end >= intent.period.start


def _findings(facts: Facts) -> list[ShownFinding]:
    """Look at the result: all null, a share above one."""
    found = []
    keys = [tuple(row[i] for i in facts.at("time", "dimension")) for row in facts.rows]
    keyed = facts.at("time", "dimension") and facts.at("metric")
    if keyed and facts.intent.verified is None and len(set(keys)) < len(keys):
        said = text("Some groups appear more than once.", facts.language)
        found.append(ShownFinding(rule="duplicate_keys", message=said))
    for column in facts.at("metric"):
        values = [v for _, v in facts.numbers(column)]
        spec, metric = facts.result.columns[column], facts.label(column)
        if facts.rows and not values:
            said = text("{metric} is empty in every row.", facts.language, metric=metric)
            found.append(ShownFinding(rule="all_null", message=said))
        if spec.unit == "ratio" and any(abs(v) > 10 for v in values):
            said = text("{metric} looks too large.", facts.language, metric=metric)
            found.append(ShownFinding(rule="absurd_ratio", message=said))
    return found


def _owner(draft: Draft, context: Context) -> str:
    known = context.catalog.table_named
    owners = (known[t].owner for t in context.catalog.tables_of(draft.reads) if t in known)
    return next((o for o in owners if o), "")
