"""What a description says that the name does not say already."""

import re
from collections.abc import Iterable

from askwell.domain.catalog import Column, Table
from askwell.domain.noun import Label
from askwell.language import light_forms
from askwell.language.english import lemma

# What a description may say of any column.
_EMPTY_WORDS = """
unique identifier identify id code name number value column table field record row entry contain
represent indicate assign associate store describe description type each whether who text string
integer primary foreign key refer reference give specific particular respective correspond
corresponding only possible e.g i.e eg ie etc
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_SENTENCE = re.compile(r"(?<=[.;!?。])\s+(?=[^\sa-z])")
_PARTS = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def telling(column: Column, table: Table) -> tuple[str, int]:
    """Return the sentences that tell something new, and how many new words they hold.

    Values that are shown anyway, and words of the names and labels, are nothing new.
    """
    known = _EMPTY | _named(column.name, column.label) | _named(table.name, table.label)
    if column.references:
        known |= _named(column.references.table, Label())
    if column.values:
        known |= _words(str(v.stored) for v in column.values.values)
    return _new(column.description, known)


def telling_table(table: Table) -> tuple[str, int]:
    """Return the sentences of a table's description that tell something new."""
    columns = _words(name_words(c.name) for c in table.columns)
    return _new(table.description, _EMPTY | _named(table.name, table.label) | columns)


def labels(name: str, label: Label) -> str:
    """Return the labels that are not just the name written out."""
    own = _words([name_words(name)])
    texts = dict.fromkeys(t for t in (label.ko, label.en) if t and not _words([t]) <= own)
    return " / ".join(texts)


def name_words(name: str) -> str:
    """Return an identifier as words.

    >>> name_words("orderItems_v2")
    'order Items v2'
    """
    return " ".join(_PARTS.findall(_HUMP.sub("_", name)))


def _new(description: str, known: frozenset[str]) -> tuple[str, int]:
    kept, new = [], set[str]()
    for sentence in _SENTENCE.split(description):
        words = _words([sentence]) - known
        if len(words) > 1:
            kept.append(sentence)
            new |= words
    return " ".join(kept), len(new)


def _named(name: str, label: Label) -> frozenset[str]:
    return _words([name_words(name), label.ko, label.en])


def _words(texts: Iterable[str]) -> frozenset[str]:
    """Return lemmas of English words, and others as they are: no model of Korean is loaded."""
    words = (word for text in texts for word in _PARTS.findall(text))
    return frozenset(lemma(word) for word in words) - light_forms()
