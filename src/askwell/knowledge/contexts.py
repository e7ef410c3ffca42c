"""contexts.yml: policies, incidents and definitions that changed."""

from pathlib import Path

from askwell.domain.catalog import Context
from askwell.errors import Misconfigured
from askwell.knowledge.folder import Known, check, noun, read_list
from askwell.knowledge.labels import both, texts
from askwell.knowledge.yaml_file import Placed, shaped


def read_contexts(folder: Path, known: Known) -> tuple[Context, ...]:
    """Return the business contexts; one reads what its metrics read.

    Raises:
        Misconfigured: the file is broken, or a metric or table does not exist.
    """
    contexts = []
    for entry in read_list(folder / "contexts.yml"):
        with shaped(entry.place):
            contexts.append(_context(entry, known))
    return tuple(contexts)


def _context(entry: Placed, known: Known) -> Context:
    metrics, tables = texts(entry.get("metrics")), texts(entry.get("tables"))
    for metric in metrics:
        check(entry.place, "metric", metric, known.metrics)
    for table in tables:
        check(entry.place, "table", table, known.tables)
    context = noun(
        Context,
        entry.place,
        name=entry["name"],
        title=both(entry.get("title")),
        text=both(entry.get("text")),
        metrics=metrics,
        tables=tables,
        reads=tuple(dict.fromkeys(r for m in metrics for r in known.metrics[m].reads)),
        start=entry.get("start"),
        end=entry.get("end"),
        owner=str(entry.get("owner") or ""),
    )
    if context.start and context.end and context.start > context.end:
        raise Misconfigured(f"{entry.place}: `start` is after `end`; swap them.")
    return context
