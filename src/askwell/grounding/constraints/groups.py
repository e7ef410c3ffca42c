"""What one row of the answer is to stand for: a month, a city, an author."""

import re
from collections.abc import Iterable, Iterator, Sequence

from askwell.domain.catalog import Catalog, Column, ColumnRef, Grain, Table
from askwell.domain.recall import Constraint
from askwell.grounding.constraints.spoken import Spoken, singular
from askwell.grounding.pieces import Piece

# A rate or a habit, and not a row for each.
_ADJECTIVE = re.compile(
    r"(?:daily|weekly|monthly|quarterly|yearly|annual|annually)\b|[일주월연]간$", re.I
)
_KIND_OF = re.compile(
    r"\s*(?:active|subscri|plan|pass|member|fee|rent|report|budget|limit|target|활성|구독|이용권|회원)",
    re.IGNORECASE,
)
_HABIT = re.compile(r"every|basis|매", re.IGNORECASE)
_SORTED = re.compile(
    r"\b(?:sort(?:ed)?|ordered|order\s+(?:the|by)|arranged?|ranked)(?:\s+\w+){0,3}\s*$", re.I
)
_RATE = re.compile(
    r"\b(?:average|avg|mean|median|rate|ratio|typical|cost|price|fee|salary|wage|pay|earn)|평균|당\b",
    re.IGNORECASE,
)
_DAYS: dict[Grain, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_GOES_ON = re.compile(r"\s*(?:\d|end\b|[-/]\d)", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[?.!,;)]|$)")


def grains(said: Spoken) -> Iterator[Constraint]:
    """Yield the units of time that are to be told apart."""
    for piece in said.of("grain"):
        phrase = piece.text(said.question)
        before, after = said.text[: piece.start], said.text[piece.end :]
        if _HABIT.search(phrase) or _SORTED.search(before) or _GOES_ON.match(after):
            continue
        if _ADJECTIVE.search(phrase) and not (_is_last(piece, said) or _is_cut(piece, said)):
            continue
        if re.search(r"\bper\b", phrase, re.IGNORECASE) and _RATE.search(said.text):
            continue
        if piece.time and piece.time.grain:
            yield Constraint(kind="grain", phrase=phrase, grain=piece.time.grain)


def _is_last(piece: Piece, said: Spoken) -> bool:
    """Tell "how many orders daily" from "users who log in daily"."""
    return bool(_ENDS.match(said.text[piece.end :]) and _SUMS.search(said.text))


def _is_cut(piece: Piece, said: Spoken) -> bool:
    """Tell whether a period is cut into its months, as in "monthly revenue for 2024"."""
    days = _DAYS[piece.time.grain] if piece.time and piece.time.grain else 0
    periods = [p.time.period for p in said.of("period") if p.time and p.time.period]
    longer = any((period.end - period.start).days > days for period in periods)
    kind_of = _KIND_OF.match(said.text[piece.end :]) or _RATE.search(said.text)
    named = re.search(r"\bthe\b", piece.text(said.question), re.IGNORECASE)
    return longer and not kind_of and not named


