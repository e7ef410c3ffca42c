"""A semantic manifest with its columns resolved: what an element, a path, a filter reads."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from metricflow_semantic_interfaces.errors import (
    ConstraintParseException,
    ModelTransformError,
    ParsingException,
)
from metricflow_semantic_interfaces.implementations.metric import PydanticMetric
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import (
    SemanticManifestValidator,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from pydantic.v1 import ValidationError

from askwell.domain.catalog import ColumnRef, Table
from askwell.errors import Misconfigured
from askwell.knowledge.columns_read import read_by_expression
from askwell.knowledge.project import Project
from askwell.knowledge.yaml_file import shaped, unknown

Reads = tuple[ColumnRef, ...]
_MISFITS = (ParsingException, ModelTransformError, ConstraintParseException, AssertionError)
_JOINABLE = {"primary", "unique", "natural"}


@dataclass(frozen=True)
class Semantic:
    """Hold MetricFlow's own view of a project, beside the tables that it stands on."""

    manifest: Any
    tables: Mapping[str, Table]
    places: Mapping[str, str]
    dialect: str

    @cached_property
    def lookup(self) -> SemanticManifestLookup:
        """Return MetricFlow's index, which knows what can be grouped by what."""
        return SemanticManifestLookup(self.manifest)

    @cached_property
    def models(self) -> dict[str, Any]:
        """Map a semantic model's name to it."""
        return {m.name: m for m in self.manifest.semantic_models}

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Map a metric's name to it, private ones included."""
        return {m.name: m for m in self.manifest.metrics}


def semantic(project: Project, tables: Iterable[Table], dialect: str) -> Semantic:
    """Return the project's manifest, checked by MetricFlow's own rules.

    Raises:
        Misconfigured: MetricFlow would not accept it; says why and where.
    """
    _check_each(project)
    try:
        parsed = PydanticSemanticManifest.parse_raw(json.dumps(project.manifest))
        settled = PydanticSemanticManifestTransformer.transform(parsed)
    except (*_MISFITS, ValueError) as error:
        raise Misconfigured(f"The semantic models do not fit together: {error}") from error
    checked = SemanticManifestValidator[PydanticSemanticManifest]()
    for issue in checked.validate_semantic_manifest(settled).errors:
        raise Misconfigured(f"{_place(issue.context, project)}{issue.message}")
    return Semantic(settled, {t.name: t for t in tables}, project.places, dialect)


def element_reads(source: Semantic, model: Any, element: Any) -> Reads:
    """Return what an entity, dimension or measure of a semantic model reads."""
    return expression_reads(source, model, element.expr or element.name)


def expression_reads(source: Semantic, model: Any, expression: str) -> Reads:
    """Return the columns of the semantic model's table that an expression reads."""
    place = source.places.get(model.name, f"semantic model {model.name}")
    table = source.tables[model.node_relation.alias]
    return read_by_expression(str(expression), table, source.dialect, place)


def path_reads(
    source: Semantic, links: tuple[str, ...], element: str, *, start: Any = None, place: str = ""
) -> Iterator[ColumnRef]:
    """Yield what `entity__…__element` reads: the column, and the keys of every join to it.

    `start`: the semantic model that the path leaves from; its own foreign key is read too.

    Raises:
        Misconfigured: no such path; names `place`.
    """
    here = start
    for i, link in enumerate(links):
        if here is not None and here is start and i == 0 and link == primary_entity(start):
            continue
        wanted = links[i + 1] if i + 1 < len(links) else element
        if here is not None:
            yield from _key(source, here, link)
        here = _joined(source, link, wanted, place)
        yield from _key(source, here, link)
    found = _elements(here).get(element)
    if found is None:
        raise unknown(place, "dimension", "__".join((*links, element)), _names(source))
    yield from element_reads(source, here, found)


def primary_entity(model: Any) -> str | None:
    """Return the entity that a row of this semantic model is."""
    own = (str(e.name) for e in model.entities if e.type.value == "primary")
    return next(own, None) or cast(str | None, model.primary_entity)


def _elements(model: Any) -> dict[str, Any]:
    return {e.name: e for e in (*model.dimensions, *model.entities)} if model else {}


def _key(source: Semantic, model: Any, entity: str) -> Reads:
    found = next((e for e in model.entities if e.name == entity), None)
    return element_reads(source, model, found) if found else ()


def _joined(source: Semantic, link: str, wanted: str, place: str) -> Any:
    """Return the semantic model that `link` leads to, which has the wanted element."""
    for model in source.models.values():
        joinable = {e.name for e in model.entities if e.type.value in _JOINABLE}
        if link in joinable | {model.primary_entity} and wanted in _elements(model):
            return model
    raise unknown(place, "dimension", f"{link}__{wanted}", _names(source))


def _names(source: Semantic) -> Iterator[str]:
    for model in source.models.values():
        yield from (f"{primary_entity(model)}__{name}" for name in _elements(model))


def _check_each(project: Project) -> None:
    """Check that MetricFlow can read each entry, so that an error names the entry's place."""
    kinds = (("semantic_models", PydanticSemanticModel), ("metrics", PydanticMetric))
    for kind, parser in kinds:
        for entry in project.manifest[kind]:
            place = project.places.get(entry["name"], entry["name"])
            with shaped(place):
                _check(parser, entry, place)


def _check(parser: Any, entry: Mapping[str, Any], place: str) -> None:
    try:
        parser.parse_obj(entry)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(
            f"{place}: {entry['name']}: `{field}`: {first['msg']}. Correct it."
        ) from error
    except _MISFITS as error:
        raise Misconfigured(f"{place}: {entry['name']}: {error}. Correct it.") from error


def _place(context: Any, project: Project) -> str:
    """Return the place of the entry that a finding of MetricFlow is about."""
    names = re.findall(r"(?:metric|semantic_model)_name='([^']+)'", repr(context))
    place = next((project.places[n] for n in names if n in project.places), "")
    return f"{place}: " if place else ""
