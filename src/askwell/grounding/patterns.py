"""A short table of patterns gives pieces their roles, by their neighbours."""

import re
from collections.abc import Callable, Sequence

from askwell.domain.intent import Comparison
from askwell.domain.noun import Message
from askwell.grounding.filters import exclude, group, include, or_name, threshold
from askwell.grounding.pieces import Piece
from askwell.grounding.roles import Roles

# One letter a piece, so that a pattern of neighbours is a regular expression.
_LETTERS = {
    "metric": "m",
    "dimension": "d",
    "value": "v",
    "conditions": "v",
    "verified": "q",
    "table": "T",
    "word": "z",
    "argument": "z",
    "period": "p",
    "grain": "g",
    "average_per": "A",
    "business_days": "b",
    "until": "!",
    "impossible": "!",
    "number": "n",
    "per": "y",
    "only": "w",
    "also": "l",
    "exclusion": "x",
    "operator": "o",
    "order": "r",
    "limit": "t",
    "extreme": "e",
    "adjective": "a",
    "comparison": "c",
    "against": "k",
    "share": "s",
    "cumulative": "u",
    "trend": "f",
    "chart": "h",
    "aggregate": "j",
    "interrogative": "i",
    "among": "_",
    "followup": "_",
}


# What carries no meaning of its own; every other piece is used by a pattern or named as open.
_SILENT = frozenset(("light", "greeting", "company", "definition", "request"))


# Words that may stand before a metric as well: by sales, 매출 기준.
_SOFT_PER = frozenset(("by", "기준", "기준으로", "따라", "각", "across", "grouped by", "group by"))


Handler = Callable[[Roles, Sequence[Piece]], None]


def assign(roles: Roles, pieces: Sequence[Piece]) -> Roles:
    """Go over the pieces from left to right; at each place the first pattern that fits acts."""
    pieces = [p for p in pieces if p.role not in _SILENT]
    letters = "".join(_letter(p, roles.question) for p in pieces)
    at = 0
    while at < len(letters):
        for pattern, handler in PATTERNS:
            match = pattern.match(letters, at)
            if match and match.end() > at:
                handler(roles, pieces[at : match.end()])
                at = match.end()
                break
        else:
            roles.left.append(pieces[at])
            at += 1
    return roles


def _letter(piece: Piece, question: str) -> str:
    """Return the piece's letter; a Korean exclusion, which follows its values, is `X`."""
    letter = _LETTERS.get(piece.role, "?")
    if letter == "y" and piece.text(question).lower() in _SOFT_PER:
        return "Y"
    hangul = any("가" <= c <= "힣" for c in piece.text(question))
    if letter == "x" and hangul:
        return "X"
    if letter == "o" and piece.payload == "between":
        return "O" if hangul else "B"
    return letter


# What must stand between two metrics; without it the first one narrows the second.
_JOINED = re.compile(
    r"^(들?(과|와|랑|이랑|하고|도|이나|나)(?![가-힣])|\s*[,·/&+]|\s*(및|그리고|and|plus|vs)\b).*$",
    re.DOTALL,
)


# Endings that make a noun an attribute: 가입한 회원, 취소된 결제.
_RELATIVE = ("한", "된", "할", "될")


