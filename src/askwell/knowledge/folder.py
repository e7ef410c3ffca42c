"""The knowledge folder: what it holds, read and checked against the tables and metrics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from askwell.domain.catalog import Company, Condition, Dimension, Metric, Table
from askwell.domain.noun import Noun
from askwell.errors import Misconfigured
from askwell.knowledge.labels import both, texts
from askwell.knowledge.yaml_file import Placed, named, read_yaml, unknown

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True, slots=True)
class Known:
    """Hold the names that an entry of the knowledge folder may refer to."""

    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    dimensions: Mapping[str, Dimension]
    dialect: str


def read_list(path: Path) -> list[Placed]:
    """Return the entries of a YAML list, [] where the file does not exist.

    Raises:
        Misconfigured: the file is broken, not a list, or two entries have one name.
    """
    if not path.is_file():
        return []
    document = read_yaml(path) or []
    if not isinstance(document, list) or not all(isinstance(e, Placed) for e in document):
        raise Misconfigured(f"{path}: write a list of entries (`- name: …`).")
    once(document)
    return document


def once(given: Iterable[Placed]) -> None:
    """Check that no two entries have one name.

    Raises:
        Misconfigured: two have; names both places.
    """
    places: dict[str, str] = {}
    for entry in given:
        name = named(entry, entry.place)
        if name in places:
            raise Misconfigured(
                f"{entry.place}: {name!r} is already at {places[name]}; rename one of them."
            )
        places[name] = entry.place


def read_company(folder: Path) -> tuple[Company, Any]:
    """Return the company, and its time zone where company.yml names one.

    Raises:
        Misconfigured: company.yml is broken.
    """
    path = folder / "company.yml"
    entry = read_yaml(path) if path.is_file() else None
    if entry is None:
        return Company(), None
    if not isinstance(entry, Placed):
        raise Misconfigured(f"{path}: write `name: {{ko: …, en: …}}` and so on.")
    company = noun(
        Company,
        entry.place,
        label=both(entry.get("name")),
        synonyms=texts(entry.get("synonyms")),
        currency=entry.get("currency") or "",
    )
    return company, entry.get("time_zone")


def noun(kind: type[N], place: str, **fields: Any) -> N:
    """Return the noun that these fields make.

    Raises:
        Misconfigured: a field does not fit; names it.
    """
    try:
        return kind(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{place}: `{field}`: {first['msg']}. Correct it.") from error


def check(place: str, kind: str, name: str | None, known: Iterable[str]) -> None:
    """Check that a name exists.

    Raises:
        Misconfigured: it does not; suggests the nearest.
    """
    names = list(known)
    if name is not None and name not in names:
        raise unknown(place, kind, name, names)


def conditions(given: Any, known: Known, place: str) -> tuple[Condition, ...]:
    """Return filters on dimensions; values must exist where all are known.

    Raises:
        Misconfigured: no such dimension, operator or value.
    """
    found = []
    for entry in given or ():
        condition = noun(Condition, place, **{**entry, "values": tuple(entry.get("values") or ())})
        check(place, "dimension", condition.field, known.dimensions)
        values = known.dimensions[condition.field].values
        if values is not None and values.complete and values.declared:
            stored = [str(v.stored) for v in values.values]
            for value in condition.values:
                check(place, f"value of {condition.field}", str(value), stored)
        found.append(condition)
    return tuple(found)
