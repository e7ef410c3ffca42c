"""Charts: the right kind for each shape, and pictures that hold what they should."""

import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from askwell.charts import choose, draw
from askwell.charts.draw import plain
from askwell.charts.labels import short, shortened, ticks, width, wrapped
from askwell.domain.answer import Chart, Series
from askwell.domain.clock import Clock
from askwell.domain.intent import Intent
from askwell.domain.noun import Label, Scalar
from askwell.domain.result import ColumnRole, Result, ResultColumn

CREATED = Clock("Asia/Seoul", date(2024, 12, 1)).now()


def column(name: str, role: ColumnRole, unit: Any = "") -> ResultColumn:
    return ResultColumn(name=name, label=Label(en=name), role=role, unit=unit)


MONTH, REGION = column("month", "time"), column("region", "dimension")
USERS = column("users", "metric", "people")


def chosen(columns: tuple[ResultColumn, ...], rows: list[tuple[Scalar, ...]], **wish: Any) -> Any:
    result = Result(id="r", columns=columns, rows=tuple(rows), row_count=len(rows), created=CREATED)
    return choose(result, Intent(**wish), "title", "en", lambda row, i: str(row[i]))


def months(*values: float | None) -> list[tuple[Scalar, ...]]:
    return [(date(2024, i, 1), v) for i, v in enumerate(values, 1)]


def regions(*values: float | None) -> list[tuple[Scalar, ...]]:
    return [(f"r{i}", v) for i, v in enumerate(values)]


def test_time_becomes_a_line_oldest_first() -> None:
    chart = chosen((MONTH, USERS), months(1, None, 3)[::-1])
    assert chart.kind == "line"
    assert chart.categories == ("2024-01-01", "2024-02-01", "2024-03-01")
    assert chart.series[0].values == (1.0, None, 3.0)


def test_groups_become_bars_in_the_order_of_the_table() -> None:
    chart = chosen((REGION, USERS), regions(5, 3))
    assert (chart.kind, chart.horizontal) == ("bar", False)
    assert chart.series[0].values == (5.0, 3.0)


def test_many_groups_lie_down_and_stop_at_twenty() -> None:
    chart = chosen((REGION, USERS), regions(*range(30)))
    assert chart.horizontal
    assert len(chart.categories) == 20


def test_a_single_number_and_a_wish_for_a_table_have_no_chart() -> None:
    assert chosen((USERS,), [(5,)]) is None
    assert chosen((REGION, USERS), regions(5)) is None
    assert chosen((REGION, USERS), regions(5, 3), chart="table") is None
    assert chosen((MONTH, REGION), [(date(2024, 1, 1), "r"), (date(2024, 2, 1), "r")]) is None


def test_a_pie_needs_a_whole() -> None:
    share = column("share", "share", "ratio")
    rows = [("a", 6, 0.6), ("b", 4, 0.4)]
    columns = (REGION, USERS, share)
    assert chosen(columns, rows, share=True).kind == "pie"
    assert chosen((REGION, USERS), regions(6, 4), chart="pie").kind == "pie"
    assert chosen(columns, rows, share=True, limit=2).kind == "bar"
    assert chosen(columns, rows, share=True, chart="bar").kind == "bar"
    assert chosen((REGION, USERS), regions(6, -4), chart="pie").kind == "bar"
    assert chosen((REGION, USERS), regions(*range(1, 9)), chart="pie").kind == "bar"
    rate = column("rate", "metric", "ratio")
    assert chosen((REGION, rate), regions(0.5, 0.5), chart="pie").kind == "bar"


def test_the_wish_wins_where_it_can_be_drawn() -> None:
    assert chosen((MONTH, USERS), months(1, 2), chart="bar").kind == "bar"
    assert chosen((REGION, USERS), regions(1, 2), chart="line").kind == "line"


def test_two_units_never_share_an_axis() -> None:
    won = column("amount", "metric", "KRW")
    chart = chosen((MONTH, USERS, won), [(date(2024, i, 1), i, i * 1e6) for i in (1, 2)])
    assert [s.name for s in chart.series] == ["users"]


