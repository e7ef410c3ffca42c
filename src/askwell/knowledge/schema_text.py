"""The schema as a model reads it: few tokens, the same for every question, all of it data."""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table
from askwell.domain.noun import Scalar
from askwell.domain.recall import Recalled
from askwell.knowledge.telling import labels, name_words, telling, telling_table
from askwell.language.lines import one_line
from askwell.language.prompt_tokens import prompt_tokens

_NOTE_LETTERS = 160
_VALUE_LETTERS = 40
_ALL_SHOWN = 12
_SAMPLES_SHOWN = 2
# What comments are worth; those worth most for their tokens are shown while there is room.
_LABEL, _ALL_VALUES, _ONE_VALUE, _SAMPLES, _RANGE = 4.0, 3.0, 1.0, 1.5, 2.0
_NEW_WORD, _MOST_WORDS = 0.7, 6
# A time that is stored as a number or a text can only be read by its description.
_ODD_TIME = 3.0
_TIME_WORDS = frozenset(
    ["time", "date", "day", "datetime", "timestamp", "at", "on", "period", "month"]
)
_TIME_TYPES = frozenset(
    ["date", "time", "timetz", "timestamp", "timestamptz", "datetime", "interval"]
)
_SHORT_TYPES = {
    "integer": "int",
    "smallint": "int",
    "bigint": "int",
    "hugeint": "int",
    "varchar": "text",
    "character varying": "text",
    "character": "text",
    "double precision": "float",
    "double": "float",
    "real": "float",
    "boolean": "bool",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}
_FOOT = ");"
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Line:
    """Be the line of a table (`column` is None), of a column, or of neither."""

    text: str
    table: Table | None = None
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class _Comment:
    """Be something worth saying in the line at `place`."""

    place: int
    text: str
    worth: float

    @property
    def cost(self) -> int:
        return prompt_tokens(self.text) + 1


def schema_text(catalog: Catalog, recalled: Recalled) -> str:
    """Return the recalled tables as SQL would create them, in about `recalled.room` tokens.

    Names and keys always; types, labels, descriptions, values and ranges while there is room.
    """
    lines = _lines(catalog, recalled)
    left = recalled.room - _tokens(lines)
    found = [c for i, line in enumerate(lines) for c in _comments(i, line)]
    said: dict[int, list[str]] = {}
    for comment in sorted(found, key=lambda c: -c.worth / math.sqrt(c.cost)):
        if comment.cost <= left:
            left -= comment.cost
            said.setdefault(comment.place, []).append(comment.text)
    texts = (" -- ".join([line.text, *said.get(i, ())]) for i, line in enumerate(lines))
    return "\n".join(texts)


def least_tokens(catalog: Catalog) -> Mapping[ColumnRef, int]:
    """Return what the name, type and keys of each column cost, its share of the table included."""
    tables = frozenset(catalog.table_named)
    costs: dict[ColumnRef, int] = {}
    for table in catalog.tables:
        lines = [_column(c, tables, catalog.dialect, typed=True) for c in table.columns]
        share = -(-prompt_tokens(_head(table, catalog.dialect)) // max(len(lines), 1))
        costs |= {r: prompt_tokens(x) + share for r, x in zip(table.refs, lines, strict=True)}
    return costs


def _lines(catalog: Catalog, recalled: Recalled) -> list[_Line]:
    lines = _written(catalog, recalled, typed=True)
    if _tokens(lines) <= recalled.room:
        return lines
    return _written(catalog, recalled, typed=False)


def _tokens(lines: Iterable[_Line]) -> int:
    return prompt_tokens("\n".join(line.text for line in lines))


def _written(catalog: Catalog, recalled: Recalled, *, typed: bool) -> list[_Line]:
    shown = set(recalled.columns)
    tables = set(recalled.tables)
    lines = []
    for table in catalog.tables:
        if table.name in tables:
            lines.append(_Line(_head(table, catalog.dialect), table))
            lines += [
                _Line(_column(column, tables, catalog.dialect, typed=typed) + ",", table, column)
                for ref, column in zip(table.refs, table.columns, strict=True)
                if ref in shown
            ]
            lines[-1] = replace(lines[-1], text=lines[-1].text.removesuffix(","))
            lines.append(_Line(_FOOT))
    return lines


def _head(table: Table, dialect: str) -> str:
    return f"CREATE TABLE {_name(table.name, dialect)} ("


def _column(column: Column, tables: Collection[str], dialect: str, *, typed: bool) -> str:
    parts = [_name(column.name, dialect)]
    if typed:
        parts.append(short_type(column.type))
    if column.primary_key:
        parts.append("PRIMARY KEY")
    target = column.references
    if target and target.table in tables:
        there = f"{_name(target.table, dialect)}({_name(target.column, dialect)})"
        parts.append(f"REFERENCES {there}")
    return " ".join(parts)


def short_type(name: str) -> str:
    """Return a short name of a warehouse's type.

    >>> short_type("character varying(20)")
    'text'
    """
    plain = re.sub(r"\s*\(.*?\)", "", name.lower())
    return _SHORT_TYPES.get(plain, plain)


@lru_cache(maxsize=8192)
def _name(name: str, dialect: str) -> str:
    """Return an identifier, quoted where SQL would misread it."""
    spoken = Dialect.get_or_raise(dialect)
    keyword = spoken.tokenizer_class.KEYWORDS.get(name.upper())
    reserved = keyword and keyword not in spoken.parser_class.ID_VAR_TOKENS
    if _PLAIN_NAME.fullmatch(name) and not reserved:
        return name
    return one_line(exp.to_identifier(name, quoted=True).sql(dialect))


def _comments(place: int, line: _Line) -> Iterator[_Comment]:
    """Yield what the names of a table or column leave open."""
    if line.table is None:
        return
    named = line.column or line.table
    if label := labels(named.name, named.label):
        yield _Comment(place, one_line(label, _NOTE_LETTERS), _LABEL)
    told, new = telling(line.column, line.table) if line.column else telling_table(line.table)
    if told:
        worth = _NEW_WORD * min(new, _MOST_WORDS)
        odd = line.column is not None and _is_odd_time(line.column)
        yield _Comment(place, one_line(told, _NOTE_LETTERS), worth * (_ODD_TIME if odd else 1))
    # The values of a unique column name rows; a small model takes them for filters.
    if line.column and line.column.references is None and not line.column.unique:
        yield from _seen(place, line.column)


def _seen(place: int, column: Column) -> Iterator[_Comment]:
    """Yield all values of a column or a few, or the days between which they lie."""
    known = None if column.pii else column.values
    if known and known.complete and len(known.values) <= _ALL_SHOWN:
        text = ", ".join(literal(v.stored) for v in known.values)
        yield _Comment(place, text, _ALL_VALUES if len(known.values) > 1 else _ONE_VALUE)
    elif known and known.values:
        text = ", ".join(literal(v.stored) for v in known.values[:_SAMPLES_SHOWN])
        yield _Comment(place, f"e.g. {text}", _SAMPLES)
    elif isinstance(column.least, date | datetime):
        yield _Comment(place, f"{str(column.least)[:10]} to {str(column.greatest)[:10]}", _RANGE)


def _is_odd_time(column: Column) -> bool:
    words = set(name_words(column.name).lower().split())
    return bool(words & _TIME_WORDS) and short_type(column.type) not in _TIME_TYPES


def literal(value: Scalar) -> str:
    """Return a value as SQL writes it, on one line, cut where it is long."""
    if isinstance(value, str):
        return "'" + one_line(value, _VALUE_LETTERS).replace("'", "''") + "'"
    return str(value)
