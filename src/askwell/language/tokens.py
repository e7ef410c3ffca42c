"""Split a question into words, with offsets into what the person typed."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from askwell.domain.noun import Language
from askwell.language import english
from askwell.language.words import light_forms

_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")

# Tags that carry content. Prefixes and suffixes are among them: 비회원 is not 회원, and
# whoever covers 환불 but not 율 has changed the meaning.
_CONTENT_TAGS = frozenset(
    [
        "NNG",
        "NNP",
        "NR",
        "NP",
        "SL",
        "SH",
        "SN",
        "VV",
        "VA",
        "VCN",
        "XR",
        "XPN",
        "XSN",
        "MM",
        "MAG",
        "W_EMAIL",
        "W_HASHTAG",
        "W_MENTION",
        "W_SERIAL",
        "W_URL",
        "UN",
    ]
)
# Small words that turn a meaning around, or take only a part of it: 8월 말, 9월 초.
_TURNING = frozenset(("않다", "못하다", "말", "초", "중순"))
_VERBS = frozenset(("VV", "VA", "VX", "VCP", "VCN"))


@dataclass(frozen=True, slots=True)
class Token:
    """Be one word or morpheme of a question.

    `text` is as typed at `start`..`end`; `form` is its dictionary form in lower case; `tag`
    is kiwipiepy's (English: SL word, SN number, SY sign). A `content` token must be
    accounted for by whoever reads the question.
    """

    text: str
    form: str
    tag: str
    start: int
    end: int
    content: bool


def detect(text: str) -> Language | None:
    """Return the language of a question; None when it is neither Korean nor English.

    Any Hangul makes it Korean: people mix English words into Korean, seldom the reverse.
    """
    if _HANGUL.search(text):
        return "ko"
    letters = _LETTER.findall(text)
    latin = sum(bool(_LATIN.match(letter)) for letter in letters)
    return "en" if latin and latin * 2 > len(letters) else None


class Tokenizer:
    """Split questions into tokens; `words` are the company's own names.

    Safe in threads. All tokenizers share one Korean model, loaded at the first text with
    Hangul (about a second); call `warm` off the event loop to have that behind.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = frozenset(words)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of `text`, in order; Korean morphemes may overlap in offsets."""
        if _HANGUL.search(text):
            return _korean_model().tokens(text, self._words)
        return tuple(_english_token(match) for match in english.WORD.finditer(text))

    def warm(self) -> None:
        """Load the Korean model and add the company's words now."""
        _korean_model().tokens("가", self._words)


def _english_token(match: re.Match[str]) -> Token:
    text = match.group()
    tag = "SN" if text[0].isdigit() else "SL" if text[0].isalpha() else "SY"
    form = english.lemma(text) if tag == "SL" else text.lower()
    content = tag != "SY" and text.lower() not in light_forms()
    return Token(text, form, tag, match.start(), match.end(), content)


class _Korean:
    """Guard the one Korean model: adding words and splitting must not cross."""

    def __init__(self) -> None:
        from kiwipiepy import Kiwi

        self._kiwi: Any = Kiwi(load_default_dict=False, load_multi_dict=False)
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def tokens(self, text: str, words: frozenset[str]) -> tuple[Token, ...]:
        with self._lock:
            if not words <= self._known:
                self._add(words - self._known)
            found = self._kiwi.tokenize(text)
        return _korean_tokens(text, found)

    def _add(self, words: frozenset[str]) -> None:
        self._known |= words
        for word in words:
            # One syllable would split other words; kiwi reads Latin letters well by itself.
            joined = "".join(word.split())
            if len(joined) > 1 and all(_HANGUL.match(letter) for letter in joined):
                self._kiwi.add_user_word(joined, "NNP")


_loading = threading.Lock()


def _korean_model() -> _Korean:
    with _loading:
        return _load_korean()


@cache
def _load_korean() -> _Korean:
    return _Korean()


def _korean_tokens(text: str, found: Iterable[Any]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for morpheme in found:
        start, end = morpheme.start, morpheme.start + morpheme.len
        tag = str(morpheme.tag).split("-")[0]
        form = _korean_form(morpheme, tag)
        after_number = tag == "NNB" and bool(tokens) and tokens[-1].tag in ("SN", "NR", "MM")
        content = (tag in _CONTENT_TAGS or after_number) and form not in light_forms()
        content = content or form in _TURNING
        tokens.append(Token(text[start:end], form, tag, start, end, content))
    return tuple(tokens)


def _korean_form(morpheme: Any, tag: str) -> str:
    if tag == "SL":
        return english.lemma(morpheme.form)
    return str(morpheme.lemma if tag in _VERBS else morpheme.form).lower()
