"""Korean particles that change with the sound before them: 가입자는, 금액은, 서울로, 부산으로."""

import re

_PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "와/과": ("과", "와"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
    "이에요/예요": ("이에요", "예요"),
}
# How the last sound of a digit or a Latin letter is said: 1 is 일, L is 엘.
_CLOSED = frozenset("013678lmnrLMNR")
_ENDS_IN_L = frozenset("178lrLR")
_UNSAID = re.compile(r"[\s\"'”’)\]}.,!?]+$|\([^()]*\)$")


def attach(word: str, pair: str) -> str:
    """Return `word` with the particle of `pair` that fits its last sound.

    >>> attach("가입자", "은/는"), attach("서울", "으로/로"), attach("iOS", "을/를")
    ('가입자는', '서울로', 'iOS를')
    """
    closed, open_ = _PAIRS[pair]
    last = _last_sound(word)
    if pair == "으로/로" and _is_l(last):
        return word + open_
    return word + (closed if _is_closed(last) else open_)


def pairs() -> frozenset[str]:
    """Return the pairs that `attach` knows."""
    return frozenset(_PAIRS)


def _last_sound(word: str) -> str:
    said = word
    while (shorter := _UNSAID.sub("", said)) and shorter != said:
        said = shorter
    # English -ing is said 잉, which is closed; a g by itself is 지.
    return "잉" if said.lower().endswith("ng") else said[-1:]


def _final_consonant(letter: str) -> int:
    return (ord(letter) - 0xAC00) % 28 if "가" <= letter <= "힣" else -1


def _is_closed(letter: str) -> bool:
    if letter == "%":
        return False
    final = _final_consonant(letter)
    return final > 0 if final >= 0 else letter in _CLOSED


def _is_l(letter: str) -> bool:
    return _final_consonant(letter) == 8 or letter in _ENDS_IN_L
