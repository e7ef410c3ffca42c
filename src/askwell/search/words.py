"""The words by which a text is found: morphemes, lemmas, parts of identifiers, numbers."""

import re
from collections.abc import Iterator
from itertools import groupby

from askwell.language import Token, Tokenizer
from askwell.language.english import lemma

_PART = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z\u00c0-\u024f]+|[^\W\d_A-Za-z\u00c0-\u024f]+")
_IDENTIFIER = re.compile(r"_|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


def search_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the words of a text that carry content, as often as they occur.

    An identifier counts whole and in its parts: `user_id` is user_id, user, id.
    """
    tokens = (token for part in _parts(text) for token in tokenizer.tokens(part))
    return [word for token in tokens if token.content for word in _words(token)]


def _parts(text: str) -> Iterator[str]:
    """Yield stretches with and without Hangul: among it, `users.` is read as a file's name."""
    for _, words in groupby(text.split(), key=lambda word: bool(_HANGUL.search(word))):
        yield " ".join(words)


def _words(token: Token) -> Iterator[str]:
    yield token.form
    if _IDENTIFIER.search(token.text):
        yield from (lemma(part) for part in _PART.findall(token.text))
