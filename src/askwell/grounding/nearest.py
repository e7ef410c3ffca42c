"""Near names: a slip of one letter is read through, anything further is only offered."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from askwell.grounding.lexicon import Lexicon, Sense, letters

_NEAR_ENOUGH = 45.0


def one_letter_off(key: str, lexicon: Lexicon) -> str | None:
    """Return the only key of the lexicon that is one letter away, or None.

    Short words are left alone: 환불 and 환율 are both words, and so are "use" and "user".
    """
    if not _long_enough(key):
        return None
    found = process.extract(
        letters(key), lexicon.spelled, scorer=OSA.distance, score_cutoff=1, limit=None
    )
    near = {known for _, _, known in found if abs(len(known) - len(key)) <= 1}
    meanings = {lexicon.of(k) for k in near}
    return min(near) if len(meanings) == 1 else None


def _long_enough(key: str) -> bool:
    return len(key) >= (3 if _is_hangul(key) else 5) and not any(c.isdigit() for c in key)


def _is_hangul(text: str) -> bool:
    return any("가" <= c <= "힣" for c in text)


def nearest(key: str, lexicon: Lexicon, *, limit: int = 3) -> tuple[Sense, ...]:
    """Return up to `limit` metrics, dimensions or values whose names resemble `key`."""
    offered = {k: letters(k) for k, s in lexicon.senses.items() if _offerable(s)}
    ranked = process.extract(
        letters(key), offered, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=_NEAR_ENOUGH
    )
    return tuple(_distinct(lexicon.of(k)[0] for _, _, k in ranked))[:limit]


def _offerable(senses: Iterable[Sense]) -> bool:
    return any(s.kind in {"metric", "dimension", "value", "verified"} for s in senses)


def _distinct(senses: Iterable[Sense]) -> list[Sense]:
    seen: dict[tuple[str, str, object], Sense] = {}
    for sense in senses:
        seen.setdefault((sense.kind, sense.name, sense.value), sense)
    return list(seen.values())
