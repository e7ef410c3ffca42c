"""The function words of each language, from one data file a language.

A file has two parts of the form `role -> payload -> surfaces`. `words` are looked for anywhere in a
question by `function_words`. `time` is the vocabulary that time phrases are built from
(`grounding.timeframes`); a space in it stands for an optional one. In `words`, `a|b c` stands
for `a c` and `b c`.

A Korean surface that ends in 다 is a verb and stands for all of its forms. A third part,
`computed`, lists single words for what a query computes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

from askwell.domain.noun import Language
from askwell.language import english
from askwell.language.normal import normalize

if TYPE_CHECKING:
    from askwell.language.tokens import Token

Groups = dict[str, dict[str, tuple[str, ...]]]
LANGUAGES: tuple[Language, ...] = ("ko", "en")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    computed: tuple[str, ...]

    words: Groups
    time: Groups


@dataclass(frozen=True, slots=True)
class FunctionWord:
    """Say what a function word does: `role` (order, limit, light, ...) and its `payload`."""

    role: str
    payload: str


@dataclass(frozen=True, slots=True)
class WordSpan:
    """Be one reading of `start`..`end` of the original text as a function word."""

    start: int
    end: int
    role: str
    payload: str


@dataclass(frozen=True, slots=True)
class _Index:
    surfaces: Mapping[str, tuple[FunctionWord, ...]]
    sequences: Mapping[tuple[str, ...], tuple[FunctionWord, ...]]
    longest: int


def function_words(text: str, tokens: Sequence["Token"]) -> tuple[WordSpan, ...]:
    """Return every reading of every function word in `text`; readings may overlap.

    Korean words match with spaces ignored, from the start of a morpheme to the end of one;
    English ones match whole words as typed. Both languages are looked for in every text.
    """
    spans = {*_surface_spans(text, tokens), *_sequence_spans(tokens)}
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.role, span.payload)))


def time_words(language: Language, group: str) -> Mapping[str, str]:
    """Return `surface -> payload` of one group of time vocabulary, longest surface first."""
    entries = _load(language).time[group]
    pairs = [(surface, payload) for payload, all_ in entries.items() for surface in all_]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def meanings(surface: str) -> tuple[FunctionWord, ...]:
    """Return what a function word, written in any spacing and case, can do."""
    index = _index()
    found = index.surfaces.get(normalize(surface).text, ())
    return found + index.sequences.get(_english_key(surface), ())


def is_function_word(surface: str) -> bool:
    """Tell whether a word or phrase does something in a question: average, top, show me."""
    return surface.casefold() in light_forms() or bool(meanings(surface))


@cache
def light_forms() -> frozenset[str]:
    """Return the single words that carry no content, as token forms."""
    return frozenset(
        surface.lower()
        for language in LANGUAGES
        for surface in _load(language).words["light"]["word"]
    )


@cache
def computed_words() -> frozenset[str]:
    """Return the single words for what a query computes, which no data needs to hold."""
    return frozenset(word for language in LANGUAGES for word in _load(language).computed)


@cache
def _load(language: Language) -> _File:
    source = files("askwell.language").joinpath(f"{language}.yaml").read_text("utf-8")
    return _File.model_validate(yaml.load(source, Loader=yaml.CSafeLoader))


def _entries(language: Language) -> Iterator[tuple[str, FunctionWord]]:
    for role, payloads in _load(language).words.items():
        for payload, surfaces in payloads.items():
            for surface in surfaces:
                for written in _expand(surface):
                    yield written, FunctionWord(role, payload)


def _expand(surface: str) -> Iterator[str]:
    """Write out alternatives: `a|b c` is `a c` and `b c`."""
    for parts in product(*(part.split("|") for part in surface.split())):
        yield " ".join(parts)


@cache
def _index() -> _Index:
    surfaces: dict[str, tuple[FunctionWord, ...]] = {}
    sequences: dict[tuple[str, ...], tuple[FunctionWord, ...]] = {}
    for surface, meaning in _entries("ko"):
        if surface.endswith("다"):
            sequences[(surface,)] = (*sequences.get((surface,), ()), meaning)
        else:
            key = normalize(surface).text
            if meaning not in surfaces.get(key, ()):  # 오름차순 and 오름 차순 are one
                surfaces[key] = (*surfaces.get(key, ()), meaning)
    for surface, meaning in _entries("en"):
        words = _english_key(surface)
        sequences[words] = (*sequences.get(words, ()), meaning)
    return _Index(surfaces, sequences, max(map(len, surfaces)))


def _english_key(surface: str) -> tuple[str, ...]:
    words = (match.group().lower() for match in english.WORD.finditer(surface))
    return tuple(word for word in words if word != "-")


def _surface_spans(text: str, tokens: Sequence["Token"]) -> Iterator[WordSpan]:
    index, normal = _index(), normalize(text)
    starts = {token.start for token in tokens}
    ends = {token.end for token in tokens}
    for first, start in enumerate(normal.starts):
        if start not in starts:
            continue
        for last in range(first + 1, min(first + index.longest, len(normal.text)) + 1):
            end = normal.ends[last - 1]
            if end in ends:
                for meaning in index.surfaces.get(normal.text[first:last], ()):
                    yield WordSpan(start, end, meaning.role, meaning.payload)


def _sequence_spans(tokens: Sequence["Token"]) -> Iterator[WordSpan]:
    sequences = _index().sequences
    words = [token for token in tokens if token.text != "-"]
    longest = max(map(len, sequences))
    for first, token in enumerate(words):
        if token.tag.startswith("V") and token.end > token.start:  # 이다 often has no letter
            yield from _spans(token.start, token.end, sequences.get((token.form,), ()))
        for last in range(first + 1, min(first + longest, len(words)) + 1):
            key = tuple(word.text.lower() for word in words[first:last])
            yield from _spans(token.start, words[last - 1].end, sequences.get(key, ()))


def _spans(start: int, end: int, found: Iterable[FunctionWord]) -> Iterator[WordSpan]:
    return (WordSpan(start, end, meaning.role, meaning.payload) for meaning in found)
