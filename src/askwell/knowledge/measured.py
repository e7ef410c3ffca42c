"""Metrics and dimensions of a semantic manifest -> the catalog's own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metricflow_semantic_interfaces.references import MetricReference
from metricflow_semantics.model.semantics.element_filter import GroupByItemSetFilter

from askwell.domain.catalog import Column, ColumnRef, Dimension, Grain, Metric, ValueSet
from askwell.domain.noun import Label
from askwell.knowledge.labels import label_of, meta_of, texts, unit_of, values_of
from askwell.knowledge.metric_reads import agg_time, inputs, metric_reads
from askwell.knowledge.semantic import (
    Semantic,
    element_reads,
    path_reads,
)

Path = tuple[tuple[str, ...], str]  # entity links, element
_GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
_ADDITIVE = {"sum", "count", "sum_boolean"}


def metrics_and_dimensions(
    source: Semantic,
) -> tuple[tuple[Metric, ...], tuple[Dimension, ...]]:
    """Return every public metric, and every dimension that one of them can be grouped by."""
    joined: dict[Path, tuple[Any, bool]] = {}
    metrics = []
    for metric in source.metrics.values():
        if metric.type_params.is_private:
            continue
        paths = _shortest(_reachable(source, metric.name))
        metrics.append(_metric(source, metric, tuple(sorted(_name(p) for p in paths))))
        for path, (model, is_joined) in paths.items():
            joined[path] = (model, is_joined or joined.get(path, (model, False))[1])
    dimensions = [_dimension(source, path, *found) for path, found in sorted(joined.items())]
    return tuple(metrics), tuple(_told_apart(source, sorted(joined), dimensions))


def _grain(source: Semantic, name: str) -> Grain:
    """Return the finest step in which a metric can be shown: its inputs' coarsest."""
    metric = source.metrics[name]
    steps = [_grain(source, used.name) for used in inputs(metric)]
    measure = metric.type_params.metric_aggregation_params
    if measure:
        model = source.models[measure.semantic_model]
        time = next((d for d in model.dimensions if d.name == agg_time(model, measure)), None)
        step = time.type_params.time_granularity.value if time and time.type_params else "day"
        steps.append(step if step in _GRAINS else "day")
    return max(steps, key=_GRAINS.index, default="day")


def _additive(metric: Any) -> bool:
    measure = metric.type_params.metric_aggregation_params
    return bool(
        metric.type.value == "simple"
        and measure
        and measure.agg.value in _ADDITIVE
        and not measure.non_additive_dimension
    )


def _metric(source: Semantic, metric: Any, dimensions: tuple[str, ...]) -> Metric:
    meta = {**_measure_meta(source, metric.name), **_meta(metric)}
    place = source.places.get(metric.name, f"metric {metric.name}")
    return Metric(
        name=metric.name,
        label=label_of(metric.label, meta),
        synonyms=texts(meta.get("synonyms")),
        description=metric.description or "",
        type=metric.type.value,
        unit=unit_of(meta, place),
        additive=_additive(metric),
        zero_filled=metric.type_params.fill_nulls_with == 0,
        grain=_grain(source, metric.name),
        dimensions=dimensions,
        reads=_sorted(metric_reads(source, metric.name)),
        owner=str(meta.get("owner") or ""),
    )


def _measure_meta(source: Semantic, name: str) -> dict[str, Any]:
    """Return the meta of the measure that dbt made this metric of (`create_metric`)."""
    made_of = (m for model in source.models.values() for m in model.measures if m.name == name)
    measure = next(made_of, None)
    return _meta(measure) if measure else {}


def _meta(element: Any) -> dict[str, Any]:
    return meta_of({"meta": element.config.meta if element.config else {}})


