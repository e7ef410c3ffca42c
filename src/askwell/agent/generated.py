"""What is said about SQL that a model wrote: its title, how the question was read, what is open."""

from sqlglot import exp

from askwell.agent.generate import nothing_about
from askwell.agent.state import State
from askwell.domain.answer import ReceiptEntry, ShownFinding
from askwell.domain.intent import Intent, Order, Period
from askwell.domain.noun import Language
from askwell.domain.recall import Constraint, LinkedValue
from askwell.domain.result import Finding
from askwell.messages import say, text
from askwell.sql.checks import is_open_demand
from askwell.sql.columns import grain_of
from askwell.sql.parse import parse

_CERTAIN = ("period", "grain", "limit", "order")


def as_intent(state: State) -> Intent:
    """Return the question's demands as an intent, for sentences and charts."""
    demanded, draft = state["constraints"], state["draft"]
    tree = parse(draft.sql, draft.dialect)
    periods = [Period(start=c.start, end=c.end) for c in demanded if c.start and c.end]
    limit = next((int(str(c.values[0])) for c in demanded if c.kind == "limit"), None)
    read = state["reading"].intent
    return Intent(
        period=periods[0] if len(periods) == 1 else None,
        grain=grain_of(tree),
        order=_order(tree, demanded),
        limit=limit,
        chart=read.chart if read else None,
    )


def _order(tree: exp.Expr, demanded: tuple[Constraint, ...]) -> Order | None:
    ordered = tree.find(exp.Ordered)
    wanted = next((c.descending for c in demanded if c.descending is not None), None)
    if ordered is None or wanted is None:
        return None
    return Order(by=ordered.this.alias_or_name or "value", descending=wanted)


def title_of(state: State) -> str:
    """Return what the query measures: the question itself, for a model may say it wrongly."""
    return f"“{state['reading'].standalone.strip()}”"


def receipt(state: State) -> tuple[ReceiptEntry, ...]:
    """Return how phrases were read; what only the model has read is named as such.

    Of a question that the lattice understood in part, only what holds in any SQL is kept.
    """
    reading = state["reading"]
    kept = [line for line in reading.receipt if line.role in _CERTAIN]
    lost = [line.phrase for line in reading.receipt if line.role not in _CERTAIN]
    entries = [
        *(
            ReceiptEntry(phrase=r.phrase, role=r.role, meaning=say(r.meaning, reading.language))
            for r in kept
        ),
        *(_linked(v) for v in state["recalled"].values if _shows(v, state["draft"].sql)),
    ]
    linked = " ".join(e.phrase.casefold() for e in entries)
    left = [phrase for phrase in lost if phrase.casefold() not in linked]
    if left:
        meaning = text("read by the model; see the SQL", reading.language)
        entries.append(ReceiptEntry(phrase=", ".join(left), role="model", meaning=meaning))
    return tuple(dict.fromkeys(entries))


def _shows(value: LinkedValue, sql: str) -> bool:
    """Tell whether the SQL compares with a value that was found in the question."""
    written = sql.casefold()
    return str(value.stored).casefold() in written and value.column.column.casefold() in written


def _linked(value: LinkedValue) -> ReceiptEntry:
    meaning = f"{value.column.table}.{value.column.column} = {value.stored}"
    return ReceiptEntry(phrase=value.phrase, role="filter", meaning=meaning)


def left_out(state: State, language: Language) -> list[ShownFinding]:
    """Say what the SQL leaves out: words that the data lacks, demands that it does not show."""
    missing = state.get("missing")
    said = say(nothing_about(missing), language) if missing else ""
    found = [ShownFinding(rule="not_in_data", message=said)] if said else []
    return [*found, *(_open_demand(f, language) for f in state["findings"] if is_open_demand(f))]


def _open_demand(finding: Finding, language: Language) -> ShownFinding:
    msgid = "The SQL may not take “{phrase}” into account. Please look at it."
    return ShownFinding(rule=finding.rule, message=text(msgid, language, phrase=finding.phrase))
