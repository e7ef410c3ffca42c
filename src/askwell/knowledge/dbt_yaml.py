"""A dbt project's property files: models, sources, semantic models and metrics."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from askwell.errors import Misconfigured
from askwell.knowledge.labels import config_of, meta_of
from askwell.knowledge.project import (
    Described,
    Project,
    Relation,
    Test,
    calls,
    described,
    freshness_rule,
)
from askwell.knowledge.translate import Semantics, translate
from askwell.knowledge.yaml_file import Placed, entries, named, read_yaml, shaped

T = TypeVar("T")

_PATHS = {"model-paths": ["models"], "seed-paths": ["seeds"], "snapshot-paths": ["snapshots"]}
_LISTS = ("models", "seeds", "snapshots", "sources", "semantic_models", "metrics")


@dataclass(slots=True)
class _Properties:
    """Collect the entries of all property files, by what they describe."""

    lists: dict[str, list[Placed]] = field(default_factory=lambda: {k: [] for k in _LISTS})


def read_yaml_project(root: Path) -> Project:
    """Return the project as its YAML describes it.

    Raises:
        Misconfigured: a file is broken or names something that does not exist.
    """
    folders = _folders(root)
    lists = _properties(folders).lists
    queries = {p.stem: p for folder in folders for p in sorted(folder.rglob("*.sql"))}
    models = [*lists["models"], *lists["seeds"], *lists["snapshots"]]
    relations = [_placed(_model, entry, queries) for entry in models]
    undescribed = [
        _bare(p) for name, p in queries.items() if name not in {r.key for r in relations}
    ]
    sources = [_placed(_source, table, source) for table, source in _tables(lists["sources"])]
    semantics = Semantics(
        models=lists["models"],
        semantic_models=lists["semantic_models"],
        metrics=lists["metrics"],
        tables={r.key: r.table for r in [*relations, *undescribed]},
    )
    return translate(semantics, (*relations, *undescribed, *sources))


def _folders(root: Path) -> list[Path]:
    settings = root / "dbt_project.yml"
    if not settings.is_file():
        raise Misconfigured(
            f"{root} holds no dbt_project.yml; ASKWELL_DBT_PROJECT must name the folder of a"
            " dbt project."
        )
    document = read_yaml(settings)
    if not isinstance(document, Mapping):
        raise Misconfigured(f"{settings}: write `name: …` and so on.")
    with shaped(str(settings)):
        names = [f for key, usual in _PATHS.items() for f in document.get(key) or usual]
        return [root / f for f in names if (root / f).is_dir()]


def _properties(folders: Iterable[Path]) -> _Properties:
    collected = _Properties()
    for path in sorted(p for f in folders for p in f.rglob("*") if p.suffix in {".yml", ".yaml"}):
        document = read_yaml(path) or {}
        if not isinstance(document, Mapping):
            raise Misconfigured(f"{path}: write `models:`, `metrics:` and so on at the top.")
        for key, found in collected.lists.items():
            given = entries(document, key, str(path))
            found += [e for e in given if config_of(e).get("enabled", True)]
    return collected


def _placed(read: Callable[[Placed, T], Relation], entry: Placed, other: T) -> Relation:
    with shaped(entry.place):
        return read(entry, other)


def _model(entry: Placed, queries: Mapping[str, Path]) -> Relation:
    name = named(entry, entry.place)
    if entry.get("semantic_model"):
        raise Misconfigured(
            f"{entry.place}: this semantic model is in the form that only dbt itself reads; run"
            " `dbt parse`, so that there is a target/semantic_manifest.json."
        )
    config = config_of(entry)
    query = queries.get(name)
    return Relation(
        key=name,
        table=str(config.get("alias") or name),
        description=str(entry.get("description") or ""),
        meta=meta_of(entry),
        columns=_columns(entry),
        freshness=_freshness(entry, meta_of(entry)),
        upstream=_upstream(query),
        place=entry.place,
    )


def _bare(query: Path) -> Relation:
    return Relation(key=query.stem, table=query.stem, upstream=_upstream(query), place=str(query))


def _upstream(query: Path | None) -> tuple[str, ...]:
    return calls(query.read_text(encoding="utf-8")) if query else ()


def _tables(sources: Iterable[Placed]) -> Iterator[tuple[Placed, Placed]]:
    for source in sources:
        for table in entries(source, "tables", source.place):
            yield table, source


def _source(table: Placed, source: Placed) -> Relation:
    name = named(table, table.place)
    return Relation(
        key=f"{named(source, source.place)}.{name}",
        table=str(table.get("identifier") or name),
        schema_name=str(source.get("schema") or source["name"]),
        description=str(table.get("description") or ""),
        meta={**meta_of(source), **meta_of(table)},
        columns=_columns(table),
        freshness=_freshness(source, table),
        place=table.place,
    )


def _freshness(*outer_to_inner: Mapping[str, Any]) -> Any:
    """Return the innermost rule; the block and its column may stand at different levels."""
    settings: dict[str, Any] = {}
    for entry in outer_to_inner:
        for level in (config_of(entry), entry):
            settings |= {k: level[k] for k in ("freshness", "loaded_at_field") if k in level}
    place = getattr(outer_to_inner[-1], "place", "") or getattr(outer_to_inner[0], "place", "")
    return freshness_rule(settings.get("freshness"), settings.get("loaded_at_field"), place)


def _columns(entry: Placed) -> dict[str, Described]:
    columns = entries(entry, "columns", entry.place)
    return {
        named(column, column.place): described(column, _tests(column), column.place)
        for column in columns
    }


def _tests(column: Placed) -> Iterator[Test]:
    for test in [*(column.get("data_tests") or []), *(column.get("tests") or [])]:
        if isinstance(test, str):
            yield test, {}
        elif isinstance(test, Mapping) and "test_name" in test:
            yield str(test["test_name"]), _arguments(test)
        elif isinstance(test, Mapping):
            for name, arguments in test.items():
                yield str(name), _arguments(arguments)


def _arguments(given: Any) -> Mapping[str, Any]:
    given = given if isinstance(given, Mapping) else {}
    return {**given, **(given.get("arguments") or {})}
