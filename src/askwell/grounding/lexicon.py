"""The company's words: every name in the catalog, and what it may mean."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from askwell.domain.catalog import (
    Catalog,
    Condition,
    Dimension,
    Metric,
    Parameter,
    Term,
    Value,
    VerifiedQuery,
)
from askwell.domain.noun import Label, Scalar
from askwell.language import Token, Tokenizer

SenseKind = Literal[
    "metric",
    "dimension",
    "value",
    "conditions",
    "verified",
    "word",
    "argument",
    "table",
    "term",
    "company",
]


NO_LABEL = Label()


@dataclass(frozen=True, slots=True)
class Sense:
    """Be one meaning of a surface; `name` is a metric, dimension, verified query or term.

    `short`: the surface was shortened by rule ("결제" for "결제 건수"), so a sense with a
    full name goes before it.
    """

    kind: SenseKind
    name: str = ""
    label: Label = NO_LABEL
    value: Scalar = None
    parameter: str = ""
    conditions: tuple[Condition, ...] = ()
    short: bool = False


# Words of verified queries are often ordinary ones, so they hide nothing.
VERIFIED = frozenset(("verified", "word", "argument"))


@dataclass(frozen=True)
class Lexicon:
    """Map keys of surfaces to their senses; `shown` gives a key's surface as written."""

    senses: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def of(self, *keys: str) -> tuple[Sense, ...]:
        """Return the senses of `keys`, the ways to write one name; full names before short."""
        found = list(dict.fromkeys(s for key in keys for s in self.senses.get(key, ())))
        full = {s.kind for s in found if not s.short and s.kind not in VERIFIED}
        if full:
            tables = full == {"value"}
            return tuple(s for s in found if not s.short or (tables and s.kind == "table"))
        return tuple(found)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Return each key in letters; short names are left out."""
        full = (key for key, senses in self.senses.items() if not all(s.short for s in senses))
        return {key: letters(key) for key in full}


def letters(text: str) -> str:
    """Take Hangul syllables apart, so that one letter (jamo) is one character.

    >>> len(letters("결제"))
    5
    """
    return unicodedata.normalize("NFD", text)


_ENGLISH = Tokenizer()


def key(text: str) -> str:
    """Return `text` as it is compared: NFKC, lower case, no spaces; 율 and 률 are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-_'\"’‘“”]", "", folded).replace("율", "률")


def lemma_key(text: str) -> str:
    """Return the key of an English text in the singular ("new users" is "newuser"), else ""."""
    if not text.isascii():
        return ""
    return key("".join(singular(token) for token in _ENGLISH.tokens(text)))


_INFLECTED = ("s", "ed", "ing")
_SHORT_FORMS = {"avg": "average", "num": "number", "qty": "quantity", "pct": "percent"}


def singular(token: Token) -> str:
    """Return a plural's singular and an abbreviation's word; other forms mean something else.

    A verb goes by its stem ("signed up" is "sign up"), but "highest" is not "high".
    """
    lower = token.text.lower()
    return token.form if lower.endswith(_INFLECTED) else _SHORT_FORMS.get(lower, lower)


def build(catalog: Catalog) -> Lexicon:
    """Build the lexicon of a catalog that is already cut to what the asker may read."""
    senses: dict[str, list[Sense]] = {}
    shown: dict[str, str] = {}
    for surface, sense in _entries(catalog):
        for k in {key(surface), lemma_key(surface)} - {""}:
            known = senses.setdefault(k, [])
            if not any(_same(sense, s) for s in known):
                known.append(sense)
            if not sense.short or k not in shown:
                shown[k] = surface
    return Lexicon({k: tuple(v) for k, v in senses.items()}, shown)


def surfaces(catalog: Catalog) -> tuple[str, ...]:
    """Return every full name in the catalog, for the tokenizer's user dictionary.

    The further words of verified queries are left out: they are phrases of ordinary words.
    """
    named = (s for s, sense in _entries(catalog) if not sense.short and sense.kind != "word")
    return tuple(sorted(set(named)))


def _same(a: Sense, b: Sense) -> bool:
    return (a.kind, a.name, a.value, a.parameter, a.conditions) == (
        b.kind,
        b.name,
        b.value,
        b.parameter,
        b.conditions,
    )


