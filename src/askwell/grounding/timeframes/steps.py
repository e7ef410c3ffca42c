"""Words that say how time is divided: by month, daily average, business days."""

from collections.abc import Iterator
from typing import get_args

from askwell.domain.catalog import Grain
from askwell.domain.noun import Language
from askwell.grounding.timeframes import patterns
from askwell.grounding.timeframes.patterns import alternatives, compiled
from askwell.grounding.timeframes.span import Kind, TimeSpan

_KINDS: tuple[Kind, ...] = ("grain", "average_per", "business_days")
_LANGUAGES: tuple[Language, ...] = ("ko", "en")


def grains(text: str) -> Iterator[TimeSpan]:
    """Find grains, averages per grain and the wish for business days."""
    for kind in _KINDS:
        for language in _LANGUAGES:
            # 2주간 is a length, 주간 a grain.
            edge = r"(?![a-z0-9])" if language == "en" else ""
            words = rf"(?<![a-z0-9])(?P<word>{alternatives(language, kind)}){edge}"
            for match in compiled(words).finditer(text):
                name = patterns.payload(language, kind, match["word"])
                grain = next((grain for grain in _grains() if grain == name), None)
                start, end = patterns.widen(text, *match.span())
                yield TimeSpan(start, end, kind, grain=grain)


def _grains() -> tuple[Grain, ...]:
    grains: tuple[Grain, ...] = get_args(Grain)
    return grains
