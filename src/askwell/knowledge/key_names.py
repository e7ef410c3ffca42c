"""What names say about keys: whose key a column is, and which key another column means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import takewhile

from askwell.domain.catalog import Column, ColumnRef, Table
from askwell.knowledge.kinds import kind_of
from askwell.knowledge.naming import Name, column_name, table_name, words_of

ENDINGS = frozenset(("id", "code", "no", "key", "uuid", "seq"))
# A number of this name counts or orders; it points nowhere.
_COUNTING = """
amount amt average avg count cnt day hour index level max maximum min minimum minute month n num
number order percent position priority qty quantity quarter rank rate ratio score sequence sort
size sum total version week year 개수 건수 금액 순번 순서 수량 합계
"""
_COUNTERS = frozenset(_COUNTING.split())
_PARENTS = frozenset(("parent", "상위", "부모"))
_SHORTEST_PART = 3


class Own(IntEnum):
    """Say how well a column's name fits as the key of its own table."""

    NO = 0
    FIRST = 1
    LIKELY = 2
    NAMED = 3
    GENERIC = 4


class Evidence(IntEnum):
    """Say how well a column's name fits another table's key."""

    ABBREVIATED = 1
    COMMENT = 2
    ROLE = 3
    SAME = 4
    NAMED = 5


@dataclass(frozen=True, slots=True)
class Key:
    """Be a column that no two rows share; `own` tells how well it is named after its table."""

    table: Table
    column: Column
    name: Name
    table_name: Name
    own: Own
    first: bool

    @property
    def ref(self) -> ColumnRef:
        """Return the reference to the column."""
        return self.table.ref(self.column)

    @property
    def rank(self) -> tuple[int, int, bool, int, int]:
        """Order keys of one name: the home of what they identify comes last."""
        own, rows = min(self.own, Own.NAMED), self.table.row_count or 0
        words = len(self.table_name.words), len(words_of(self.table.name))
        return own, -words[0], self.first, rows, -words[1]


@dataclass(frozen=True, slots=True)
class Names:
    """Read names of one warehouse.

    `prefix`: letters that all names begin with; `word`: the first word of all tables' names.
    """

    prefix: str = ""
    word: str = ""

    def key(self, table: Table, column: Column) -> Key:
        """Return a column as a key of its table."""
        name, whole = self.column(column), self.table(table)
        first = column.name == table.columns[0].name
        own = _own(name, whole, first=first)
        return Key(table, column, name, whole, own, first)

    def table(self, table: Table) -> Name:
        """Return a table's name in parts."""
        return self._without_word(table_name(table.name[len(self.prefix) :]))

    def column(self, column: Column) -> Name:
        """Return a column's name in parts."""
        return column_name(column.name[len(self.prefix) :])

    def evidence(self, table: Table, column: Column, key: Key) -> Evidence | None:
        """Return why `column` of `table` may mean `key`, by its name or comment."""
        name, inside = self.column(column), table.name == key.table.name
        if inside and column.name == key.column.name:
            return None
        if _is_counter(name, column):
            return None
        if inside:
            return Evidence.ROLE if _is_parent(name, key) or _extends(name, key) else None
        if name.words and (name.words, name.ending) == (key.name.words, key.name.ending):
            return Evidence.SAME if _may_be_shared(key) else None
        return _by_parts(name, key) or _by_comment(column, key)

    def _without_word(self, name: Name) -> Name:
        has_more = len(name.words) > 1 and name.words[0] == self.word
        return Name(name.words[1:]) if has_more else name


def names_of(tables: Sequence[Table]) -> Names:
    """Return the reader of these tables' names: what all begin with is nobody's name."""
    every = [n.lower() for t in tables for n in (t.name, *(c.name for c in t.columns))]
    ends = zip(min(every), max(every), strict=False) if len(tables) > 2 else ()
    prefix = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    first = {words_of(t.name)[:1] for t in tables}
    word = first.pop() if len(tables) > 2 and len(first) == 1 else ()
    return Names(prefix, "".join(word))