def _metrics(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read metrics in a row: a list of them, or one that another word narrows."""
    for piece, following in zip(pieces, (*pieces[1:], None), strict=True):
        between = roles.question[piece.end : following.start] if following else ""
        narrows = (
            len(set(roles.senses.metrics)) > 1 and roles.question[piece.end :][:1] in _RELATIVE
        )
        if narrows or (following and not _JOINED.match(between)):
            roles.left.append(piece)
        else:
            _metric(roles, [piece])


def _metric(roles: Roles, pieces: Sequence[Piece]) -> None:
    name = roles.senses.metric(pieces[0], roles)
    if name is None:
        return
    if name not in roles.metrics:
        roles.metrics.append(name)
    label = roles.catalog.metric_named[name].label
    roles.note("metric", pieces[:1], Message(text="{name}", values={"name": or_name(label, name)}))


def _period(roles: Roles, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        if piece.time and piece.time.period:
            roles.periods.append(piece.time)
            period = piece.time.period
            meaning = Message(
                text="{start} to {end}", values={"start": period.start, "end": period.end}
            )
            roles.note("period", [piece], meaning)


def _impossible(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.impossible.extend(note for p in pieces if p.time for note in p.time.notes)


def _grain(roles: Roles, pieces: Sequence[Piece]) -> None:
    time = pieces[0].time
    if time is None or time.grain is None:
        return
    roles.grain = time.grain
    roles.note("grain", pieces, Message(text=f"by {time.grain}"))


def _business(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.business_days = True
    roles.note("filter", pieces, Message(text="business days only"))


def _compare(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read 전월 대비, YoY: an earlier time of the same length."""
    payload = pieces[0].payload
    to, _, unit = payload.partition("_")
    roles.comparison = Comparison(to="year" if to == "year" else "previous")
    roles.comparison_unit = unit
    text = "compared with a year earlier" if to == "year" else "compared with the time before"
    roles.note("comparison", pieces, Message(text=text))


def _against(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Note 비교, vs: what is compared shows in the periods and values around it."""
    roles.side_by_side = True
    roles.against.extend(pieces)
    roles.note("comparison", pieces, Message(text="side by side"))


def _share(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.share = True
    roles.note("share", pieces, Message(text="as a share of the total"))


def _cumulative(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.cumulative = True
    roles.note("cumulative", pieces, Message(text="as a running total"))


def _order(roles: Roles, pieces: Sequence[Piece]) -> None:
    piece = pieces[-1]
    roles.descending = piece.payload != "asc"
    roles.by_time = piece.payload == "latest"
    text = "in descending order" if roles.descending else "in ascending order"
    roles.note("order", pieces, Message(text=text))


def _limit(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read 상위 5개, top 5, the most: an order and a number of groups."""
    if any(p.number and p.number.unit == "percent" for p in pieces):
        roles.left.extend(pieces)
        return
    if roles.limit is not None:
        roles.left.extend(pieces)
        return
    marker = next((p for p in pieces if p.role == "limit"), None)
    number = next((p.number for p in pieces if p.number), None)
    adjective = next((p for p in pieces if p.role == "adjective"), None)
    lowest = (marker and marker.payload == "bottom") or (adjective and adjective.payload == "less")
    roles.descending = not lowest
    roles.limit = int(number.value) if number else 1
    roles.extreme = number is None
    text = "the lowest {n}" if lowest else "the highest {n}"
    roles.note("limit", pieces, Message(text=text, values={"n": roles.limit}))


def _only_so_many(roles: Roles, pieces: Sequence[Piece]) -> None:
    number = next(p.number for p in pieces if p.number)
    roles.limit = int(number.value)
    roles.note("limit", pieces, Message(text="the first {n}", values={"n": roles.limit}))


def _adjective(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read 늘었어?, grew: a change; 많은, high: the largest, if a superlative stood before."""
    payload = pieces[0].payload
    if payload in {"up", "down", "change"}:
        roles.change = True
        roles.note("comparison", pieces, Message(text="how it changed"))
        return
    roles.descending = payload == "more"
    text = "in descending order" if roles.descending else "in ascending order"
    roles.note("order", pieces, Message(text=text))
    if roles.extreme:
        roles.limit = roles.limit or 1


def _extreme(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.extreme = True
    roles.descending = True if roles.descending is None else roles.descending
    roles.limit = roles.limit or 1
    roles.note("limit", pieces, Message(text="the highest {n}", values={"n": 1}))


def _metric_threshold(roles: Roles, pieces: Sequence[Piece]) -> None:
    _metric(roles, [p for p in pieces if p.role == "metric"])
    threshold(roles, pieces)


def _chart(roles: Roles, pieces: Sequence[Piece]) -> None:
    wishes = [p.payload for p in pieces]
    wish = next((w for w in wishes if w != "any"), "any")
    roles.chart = wish  # type: ignore[assignment]  # the data file's payloads are ChartWish
    texts = {
        "any": "as a chart",
        "line": "as a line chart",
        "bar": "as a bar chart",
        "pie": "as a pie chart",
        "table": "as a table",
    }
    roles.note("chart", pieces, Message(text=texts[wish]))


def _trend(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.trend = True
    roles.note("chart", pieces, Message(text="over time"))


def _aggregate(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read 총, total, 전체: what a metric does anyway; an average it does not."""
    payload = pieces[0].payload
    if payload == "all":
        roles.all_time = True
    if payload not in {"sum", "all", "count"}:
        roles.left.append(pieces[0])


def _also(roles: Roles, pieces: Sequence[Piece]) -> None:
    roles.also = True


def _table(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Keep the name of a table: it must turn out to be one that the answer reads."""
    roles.tables.append(pieces[0])


def _nothing(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Let a connecting word stand: 중, 그럼, only, each."""


PATTERNS: tuple[tuple[re.Pattern[str], Handler], ...] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"d?[vl]*v[lw]*d?X", exclude),
        (r"d?xd?v+", exclude),
        (r"d[v]+(?![yYX])", include),
        (r"v+d(?![yYv])", include),
        (r"v+[w_]?", include),
        (r"mnnO|mBnn|mno|mon", _metric_threshold),
        (r"d?nnO|d?Bnn|[dy]?no|d?on", threshold),
        (r"i?d[yY]|[yY]d[yY]?", group),
        (r"tn|nt", _limit),
        (r"ea", _limit),
        (r"t", _limit),
        (r"e", _extreme),
        (r"nw|n(?=d)|(?<=d)n", _only_so_many),
        (r"d", group),
        (r"m+", _metrics),
        (r"p+", _period),
        (r"!+", _impossible),
        (r"gy?", _grain),
        (r"b", _business),
        (r"ck?", _compare),
        (r"k", _against),
        (r"s", _share),
        (r"u", _cumulative),
        (r"a?r", _order),
        (r"a", _adjective),
        (r"h+", _chart),
        (r"f", _trend),
        (r"j", _aggregate),
        (r"l", _also),
        (r"T", _table),
        (r"[_wzYi]", _nothing),
    )
)
