"""What drivers hand out, made into the scalars that the rest of askwell knows."""

import json
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

from askwell.domain.noun import Scalar


def to_scalar(value: object, zone: tzinfo) -> Scalar:
    """Return `value` as a scalar: instants in `zone`, lists as JSON, the rest as text."""
    match value:
        case datetime(tzinfo=None) | None:
            return value
        case datetime():
            return value.astimezone(zone)
        case bool() | int() | float() | Decimal() | date() | str():
            return value
        case list() | tuple() | Mapping():
            return json.dumps(value, ensure_ascii=False, default=lambda v: str(to_scalar(v, zone)))
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)