def _entries(catalog: Catalog) -> Iterator[tuple[str, Sense]]:
    company = catalog.company
    for name in _names(company.label, company.synonyms):
        yield name, Sense("company", label=company.label)
    for metric in catalog.metrics:
        yield from _metric(metric)
    for dimension in catalog.dimensions:
        if dimension.type == "categorical":
            yield from _dimension(dimension)
    for table in catalog.tables:
        for name in _names(table.label, table.synonyms, table.name):
            yield name, Sense("table", table.name, table.label, short=True)
    for term in catalog.terms:
        yield from _term(term, catalog)
    for query in catalog.verified:
        yield from _verified(query)


def _names(label: Label, synonyms: Iterable[str], *more: str) -> list[str]:
    return [n for n in (label.ko, label.en, *synonyms, *more) if n and n.strip()]


def _metric(metric: Metric) -> Iterator[tuple[str, Sense]]:
    names = _names(metric.label, metric.synonyms, metric.name)
    sense = Sense("metric", metric.name, metric.label)
    for name in names:
        yield name, sense
    short = Sense("metric", metric.name, metric.label, short=True)
    for name in names:
        for surface in shortened(name):
            yield surface, short


_KO_TAIL = re.compile(r"\s*(건수|횟수|금액|수량|수|액)$")
_EN_TAIL = re.compile(r"\s+(count|amount|number|volume|value)s?$", re.IGNORECASE)
_EN_HEAD = re.compile(r"^(number of|count of|amount of|total)\s+", re.IGNORECASE)


def shortened(name: str) -> list[str]:
    """Return the shorter ways in which people say a metric's name.

    >>> shortened("결제 건수"), shortened("number of payments")
    (['결제'], ['payments'])
    """
    cuts = {_KO_TAIL.sub("", name), _EN_TAIL.sub("", name), _EN_HEAD.sub("", name)}
    return sorted(c for c in cuts if c != name and len(key(c)) >= 2)


def _dimension(dimension: Dimension) -> Iterator[tuple[str, Sense]]:
    sense = Sense("dimension", dimension.name, dimension.label)
    last = dimension.name.rsplit("__", 1)[-1]
    for name in _names(dimension.label, dimension.synonyms, dimension.name, last):
        yield name, sense
    for value in dimension.values.values if dimension.values else ():
        meant = Sense("value", dimension.name, _value_label(value), value.stored)
        for name in _names(value.label, value.synonyms, *_stored(value)):
            yield name, meant


def _value_label(value: Value) -> Label:
    text = str(value.stored)
    return Label(ko=value.label.ko or text, en=value.label.en or text)


def _stored(value: Value) -> list[str]:
    stored = value.stored
    return [stored] if isinstance(stored, str) and len(stored) > 1 else []


def _term(term: Term, catalog: Catalog) -> Iterator[tuple[str, Sense]]:
    sense = _term_sense(term, catalog)
    for name in _names(term.label, term.synonyms, *term.abbreviations):
        yield name, sense
        if sense.kind == "metric":
            yield from ((s, _short(sense)) for s in shortened(name))


def _short(sense: Sense) -> Sense:
    return Sense(sense.kind, sense.name, sense.label, short=True)


def _term_sense(term: Term, catalog: Catalog) -> Sense:
    meaning = term.meaning
    metric = catalog.metric_named.get(meaning.metric or "")
    if metric:
        return Sense("metric", metric.name, metric.label)
    dimension = catalog.dimension_named.get(meaning.dimension or "")
    if dimension:
        return Sense("dimension", dimension.name, dimension.label)
    query = catalog.verified_named.get(meaning.verified or "")
    if query:
        return Sense("verified", query.name, query.label)
    if meaning.conditions:
        return Sense("conditions", term.name, term.label, conditions=meaning.conditions)
    return Sense("term", term.name, term.label)


def _verified(query: VerifiedQuery) -> Iterator[tuple[str, Sense]]:
    for name in _names(query.label, query.phrases):
        yield name, Sense("verified", query.name, query.label)
    for name in query.words:
        yield name, Sense("word", query.name, query.label)
    for parameter in query.parameters:
        yield from _parameter(query, parameter)


def _parameter(query: VerifiedQuery, parameter: Parameter) -> Iterator[tuple[str, Sense]]:
    for name in _names(parameter.label, parameter.synonyms):
        yield name, Sense("word", query.name, parameter.label)
    for value in parameter.values:
        meant = Sense(
            "argument", query.name, _value_label(value), value.stored, parameter=parameter.name
        )
        for name in _names(value.label, value.synonyms, *_stored(value)):
            yield name, meant