_NOUNS = r"(?P<noun>[a-z][\w'’-]*(?:\s+[a-z][\w'’-]*){0,3})"
_EACH = re.compile(
    rf"\b(?P<lead>for\s+(?:each|every)|(?:in|by|at|from|of|within|on|to|per)?\s*each)\s+{_NOUNS}",
    re.IGNORECASE,
)
_PER = re.compile(rf"\bper\s+{_NOUNS}", re.IGNORECASE)
_ACROSS = re.compile(rf"\bacross\s+(?:all\s+|the\s+)?different\s+{_NOUNS}", re.IGNORECASE)
_DOWN_BY = re.compile(
    r"\b(?:group(?:ed)?|broken\s+down|break\s+down|split|breakdown)\s+by\s+(?:the\s+)?"
    rf"{_NOUNS}",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?P<before>[\w'’-]+)\s+by\s+(?P<noun>[a-z][\w-]*)"
    r"(?=\s*[?.!,;]|\s*$|\s+(?:and|in|for|over|during|since|from|with|as)\b)",
    re.IGNORECASE,
)
_AND_BY = re.compile(r"(?:\s*,)?\s+and\s+(?:by\s+)?(?P<noun>[a-z][\w-]*)", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"(?:ed|en|made|sold|done|bought|paid|run|won|held|led|built|sent|born|taught|found|brought"
    r"|sort|order|rank|arrange|list|than|go|gone|increase|decrease|multiply|divide)$",
    re.IGNORECASE,
)
_SUMS = re.compile(
    r"\b(?:number|total|count|average|avg|sum|how\s+many|revenue|sales|share)\b", re.I
)
_COUNTS = re.compile(r"\b(?:number\s+of|how\s+many|count|total)\b", re.IGNORECASE)
_NO_GROUP = frozenset(("other", "of", "one", "time", "case", "with", "have", "having", "capita"))
_UNITS_OF_TIME = frozenset(("day", "week", "month", "quarter", "year", "hour", "minute", "date"))
_KOREAN_PER = re.compile(r"(?P<noun>[가-힣A-Za-z]+)\s?(?:별(?:로|의)?|마다)(?![가-힣])")
_KOREAN_EACH = re.compile(
    r"(?<![가-힣])각\s(?P<noun>[가-힣]+?)(?:의|에|에서|은|는|이|가|별)?(?=\s|$)"
)
# 성별 is a word of its own, and so are 개별, 특별, 구별.
_ONE_SYLLABLE = frozenset("반팀층과동역시군국")
_KOREAN_NAME = re.compile(r"(?:번호|코드|명|이름|id)$", re.IGNORECASE)
_KOREAN_TIME = re.compile(r"(?:일|주|월|분기|반기|연도?|년도?|시간|요일|날짜)$")


def groups(said: Spoken) -> Iterator[Constraint]:
    """Yield what rows are asked for each of."""
    found = _korean_groups(said) if said.korean else _english_groups(said)
    yield from {c.columns or c.phrase: c for c in found}.values()


def _english_groups(said: Spoken) -> Iterator[Constraint]:
    for match in _EACH.finditer(said.text):
        yield from _group(said, match, needs_column=match["lead"].lower() == "each")
    for pattern in (_ACROSS, _DOWN_BY):
        for match in pattern.finditer(said.text):
            yield from _group(said, match, needs_column=True)
    for match in _PER.finditer(said.text):
        if _COUNTS.search(said.text) and not _RATE.search(said.text):
            yield from _group(said, match, needs_column=True)
    for match in _BY.finditer(said.text):
        if _SUMS.search(said.text) and not _PARTICIPLE.search(match["before"]):
            yield from _group(said, match, needs_column=True)
            if more := _AND_BY.match(said.text, match.end()):
                yield from _group(said, more, needs_column=True)


def _group(said: Spoken, match: re.Match[str], *, needs_column: bool) -> Iterator[Constraint]:
    words = [singular(word) for word in re.findall(r"[\w-]+", match["noun"])]
    if words[0] in _NO_GROUP or words[0] in _UNITS_OF_TIME:
        return
    columns, count = _named(words, said.catalog)
    if columns or not needs_column:
        start = match.start("noun")
        end = re.match(rf"(?:\W*\w+){{{max(count, 1)}}}", said.text[start:])
        phrase = said.phrase(match.start(), start + (end.end() if end else 0))
        yield Constraint(kind="group", phrase=phrase, columns=columns)


def _named(words: Sequence[str], catalog: Catalog) -> tuple[tuple[ColumnRef, ...], int]:
    """Return the columns that the longest beginning of `words` names, and how many it has."""
    for count in range(min(3, len(words)), 0, -1):
        if found := tuple(dict.fromkeys(_columns(words[:count], catalog))):
            return found, count
    return (), 0


def _columns(words: Sequence[str], catalog: Catalog) -> Iterator[ColumnRef]:
    """Yield the columns that name what `words` say: of its own table first, then others'."""
    own = [t for t in catalog.tables if _is_called(t, words)]
    for table in own:
        yield from (table.ref(column) for column in table.columns if _identifies(column))
    for table in catalog.tables:
        yield from (table.ref(c) for c in table.columns if _names(words, table, c))


def _is_called(table: Table, words: Iterable[str]) -> bool:
    return any(_says(name, words) for name in (table.name, table.label.en, *table.synonyms))


def _names(words: Sequence[str], table: Table, column: Column) -> bool:
    called = [column.name, column.label.en, *column.synonyms]
    if any(_says(name, words) for name in called):
        return True
    return len(words) > 1 and _says(f"{table.name}_{column.name}", words)


def _says(name: str, words: Iterable[str]) -> bool:
    """Tell whether each word begins or ends a part of a name: order is in `returnedorderid`."""
    parts = [singular(part) for part in re.split(r"[\W_]+", name.lower()) if part]
    return bool(parts) and all(any(_is_in(word, part) for part in parts) for word in words)


def _is_in(word: str, part: str) -> bool:
    long_enough = len(word) > 3
    return word == part or (long_enough and word in re.sub(r"(?:id|name|key|code|no)$", "", part))


def _identifies(column: Column) -> bool:
    named = re.search(r"(?:id|name|title|code|key|no)$", column.name.lower())
    return column.primary_key or named is not None


def _korean_groups(said: Spoken) -> Iterator[Constraint]:
    for pattern in (_KOREAN_PER, _KOREAN_EACH):
        for match in pattern.finditer(said.text):
            noun = match["noun"]
            if _KOREAN_TIME.search(noun) or (len(noun) == 1 and noun not in _ONE_SYLLABLE):
                continue
            columns = tuple(dict.fromkeys(_labelled(noun, said.catalog)))
            yield Constraint(kind="group", phrase=said.phrase(*match.span()), columns=columns)


def _labelled(noun: str, catalog: Catalog) -> Iterator[ColumnRef]:
    """Yield the columns that a Korean noun names: by a label, or by a name in Korean."""
    for table in catalog.tables:
        own = noun in {table.name, table.label.ko.replace(" ", ""), *table.synonyms}
        for column in table.columns:
            called = (column.name, column.label.ko.replace(" ", ""), *column.synonyms)
            named = noun in called or (len(noun) > 1 and any(noun in name for name in called))
            if named or (own and (column.primary_key or _KOREAN_NAME.search(column.name))):
                yield table.ref(column)
    for dimension in catalog.dimensions:
        if noun in {dimension.label.ko.replace(" ", ""), *dimension.synonyms}:
            yield from dimension.reads
