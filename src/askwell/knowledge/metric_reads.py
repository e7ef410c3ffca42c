"""Which warehouse columns a metric touches: rights are decided by this."""

import re
from collections.abc import Iterator
from typing import Any, cast

from askwell.domain.catalog import ColumnRef
from askwell.knowledge.columns_read import read_by_expression
from askwell.knowledge.semantic import Semantic, element_reads, expression_reads, path_reads

_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.S)


def metric_reads(source: Semantic, name: str) -> Iterator[ColumnRef]:
    """Yield every column that a metric's SQL touches, those of its inputs included."""
    metric = source.metrics[name]
    for model in _models(source, name):
        yield from filter_reads(source, metric, metric.filter, model)
    measure = metric.type_params.metric_aggregation_params
    if measure:
        yield from _measure_reads(source, metric, measure)
    for used in inputs(metric):
        yield from metric_reads(source, used.name)
        for model in _models(source, used.name):
            yield from filter_reads(source, metric, used.filter, model)
    if metric.type_params.conversion_type_params:
        yield from _conversion_reads(source, metric)


def _measure_reads(source: Semantic, metric: Any, measure: Any) -> Iterator[ColumnRef]:
    model = source.models[measure.semantic_model]
    yield from expression_reads(source, model, metric.type_params.expr or metric.name)
    wanted = {agg_time(model, measure)}
    if measure.non_additive_dimension:
        wanted |= {measure.non_additive_dimension.name}
        wanted |= set(measure.non_additive_dimension.window_groupings)
    for element in (*model.dimensions, *model.entities):
        if element.name in wanted:
            yield from element_reads(source, model, element)


def _conversion_reads(source: Semantic, metric: Any) -> Iterator[ColumnRef]:
    conversion = metric.type_params.conversion_type_params
    ends = (
        (conversion.base_metric, "base_property"),
        (conversion.conversion_metric, "conversion_property"),
    )
    for end, side in ends:
        constants = [getattr(p, side) for p in conversion.constant_properties or ()]
        for model in _models(source, end.name):
            for element in (*model.entities, *model.dimensions):
                if element.name in {conversion.entity, *constants}:
                    yield from element_reads(source, model, element)


def inputs(metric: Any) -> list[Any]:
    """Return the metrics that a metric is made of."""
    parameters = metric.type_params
    given = [parameters.numerator, parameters.denominator, *(parameters.metrics or ())]
    if parameters.cumulative_type_params:
        given.append(parameters.cumulative_type_params.metric)
    if parameters.conversion_type_params:
        conversion = parameters.conversion_type_params
        given += [conversion.base_metric, conversion.conversion_metric]
    return [used for used in given if used is not None]


def _models(source: Semantic, name: str) -> list[Any]:
    """Return the semantic models that a metric measures, through its inputs."""
    metric = source.metrics[name]
    measure = metric.type_params.metric_aggregation_params
    own = [source.models[measure.semantic_model]] if measure else []
    return own + [m for used in inputs(metric) for m in _models(source, used.name)]


def agg_time(model: Any, measure: Any) -> str | None:
    """Return the name of the time dimension that a measure is shown by."""
    default = model.defaults.agg_time_dimension if model.defaults else None
    return cast(str | None, measure.agg_time_dimension or default)


def filter_reads(source: Semantic, metric: Any, where: Any, model: Any) -> Iterator[ColumnRef]:
    """Yield what a metric's filter reads, starting from the semantic model that it measures."""
    if where is None:
        return
    for template, called in where.filter_expression_parameter_sets(()):
        bare = _TEMPLATE.sub("NULL", template)
        place = source.places.get(metric.name, f"metric {metric.name}")
        table = source.tables[model.node_relation.alias]
        yield from read_by_expression(bare, table, source.dialect, place)
        for used in called.metric_call_parameter_sets:
            yield from _metric_filter_reads(source, used, model, place)
        for links, element in _paths(called):
            if element != "metric_time":
                yield from path_reads(source, links, element, start=model, place=place)


def _metric_filter_reads(
    source: Semantic, used: Any, model: Any, place: str
) -> Iterator[ColumnRef]:
    """Yield what `{{ Metric(…, [entity]) }}` reads: that metric, and the entity on both sides."""
    name = used.metric_reference.element_name
    yield from metric_reads(source, name)
    for start in (model, *_models(source, name)):
        for entity in used.group_by:
            *links, element = entity.element_name.split("__")
            yield from path_reads(source, tuple(links), element, start=start, place=place)


def _paths(called: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    for item in called.dimension_call_parameter_sets:
        yield _links(item), item.dimension_reference.element_name
    for item in called.time_dimension_call_parameter_sets:
        yield _links(item), item.time_dimension_reference.element_name
    for item in called.entity_call_parameter_sets:
        yield _links(item), item.entity_reference.element_name


def _links(item: Any) -> tuple[str, ...]:
    return tuple(e.element_name for e in item.entity_path)
