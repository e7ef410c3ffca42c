"""The terminal and the JSON: the same answer, for eyes and for programs."""

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Console

from askwell.conversation.contract import as_json
from askwell.domain.answer import (
    Answer,
    AnswerTable,
    Chart,
    ReceiptEntry,
    ShownFinding,
    ShownIntent,
    ShownPeriod,
    TableColumn,
)
from askwell.terminal import show

MONTH = TableColumn(name="metric_time", label="월", type="date", grain="month")
USERS = TableColumn(name="users", label="가입자 수", type="numeric", unit="people")
REGION = TableColumn(name="region", label="지역", type="varchar", labels={"SEOUL": "서울"})

CONTRACT = [
    *("thread", "turn", "kind", "way", "language", "headline", "observations", "table"),
    *("sql", "dialect", "chart", "intent", "receipt", "assumptions", "findings", "tables"),
    *("freshness", "choices", "suggestions", "usage", "calls", "path", "timings_ms", "reference"),
]


def answer(**fields: Any) -> Answer:
    return Answer(
        **{"thread": "t", "turn": "u", "kind": "answer", "language": "ko", "headline": "답"}
        | fields
    )


def table(*rows: tuple[Any, ...], columns: tuple[TableColumn, ...] = (MONTH, USERS)) -> AnswerTable:
    return AnswerTable(columns=columns, rows=rows, row_count=len(rows))


def shown(given: Answer, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show(given, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_whole_answer_is_shown() -> None:
    said = shown(
        answer(
            headline="2024년 가입자 수는 모두 3,000명이에요.",
            observations=("가장 낮은 값은 1,000명이에요.",),
            way="governed",
            table=table((date(2024, 1, 1), 1000), (date(2024, 2, 1), Decimal(2000))),
            receipt=(ReceiptEntry(phrase="월별", role="grain", meaning="월별"),),
            assumptions=("어제까지만 집계했어요.",),
            findings=(ShownFinding(rule="all_null", message="비어 있어요."),),
            sql="SELECT 1",
            chart=Chart(kind="line", title="", categories=(), series=(), path="/tmp/a.png"),
            suggestions=("전년 대비", "지역별로"),
        )
    )
    for part in (
        "모두 3,000명",
        "· 가장 낮은 값은",
        "2024년 1월",
        "2,000명",
        "공식 지표",
        "월별 → 월별",
        "※ 어제까지만",
        "! 비어 있어요.",
        "SELECT 1",
        "/tmp/a.png",
        "전년 대비 · 지역별로",
    ):
        assert part in said


def test_columns_stand_straight_with_korean_widths() -> None:
    rows = (("SEOUL", 1), ("other", 22), (None, None))
    lines = shown(answer(table=table(*rows, columns=(REGION, USERS)))).splitlines()
    ends = {cell_len(line.split("명")[0]) for line in lines if "명" in line}
    assert len(ends) == 1
    assert any("서울" in line for line in lines)
    assert any(line.split() == ["–", "–"] for line in lines)


def test_thirty_rows_are_shown_and_the_rest_is_counted() -> None:
    rows = tuple((date(2024, 1, 1), i) for i in range(45))
    said = shown(answer(table=table(*rows)))
    assert "… 외 15행" in said
    assert sum("2024년 1월" in line for line in said.splitlines()) == 30


def test_bars_show_the_first_number() -> None:
    rows = tuple((date(2024, i, 1), v) for i, v in enumerate((40, 80, 0), 1))
    lines = [line for line in shown(answer(table=table(*rows))).splitlines() if "2024년" in line]
    assert [line.count("█") for line in lines] == [6, 12, 0]
    rows = tuple((date(2024, i, 1), v) for i, v in enumerate((40, -80, 0), 1))
    assert "█" not in shown(answer(table=table(*rows)))


def test_hostile_cells_cannot_steer_the_terminal() -> None:
    evil = "\x1b[2J\x07[red]x[/red]\n한 줄"
    said = shown(
        answer(
            headline=evil,
            table=table((evil, 1), columns=(REGION, USERS)),
            choices=(evil,),
        )
    )
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "[red]x[/red]" in said


def test_long_sql_and_paths_are_not_cut() -> None:
    sql = "SELECT " + ", ".join(f"column_{i}" for i in range(40))
    path = "/tmp/" + "long/" * 40 + "a.png"
    chart = Chart(kind="line", title="", categories=(), series=(), path=path)
    said = shown(answer(sql=sql, chart=chart), width=60)
    assert all(f"column_{i}" in said.replace("\n", "").replace(" ", "") for i in range(40))
    assert path in said


def test_choices_are_numbered() -> None:
    said = shown(answer(kind="clarify", choices=("가입자 수", "탈퇴 회원 수")))
    assert "1. 가입자 수" in said
    assert "2. 탈퇴 회원 수" in said


def test_json_has_exactly_the_keys_of_the_contract() -> None:
    body = as_json(answer())
    assert list(body) == CONTRACT
    assert body["table"] is None
    assert body["usage"] == {
        "model_calls": 0,
        "input_tokens": 0,
        "output_tokens": 0,
        "repairs": 0,
    }


def test_json_of_the_parts() -> None:
    rows = ((datetime(2024, 1, 1), Decimal("1.50")), (None, Decimal(2)))
    body = as_json(
        answer(
            table=table(*rows),
            chart=Chart(kind="line", title="t", categories=("a",), series=(), path="a.png"),
            intent=ShownIntent(period=ShownPeriod(start=date(2024, 1, 1), end=date(2024, 1, 31))),
            receipt=(ReceiptEntry(phrase="p", role="metric", meaning="m"),),
        )
    )
    assert json.loads(json.dumps(body)) == body
    assert list(body["table"]) == ["columns", "rows", "row_count", "truncated"]
    assert list(body["table"]["columns"][0]) == ["name", "label", "type", "unit"]
    assert body["table"]["rows"] == [["2024-01-01T00:00:00", 1.5], [None, 2]]
    assert body["chart"] == {"kind": "line", "path": "a.png"}
    assert body["intent"]["period"] == {"start": "2024-01-01", "end": "2024-01-31"}
    assert list(body["intent"]) == [
        *("metrics", "dimensions", "filters", "period", "grain"),
        *("comparison", "share", "cumulative", "order", "limit"),
    ]
    assert body["receipt"] == [{"phrase": "p", "role": "metric", "meaning": "m"}]
