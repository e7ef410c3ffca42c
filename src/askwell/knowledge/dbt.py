"""A dbt project: what dbt parsed where it has, otherwise what the YAML says."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from askwell.domain.catalog import ColumnRef
from askwell.errors import Misconfigured
from askwell.knowledge.dbt_yaml import read_yaml_project
from askwell.knowledge.manifest import has_target, read_target
from askwell.knowledge.project import Project
from askwell.knowledge.tables import table_named
from askwell.warehouses import FoundTable


def read_project(root: Path, found: Iterable[FoundTable]) -> Project:
    """Return the project, its relations set to the warehouse's own tables.

    Raises:
        Misconfigured: a file is broken, a name does not exist, or a semantic model's table is
            not in the warehouse.
    """
    project = read_target(root) if has_target(root) else read_yaml_project(root)
    tables = tuple(found)
    manifest = project.manifest
    for model in manifest.get("semantic_models", []):
        place = project.places.get(model["name"], str(root))
        model["node_relation"] = _found(model["node_relation"], tables, place)
    for spine in manifest.get("project_configuration", {}).get("time_spines", []):
        spine["node_relation"] = _found(spine["node_relation"], tables, f"{root}: time spine")
    return project


def primary_keys(project: Project) -> set[ColumnRef]:
    """Return the columns that primary entities stand on."""
    return {
        ColumnRef(
            table=model["node_relation"]["alias"], column=entity.get("expr") or entity["name"]
        )
        for model in project.manifest.get("semantic_models", [])
        for entity in model["entities"]
        if entity.get("type") == "primary"
    }


def _found(relation: dict[str, Any], found: tuple[FoundTable, ...], place: str) -> dict[str, Any]:
    table = table_named(relation["alias"], relation.get("schema_name") or "", found)
    if table is None:
        raise Misconfigured(
            f"{place}: the warehouse has no table {relation['alias']!r}; run `dbt build`, or"
            " check that ASKWELL_WAREHOUSE_URL names the right warehouse."
        )
    return {"alias": table.name, "schema_name": table.schema_name}
