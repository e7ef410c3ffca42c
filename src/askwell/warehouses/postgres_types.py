"""How PostgreSQL's values become Python's, where psycopg's own way would lose or refuse some."""

from collections.abc import Callable

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from psycopg.types.string import TextLoader

# Months in an interval, the digits of a JSON number, the bounds of a range: the server's text
# keeps them.
_AS_TEXT = """
interval json jsonb timetz int4range int8range numrange daterange tsrange tstzrange
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange
"""


def _or_text(loader: type[Loader]) -> type[Loader]:
    """Return `loader` with the server's text for a day that Python's calendar does not have."""
    usual: Callable[[Loader, Buffer], object] = loader.load

    def load(self: Loader, data: Buffer) -> object:
        try:
            return usual(self, data)
        except psycopg.DataError:
            return bytes(data).decode()

    return type(loader.__name__, (loader,), {"load": load})


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    for name in _AS_TEXT.split():
        adapters.register_loader(name, TextLoader)
    adapters.register_loader("date", _or_text(DateLoader))
    adapters.register_loader("timestamp", _or_text(TimestampLoader))
    adapters.register_loader("timestamptz", _or_text(TimestamptzLoader))
    return adapters


ADAPTERS = _adapters()


def type_name(column: psycopg.Column) -> str:
    """Return the type as the server's catalog writes it; `text` for a type of its own."""
    known = ADAPTERS.types.get(column.type_code)
    if known is None:
        return "text"
    array = "[]" if column.type_code == known.array_oid else ""
    digits = f"({column.precision},{column.scale})" if column.precision is not None else ""
    return f"{known.regtype}{digits if known.name == 'numeric' else ''}{array}"
