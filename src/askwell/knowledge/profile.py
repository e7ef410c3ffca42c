"""What the data itself says: rows, ranges, unique columns, values, what looks personal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from askwell.domain.catalog import Bound, Column, ColumnRef, Table
from askwell.domain.noun import Scalar
from askwell.errors import BadQuery, Refused, TooLarge
from askwell.knowledge import reading
from askwell.knowledge.kinds import kind_of
from askwell.knowledge.personal import looks_personal, mentions_person, personal_names
from askwell.knowledge.reading import Measured, Reader

MAX_VALUES = 200
SAMPLED_VALUES = 50
MAX_CHARACTERS = 100
SAMPLED_ROWS = 50_000
COUNTED_ROWS = 10_000_000
_NOT_READ = (BadQuery, Refused, TooLarge)
_COLUMNS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what the data says of one column.

    `filled`: no row lacks it; `empty`: every row does. `complete`: there are no other values.
    """

    unique: bool = False
    filled: bool = False
    empty: bool = False
    least: Bound = None
    greatest: Bound = None
    values: tuple[Scalar, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold what the data itself says, by table and column.

    `personal`: columns that look personal. `primary` and `references`: keys that the data
    suggests. `notes`: what was not read, and why.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[ColumnRef, Seen] = field(default_factory=dict)
    personal: frozenset[ColumnRef] = frozenset()
    primary: frozenset[ColumnRef] = frozenset()
    references: Mapping[ColumnRef, ColumnRef] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Look:
    """Collect what is seen of one table; `most`: only so many first rows were read."""

    table: Table
    guessed: frozenset[str] = frozenset()
    rows: int | None = None
    most: int | None = None
    columns: dict[str, Seen] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


async def profile(
    tables: Iterable[Table], reader: Reader, unsaid: frozenset[ColumnRef] = frozenset()
) -> Profile:
    """Return what the data says of `tables`.

    Columns that are personal or sensitive are not read, nor are texts whose values are all
    known. A table that the warehouse does not let read in time is noted, and left out.

    `unsaid`: columns of which nobody said whether they are personal, so it is guessed.
    """
    looks = [await _look(table, reader, unsaid) for table in tables]
    return Profile(
        rows={k.table.name: k.rows for k in looks if k.rows is not None},
        columns={
            ColumnRef(table=k.table.name, column=c): s for k in looks for c, s in k.columns.items()
        },
        personal=frozenset(
            ColumnRef(table=k.table.name, column=c) for k in looks for c in k.personal
        ),
        notes=tuple(note for k in looks for note in k.notes),
    )


async def _look(table: Table, reader: Reader, unsaid: frozenset[ColumnRef]) -> _Look:
    guessed = frozenset(c.name for c in table.columns if table.ref(c) in unsaid)
    look = _Look(table, guessed=guessed, personal=set(personal_names(table) & guessed))
    columns = [c for c in table.columns if _may_be_read(c) and c.name not in look.personal]
    try:
        await _measure(look, columns, reader)
    except _NOT_READ as error:
        look.notes.append(f"{table.name}: its data was not read: {error}")
        return look
    for column in columns:
        try:
            await _add_values(look, column, reader)
        except _NOT_READ as error:
            look.notes.append(f"{table.name}.{column.name}: its values were not read: {error}")
    _hide(look)
    return look


def _hide(look: _Look) -> None:
    """Forget what was seen of personal columns; some are so because of what others hold."""
    by_value = look.personal - personal_names(look.table)
    look.personal |= personal_names(look.table, by_value) & look.guessed
    for name in look.personal:
        look.columns.pop(name, None)


def _may_be_read(column: Column) -> bool:
    listed = column.values is not None and column.values.declared and column.values.complete
    return not (column.pii or column.sensitive or (listed and kind_of(column) == "text"))


async def _measure(look: _Look, columns: Sequence[Column], reader: Reader) -> None:
    """Look at all rows at once where they are few, else at the first and at the ranges of all."""
    table = look.table
    look.rows = table.row_count
    if look.rows is None:
        look.rows = await reading.count_rows(reader, table)
    if look.rows > SAMPLED_ROWS:
        look.most = SAMPLED_ROWS
    for start in range(0, max(len(columns), 1), _COLUMNS_AT_ONCE):
        some = columns[start : start + _COLUMNS_AT_ONCE]
        look.measured |= await reading.measure(reader, table, some, look.most)
    for column in columns:
        look.columns[column.name] = _seen(look.measured[column.name], whole=look.most is None)
    if look.most is None:
        look.rows = max((m.rows for m in look.measured.values()), default=look.rows)
    else:
        await _measure_large(look, columns, reader)


def _seen(measured: Measured, *, whole: bool) -> Seen:
    return Seen(
        unique=whole and measured.unique,
        filled=measured.count == measured.rows > 0,
        empty=whole and measured.count == 0,
        least=measured.least,
        greatest=measured.greatest,
    )


async def _measure_large(look: _Look, columns: Sequence[Column], reader: Reader) -> None:
    """Add what needs all rows of a large table, as far as the warehouse lets read them."""
    if (look.rows or 0) > COUNTED_ROWS:
        look.notes.append(
            f"{look.table.name}: about {look.rows:,} rows; only the first {SAMPLED_ROWS:,} were"
            " looked at, so that ranges, keys and complete values are not known"
        )
        return
    try:
        ranges = await reading.measure_ranges(reader, look.table, columns)
        for name, found in ranges.items():
            look.rows = found.rows
            seen = look.columns[name]
            look.columns[name] = replace(seen, least=found.least, greatest=found.greatest)
        for column in columns:
            if look.measured[column.name].unique:
                unique = await reading.is_unique(reader, look.table, column)
                look.columns[column.name] = replace(look.columns[column.name], unique=unique)
    except _NOT_READ as error:
        look.notes.append(f"{look.table.name}: only its first rows were looked at: {error}")


async def _add_values(look: _Look, column: Column, reader: Reader) -> None:
    """Read the values of a text column: all where they are few, else the frequent ones."""
    measured = look.measured[column.name]
    is_key = column.primary_key or column.references is not None
    if kind_of(column) != "text" or not measured.count or measured.letters > MAX_CHARACTERS:
        return
    few = (measured.distinct or 0) <= MAX_VALUES and not column.references
    if few and (look.rows or 0) <= COUNTED_ROWS:
        read = await reading.distinct_values(reader, look.table, column, MAX_VALUES + 1)
        complete = len(read) <= MAX_VALUES
    elif not is_key:
        most = look.most or SAMPLED_ROWS
        read = await reading.frequent_values(reader, look.table, column, SAMPLED_VALUES, most)
        complete = False
    else:
        return
    _keep(look, column, read, complete=complete)


def _keep(look: _Look, column: Column, read: Sequence[Scalar], *, complete: bool) -> None:
    """Keep the values that were read, unless they are personal; free texts may mention people."""
    kept = [_unpadded(v, column) for v in read if len(str(v)) <= MAX_CHARACTERS]
    if column.name in look.guessed:
        if looks_personal(look.table, column, read):
            look.personal.add(column.name)
            return
        kept = [v for v in kept if not mentions_person(look.table, column, v)]
    if not complete:
        kept = kept[:SAMPLED_VALUES]
    whole = complete and len(kept) == len(read)
    seen = look.columns[column.name]
    look.columns[column.name] = replace(seen, values=tuple(kept), complete=whole)


def _unpadded(value: Scalar, column: Column) -> Scalar:
    """Return a value without the blanks that fill a CHAR(n) up, which compare as if not there."""
    is_padded = column.type.startswith(("char(", "character(", "bpchar"))
    return value.rstrip() if is_padded and isinstance(value, str) else value
