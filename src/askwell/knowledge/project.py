"""A dbt project in the one form that its two readers (target/*.json, YAML) share."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from askwell.domain.catalog import ColumnRef, FreshnessRule
from askwell.domain.noun import Scalar
from askwell.errors import Misconfigured
from askwell.knowledge.labels import meta_of

Test = tuple[str, Mapping[str, Any]]  # the test's name and arguments

_CALL = re.compile(r"\b(ref|source)\s*\(\s*['\"]([^'\"]+)['\"]\s*(?:,\s*['\"]([^'\"]+)['\"])?")


@dataclass(frozen=True, slots=True)
class Described:
    """Be what dbt says about one column; `references` names a relation's key, not its table."""

    description: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    accepted: tuple[Scalar, ...] | None = None
    references: ColumnRef | None = None
    key: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Be what dbt says about one table: a model, seed, snapshot or source.

    `key` is the model's name or `source.table`; `upstream` holds the keys that it selects from.
    """

    key: str
    table: str
    schema_name: str = ""
    description: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Described] = field(default_factory=dict)
    freshness: FreshnessRule | None = None
    upstream: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Hold a dbt project: its semantic manifest as a JSON object, and its relations.

    `places` says where a semantic model or metric is written.
    """

    manifest: dict[str, Any]
    relations: tuple[Relation, ...]
    places: Mapping[str, str] = field(default_factory=dict)


def calls(text: str) -> tuple[str, ...]:
    """Return the relation keys that `ref()` and `source()` name in a text."""
    found = []
    for kind, first, second in _CALL.findall(text):
        found.append(f"{first}.{second}" if kind == "source" else second or first)
    return tuple(dict.fromkeys(found))


def described(column: Mapping[str, Any], tests: Iterable[Test], place: str) -> Described:
    """Return what a column's entry and its tests say."""
    by_name = dict(tests)
    accepted = by_name.get("accepted_values", {}).get("values")
    return Described(
        description=str(column.get("description") or ""),
        meta=meta_of(column),
        accepted=tuple(accepted) if accepted else None,
        references=_reference(by_name.get("relationships")),
        key={"unique", "not_null"} <= by_name.keys(),
        place=place,
    )


def freshness_rule(block: Any, loaded_at: Any, place: str) -> FreshnessRule | None:
    """Return dbt's `freshness` block as a rule, None where it checks nothing.

    Raises:
        Misconfigured: a count or a period is missing or unknown.
    """
    if not isinstance(block, Mapping) or not loaded_at:
        return None
    warn = _after(block.get("warn_after"), place)
    error = _after(block.get("error_after"), place)
    if warn is None and error is None:
        return None
    return FreshnessRule(loaded_at=str(loaded_at), warn_after=warn, error_after=error)


def _after(block: Any, place: str) -> timedelta | None:
    if not block or block.get("count") is None:
        return None
    try:
        return timedelta(**{f"{block['period']}s": block["count"]})
    except (KeyError, TypeError) as error:
        raise Misconfigured(
            f"{place}: write freshness as {{count: 24, period: hour}} (minute, hour or day)."
        ) from error


def _reference(arguments: Mapping[str, Any] | None) -> ColumnRef | None:
    target = calls(str(arguments.get("to", ""))) if arguments else ()
    if not arguments or not target:
        return None
    return ColumnRef(table=target[0], column=str(arguments.get("field", "")))
