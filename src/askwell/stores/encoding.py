"""Nouns as JSON in which every scalar keeps its type: a date is not text, a Decimal not a float."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from askwell.domain.noun import Noun

N = TypeVar("N", bound=Noun)
_READ: Mapping[str, Callable[[str], object]] = {
    "$decimal": Decimal,
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
}


def encode(value: object) -> str:
    """Return `value`, a noun or plain data, as JSON."""
    plain = value.model_dump() if isinstance(value, Noun) else value
    return json.dumps(plain, ensure_ascii=False, default=_tagged)


def decode(text: str) -> object:
    """Return the plain data that `encode` wrote."""
    return json.loads(text, object_hook=_untagged)


def restore(kind: type[N], data: object, *, without: Collection[str] = ()) -> N | None:
    """Return a noun of this or another layout; None if it cannot be read.

    `without`: the fields that it can live without where they cannot be read.
    """
    if not isinstance(data, dict):
        return None
    known = {key: value for key, value in data.items() if key in kind.model_fields}
    for dropped in ((), without):
        try:
            return kind.model_validate({k: v for k, v in known.items() if k not in dropped})
        except ValidationError:
            continue
    return None


def _tagged(value: object) -> dict[str, str]:
    match value:
        case Decimal():
            return {"$decimal": str(value)}
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a store")


def _untagged(data: dict[str, object]) -> object:
    if len(data) == 1:
        (tag, text), *_ = data.items()
        if tag in _READ and isinstance(text, str):
            return _READ[tag](text)
    return data
