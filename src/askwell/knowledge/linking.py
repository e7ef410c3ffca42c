"""What a question names of the data, found without a model: stored values, tables, columns."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import simplemma
from rapidfuzz import process
from rapidfuzz.distance import OSA

from askwell.domain.catalog import Catalog, Column, ColumnRef, Table, Value
from askwell.domain.recall import LinkedValue
from askwell.knowledge.telling import name_words
from askwell.language import Token, Tokenizer, is_function_word
from askwell.language.english import lemma

_LONGEST_SPAN = 12
_MOST_COLUMNS = 8
_SHORT = 2
# One slip is read through only where it cannot be another word.
_LONG_LATIN, _LONG_HANGUL = 6, 4
_SIGNS = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Span:
    """Be a part of the question from the start of a word to the end of one."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spans:
    """Map how a part of the question may be written to where it is first said.

    `exact`: as typed, without signs and case, the last word also in the singular; `lemmas`:
    every word in its dictionary form; `unknown`: keys that hold a word of no dictionary.
    """

    question: str
    exact: Mapping[str, Span] = field(default_factory=dict)
    lemmas: Mapping[str, Span] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def text(self, span: Span) -> str:
        """Return a part of the question as typed."""
        return self.question[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Named:
    """Hold the tables and columns whose names are said in a question."""

    tables: frozenset[str] = frozenset()
    columns: frozenset[ColumnRef] = frozenset()


def key(text: str) -> str:
    """Return `text` as it is compared: letters and digits only, lower case.

    >>> key("St. Louis") == key("st louis")
    True
    """
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def spans(question: str, tokenizer: Tokenizer) -> Spans:
    """Cut a question into all parts that could be a name."""
    tokens = tokenizer.tokens(question)
    exact: dict[str, Span] = {}
    lemmas: dict[str, Span] = {}
    unknown = set()
    for first, last in _ends(tokens):
        said = Span(tokens[first].start, tokens[last].end)
        text = key(question[said.start : said.end])
        exact.setdefault(text, said)
        forms = [t.form for t in tokens[first : last + 1]]
        lemmas.setdefault(key("".join(forms)), said)
        if tokens[last].tag == "SL":
            before = question[said.start : tokens[last].start]
            exact.setdefault(key(before + forms[-1]), said)
        if any(map(_is_unknown, tokens[first : last + 1])):
            unknown.add(text)
    return Spans(question, exact, lemmas, frozenset(unknown))


def _ends(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the first and last word of each part; a part begins and ends with no sign."""
    words = [place for place, token in enumerate(tokens) if key(token.text)]
    for count, first in enumerate(words):
        yield from ((first, last) for last in words[count : count + _LONGEST_SPAN])


def _is_unknown(token: Token) -> bool:
    """Tell whether a word is in no dictionary; of Korean nouns one cannot tell."""
    if token.tag == "SL":
        return not simplemma.is_known(token.text.lower(), lang="en")
    return token.tag in ("NNP", "NNG")


_Found = tuple[Span, LinkedValue]
_Stored = tuple[ColumnRef, Value]


class Linker:
    """Link questions to the names in one catalog; build it once, for it reads all of them."""

    def __init__(self, catalog: Catalog) -> None:
        """Sort every name by how it may be written in a question."""
        self._stored = tuple(_text_values(catalog))
        self._places: dict[str, list[int]] = {}
        for place, (_, value) in enumerate(self._stored):
            for written in dict.fromkeys(map(key, _names(value))):
                self._places.setdefault(written, []).append(place)
        self._things: dict[str, list[str | ColumnRef]] = {}
        self._lemmas: dict[str, list[str | ColumnRef]] = {}
        for table in catalog.tables:
            self._add(table.name, table)
            for ref, column in zip(table.refs, table.columns, strict=True):
                self._add(ref, column)

    def _add(self, place: str | ColumnRef, thing: Table | Column) -> None:
        words = (lemma(word) for word in name_words(thing.name).split())
        self._lemmas.setdefault(key("".join(words)), []).append(place)
        for name in filter(None, (thing.label.ko, thing.label.en, *thing.synonyms)):
            self._things.setdefault(key(name), []).append(place)

    def values(self, said: Spans) -> tuple[LinkedValue, ...]:
        """Return the stored values that a question names, the longest phrase first.

        A value of several columns is linked to each; a phrase within a longer one is left out.
        """
        found = list(self._exact(said)) or list(self._misspelt(said))
        spoken = {span: said.text(span) for span, _ in found}
        outer = [s for s in spoken if not any(_lies_in(s, other) for other in spoken)]
        outer.sort(key=lambda s: s.start - s.end)
        return tuple(link for span in outer for link in _ranked(span, found, said))

    def named(self, said: Spans) -> Named:
        """Return the tables and columns whose names, labels or synonyms are said in full."""
        things = {t for text in said.exact for t in self._things.get(text, ())}
        things |= {t for text in said.lemmas for t in self._lemmas.get(text, ())}
        return Named(
            tables=frozenset(t for t in things if isinstance(t, str)),
            columns=frozenset(t for t in things if isinstance(t, ColumnRef)),
        )

    def _exact(self, said: Spans) -> Iterator[_Found]:
        written = (form for text in said.exact for form in (text, f"{text}s"))
        places = {place for form in written for place in self._places.get(form, ())}
        for ref, value in map(self._stored.__getitem__, sorted(places)):
            for name in _names(value):
                span = _said(said, name)
                if span and _may_name(name, said.text(span)):
                    yield span, LinkedValue(phrase=said.text(span), column=ref, stored=value.stored)
                    break

    def _misspelt(self, said: Spans) -> Iterator[_Found]:
        """Yield long values that are one letter off; only where no value is as written."""
        for text in filter(_is_long, said.unknown):
            near = process.extract(
                text, self._long_values, scorer=OSA.distance, score_cutoff=1, limit=None
            )
            for _, _, place in near:
                ref, value = self._stored[place]
                span = said.exact[text]
                yield span, LinkedValue(phrase=said.text(span), column=ref, stored=value.stored)

    @cached_property
    def _long_values(self) -> list[str]:
        """Return what each value is compared as, "" where it is too short for a slip."""
        stored = (key(v.stored) if isinstance(v.stored, str) else "" for _, v in self._stored)
        return [text if _is_long(text) else "" for text in stored]


def _text_values(catalog: Catalog) -> Iterator[_Stored]:
    for table in catalog.tables:
        for ref, column in zip(table.refs, table.columns, strict=True):
            if column.values and not column.pii:
                yield from ((ref, value) for value in column.values.values)


def _names(value: Value) -> Iterator[str]:
    if isinstance(value.stored, str):
        yield value.stored
    yield from filter(None, (value.label.ko, value.label.en, *value.synonyms))


def _said(said: Spans, name: str) -> Span | None:
    written = key(name)
    found = said.exact.get(written)
    if found is None and written.endswith("s") and not written.endswith("ss"):
        found = said.exact.get(written[:-1])
    return found


def _may_name(name: str, typed: str) -> bool:
    """Tell whether a phrase is a name: "in" is not the state IN, unless typed as one."""
    if len(key(name)) < _SHORT or not _LETTER.search(name):
        return False
    short = len(key(name)) == _SHORT and not _is_hangul(name)
    if short or is_function_word(name):
        return typed == name and typed != typed.lower()
    return True


def _is_hangul(text: str) -> bool:
    return any("가" <= c <= "힣" for c in text)


def _is_long(text: str) -> bool:
    return len(text) >= (_LONG_LATIN if _LATIN.search(text) else _LONG_HANGUL)


def _lies_in(inner: Span, outer: Span) -> bool:
    return outer != inner and outer.start <= inner.start and inner.end <= outer.end


def _ranked(span: Span, found: Iterable[_Found], said: Spans) -> list[LinkedValue]:
    """Return the columns that hold a phrase, those that the question names first."""
    links = dict.fromkeys(link for at, link in found if at == span)
    return sorted(links, key=lambda link: -_mentions(link.column, said))[:_MOST_COLUMNS]


def _mentions(ref: ColumnRef, said: Spans) -> int:
    words = {*name_words(ref.table).split(), *name_words(ref.column).split()}
    return sum(lemma(word) in said.lemmas for word in words)
