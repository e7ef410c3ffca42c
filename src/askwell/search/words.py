"""The words by which a text is found: morphemes, lemmas, parts of identifiers, numbers."""

import re
from collections.abc import Iterator
from itertools import accumulate, groupby

from askwell.language import Token, Tokenizer
from askwell.language.english import lemma
from askwell.search import weights

_PART = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z\u00c0-\u024f]+|[^\W\d_A-Za-z\u00c0-\u024f]+")
_IDENTIFIER = re.compile(r"_|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


def search_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the words of a text that carry content, as often as they occur.

    An identifier counts whole and in its parts: `user_id` is user_id, user, id.
    """
    tokens = (token for part in _parts(text) for token in tokenizer.tokens(part))
    return [word for token in tokens if token.content for word in _words(token)]


def content_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the words that hold content, as typed; an engine takes their endings off itself."""
    found: dict[str, None] = {}
    for part in _parts(text):
        starts = [token.start for token in tokenizer.tokens(part) if token.content]
        for word in re.finditer(r"\S+", part):
            if any(word.start() <= start < word.end() for start in starts):
                found[word.group()] = None
    lengths = accumulate(len(word) for word in found)
    fitting = [
        w for w, length in zip(found, lengths, strict=True) if length <= weights.MOST_LETTERS
    ]
    return fitting[: weights.MOST_WORDS]


def name_key(name: str, tokenizer: Tokenizer) -> str:
    """Return a name in the form in which `names_said` finds it, whatever its spaces and endings."""
    return "".join(_forms(name, tokenizer))


def names_said(text: str, tokenizer: Tokenizer) -> frozenset[str]:
    """Return the keys of all names that a text may say: each run of a few content words."""
    forms = _forms(text, tokenizer)[: weights.MOST_WORDS]
    spans = range(1, weights.NAME_WORDS + 1)
    return frozenset("".join(forms[i : i + n]) for n in spans for i in range(len(forms) - n + 1))


def _forms(text: str, tokenizer: Tokenizer) -> list[str]:
    return [t.form for part in _parts(text) for t in tokenizer.tokens(part) if t.content]


def _parts(text: str) -> Iterator[str]:
    """Yield stretches with and without Hangul: among it, `users.` is read as a file's name."""
    for _, words in groupby(text.split(), key=lambda word: bool(_HANGUL.search(word))):
        yield " ".join(words)


def _words(token: Token) -> Iterator[str]:
    yield token.form
    if _IDENTIFIER.search(token.text):
        yield from (lemma(part) for part in _PART.findall(token.text))
