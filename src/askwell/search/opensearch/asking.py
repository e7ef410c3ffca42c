"""A search as OpenSearch's query language has it."""

from collections.abc import Iterable, Sequence
from typing import Any

from askwell.search import Document, Hit, Vector, weights

# Of one text's analyzers, what each reading adds; English words among Korean ones occur in both.
_FIELDS = ("text", "text.english^0.5", "text.exact^0.5")
_SHOWN = ("id", "kind", "text", "table", "column", "names")
_BY_WORDS = "words"
_FUSION = {
    "phase_results_processors": [
        {
            "score-ranker-processor": {
                "combination": {
                    "technique": "rrf",
                    "rank_constant": weights.FLATTENING,
                    "parameters": {"weights": [weights.WORDS, weights.MEANING]},
                }
            }
        }
    ]
}
# Of a hit that several named queries match, each one's own score.
PARAMETERS = {"include_named_queries_score": "true", "allow_partial_search_results": "false"}


def body(
    words: Sequence[str],
    names: Iterable[str],
    vector: Vector | None,
    allowed: str,
    limit: int,
) -> dict[str, Any] | None:
    """Return what to ask, or None where nothing can be found.

    `allowed`: the numbers of the documents that may be found, as a bitmap.
    """
    readable = {"terms": {"number": [allowed], "value_type": "bitmap"}}
    said = _said(words, names) if words else None
    near = _near(vector, readable) if vector is not None and any(vector) else None
    found: dict[str, Any] = {"size": limit, "_source": list(_SHOWN)}
    if said and near:
        both = {
            "queries": [said, near],
            "filter": readable,
            "pagination_depth": weights.CANDIDATES,
        }
        return found | {"query": {"hybrid": both}, "search_pipeline": _FUSION}
    if said:
        return found | {"query": {"bool": {"must": [said], "filter": [readable]}}}
    return found | {"query": near} if near else None


def hits(answer: Any) -> tuple[Hit, ...]:
    """Return what was found."""
    return tuple(map(_hit, answer["hits"]["hits"]))


def _said(words: Sequence[str], names: Iterable[str]) -> dict[str, Any]:
    """Return the query by words: any of them, and more for a name that is said as a whole."""
    text = {
        "query": " ".join(words),
        "type": "most_fields",
        "fields": list(_FIELDS),
        "_name": _BY_WORDS,
    }
    named = {"terms": {"keys": sorted(names), "boost": weights.NAMED}}
    return {"bool": {"should": [{"multi_match": text}, named]}}


def _near(vector: Vector, readable: dict[str, Any]) -> dict[str, Any]:
    near = {"vector": list(vector), "k": weights.CANDIDATES, "filter": readable}
    return {"knn": {"vector": near}}


def document(source: dict[str, Any]) -> Document:
    """Return a document from what is kept of it."""
    return Document(**{name: source[name] for name in _SHOWN} | {"names": tuple(source["names"])})


def _hit(found: dict[str, Any]) -> Hit:
    words = found.get("matched_queries", {}).get(_BY_WORDS, 0.0)
    return Hit(document(found["_source"]), float(found["_score"]), float(words))
