"""glossary.yml: the company's words and what they stand for."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from askwell.domain.catalog import Meaning, Term
from askwell.domain.noun import Label
from askwell.errors import Misconfigured
from askwell.knowledge.folder import Known, check, conditions, noun, read_list
from askwell.knowledge.labels import both, texts
from askwell.knowledge.yaml_file import Placed, shaped

_MEANINGS = ("metric", "dimension", "filter", "verified")


def read_glossary(folder: Path, known: Known, verified: Iterable[str]) -> tuple[Term, ...]:
    """Return the terms.

    Raises:
        Misconfigured: the file is broken, or a term stands for something that does not exist.
    """
    names = list(verified)
    terms = []
    for entry in read_list(folder / "glossary.yml"):
        with shaped(entry.place):
            terms.append(_term(entry, known, names))
    return tuple(terms)


def _term(entry: Placed, known: Known, verified: list[str]) -> Term:
    return noun(
        Term,
        entry.place,
        name=entry["name"],
        label=Label(ko=str(entry.get("ko") or ""), en=str(entry.get("en") or "")),
        synonyms=texts(entry.get("synonyms")),
        abbreviations=texts(entry.get("abbreviations")),
        definition=both(entry.get("definition")),
        meaning=_meaning(entry.get("means") or {}, known, verified, entry.place),
        owner=str(entry.get("owner") or ""),
    )


def _meaning(means: Any, known: Known, verified: list[str], place: str) -> Meaning:
    wrong = not isinstance(means, dict) or len(means) > 1 or not set(means) <= set(_MEANINGS)
    if wrong:
        raise Misconfigured(f"{place}: `means` holds exactly one of {', '.join(_MEANINGS)}.")
    check(place, "metric", means.get("metric"), known.metrics)
    check(place, "dimension", means.get("dimension"), known.dimensions)
    check(place, "verified query", means.get("verified"), verified)
    return Meaning(
        metric=means.get("metric"),
        dimension=means.get("dimension"),
        conditions=conditions(means.get("filter"), known, place),
        verified=means.get("verified"),
    )