def _reachable(source: Semantic, metric: str) -> dict[Path, tuple[Any, bool]]:
    """Map what a metric can be grouped by to its semantic model, and whether by a join."""
    items = source.lookup.metric_lookup.get_common_group_by_items(
        metric_references=(MetricReference(metric),), set_filter=GroupByItemSetFilter.create()
    )
    found: dict[Path, tuple[Any, bool]] = {}
    for item in items.annotated_specs:
        properties = {p.name for p in item.property_set}
        is_dimension = item.element_type.name in {"DIMENSION", "TIME_DIMENSION"}
        if not is_dimension or properties & {"METRIC_TIME", "DATE_PART"}:
            continue
        links = tuple(e.element_name for e in item.spec.entity_links)
        origin = next(iter(item.origin_semantic_model_references)).semantic_model_name
        found[links, item.element_name] = source.models[origin], "JOINED" in properties
    return found


def _shortest(paths: Mapping[Path, tuple[Any, bool]]) -> dict[Path, tuple[Any, bool]]:
    """Keep, of several ways to one column, the shortest; equally short ones all stay."""
    lengths: dict[tuple[str, str], int] = defaultdict(lambda: 99)
    for (links, element), (model, _) in paths.items():
        lengths[model.name, element] = min(lengths[model.name, element], len(links))
    return {
        (links, element): found
        for (links, element), found in paths.items()
        if len(links) == lengths[found[0].name, element]
    }


def _dimension(source: Semantic, path: Path, model: Any, joined: bool) -> Dimension:
    links, element = path
    own = next(d for d in model.dimensions if d.name == element)
    direct = element_reads(source, model, own)
    reads = path_reads(source, links, element) if joined else direct
    column = _column(source, direct) if (own.expr or own.name).isidentifier() else None
    meta = {**(_inherited(column) if column else {}), **_meta(own)}
    label = label_of(own.label, meta)
    return Dimension(
        name=_name(path),
        label=label if label != Label() or not column else column.label,
        synonyms=texts(meta.get("synonyms")),
        description=own.description or (column.description if column else ""),
        type=own.type.value,
        column_type=column.type if column else "date" if own.type.value == "time" else "varchar",
        unit=unit_of(meta, source.places.get(model.name, model.name)),
        reads=_sorted(reads),
        values=_values(_meta(own), column),
    )


def _inherited(column: Column) -> dict[str, Any]:
    label = column.label
    return {
        "label_ko": label.ko,
        "label_en": label.en,
        "synonyms": list(column.synonyms),
        "unit": column.unit,
    }


def _values(meta: Mapping[str, Any], column: Column | None) -> ValueSet | None:
    if meta.get("values"):
        return ValueSet(values=values_of(meta), declared=True)
    return column.values if column else None


def _column(source: Semantic, reads: Iterable[ColumnRef]) -> Column | None:
    ref = next(iter(reads), None)
    return source.tables[ref.table].column(ref.column) if ref else None


def _told_apart(
    source: Semantic, paths: list[Path], dimensions: list[Dimension]
) -> Iterator[Dimension]:
    """Yield the dimensions; one column reached by several ways is named after each way."""
    ways: dict[tuple[str, Label], int] = defaultdict(int)
    for (_, element), dimension in zip(paths, dimensions, strict=True):
        ways[element, dimension.label] += 1
    labels = _entity_labels(source)
    for (links, element), dimension in zip(paths, dimensions, strict=True):
        entity = labels.get(links[0]) if links else None
        if entity and ways[element, dimension.label] > 1:
            label = Label(
                ko=f"{entity.ko} {dimension.label.ko}".strip(),
                en=f"{entity.en} {dimension.label.en}".strip(),
            )
            yield dimension.model_copy(update={"label": label})
        else:
            yield dimension


def _entity_labels(source: Semantic) -> dict[str, Label]:
    """Map an entity to the label that some semantic model gives it."""
    entities = [e for model in source.models.values() for e in model.entities]
    labels = ((e.name, label_of(e.label, _meta(e))) for e in entities)
    return {name: label for name, label in labels if label != Label()}


def _name(path: Path) -> str:
    return "__".join((*path[0], path[1]))


def _sorted(reads: Iterable[ColumnRef]) -> tuple[ColumnRef, ...]:
    return tuple(sorted(set(reads), key=lambda r: (r.table, r.column)))
