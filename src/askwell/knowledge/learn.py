"""The learning lane's heart: warehouse, dbt project and knowledge folder -> one Catalog."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from askwell.domain.catalog import Catalog, ColumnRef, Dimension, Metric, Table
from askwell.errors import Misconfigured
from askwell.knowledge.catalog import versioned
from askwell.knowledge.contexts import read_contexts
from askwell.knowledge.dbt import primary_keys, read_project
from askwell.knowledge.folder import Known, read_company
from askwell.knowledge.glossary import read_glossary
from askwell.knowledge.instructions import read_instructions
from askwell.knowledge.keys import infer_keys
from askwell.knowledge.profile import Profile, profile
from askwell.knowledge.project import Project
from askwell.knowledge.reading import Reader, Run
from askwell.knowledge.said import plain_relations, refuse_beside_dbt, unreferenced
from askwell.knowledge.tables import describe
from askwell.knowledge.verified import read_verified
from askwell.warehouses import FoundTable


@dataclass(frozen=True, slots=True)
class Learned:
    """Hold a new catalog, and what the data said on the way to it."""

    catalog: Catalog
    profile: Profile


async def learn(
    found: Sequence[FoundTable],
    run: Run,
    *,
    dbt_project: Path | None,
    knowledge: Path | None,
    dialect: str = "duckdb",
) -> Learned:
    """Return a new catalog: what dbt and the folder say, and what the data itself does.

    Raises:
        Misconfigured: a file is broken or names something that does not exist.
    """
    project = await asyncio.to_thread(_project, found, dbt_project, knowledge)
    seen = await _look(found, project, Reader(run, dialect), guess=dbt_project is None)
    catalog = await asyncio.to_thread(
        build_catalog,
        found,
        dbt_project=dbt_project,
        knowledge=knowledge,
        seen=seen,
        dialect=dialect,
    )
    return Learned(catalog, seen)


async def _look(
    found: Sequence[FoundTable], project: Project, reader: Reader, *, guess: bool
) -> Profile:
    """Look at the data; `guess`: what looks personal is taken as such where nobody said."""
    tables = describe(found, project.relations, Profile(), primary_keys(project))
    unsaid = _unsaid(tables, project) if guess else frozenset()
    seen = await profile(tables, reader, unsaid)
    tables = describe(found, project.relations, seen, primary_keys(project))
    keys = await infer_keys(tables, seen, reader, without=unreferenced(project.relations))
    notes = (*seen.notes, *keys.notes)
    return replace(seen, primary=keys.primary, references=keys.references, notes=notes)


def _unsaid(tables: Sequence[Table], project: Project) -> frozenset[ColumnRef]:
    """Return the columns of which nobody has said whether they are personal."""
    said = {
        ColumnRef(table=relation.table, column=name)
        for relation in project.relations
        for name, column in relation.columns.items()
        if "pii" in column.meta
    }
    return frozenset(ref for table in tables for ref in table.refs) - said


def build_catalog(
    found: Sequence[FoundTable],
    *,
    dbt_project: Path | None,
    knowledge: Path | None,
    seen: Profile | None = None,
    dialect: str = "duckdb",
) -> Catalog:
    """Return the catalog of what was found and written; `seen` is what `profile` saw.

    Raises:
        Misconfigured: as in `learn`.
    """
    project = _project(found, dbt_project, knowledge)
    tables = describe(found, project.relations, seen or Profile(), primary_keys(project))
    metrics, dimensions = _semantics(project, tables, dialect)
    known = Known(
        tables={t.name: t for t in tables},
        metrics={m.name: m for m in metrics},
        dimensions={d.name: d for d in dimensions},
        dialect=dialect,
    )
    catalog = Catalog(
        dialect=dialect,
        tables=tables,
        metrics=metrics,
        dimensions=dimensions,
        manifest=json.dumps(project.manifest, ensure_ascii=False),
        **_told(knowledge, known),
    )
    return versioned(catalog)


def _told(folder: Path | None, known: Known) -> dict[str, Any]:
    """Return the parts of the catalog that the knowledge folder tells."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise Misconfigured(
            f"There is no folder {folder}; ASKWELL_KNOWLEDGE must name the folder that holds"
            " glossary.yml."
        )
    company, name = read_company(folder)
    verified, zone = read_verified(folder, known), _zone(name, folder)
    return {
        "company": company,
        "terms": read_glossary(folder, known, [v.name for v in verified]),
        "contexts": (*read_contexts(folder, known), *read_instructions(folder, known)),
        "verified": verified,
        **({"time_zone": zone} if zone else {}),
    }


def _zone(name: Any, folder: Path) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError) as error:
        raise Misconfigured(
            f"{folder / 'company.yml'}: there is no time zone {name!r}; write one such as"
            " Asia/Seoul."
        ) from error


def _project(found: Sequence[FoundTable], root: Path | None, folder: Path | None) -> Project:
    if root is None:
        return Project({"semantic_models": [], "metrics": []}, plain_relations(found, folder))
    refuse_beside_dbt(folder)
    return read_project(root, found)


def _semantics(
    project: Project, tables: tuple[Table, ...], dialect: str
) -> tuple[tuple[Metric, ...], tuple[Dimension, ...]]:
    if not project.manifest["metrics"] and not project.manifest["semantic_models"]:
        return (), ()
    # MetricFlow takes a second to import, and whoever only loads a catalog does not need it.
    from askwell.knowledge.measured import metrics_and_dimensions
    from askwell.knowledge.semantic import semantic

    return metrics_and_dimensions(semantic(project, tables, dialect))
