"""Which columns an answer names beside those that its query reads: in choices, hints, receipts.

Names are secrets too: whoever sees an answer sees them. What is behind each name is looked up
in the asker's catalog; a name that is not found there makes the whole unknown, which is None.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from askwell.agent.state import Context, State
from askwell.domain.catalog import Catalog, ColumnRef, Dimension, Metric, Term, VerifiedQuery
from askwell.domain.catalog import Context as BusinessContext
from askwell.domain.intent import Choice, Intent, Reading
from askwell.domain.noun import Label, Message

Refs = frozenset[ColumnRef]
_VALUES = "values"  # in a message about a filter; the filter's field is named beside it


def named_in_reply(
    state: State, context: Context, offered: Iterable[Choice], suggested: Iterable[Metric]
) -> tuple[ColumnRef, ...] | None:
    """Return the columns behind everything that an answer without a query names."""
    reading, catalog = state["reading"], context.catalog
    previous = state.get("previous")
    refs = set(of_intent(reading.intent, catalog)) if reading.intent else set()
    refs |= {ref for metric in suggested for ref in metric.reads}
    refs |= _of_definition(reading, catalog)
    refs |= set(previous.reads) if previous and reading.request in ("sql", "csv") else set()
    labels = [*(c.label for c in offered), *_labels(_messages(state, reading))]
    return _with_labels(refs, labels, catalog)


def named_in_answer(
    state: State, context: Context, contexts: Iterable[BusinessContext], suggested: Refs
) -> tuple[ColumnRef, ...] | None:
    """Return the columns behind what stands beside a result."""
    catalog = context.catalog
    contexts = list(contexts)
    refs = set(suggested) | {ref for one in contexts for ref in _of_context(one, catalog)}
    if not {table for one in contexts for table in one.tables} <= {ref.table for ref in refs}:
        return None
    labels = [] if state["draft"].way == "generated" else state["reading"].assumptions
    return _with_labels(refs, _labels(labels), catalog)


def of_intent(intent: Intent, catalog: Catalog) -> Refs:
    """Return the columns behind all names of an intent."""
    fields = [*intent.dimensions, *(f.field for f in (*intent.filters, *intent.having))]
    metrics = [catalog.metric_named.get(m) for m in (*intent.metrics, *fields)]
    dimensions = [catalog.dimension_named.get(f) for f in fields]
    query = catalog.verified_named.get(intent.verified or "")
    nouns = [n for n in (*metrics, *dimensions, query) if n]
    return frozenset(ref for noun in nouns for ref in noun.reads)


def _messages(state: State, reading: Reading) -> list[Message]:
    said = [line.meaning for line in reading.receipt]
    more = (reading.missing, state.get("refusal"), state.get("emptied_by"))
    return [*said, *(m for m in more if m)]


def _labels(messages: Iterable[Message]) -> list[Label]:
    return [
        value
        for message in messages
        for key, value in message.values.items()
        if isinstance(value, Label) and key != _VALUES
    ]


def _with_labels(
    refs: set[ColumnRef], labels: Iterable[Label], catalog: Catalog
) -> tuple[ColumnRef, ...] | None:
    labels = list(labels)
    index = _index(catalog) if labels else {}
    for label in labels:
        found = [index.get(name) for name in (label.ko, label.en) if name]
        if not found or any(behind is None for behind in found):
            return None
        refs |= {ref for behind in found for ref in behind or ()}
    return tuple(sorted(refs, key=lambda r: (r.table, r.column)))


def _index(catalog: Catalog) -> Mapping[str, set[ColumnRef]]:
    """Map every text that a choice or a receipt calls something by to the columns behind it."""
    index: dict[str, set[ColumnRef]] = defaultdict(set)
    nouns: list[Metric | Dimension | VerifiedQuery] = [*catalog.metrics, *catalog.dimensions]
    for noun in [*nouns, *catalog.verified]:
        for name in (noun.label.ko, noun.label.en, noun.name):
            index[name] |= set(noun.reads)
    for dimension in catalog.dimensions:
        for value in dimension.values.values if dimension.values else ():
            for name in (value.label.ko, value.label.en, str(value.stored)):
                for field in ("", dimension.label.ko, dimension.label.en, dimension.name):
                    index[f"{field} {name}".strip()] |= set(dimension.reads)
    for term in catalog.terms:
        for name in (term.label.ko, term.label.en, term.name):
            index[name] |= _of_term(term, catalog)
    return index


def _of_definition(reading: Reading, catalog: Catalog) -> set[ColumnRef]:
    if reading.request != "definition" or reading.definition is None:
        return set()
    name = reading.definition
    meant = [t for t in catalog.terms if name in (t.name, t.meaning.metric, t.meaning.dimension)]
    nouns = [catalog.metric_named.get(name), catalog.dimension_named.get(name)]
    refs = {ref for noun in nouns if noun for ref in noun.reads}
    return refs | {ref for term in meant for ref in _of_term(term, catalog)}


def _of_term(term: Term, catalog: Catalog) -> set[ColumnRef]:
    meaning = term.meaning
    intent = Intent(
        metrics=(meaning.metric,) if meaning.metric else (),
        dimensions=(meaning.dimension,) if meaning.dimension else (),
        filters=meaning.conditions,
        verified=meaning.verified,
    )
    return set(of_intent(intent, catalog))


def _of_context(context: BusinessContext, catalog: Catalog) -> set[ColumnRef]:
    metrics = (catalog.metric_named[m] for m in context.metrics)
    return {*context.reads, *(ref for metric in metrics for ref in metric.reads)}
