"""A made-up warehouse of many trades, with look-alikes and stale copies, and questions about it.

Deterministic. The questions say what people say, which is seldom what the tables are called: of
each thing there are the words of the catalog and other words for the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from askwell.domain.catalog import Catalog, Column, Table, Term, Value, ValueSet
from askwell.domain.noun import Label
from askwell.knowledge.catalog import versioned


@dataclass(frozen=True)
class Thing:
    """Be one thing of a trade: its name, its labels, and what people call it instead."""

    name: str
    ko: str
    en: str
    said_ko: tuple[str, ...]
    said_en: tuple[str, ...]


@dataclass(frozen=True)
class Trade:
    """Be one trade: its things, and the forms of questions about them in each language."""

    name: str
    label: Label
    things: tuple[Thing, ...]
    ask_ko: tuple[str, ...]
    ask_en: tuple[str, ...]
    unseen: bool


@dataclass(frozen=True)
class Asked:
    """Be one question with the tables of which any will do, and whether it is in Korean.

    `unseen`: it was written after the ranking was done, by somebody who did not know it.
    """

    text: str
    needed: frozenset[str]
    korean: bool
    unseen: bool


_HERE = Path(__file__).parent
# What the ranking was looked at with; and what was written when it was done, by somebody else.
_SEEN, _UNSEEN = "retrieval_things.txt", "retrieval_unseen.txt"
_PLACES = (
    ("kr", "한국", "Korea"),
    ("jp", "일본", "Japan"),
    ("us", "미국", "US"),
    ("vn", "베트남", "Vietnam"),
)
_FORMS = (
    ("", "원장", "one row each"),
    ("daily", "일별 집계", "daily summary"),
    ("history", "변경 이력", "change history"),
)
_STALE = (
    ("bak_2021", "예전 백업, 사용하지 않음", "old backup, do not use"),
    ("tmp", "임시 복사본", "temporary copy"),
    ("old", "옛 시스템의 것, 폐기 예정", "of the old system, deprecated"),
)
_FIELDS = (
    ("amount", "금액", "amount"),
    ("status", "상태", "status"),
    ("created_at", "생성 시각", "created at"),
    ("owner_id", "담당자", "owner"),
)
_QUESTIONS_A_THING = 2


@cache
def trades() -> tuple[Trade, ...]:
    """Return the trades in the files: `# NAME|KOREAN|ENGLISH`, their things below.

    A file begins with the forms of its questions, the Korean ones first.
    """
    return (*_trades(_SEEN), *_trades(_UNSEEN, unseen=True))


def _trades(file: str, *, unseen: bool = False) -> Iterator[Trade]:
    forms, *parts = (_HERE / file).read_text("utf-8").split("\n# ")
    ko, _, en = forms.partition("\n---\n")
    asks = tuple(tuple(part.split("\n")) for part in (ko, en))
    for part in parts:
        first, *lines = part.strip().split("\n")
        name, *labels = first.split("|")
        label, things = Label(ko=labels[0], en=labels[1]), tuple(map(_thing, lines))
        yield Trade(name, label, things, *asks, unseen)


def _thing(line: str) -> Thing:
    name, ko, en, said_ko, said_en = line.split("|")
    return Thing(name, ko, en, tuple(said_ko.split(",")), tuple(said_en.split(",")))


def catalog(copies: int = 1) -> Catalog:
    """Return the whole warehouse; `copies`: how many companies have one of their own."""
    tables = tuple(t for copy in range(copies) for t in _tables(f"c{copy}_" if copy else ""))
    terms = tuple(_term(trade, thing) for trade in trades() for thing in trade.things)
    return versioned(Catalog(tables=tables, terms=terms))


def questions() -> tuple[Asked, ...]:
    """Return the questions, more than half of them in Korean."""
    return tuple(_questions())


def _tables(prefix: str) -> Iterator[Table]:
    for trade in trades():
        for thing, place, form in product(trade.things, _PLACES, _FORMS):
            yield _table(prefix, trade, thing, place, form)
            if not form[0]:
                for stale in _STALE:
                    yield _table(prefix, trade, thing, place, stale)


def _table(
    prefix: str,
    trade: Trade,
    thing: Thing,
    place: tuple[str, str, str],
    form: tuple[str, str, str],
) -> Table:
    parts = (trade.name, place[0], thing.name, form[0])
    return Table(
        name=prefix + "_".join(filter(None, parts)),
        label=Label(
            ko=f"{place[1]} {trade.label.ko} {thing.ko} {form[1]}",
            en=f"{place[2]} {trade.label.en} {thing.en}, {form[2]}",
        ),
        columns=tuple(_columns(thing)),
    )


def _columns(thing: Thing) -> Iterator[Column]:
    yield Column(name=f"{thing.name}_id", type="bigint", primary_key=True)
    for name, ko, en in _FIELDS:
        values = ValueSet(values=(Value(stored="OPEN"), Value(stored="CLOSED")))
        yield Column(
            name=name,
            type="varchar" if name == "status" else "bigint",
            label=Label(ko=f"{thing.ko} {ko}", en=f"{thing.en} {en}"),
            values=values if name == "status" else None,
        )


def _term(trade: Trade, thing: Thing) -> Term:
    """Say in the glossary one of the other words in each language; the rest is left to meaning."""
    return Term(
        name=f"{trade.name}_{thing.name}",
        label=Label(ko=thing.ko, en=thing.en),
        synonyms=(thing.said_ko[0], thing.said_en[0]),
    )


def _questions() -> Iterator[Asked]:
    count = 0
    for trade in trades():
        for thing in trade.things:
            for turn in range(_QUESTIONS_A_THING):
                yield _asked(trade, thing, count, thing.said_ko[turn], korean=True)
                yield _asked(trade, thing, count, thing.said_en[turn], korean=False)
                if turn:
                    yield _asked(trade, thing, count, f"{thing.said_ko[0]} 건수", korean=True)
                count += 1


def _asked(trade: Trade, thing: Thing, count: int, said: str, *, korean: bool) -> Asked:
    """Ask in the next form about the next country's; no other table of that thing will do."""
    code, ko, en = _PLACES[count % len(_PLACES)]
    forms = trade.ask_ko if korean else trade.ask_en
    place, named = (ko, trade.label.ko) if korean else (en, trade.label.en)
    text = forms[count % len(forms)].format(place=place, trade=named, said=said)
    return Asked(text, frozenset({f"{trade.name}_{code}_{thing.name}"}), korean, trade.unseen)
