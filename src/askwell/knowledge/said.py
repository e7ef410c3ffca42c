"""tables.yml: what the data team of a warehouse without dbt says of its tables."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from askwell.domain.catalog import ColumnRef
from askwell.errors import Misconfigured
from askwell.knowledge.folder import check, once, read_list
from askwell.knowledge.labels import meta_of
from askwell.knowledge.project import Described, Relation
from askwell.knowledge.yaml_file import Placed, entries, shaped, unknown
from askwell.warehouses import FoundTable

_OF_BOTH = ("name", "description", "label_ko", "label_en", "synonyms", "meta")
_OF_TABLE = (*_OF_BOTH, "owner", "columns")
_OF_COLUMN = (
    *_OF_BOTH, "unit", "time_zone", "pii", "sensitive", "values",
    "accepted_values", "references", "key",
)  # fmt: skip
_NOWHERE = "none"


def plain_relations(found: Sequence[FoundTable], folder: Path | None) -> tuple[Relation, ...]:
    """Return every table of the warehouse, with what tables.yml says of it.

    Raises:
        Misconfigured: two tables have one name, the file is broken, or names something that
            does not exist.
    """
    _check_names(found)
    given = read_list(folder / "tables.yml") if folder else []
    known = {t.name: t for t in found}
    said = {}
    for entry in given:
        check(entry.place, "table", entry["name"], known)
        with shaped(entry.place):
            said[entry["name"]] = _relation(entry, known[entry["name"]])
    return tuple(said.get(t.name, _bare(t)) for t in found)


def refuse_beside_dbt(folder: Path | None) -> None:
    """Check that nobody describes tables in two places.

    Raises:
        Misconfigured: there is a tables.yml beside a dbt project.
    """
    if folder and (folder / "tables.yml").is_file():
        raise Misconfigured(
            f"{folder / 'tables.yml'}: there is a dbt project, so describe tables in its"
            " property files (`meta`), and remove this file."
        )


def unreferenced(relations: Iterable[Relation]) -> frozenset[tuple[str, str]]:
    """Return the table and column of `references: none`: nothing is to be inferred there."""
    return frozenset(
        (relation.table, name)
        for relation in relations
        for name, column in relation.columns.items()
        if column.meta.get("references") == _NOWHERE
    )


def _check_names(found: Sequence[FoundTable]) -> None:
    names = [t.name for t in found]
    for name in names:
        if names.count(name) > 1:
            raise Misconfigured(
                f"Several schemas hold a table {name!r}; let ASKWELL_DBT_PROJECT name the dbt"
                " project that says which one is meant."
            )


def _bare(table: FoundTable) -> Relation:
    return Relation(key=table.name, table=table.name, schema_name=table.schema_name)


def _relation(entry: Placed, table: FoundTable) -> Relation:
    _check_keys(entry, _OF_TABLE)
    columns = entries(entry, "columns", entry.place)
    once(columns)
    for column in columns:
        names = [c.name for c in table.columns]
        check(column.place, f"column in {table.name!r} called", column["name"], names)
    return Relation(
        key=table.name,
        table=table.name,
        schema_name=table.schema_name,
        description=str(entry.get("description") or ""),
        meta=_meta(entry),
        columns={c["name"]: _described(c) for c in columns},
        place=entry.place,
    )


def _described(entry: Placed) -> Described:
    _check_keys(entry, _OF_COLUMN)
    accepted = entry.get("accepted_values")
    return Described(
        description=str(entry.get("description") or ""),
        meta=_meta(entry),
        accepted=tuple(accepted) if accepted else None,
        references=_reference(entry),
        key=bool(entry.get("key")),
        place=entry.place,
    )


def _meta(entry: Placed) -> Mapping[str, Any]:
    return {**meta_of(entry), **{k: v for k, v in entry.items() if k not in ("name", "meta")}}


def _reference(entry: Placed) -> ColumnRef | None:
    """Return the `table.column` of `references`."""
    given = entry.get("references")
    if given is None or given == _NOWHERE:
        return None
    table, dot, column = str(given).rpartition(".")
    if not dot:
        raise Misconfigured(f"{entry.place}: write `references: table.column`, or `none`.")
    return ColumnRef(table=table, column=column)


def _check_keys(entry: Placed, known: Iterable[str]) -> None:
    """A misspelt `pii` would give a column away, so nothing is overlooked."""
    for key in entry:
        if key not in known:
            raise unknown(entry.place, "key", str(key), known)
