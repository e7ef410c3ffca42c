"""dbt's semantic YAML -> the semantic manifest that `dbt parse` would write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from askwell.errors import Misconfigured
from askwell.knowledge.labels import meta_of
from askwell.knowledge.project import Project, Relation, calls
from askwell.knowledge.yaml_file import Placed, entries, named, shaped, unknown

_NEEDS = {
    "simple": ("measure",),
    "ratio": ("numerator", "denominator"),
    "derived": ("expr", "metrics"),
    "conversion": ("conversion_type_params",),
}
_ELEMENTS = ("entities", "dimensions", "measures")


@dataclass(frozen=True, slots=True)
class Semantics:
    """Hold the YAML entries that a semantic manifest is made of.

    `tables` maps a model's name to its table.
    """

    models: list[Placed]
    semantic_models: list[Placed]
    metrics: list[Placed]
    tables: Mapping[str, str]


def translate(semantics: Semantics, relations: tuple[Relation, ...]) -> Project:
    """Return the project with its semantic manifest; the schema of a table is left open.

    Raises:
        Misconfigured: a name does not exist; says where and which one is near.
    """
    models, metrics = [], []
    for entry in semantics.semantic_models:
        with shaped(entry.place):
            models.append(_semantic_model(entry, semantics.tables))
    for entry in semantics.metrics:
        with shaped(entry.place):
            metrics.append(_metric(entry))
    _check_inputs(semantics, models, metrics)
    manifest = {
        "semantic_models": models,
        "metrics": metrics,
        "project_configuration": {"time_spines": list(_time_spines(semantics))},
        "saved_queries": [],
    }
    places = {named(e, e.place): e.place for e in (*semantics.semantic_models, *semantics.metrics)}
    return Project(manifest, relations, places)


def _semantic_model(entry: Placed, tables: Mapping[str, str]) -> dict[str, Any]:
    targets = calls(str(entry.get("model") or ""))
    if not targets:
        raise Misconfigured(f"{entry.place}: write `model: ref('…')` in this semantic model.")
    if targets[0] not in tables:
        raise unknown(entry.place, "model", targets[0], tables)
    elements = {
        kind: [_element(e) for e in entries(entry, kind, entry.place)] for kind in _ELEMENTS
    }
    return {
        **_settled(entry, "name", "description", "label", "defaults", "primary_entity"),
        "node_relation": {"alias": tables[targets[0]], "schema_name": ""},
        **elements,
    }


def _element(entry: Placed) -> dict[str, Any]:
    named(entry, entry.place)
    element = _settled(entry, *(k for k in entry if k not in {"config", "meta"}))
    if entry.get("expr") is not None:
        element["expr"] = str(entry["expr"])
    return element


def _metric(entry: Placed) -> dict[str, Any]:
    named(entry, entry.place)
    parameters = dict(entry.get("type_params") or {})
    for key in ("numerator", "denominator", "measure"):
        if isinstance(parameters.get(key), str):
            parameters[key] = {"name": parameters[key]}
    for key in _NEEDS.get(str(entry.get("type")), ()):
        if not parameters.get(key):
            raise Misconfigured(
                f"{entry.place}: a {entry['type']} metric needs `{key}` in its `type_params`."
            )
    inputs = parameters.get("metrics") or []
    parameters["metrics"] = [{"name": i} if isinstance(i, str) else i for i in inputs]
    keys = ("name", "description", "label", "type", "filter", "time_granularity")
    return {**_settled(entry, *keys), "type_params": parameters}


def _settled(entry: Placed, *keys: str) -> dict[str, Any]:
    """Return these keys of an entry, and its `meta` where MetricFlow keeps it."""
    return {**{k: entry.get(k) for k in keys}, "config": {"meta": meta_of(entry)}}


def _check_inputs(
    semantics: Semantics, models: list[dict[str, Any]], metrics: list[dict[str, Any]]
) -> None:
    measures = [m for model in models for m in model["measures"]]
    measure_names = {m["name"] for m in measures}
    made = {m["name"] for m in measures if m.get("create_metric")}
    metric_names = made | {m["name"] for m in metrics}
    for entry, metric in zip(semantics.metrics, metrics, strict=True):
        with shaped(entry.place):
            used = list(_inputs(metric["type_params"]))
        for kind, name in used:
            known = measure_names if kind == "measure" else metric_names
            if name not in known:
                raise unknown(entry.place, kind, name, known)


def _inputs(parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    conversion = parameters.get("conversion_type_params") or {}
    cumulative = parameters.get("cumulative_type_params") or {}
    given = [
        ("measure", parameters.get("measure")),
        ("measure", conversion.get("base_measure")),
        ("measure", conversion.get("conversion_measure")),
        ("metric", parameters.get("numerator")),
        ("metric", parameters.get("denominator")),
        ("metric", cumulative.get("metric")),
        *(("metric", m) for m in parameters["metrics"]),
    ]
    for kind, reference in given:
        if reference:
            yield kind, reference if isinstance(reference, str) else str(reference.get("name"))


def _time_spines(semantics: Semantics) -> Iterable[dict[str, Any]]:
    for model in semantics.models:
        spine = model.get("time_spine")
        if not spine:
            continue
        column = spine.get("standard_granularity_column")
        columns = {c.get("name"): c for c in entries(model, "columns", model.place)}
        if column not in columns:
            known = [str(c) for c in columns]
            raise unknown(model.place, "column", str(column), known)
        yield {
            "node_relation": {"alias": semantics.tables[model["name"]], "schema_name": ""},
            "primary_column": {
                "name": column,
                "time_granularity": str(columns[column].get("granularity") or "day"),
            },
            "custom_granularities": spine.get("custom_granularities") or [],
        }
