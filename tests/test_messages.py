"""What people read: every text in both languages, with particles, numbers and days that fit."""

import ast
import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from askwell.domain.noun import Label, Message
from askwell.language.particles import attach, pairs
from askwell.messages import bucket, first_day, last_day, number, period, say, span

SRC = Path(__file__).parents[1] / "src" / "askwell"
PO = SRC / "messages" / "locale" / "ko" / "LC_MESSAGES" / "askwell.po"
SPEAKERS = {"Message": "text", "text": "msgid", "note": "text"}


def spoken(path: Path) -> Iterator[str]:
    """Yield each msgid of a module: given to Message or text, or kept under a name for them."""
    tree = ast.parse(path.read_text())
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keyword = SPEAKERS.get(node.func.id)
            if keyword:
                given = [k.value for k in node.keywords if k.arg == keyword] or node.args[:1]
                for value in given:
                    yield from _texts(value, named)
    for name in ("_DIRECTION", "NOT_OVER", "TODAY", "IMPOSSIBLE", "BACKWARDS", "VAGUE", "rose"):
        if name in named:
            yield from _texts(named[name], {})


def _texts(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, named)
        yield from _texts(node.orelse, named)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value, named)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value, named)
    elif isinstance(node, ast.Name) and node.id in named:
        rest = {k: v for k, v in named.items() if k != node.id}
        yield from _texts(named[node.id], rest)


def all_spoken() -> set[str]:
    return {text for path in sorted(SRC.rglob("*.py")) if _is_ours(path) for text in spoken(path)}


def _is_ours(path: Path) -> bool:
    """Leave out the playground: a local Slack, which says nothing of askwell's."""
    return "playground" not in path.parts


def fields(text: str) -> dict[str, str]:
    parsed = string.Formatter().parse(text)
    return {name: spec or "" for _, name, spec, _ in parsed if name}


def translations() -> dict[str, str]:
    with PO.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_text_has_a_korean_translation() -> None:
    known = translations()
    missing = sorted(t for t in all_spoken() if not known.get(t))
    assert not missing, "add to askwell.po:\n" + "\n".join(f'msgid "{t}"' for t in missing)


def test_no_translation_is_left_over() -> None:
    sources = "".join(p.read_text() for p in sorted(SRC.rglob("*.py")))
    joined = re.sub(r'"\s*\n\s*"', "", sources).replace("'", '"')
    unused = [
        t
        for t in translations()
        if '"' + t.replace("'", '"') + '"' not in joined and not t.startswith("by ")
    ]
    assert not unused


def test_the_sweep_sees_the_texts_of_the_sources() -> None:
    assert len(all_spoken()) > 90


@pytest.mark.parametrize(("msgid", "korean"), translations().items())
def test_translations_keep_the_placeholders(msgid: str, korean: str) -> None:
    own, other = fields(msgid), fields(korean)
    assert not any(own.values()), "English takes no particles"
    assert set(other) <= set(own)
    assert set(own) - set(other) <= {"unit"}
    assert {spec for spec in other.values() if spec} <= pairs()


def test_every_korean_text_reads_korean() -> None:
    names_only = {"{name}", "{reason}", "{title}: {text}", "{title}: {definition}"}
    for msgid, korean in translations().items():
        hangul = any("가" <= c <= "힣" for c in korean)
        assert hangul or msgid in names_only or not any(c.isalpha() for c in _bare(korean)), msgid


def _bare(text: str) -> str:
    return "".join(literal for literal, *_ in string.Formatter().parse(text))


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("가입자 수", "은/는", "가입자 수는"),
        ("결제 금액", "은/는", "결제 금액은"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("1,234원", "으로/로", "1,234원으로"),
        ("12.3%", "이에요/예요", "12.3%예요"),
        ("1,234명", "이에요/예요", "1,234명이에요"),
        ("7", "으로/로", "7로"),
        ("3", "을/를", "3을"),
        ("10", "이/가", "10이"),
        ("2", "와/과", "2와"),
        ("iOS", "을/를", "iOS를"),
        ("URL", "은/는", "URL은"),
        ("marketing", "은/는", "marketing은"),
        ("가입자 수 (지역: 서울)", "은/는", "가입자 수 (지역: 서울)는"),
        ("“환불률”", "이/가", "“환불률”이"),
        ("", "은/는", "는"),
    ],
)
def test_particles_follow_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert attach(word, pair) == expected


