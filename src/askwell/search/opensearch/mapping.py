"""What an index of documents looks like to OpenSearch, and what of an index is ours to use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from askwell.errors import Misconfigured
from askwell.search import Document, Kind

# Another layout of the mapping is not read: the index is built anew.
LAYOUT = 1
# Lucene's, in the server itself. The default engine needs a native library, takes memory beside
# the heap, and ended a server without that library at the first write.
ENGINE, SPACE, METHOD = "lucene", "cosinesimil", "hnsw"
_GRAPH = {"m": 16, "ef_construction": 100}
_KEYWORD = {"type": "keyword"}
_KEPT_ONLY = {"type": "keyword", "index": False, "doc_values": False}
_KOREAN = ["nori_part_of_speech", "nori_readingform", "lowercase"]
# The glossary goes into the settings of an index, which every server holds in memory.
_MOST_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Meta:
    """Be what an index remembers of how it was made; it stands in the mapping's `_meta`."""

    kind: Kind
    version: str
    embedder: str
    dimensions: int
    layout: int = LAYOUT


def body(meta: Meta, terms: Sequence[Document], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings and mapping of an index; `terms` are the glossary's."""
    return {
        "settings": {
            "index.knn": meta.dimensions > 0,
            **settings,
            "analysis": _analysis(terms),
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": asdict(meta),
            "properties": {
                "id": _KEYWORD,
                "number": {"type": "integer"},
                "digest": _KEYWORD,
                "kind": _KEYWORD,
                "table": _KEYWORD,
                "column": _KEYWORD,
                "names": _KEPT_ONLY,
                "keys": _KEYWORD,
                "text": {
                    "type": "text",
                    "analyzer": "korean",
                    "search_analyzer": "korean_asked",
                    "fields": {
                        "english": {"type": "text", "analyzer": "english_words"},
                        "exact": {"type": "text", "analyzer": "exact"},
                    },
                },
                **({"vector": _vector(meta.dimensions)} if meta.dimensions else {}),
            },
        },
    }


def checked(index: str, mapping: Mapping[str, Any]) -> Meta:
    """Return what an index remembers.

    Raises:
        Misconfigured: its vectors are not searched as askwell needs it.
    """
    meta = mapping.get("_meta", {})
    vector = mapping.get("properties", {}).get("vector")
    method = (vector or {}).get("method", {})
    space = method.get("space_type") or (vector or {}).get("space_type")
    if vector and (method.get("engine"), method.get("name"), space) != (ENGINE, METHOD, SPACE):
        raise Misconfigured(
            f"The index {index} keeps vectors with engine {method.get('engine')!r}, method"
            f" {method.get('name')!r} and space {space!r}; askwell searches {ENGINE!r}, {METHOD!r},"
            f" {SPACE!r} only, for the default engine can take a small server down. Delete that"
            " index and run `askwell learn`."
        )
    try:
        return Meta(**meta)
    except TypeError:
        return Meta("table", "", "", 0, layout=0)


def user_words(terms: Sequence[Document]) -> list[str]:
    """Return nori's rules for the glossary's Korean names: `배송방법 배송 방법`, `매출`."""
    names = (name.split() for term in terms for name in term.names)
    rules = dict(rule for words in names for rule in _rules(words))
    return list(rules.values())[:_MOST_RULES]


def _rules(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield a name's rule and those of its words, so that it is known with or without spaces."""
    for word in filter(_is_korean, words):
        yield word, word
    joined = "".join(words)
    if len(words) > 1 and _is_korean(joined):
        yield joined, " ".join((joined, *words))


def synonyms(terms: Sequence[Document]) -> list[str]:
    """Return one rule a term: `매출, revenue, 매출액`."""
    return [rule for rule in map(_synonyms, terms) if "," in rule][:_MOST_RULES]


def _synonyms(term: Document) -> str:
    return ", ".join(dict.fromkeys(filter(None, map(_plain, term.names))))


def _plain(name: str) -> str:
    """Return a name without what a rule is made of; a Korean one joined, as nori knows it."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return ("" if _is_korean(name) else " ").join(words)


def _is_korean(name: str) -> bool:
    joined = "".join(name.split())
    return len(joined) > 1 and all("가" <= letter <= "힣" for letter in joined)


def _vector(dimensions: int) -> dict[str, Any]:
    return {
        "type": "knn_vector",
        "dimension": dimensions,
        "space_type": SPACE,
        "method": {"name": METHOD, "engine": ENGINE, "parameters": _GRAPH},
    }


def _analysis(terms: Sequence[Document]) -> dict[str, Any]:
    """Return the analyzers: Korean (when kept and when asked for), English, and exact."""
    rules = user_words(terms)
    english = ["lowercase", "english_stop", "english_stem"]
    asked = [*_KOREAN, "terms"]
    return {
        "tokenizer": {
            "korean": _nori("mixed", rules),
            # Synonyms need a text that has one reading.
            "korean_asked": _nori("discard", rules),
        },
        "filter": dict(_filters(synonyms(terms))),
        "analyzer": {
            "korean": {"type": "custom", "tokenizer": "korean", "filter": _KOREAN},
            "korean_asked": {"type": "custom", "tokenizer": "korean_asked", "filter": asked},
            "english_words": {
                "type": "custom",
                "tokenizer": "whitespace",
                "filter": ["parts", "flatten_graph", *english],
            },
            "exact": {
                "type": "custom",
                "tokenizer": "whitespace",
                "filter": ["ends", "some", "lowercase"],
            },
        },
    }


def _nori(mode: str, rules: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "nori_tokenizer",
        "decompound_mode": mode,
        "discard_punctuation": True,
        "user_dictionary_rules": list(rules),
    }


def _filters(rules: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "terms", {"type": "synonym_graph", "lenient": True, "synonyms": list(rules)}
    yield "parts", {"type": "word_delimiter_graph"}
    # Java's \W takes Hangul for no letters.
    ends = r"^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$"
    yield "ends", {"type": "pattern_replace", "pattern": ends, "replacement": ""}
    yield "some", {"type": "length", "min": 1}
    yield "english_stop", {"type": "stop", "stopwords": "_english_"}
    yield "english_stem", {"type": "stemmer", "language": "english"}
