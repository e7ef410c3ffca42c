"""Keys that nobody declared: names suggest them, and the data must agree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from askwell.domain.catalog import Column, ColumnRef, Table
from askwell.errors import BadQuery, Refused, TooLarge
from askwell.knowledge.key_names import ENDINGS, Evidence, Key, Names, Own, names_of
from askwell.knowledge.kinds import KEYS, kind_of
from askwell.knowledge.profile import Profile, Seen
from askwell.knowledge.reading import Reader, missing

_VALUES_CHECKED = 1_000
_TRIED = 3
# Real tables have orphans. Where the name says it all they may be more, and most where it is
# texts, which are not in a key by chance as small numbers are.
_ORPHANS = 0.02
_ORPHANS_BY_NAME = 0.1
_ORPHANS_OF_TEXT = 0.3
_KEY_ENDINGS = ("id", "uuid", "key", "no", "code", "name", "")


@dataclass(frozen=True, slots=True)
class Keys:
    """Hold primary keys and references that the data suggests; `notes`: what was not checked."""

    primary: frozenset[ColumnRef] = frozenset()
    references: Mapping[ColumnRef, ColumnRef] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


async def infer_keys(
    tables: Sequence[Table],
    seen: Profile,
    reader: Reader,
    *,
    without: AbstractSet[tuple[str, str]] = frozenset(),
) -> Keys:
    """Return keys of columns for which neither the warehouse nor anybody else tells any.

    `without`: tables and columns that are known to refer to nothing.
    """
    names = names_of(tables)
    keys = [k for t in tables for k in _unique(t, names, seen)]
    references, notes = {}, []
    for table in tables:
        for column in table.columns:
            if (table.name, column.name) in without or not _may_refer(table, column, seen):
                continue
            try:
                found = await _target(table, column, keys, names, seen, reader)
            except (BadQuery, Refused, TooLarge) as error:
                notes.append(f"{table.name}.{column.name}: no key was looked for: {error}")
                continue
            if found:
                references[table.ref(column)] = found.ref
    referred = {*references.values(), *(c.references for t in tables for c in t.columns)}
    primary = (_primary(t, keys, references.keys(), referred, seen) for t in tables)
    return Keys(frozenset(k.ref for k in primary if k), references, tuple(notes))


def _unique(table: Table, names: Names, seen: Profile) -> Iterator[Key]:
    """Yield the columns of which each value occurs once, in more than one row."""
    alone = [c for c in table.columns if c.primary_key]
    for column in table.columns:
        if column.pii or column.sensitive or kind_of(column) not in KEYS:
            continue
        if column.unique or [column] == alone:
            yield names.key(table, column)


def _may_refer(table: Table, column: Column, seen: Profile) -> bool:
    was_read = table.ref(column) in seen.columns
    hidden = column.pii or column.sensitive
    return was_read and not (hidden or column.references) and kind_of(column) in KEYS


async def _target(
    table: Table,
    column: Column,
    keys: Iterable[Key],
    names: Names,
    seen: Profile,
    reader: Reader,
) -> Key | None:
    """Return the key that a column refers to: the best by name that the data bears out."""
    ranked = _ranked(table, column, keys, names)
    for evidence, key in ranked[:_TRIED]:
        if await _is_borne_out(table, column, evidence, key, reader):
            return key
    return None


def _ranked(
    table: Table, column: Column, keys: Iterable[Key], names: Names
) -> list[tuple[Evidence, Key]]:
    """Return the keys that a column may mean, best first; of things named equally well none."""
    own = names.key(table, column)
    found: dict[tuple[object, ...], list[tuple[Evidence, Key]]] = {}
    for key in keys:
        same_kind = kind_of(key.column) == kind_of(column)
        evidence = names.evidence(table, column, key) if same_kind else None
        if evidence and not (column.unique and _is_home(own, evidence, key)):
            place = evidence, key.rank, -_KEY_ENDINGS.index(key.name.ending)
            found.setdefault(place, []).append((evidence, key))
    best_first = (found[place] for place in sorted(found, reverse=True))
    return [same[0] for same in best_first if len({k.table_name.stem for _, k in same}) == 1]


def _is_home(own: Key, evidence: Evidence, key: Key) -> bool:
    """Tell whether a unique column is the key of its own table, rather than means `key`."""
    if evidence is Evidence.SAME:
        return own.rank >= key.rank
    return own.own >= Own.LIKELY


async def _is_borne_out(
    table: Table, column: Column, evidence: Evidence, key: Key, reader: Reader
) -> bool:
    """Tell whether (nearly) all values of a column are among those of the key."""
    total, lost = await missing(
        reader, (table, column.name), (key.table, key.column.name), _VALUES_CHECKED
    )
    if not total:
        return evidence is Evidence.SAME and key.own is Own.NAMED
    orphans = _ORPHANS
    if evidence >= Evidence.SAME:
        orphans = _ORPHANS_OF_TEXT if kind_of(column) == "text" else _ORPHANS_BY_NAME
    return lost <= total * orphans


def _primary(
    table: Table,
    keys: Iterable[Key],
    referring: AbstractSet[ColumnRef],
    referred: AbstractSet[ColumnRef | None],
    seen: Profile,
) -> Key | None:
    """Return the column that identifies a row, where the warehouse names none."""
    if any(c.primary_key for c in table.columns):
        return None
    own = [k for k in keys if k.table.name == table.name]
    own = [k for k in own if seen.columns.get(k.ref, Seen()).filled]
    own = [k for k in own if k.ref in referred or (_identifies(k) and k.ref not in referring)]
    return max(own, key=lambda k: (k.ref in referred, k.own, k.first), default=None)


def _identifies(key: Key) -> bool:
    """Tell whether a key is named as one, and not as a name that happens to be unique."""
    return key.name.ending in ENDINGS and (key.own >= Own.LIKELY or key.first)