def _own(name: Name, table: Name, *, first: bool) -> Own:
    if not name.words:
        return Own.GENERIC if name.ending else Own.NO
    if name.stem == table.stem:
        return Own.NAMED
    if name.ending and (name.stem == table.words[-1] or _abbreviates(name.stem, table)):
        return Own.LIKELY
    return Own.FIRST if first else Own.NO


def _may_be_shared(key: Key) -> bool:
    """Tell whether another table's column of the same name means this key."""
    if key.own is Own.FIRST:
        return key.name.ending != "" or kind_of(key.column) == "text"
    return key.own is not Own.NO


def _by_parts(name: Name, key: Key) -> Evidence | None:
    """Compare with the table's name: `customer_id`, `from_store`, `cust_id`."""
    if key.own < Own.LIKELY or (name.ending and name.ending != key.name.ending):
        return None
    if not name.ending and name.plural:
        return None
    if name.stem == key.table_name.stem:
        return Evidence.NAMED
    if _ends_with(name, key.table_name) or _extends(name, key):
        return Evidence.ROLE
    if name.ending and len(name.stem) >= _SHORTEST_PART and _abbreviates(name.stem, key.table_name):
        return Evidence.ABBREVIATED
    return None


def _extends(name: Name, key: Key) -> bool:
    """Tell whether a name is the key's with words before: `old_order_id`, `returnedorderid`."""
    same_ending = bool(key.name.ending) and name.ending == key.name.ending
    return same_ending and key.own >= Own.LIKELY and _ends_with(name, key.name)


def _ends_with(name: Name, part: Name) -> bool:
    """Tell whether a name has more before `part`; Hangul and small letters need no gap."""
    size = len(part.words)
    if not size or name.stem == part.stem:
        return False
    if len(name.words) > size and name.words[-size:] == part.words:
        return True
    long_enough = len(part.stem) >= (2 if not part.stem.isascii() else 4)
    return len(name.words) == 1 and long_enough and name.stem.endswith(part.stem)


def _abbreviates(stem: str, table: Name) -> bool:
    """Tell whether a stem is a table's initial or its letters in order: `dept` for department."""
    whole = table.stem
    if not stem.isascii() or not stem or stem[0] != whole[:1] or len(stem) >= len(whole):
        return False
    initials = "".join(w[0] for w in table.words)
    if stem in (whole[0], initials):
        return True
    letters = iter(whole)
    in_order = all(letter in letters for letter in stem)
    return len(table.words) == 1 and len(stem) >= _SHORTEST_PART and in_order


def _is_parent(name: Name, key: Key) -> bool:
    """Tell whether a column means another row of its own table, such as `parent_id`."""
    is_key = key.own is Own.GENERIC or key.own >= Own.LIKELY
    rest = [w for w in name.words if w not in _PARENTS]
    named = not rest or tuple(rest) == key.table_name.words
    return is_key and len(rest) < len(name.words) and named and name.ending == key.name.ending


def _is_counter(name: Name, column: Column) -> bool:
    is_number = kind_of(column) == "integer" and name.ending not in ENDINGS
    return is_number and (name.plural or bool(_COUNTERS & set(name.words)))


def _by_comment(column: Column, key: Key) -> Evidence | None:
    """Find "ID of the supplier" in a comment; "unique identifier" describes an own key."""
    said = column.description.lower()
    subject = key.table_name.words[-1]
    if key.own < Own.LIKELY or subject not in said or "unique" in said:
        return None
    kind = "name" if key.name.ending == "name" else "id|identifier|code|key"
    noun = r"[ _]".join(map(re.escape, key.table_name.words))
    between = r"(?:of|for|to|assigned to|from) (?:(?:the|an?|each|its) )?(?:\w+ )?"
    of = rf"\b(?:{kind})s? {between}{noun}s?\b"
    foreign = rf"\b(?:foreign key|references?|referencing)\b.*\b{noun}s?\b"
    return Evidence.COMMENT if re.search(f"{of}|{foreign}", said) else None
