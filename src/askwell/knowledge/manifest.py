"""A dbt project's `target/semantic_manifest.json` and `target/manifest.json`."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from askwell.errors import Misconfigured
from askwell.knowledge.labels import meta_of
from askwell.knowledge.project import Project, Relation, Test, described, freshness_rule

_TABLES = {"model", "seed", "snapshot"}
Tests = Mapping[tuple[str, str], list[Test]]


def has_target(root: Path) -> bool:
    """Say whether dbt has parsed this project."""
    return all(path.is_file() for path in _files(root))


def read_target(root: Path) -> Project:
    """Return the project as dbt itself parsed it.

    Raises:
        Misconfigured: a file is not dbt's JSON.
    """
    semantic, full = (_read(path) for path in _files(root))
    try:
        tests = _tests(full["nodes"].values())
        nodes = [n for n in full["nodes"].values() if n["resource_type"] in _TABLES]
        keys = {n["unique_id"]: _key(n) for n in [*nodes, *full["sources"].values()]}
        relations = tuple(_relation(n, keys, tests) for n in [*nodes, *full["sources"].values()])
        described_elements = [*full["metrics"].values(), *full["semantic_models"].values()]
    except (KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(
            f"{_files(root)[1]} lacks {error}; run `dbt parse` with dbt 1.8 or newer."
        ) from error
    _restore_meta(semantic, full["metrics"].values())
    places = {e["name"]: e.get("original_file_path", "") for e in described_elements}
    return Project(semantic, relations, places)


def _files(root: Path) -> tuple[Path, Path]:
    return root / "target" / "semantic_manifest.json", root / "target" / "manifest.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}. Run `dbt parse` again.") from error
    if not isinstance(document, dict):
        raise Misconfigured(f"{path} is not what dbt writes. Run `dbt parse` again.")
    return document


def _restore_meta(semantic: Mapping[str, Any], metrics: Any) -> None:
    """Put back the `meta` that dbt leaves out of a metric in the semantic manifest."""
    meta = {m["name"]: meta_of(m) for m in metrics}
    for metric in semantic.get("metrics", []):
        metric["config"] = {"meta": {**meta_of(metric), **meta.get(metric["name"], {})}}


def _key(node: Mapping[str, Any]) -> str:
    source = node.get("source_name")
    return f"{source}.{node['name']}" if source else str(node["name"])


def _relation(node: Mapping[str, Any], keys: Mapping[str, str], tests: Tests) -> Relation:
    place = node["original_file_path"]
    config = node.get("config") or {}
    settings = {
        k: node.get(k) or config.get(k) or meta_of(node).get(k)
        for k in ("freshness", "loaded_at_field")
    }
    return Relation(
        key=_key(node),
        table=node.get("identifier") or node.get("alias") or node["name"],
        schema_name=node["schema"],
        description=node["description"],
        meta=meta_of(node),
        columns={
            name: described(column, tests.get((node["unique_id"], name), []), place)
            for name, column in node["columns"].items()
        },
        freshness=freshness_rule(settings["freshness"], settings["loaded_at_field"], place),
        upstream=tuple(
            keys[n] for n in (node.get("depends_on") or {}).get("nodes", []) if n in keys
        ),
        place=place,
    )


def _tests(nodes: Any) -> Tests:
    found: dict[tuple[str, str], list[Test]] = defaultdict(list)
    for node in _generic(nodes):
        metadata = node["test_metadata"]
        place = node["attached_node"], node["column_name"]
        found[place].append((metadata["name"], metadata["kwargs"]))
    return found


def _generic(nodes: Any) -> Iterator[Mapping[str, Any]]:
    for node in nodes:
        if (
            node["resource_type"] == "test"
            and node.get("test_metadata")
            and node.get("column_name")
        ):
            yield node
