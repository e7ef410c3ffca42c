"""verified/*.yml: trusted queries with typed parameters, one a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from askwell.domain.catalog import Parameter, ResultColumnSpec, Value, VerifiedQuery
from askwell.errors import Misconfigured
from askwell.knowledge.columns_read import output_names, parameters_of, read_by_query
from askwell.knowledge.folder import Known, check, noun, once
from askwell.knowledge.labels import both, texts
from askwell.knowledge.yaml_file import Placed, entries, named, read_yaml, shaped, unknown


def read_verified(folder: Path, known: Known) -> tuple[VerifiedQuery, ...]:
    """Return the verified queries, each with the columns that it reads.

    Raises:
        Misconfigured: a file is broken, or its SQL does not fit the tables, its parameters or
            its columns.
    """
    given = [_document(path) for path in sorted((folder / "verified").glob("*.yml"))]
    once(given)
    queries = []
    for entry in given:
        with shaped(entry.place):
            queries.append(_query(entry, known))
    return tuple(queries)


def _document(path: Path) -> Placed:
    document = read_yaml(path)
    if not isinstance(document, Placed):
        raise Misconfigured(f"{path}: write one verified query: `name: …`, `sql: |` and so on.")
    return document


def _query(entry: Placed, known: Known) -> VerifiedQuery:
    sql = str(entry.get("sql") or "")
    tables = known.tables.values()
    query = noun(
        VerifiedQuery,
        entry.place,
        name=named(entry, entry.place),
        label=both(entry.get("label")),
        phrases=texts(entry.get("phrases")),
        words=texts(entry.get("words")),
        questions=texts(entry.get("questions")),
        description=both(entry.get("description")),
        sql=sql.strip(),
        parameters=tuple(_parameter(p, known) for p in entries(entry, "parameters", entry.place)),
        columns=tuple(_column(c) for c in entries(entry, "columns", entry.place)),
        reads=read_by_query(sql, tables, known.dialect, entry.place),
        owner=str(entry.get("owner") or ""),
        reviewed=entry.get("reviewed"),
    )
    _check_parameters(query, known.dialect, entry.place)
    _check_columns(query, known.dialect, entry.place)
    return query


def _parameter(entry: Placed, known: Known) -> Parameter:
    dimension = entry.get("dimension")
    check(entry.place, "dimension", dimension, known.dimensions)
    parameter = noun(
        Parameter,
        entry.place,
        name=named(entry, entry.place),
        type=entry.get("type"),
        label=both(entry.get("label")),
        synonyms=texts(entry.get("synonyms")),
        dimension=dimension,
        values=tuple(_value(v) for v in entries(entry, "values", entry.place)),
        default=entry.get("default"),
    )
    if parameter.type == "enum" and not parameter.values:
        raise Misconfigured(f"{entry.place}: an enum needs `values`; list what it may be.")
    if parameter.type == "text" and not dimension:
        raise Misconfigured(f"{entry.place}: a text needs the `dimension` whose values it takes.")
    return parameter


def _value(entry: Placed) -> Value:
    return noun(
        Value,
        entry.place,
        stored=entry.get("stored"),
        label=both(entry.get("label")),
        synonyms=texts(entry.get("synonyms")),
    )


def _column(entry: Placed) -> ResultColumnSpec:
    return noun(
        ResultColumnSpec,
        entry.place,
        name=named(entry, entry.place),
        label=both(entry.get("label")),
        unit=entry.get("unit") or "",
        role=entry.get("role") or "metric",
    )


def _check_parameters(query: VerifiedQuery, dialect: str, place: str) -> None:
    used = parameters_of(query.sql, dialect)
    declared = [name for p in query.parameters for name in bound_names(p)]
    for name in used:
        if name not in declared:
            raise unknown(place, "parameter for", f"${name}", [f"${d}" for d in declared])
    for name in declared:
        if name not in used:
            raise Misconfigured(f"{place}: the `sql` never uses ${name}; use or remove it.")


def bound_names(parameter: Parameter) -> tuple[str, ...]:
    """Return the names that a parameter binds in SQL; a period binds two dates."""
    if parameter.type == "period":
        return f"{parameter.name}_start", f"{parameter.name}_end"
    return (parameter.name,)


def _check_columns(query: VerifiedQuery, dialect: str, place: str) -> None:
    given = output_names(query.sql, dialect)
    described = [c.name for c in query.columns]
    if not _same(given, described):
        raise Misconfigured(
            f"{place}: the `sql` gives the columns {', '.join(given)}, but `columns` describes"
            f" {', '.join(described) or 'none'}; make them the same, in the same order."
        )


def _same(given: Iterable[Any], described: Iterable[Any]) -> bool:
    return [str(g).lower() for g in given] == [str(d).lower() for d in described]
