"""Names, synonyms and units out of `meta` blocks."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast, get_args

from askwell.domain.catalog import Unit, Value
from askwell.domain.noun import Label, Scalar
from askwell.errors import Misconfigured

_HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")


def meta_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return `meta` as it stands directly, under `config`, or both."""
    return {**mapping(config_of(entry), "meta"), **mapping(entry, "meta")}


def config_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `config` block, {} where there is none."""
    return mapping(entry, "config")


def mapping(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping under `key`, {} where there is none.

    Raises:
        Misconfigured: something else stands there.
    """
    found = entry.get(key) or {}
    if not isinstance(found, Mapping):
        place = getattr(entry, "place", "") or entry.get("name", "")
        raise Misconfigured(f"{place}: `{key}` must be a mapping (`{key}: {{name: …}}`).")
    return found


def label_of(label: str | None, meta: Mapping[str, Any]) -> Label:
    """Return dbt's one label as Korean if it holds Hangul, and the other one from `meta`."""
    own = label or ""
    ko, en = (own, "") if _HANGUL.search(own) else ("", own)
    return Label(ko=str(meta.get("label_ko") or ko), en=str(meta.get("label_en") or en))


def both(value: Any) -> Label:
    """Return `{ko: …, en: …}`, or a plain text as the language that it is in."""
    if isinstance(value, Mapping):
        return Label(ko=str(value.get("ko") or ""), en=str(value.get("en") or ""))
    return label_of(str(value), {}) if value else Label()


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts, or the one text, without repeats."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(dict.fromkeys(str(item) for item in items))


def unit_of(meta: Mapping[str, Any], place: str) -> Unit:
    """Return the unit.

    Raises:
        Misconfigured: askwell does not know the unit.
    """
    unit = meta.get("unit") or ""
    if unit not in get_args(Unit):
        known = ", ".join(u for u in get_args(Unit) if u)
        raise Misconfigured(f"{place}: there is no unit {unit!r}; write one of {known}, or none.")
    return cast(Unit, unit)


def values_of(meta: Mapping[str, Any], stored: Iterable[Scalar] = ()) -> tuple[Value, ...]:
    """Return `stored` values and those that `meta.values` names, with their names."""
    known = meta.get("values") or {}
    if isinstance(known, list):
        known = dict.fromkeys(known)
    return tuple(_value(s, known.get(s)) for s in dict.fromkeys([*stored, *known]))


def _value(stored: Scalar, names: Any) -> Value:
    synonyms = texts(names.get("synonyms")) if isinstance(names, Mapping) else ()
    return Value(stored=stored, label=both(names), synonyms=synonyms)