def test_messages_are_said_in_the_language_of_the_reader() -> None:
    message = Message(
        text="{metric} cannot be split by {dimension}.",
        values={"metric": Label(ko="환불률", en="Refund rate"), "dimension": Label(ko="지역")},
    )
    assert say(message, "ko") == "환불률은 지역으로 나누거나 거를 수 없어요."
    assert say(message, "en") == "Refund rate cannot be split by 지역."


def test_values_cannot_smuggle_placeholders_in() -> None:
    message = Message(text="{name}", values={"name": "{start.__class__} $x$ %s"})
    assert say(message, "ko") == "{start.__class__} $x$ %s"


def test_days_and_years_in_messages() -> None:
    days = {"start": date(2024, 2, 29), "end": date(2024, 3, 1)}
    message = Message(text="{start} to {end}", values=days)
    assert say(message, "ko") == "2024년 2월 29일 ~ 2024년 3월 1일"
    assert say(message, "en") == "29 Feb 2024 to 1 Mar 2024"


@pytest.mark.parametrize(
    ("value", "unit", "korean", "english"),
    [
        (1234567, "KRW", "1,234,567원", "₩1,234,567"),
        (-1234, "KRW", "-1,234원", "-₩1,234"),
        (Decimal("1234.00"), "people", "1,234명", "1,234"),
        (1234, "count", "1,234건", "1,234"),
        (0.1234, "ratio", "12.3%", "12.3%"),
        (-0.05, "ratio", "-5.0%", "-5.0%"),
        (2.5, "days", "2.5일", "2.5 days"),
        (1, "hours", "1시간", "1 hour"),
        (1234.5, "", "1,234.5", "1,234.5"),
        (0, "USD", "$0", "$0"),
        (-0.0001, "", "0", "0"),
        (-0.0001, "ratio", "0.0%", "0.0%"),
        (12.5, "USD", "$12.50", "$12.50"),
    ],
)
def test_numbers_have_their_unit(
    value: float | Decimal, unit: str, korean: str, english: str
) -> None:
    assert (number(value, unit, "ko"), number(value, unit, "en")) == (korean, english)


def test_periods_do_not_say_a_year_twice() -> None:
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    assert period(first, last, "ko") == "2024년 1월 1일 ~ 12월 31일"
    assert period(first, last, "en") == "1 Jan – 31 Dec 2024"
    assert period(first, first, "en") == "1 Jan 2024"


def test_whole_calendar_units_have_a_name() -> None:
    assert span(date(2024, 1, 1), date(2024, 12, 31), "ko") == "2024년"
    assert span(date(2024, 2, 1), date(2024, 2, 29), "en") == "Feb 2024"
    assert span(date(2024, 4, 1), date(2024, 6, 30), "ko") == "2024년 2분기"
    assert span(date(2024, 2, 1), date(2024, 2, 28), "ko") == "2024년 2월 1일 ~ 2월 28일"


def test_buckets_end_on_their_last_day() -> None:
    day = date(2024, 11, 20)
    assert (first_day(day, "week"), last_day(day, "week")) == (
        date(2024, 11, 18),
        date(2024, 11, 24),
    )
    assert last_day(day, "quarter") == date(2024, 12, 31)
    assert last_day(day, "day") == day
    assert bucket(date(2024, 3, 4), "week", "ko") == "2024년 3월 4일 ~ 3월 10일"
    assert bucket(date(2024, 10, 1), "quarter", "en") == "Q4 2024"
