"""The learning lane's heart: warehouse, dbt project and knowledge folder -> one Catalog."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from askwell.domain.catalog import Catalog, Dimension, Metric, Table
from askwell.errors import Misconfigured
from askwell.knowledge.catalog import versioned
from askwell.knowledge.contexts import read_contexts
from askwell.knowledge.dbt import primary_keys, read_project
from askwell.knowledge.folder import Known, read_company
from askwell.knowledge.glossary import read_glossary
from askwell.knowledge.profile import Run, profile
from askwell.knowledge.project import Project
from askwell.knowledge.tables import Profile, describe
from askwell.knowledge.verified import read_verified
from askwell.warehouses import FoundTable

_NO_PROJECT = Project({"semantic_models": [], "metrics": []}, ())


async def learn(
    found: Sequence[FoundTable],
    run: Run,
    *,
    dbt_project: Path | None,
    knowledge: Path | None,
    dialect: str = "duckdb",
) -> Catalog:
    """Return a new catalog: what dbt and the folder say, and the values that the data holds.

    Raises:
        Misconfigured: a file is broken or names something that does not exist.
    """
    plain = await asyncio.to_thread(_tables, found, dbt_project, Profile())
    seen = await profile(plain, run, dialect)
    return await asyncio.to_thread(
        build_catalog,
        found,
        dbt_project=dbt_project,
        knowledge=knowledge,
        seen=seen,
        dialect=dialect,
    )


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
    project = _project(found, dbt_project)
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
    )
    return versioned(_with_knowledge(catalog, knowledge, known))


def _with_knowledge(catalog: Catalog, folder: Path | None, known: Known) -> Catalog:
    if folder is None:
        return catalog
    if not folder.is_dir():
        raise Misconfigured(
            f"There is no folder {folder}; ASKWELL_KNOWLEDGE must name the folder that holds"
            " glossary.yml."
        )
    company, zone = read_company(folder)
    verified = read_verified(folder, known)
    return catalog.model_copy(
        update={
            "company": company,
            "time_zone": _zone(zone, folder) or catalog.time_zone,
            "terms": read_glossary(folder, known, [v.name for v in verified]),
            "contexts": read_contexts(folder, known),
            "verified": verified,
        }
    )


def _zone(name: Any, folder: Path) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError) as error:
        raise Misconfigured(
            f"{folder / 'company.yml'}: there is no time zone {name!r}; write one such as"
            " Asia/Seoul."
        ) from error


def _project(found: Sequence[FoundTable], root: Path | None) -> Project:
    return read_project(root, found) if root else _NO_PROJECT


def _tables(found: Sequence[FoundTable], root: Path | None, seen: Profile) -> tuple[Table, ...]:
    project = _project(found, root)
    return describe(found, project.relations, seen, primary_keys(project))


def _semantics(
    project: Project, tables: tuple[Table, ...], dialect: str
) -> tuple[tuple[Metric, ...], tuple[Dimension, ...]]:
    if not project.manifest["metrics"] and not project.manifest["semantic_models"]:
        return (), ()
    # MetricFlow takes a second to import, and whoever only loads a catalog does not need it.
    from askwell.knowledge.measured import metrics_and_dimensions
    from askwell.knowledge.semantic import semantic

    return metrics_and_dimensions(semantic(project, tables, dialect))