def test_groups_over_time_are_the_six_largest_lines() -> None:
    rows: list[tuple[Scalar, ...]] = [
        (date(2024, m, 1), f"r{r}", r * r) for m in (1, 2) for r in range(9) if (m, r) != (2, 8)
    ]
    chart = chosen((MONTH, REGION, USERS), rows)
    assert [s.name for s in chart.series] == ["r7", "r6", "r8", "r5", "r4", "r3"]
    assert chart.series[2].values == (64.0, None)


def test_nan_is_a_gap() -> None:
    assert chosen((MONTH, USERS), months(1, float("nan"), 2)).series[0].values[1] is None


@pytest.mark.parametrize(
    ("value", "unit", "language", "shown"),
    [
        (120_000_000, "KRW", "ko", "1.2억"),
        (92_857_000, "KRW", "ko", "9,286만"),
        (-30_000_000, "KRW", "ko", "-3,000만"),
        (1_250_000_000_000, "KRW", "ko", "1.25조"),
        (1500, "", "en", "1.5K"),
        (2_500_000, "", "en", "2.5M"),
        (0.125, "ratio", "en", "12.5%"),
        (0, "KRW", "ko", "0"),
        (999, "people", "en", "999"),
    ],
)
def test_short_numbers(value: float, unit: str, language: Any, shown: str) -> None:
    assert short(value, unit, language) == shown


def test_an_axis_has_one_size_of_numbers() -> None:
    assert short(8000, "", "ko", 12_000) == "0.8만"


def test_years_are_said_once() -> None:
    names = ["2023년 12월", "2024년 1월", "2024년 2월"]
    assert ticks(names, range(3)) == ["12월\n2023년", "1월\n2024년", "2월"]
    assert ticks(["4 Mar – 10 Mar 2024", "11 Mar – 17 Mar 2024"], range(2)) == [
        "4 Mar\n2024",
        "11 Mar",
    ]
    assert ticks(["카드", "2024년 1월"], range(2)) == ["카드", "2024년 1월"]


def test_long_texts_are_shortened_by_their_width() -> None:
    assert shortened("가" * 40, 10) == "가가가가…"
    assert all(width(line) <= 20 for line in wrapped("가나다 " * 40, 20, 3).split("\n"))
    assert wrapped("a " * 400, 20, 3).count("\n") == 2


def drawn(tmp_path: Path, **fields: Any) -> bytes:
    path = tmp_path / "chart.png"
    draw(Chart(**{"title": "제목 $x_2$", "categories": (), "series": ()} | fields), path)
    return path.read_bytes()


def colors(png: bytes) -> set[bytes]:
    """Return the distinct bytes of the picture: a blank one has few."""
    data, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    body = zlib.decompress(data)
    return {body[i : i + 1] for i in range(0, len(body), 97)}


SHAPES = {
    "months": {"kind": "line", "values": (3.0, None, 5.0), "partial": True},
    "one": {"kind": "line", "values": (3.0,), "partial": True},
    "nothing": {"kind": "line", "values": (None, None)},
    "days": {"kind": "line", "values": tuple(float(i) for i in range(200))},
    "negative": {"kind": "bar", "values": (3e9, -2e9, 0.0)},
    "lying": {"kind": "bar", "values": (3.0, None), "horizontal": True, "partial": True},
    "pie": {"kind": "pie", "values": (3.0, 1.0, 0.0)},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_drawn(shape: str, tmp_path: Path) -> None:
    fields = dict(SHAPES[shape])
    values: Any = fields.pop("values")
    names = tuple(f"2024년 {i}번째 아주 긴 이름 \x07🎉 $%^_{{}}\\" for i in range(len(values)))
    png = drawn(tmp_path, series=(Series(name="값", values=values),), categories=names, **fields)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1200, 800)
    assert len(colors(png)) > 20


def test_hostile_text_stays_text() -> None:
    assert plain("$\\frac{1}{0}$").count(r"\$") == 2
    assert "\x07" not in plain("a\x07b")
    assert plain("한글 漢") == "한글 漢"
