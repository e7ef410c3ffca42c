"""What people see of an answer in Slack, in which order, and what its buttons carry."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import slack_answers
from slack_answers import TURN, by_month, kept, line

from askwell.domain.answer import (
    AnswerTable,
    ReceiptEntry,
    Series,
    ShownFinding,
    ShownFreshness,
    ShownIntent,
    ShownPeriod,
    TableColumn,
)
from askwell.domain.kept import Preference
from askwell.domain.noun import Scalar
from askwell.domain.result import Attempt, Finding
from askwell.messages import text as said
from askwell.slack.blocks import (
    SlackMessage,
    answer_message,
    asked_again,
    correction_form,
    feedback_form,
    pointer,
    preferences_form,
    receipt_modal,
    share_offer,
    shared,
    sql_modal,
    task,
)
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.actions import Origin, read_value
from askwell.slack.blocks.elements import Block
from askwell.slack.blocks.notices import REFUSED
from askwell.slack.blocks.safe_text import clean, cut, escaped, size
from askwell.slack.blocks.safe_text import line as safe_line

ORIGIN = Origin(turn=TURN, channel="C1", thread="1.2")
SUBJECT = "2024년 가입자 수"
YEAR = ShownIntent(period=ShownPeriod(start=date(2024, 1, 1), end=date(2024, 12, 31)))


def kinds(message: SlackMessage) -> list[str]:
    return [block["type"] for block in message.blocks]


def block(message: SlackMessage, kind: str) -> Block:
    return next(b for b in message.blocks if b["type"] == kind)


def elements(message: SlackMessage) -> dict[str, Block]:
    """Return what can be clicked, by its action id."""
    rows = (b["elements"] for b in message.blocks if "actions" in b["type"])
    return {element["action_id"]: element for row in rows for element in row}


def shown(found: Any) -> str:
    """Return all texts of blocks, one after the other."""
    return " ".join(" ".join(texts(found)).split())


def texts(found: Any) -> list[str]:
    if isinstance(found, list | tuple):
        return [text for part in found for text in texts(part)]
    if not isinstance(found, dict):
        return []
    own = found.get("text")
    said = [own] if isinstance(own, str) else []
    return said + [text for part in found.values() for text in texts(part)]


def test_the_sentence_comes_first_and_what_to_do_last() -> None:
    table, chart = by_month(45, 46), line(45, 46)
    answer = kept(
        table=table,
        chart=chart,
        intent=YEAR,
        observations=("가장 낮은 값은 45명이에요.",),
        findings=(ShownFinding(rule="x", message="지나치게 커 보여요."),),
        suggestions=("전년 대비", "상위 5개만", "월별로", "하나 더"),
        assumptions=("어제까지만 집계했어요.",),
        freshness=(
            ShownFreshness(table="b", loaded_at="2026-11-28T04:24:05+09:00", stale=False),
            ShownFreshness(table="a", loaded_at="2026-11-27T19:27:44+09:00", stale=False),
            ShownFreshness(table="c", loaded_at=None, stale=False),
        ),
        owner="growth@moapay.example",
    )
    message = answer_message(answer)
    assert kinds(message) == [
        "rich_text",
        "context",
        "data_visualization",
        "data_table",
        "context",
        "context",
        "actions",
        "actions",
        "context_actions",
    ]
    first, warning, _, _, way, small, *_ = map(shown, message.blocks)
    assert first == "2024년 가입자 수는 모두 91명이에요. 가장 낮은 값은 45명이에요."
    assert warning == "⚠️ 지나치게 커 보여요."
    assert way == "🏛️ 공식 지표: 회사가 정한 지표 정의로 계산했어요."
    assert small == (
        "2024년 1월 1일 ~ 12월 31일 · 데이터 기준 2026년 11월 27일 19:27 · "
        "어제까지만 집계했어요. · 문의 growth@moapay.example"
    )
    assert message.text == "2024년 가입자 수는 모두 91명이에요. 가장 낮은 값은 45명이에요."
    assert message.files == ()


def test_buttons_carry_the_turn_and_no_text() -> None:
    found = elements(answer_message(kept(table=by_month(1, 2), suggestions=("a", "b", "c", "d"))))
    assert list(found) == [
        *(f"{ids.SUGGESTION}_{i}" for i in range(3)),
        ids.SQL,
        ids.RECEIPT,
        ids.CORRECT,
        ids.FILES,
        ids.FEEDBACK,
    ]
    assert read_value(found[f"{ids.SUGGESTION}_1"]["value"]) == (TURN, "1")
    assert ids.SUGGESTIONS.match(f"{ids.SUGGESTION}_1")
    assert found[ids.SQL]["value"] == TURN
    files = [read_value(o["value"]) for o in found[ids.FILES]["options"]]
    assert files == [(TURN, "csv"), (TURN, "xlsx")]
    votes = [found[ids.FEEDBACK][f"{side}_button"]["value"] for side in ("positive", "negative")]
    assert [*map(read_value, votes)] == [(TURN, "up"), (TURN, "down")]


def test_english_answers_have_english_buttons() -> None:
    message = answer_message(kept(language="en", way="generated", table=by_month(1, 2)))
    said = shown(message.blocks)
    assert "✨ Generated: written by a model and checked." in said
    assert "Show SQL" in said
    assert not any("가" <= c <= "힣" for c in shown(message.blocks[2:]))


def test_a_single_number_needs_no_table_and_no_files() -> None:
    table = AnswerTable(columns=(slack_answers.USERS,), rows=((705,),), row_count=1)
    message = answer_message(kept(table=table))
    assert kinds(message) == ["rich_text", "context", "actions", "context_actions"]
    assert ids.FILES not in elements(message)


NAMES = {"S": "서울"}


def test_cells_read_well_and_sort_right() -> None:
    columns = (
        slack_answers.MONTH,
        TableColumn(
            name="r", label="region", type="varchar", role="dimension", labels={"S": "서울"}
        ),
        TableColumn(name="gmv", label="거래액", type="decimal", unit="KRW"),
        TableColumn(name="year", label="연도", type="integer", role="dimension"),
        TableColumn(name="rate", label="성공률", type="double", unit="ratio"),
    )
    rows: tuple[tuple[Scalar, ...], ...] = (
        (date(2024, 10, 1), "S", Decimal(1234567), 2024, 0.945),
        (date(2024, 2, 1), None, None, 2023, float("nan")),
    )
    table = AnswerTable(columns=columns, rows=rows, row_count=2)
    header, first, second = block(answer_message(kept(table=table)), "data_table")["rows"]
    assert [c["text"] for c in header] == ["월", "Region", "거래액", "연도", "성공률"]
    assert [c["text"] for c in first] == ["2024년 10월", "서울", "1,234,567원", "2024", "94.5%"]
    assert [c.get("value") for c in first] == [20241001, None, 1234567, 2024, 0.945]
    assert [c["text"] for c in second] == ["2024년 2월", "값 없음", "–", "2023", "nan"]
    assert first[0]["value"] > second[0]["value"]


def test_numbers_stay_exact_where_json_can_carry_them() -> None:
    numbers = [2**53, -(2**53), 10**38, 0.1, -5, 0]
    table = by_month(*numbers)
    rows = block(answer_message(kept(table=table)), "data_table")["rows"][1:]
    assert [row[1]["value"] for row in rows] == pytest.approx(numbers, rel=1e-15)
    assert [row[1]["text"] for row in rows][2] == f"{10**38:,}명"


@pytest.mark.parametrize(("rows", "shown_rows"), [(1, 1), (100, 100), (101, 100), (5000, 100)])
def test_a_table_has_at_most_a_hundred_rows(rows: int, shown_rows: int) -> None:
    columns = (slack_answers.USERS, slack_answers.USERS)
    table = AnswerTable(columns=columns, rows=((1, 2),) * rows, row_count=rows)
    message = answer_message(kept(table=table))
    assert len(block(message, "data_table")["rows"]) == shown_rows + 1
    assert (message.files == ("csv", "xlsx")) == (rows > 100)
    assert (ids.FILES in elements(message)) == (rows <= 100)
    if rows > 100:
        assert f"전체 {rows:,}행 중 처음 100행이에요. 전체는 파일에 있어요." in shown(
            message.blocks
        )


def test_a_cut_off_result_is_said_once() -> None:
    note = "행이 더 있어요. 처음 200행만 보여 드려요."
    table = AnswerTable(
        columns=(slack_answers.USERS,), rows=((1,),) * 200, row_count=200, truncated=True
    )
    said = shown(answer_message(kept(table=table, assumptions=(note, "x"))).blocks)
    assert note not in said
    assert "처음 100행이에요. 나머지는 파일에 있어요." in said


def test_columns_beyond_twenty_go_into_the_file() -> None:
    table = AnswerTable(columns=(slack_answers.USERS,) * 21, rows=((1,) * 21,), row_count=1)
    message = answer_message(kept(table=table))
    assert {len(row) for row in block(message, "data_table")["rows"]} == {20}
    assert message.files == ("csv", "xlsx")


NATIVE = [
    line(*range(1, 21)),
    line(1),
    line(-1, 2, kind="bar"),
    line(1, 2, 3, 4, 5, 6, kind="pie"),
    line(1, 2).model_copy(
        update={"series": tuple(Series(name=str(i), values=(1, 2)) for i in range(6))}
    ),
    line(1, 2, names=["가" * 20, "나" * 30]),
]
DRAWN = [
    line(*range(1, 22)),
    line(1, None, 3),
    line(float("inf"), 1),
    line(-1, 2, kind="pie"),
    line(0, 2, kind="pie"),
    line(1, 2, 3, 4, 5, 6, 7, kind="pie"),
    line(1, 2).model_copy(
        update={"series": tuple(Series(name=str(i), values=(1, 2)) for i in range(7))}
    ),
    line(1, 2, names=["가" * 25, "가" * 26]),
    line(1, 2).model_copy(update={"series": (Series(name="a", values=(1, 2)),) * 2}),
]


@pytest.mark.parametrize("chart", NATIVE)
def test_a_chart_within_the_limits_is_native(chart: Any) -> None:
    message = answer_message(kept(chart=chart))
    assert "data_visualization" in kinds(message)
    assert message.files == ()


@pytest.mark.parametrize("chart", DRAWN)
def test_a_chart_beyond_the_limits_is_a_picture(chart: Any) -> None:
    asked = answer_message(kept(chart=chart))
    assert "data_visualization" not in kinds(asked)
    assert asked.files == ("chart",)
    picture = block(answer_message(kept(chart=chart), chart_file="F1"), "image")
    assert picture["slack_file"] == {"id": "F1"}
    assert picture["alt_text"] == asked.chart_alt


def test_a_picture_says_in_words_what_it_shows() -> None:
    chart = line(3, None, 9, 1, names=["1월", "2월", "3월", "4월"])
    message = answer_message(kept(chart=chart, table=by_month(3, None, 9, 1), subject=SUBJECT))
    assert message.chart_alt == (
        "라인 차트: 2024년 가입자 수. 가입자 수: 최저 1명 (4월), 최고 9명 (3월)."
    )


def test_a_native_chart_shows_rates_in_per_cent() -> None:
    drawn = block(answer_message(kept(chart=line(0.945, 0.5, unit="ratio"))), "data_visualization")
    points = drawn["chart"]["series"][0]["data"]
    assert [p["value"] for p in points] == [94.5, 50]
    assert drawn["chart"]["axis_config"]["y_label"] == "%"


def test_a_chart_of_some_groups_says_of_how_many() -> None:
    region = TableColumn(name="r", label="지역", type="varchar", role="dimension")
    rows = tuple((f"r{i}", i) for i in range(30))
    table = AnswerTable(columns=(region, slack_answers.USERS), rows=rows, row_count=30)
    chart = line(*range(20), kind="bar")
    answered = answer_message(kept(table=table, chart=chart, subject=SUBJECT))
    title = block(answered, "data_visualization")
    assert title["title"] == "2024년 가입자 수 (30개 중 20개)"


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        (("결제 건수", "거래액"), "button"),
        (tuple("abcde"), "button"),
        (tuple("abcdef"), "static_select"),
        (("가" * 31, "b"), "static_select"),
    ],
)
def test_choices_are_buttons_or_a_menu(choices: tuple[str, ...], kind: str) -> None:
    message = answer_message(kept(kind="clarify", headline="어느 것인가요?", choices=choices))
    first, *rest = block(message, "actions")["elements"]
    assert first["type"] == kind
    offered = [first, *rest] if kind == "button" else first["options"]
    assert [read_value(o["value"]) for o in offered] == [
        (TURN, str(i)) for i in range(len(choices))
    ]
    assert shown(message.blocks[-1]) == "직접 써서 답해도 돼요."
    assert message.text.startswith("어느 것인가요? ")
    assert choices[0] in message.text


def test_asking_back_without_choices_asks_for_words() -> None:
    message = answer_message(kept(kind="clarify", headline="무엇이 궁금하세요?"))
    assert kinds(message) == ["rich_text", "context"]


def test_declining_says_what_can_be_asked_instead() -> None:
    message = answer_message(
        kept(kind="decline", way=None, sql=None, receipt=(), suggestions=("올해 월별 가입자 수",))
    )
    assert kinds(message) == ["rich_text", "actions", "context_actions"]


def test_sql_that_was_asked_for_is_shown_or_comes_as_a_file() -> None:
    short = answer_message(kept(kind="chat", headline="SQL이에요.", sql="SELECT 1\nFROM t"))
    assert short.blocks[1]["elements"][0]["elements"][0]["text"] == "SELECT 1\nFROM t"
    long = answer_message(kept(kind="chat", headline="SQL이에요.", sql="x" * 3001))
    assert (long.files, len(long.blocks)) == (("sql",), 1)


@pytest.mark.parametrize("kind", ["error", "stopped"])
def test_what_ended_early_offers_another_try(kind: Any) -> None:
    message = answer_message(kept(kind=kind, headline="문제가 생겼어요.", reference="ab12"))
    assert elements(message)[ids.AGAIN]["value"] == TURN
    assert "ab12" in message.text
    said = answer_message(kept(kind=kind, headline="번호는 ab12예요.", reference="ab12"))
    assert shown(said.blocks).count("ab12") == 1


def test_sql_opens_in_a_modal_or_comes_as_a_file() -> None:
    view = sql_modal(kept(sql="SELECT\n\t1"), ORIGIN)
    assert view.view["blocks"][0]["elements"][0]["elements"][0]["text"] == "SELECT\n  1"
    assert Origin.model_validate_json(view.view["private_metadata"]) == ORIGIN
    long = sql_modal(kept(sql="x" * 3001), ORIGIN)
    assert long.files == ("sql",)
    assert "파일로 보내 드려요" in shown(long.view["blocks"])
    assert sql_modal(kept(sql=None), ORIGIN).files == ()


def test_the_receipt_says_how_each_phrase_was_read_and_how_the_sql_came_to_be() -> None:
    path = (
        Attempt(kind="written", sql="a", notes=("not to be shown",)),
        Attempt(kind="mended", sql="b", notes=("uesrs → users",)),
        Attempt(kind="rewritten", sql="c", findings=(Finding(rule="x", message="internal"),)),
    )
    about = {"intent": YEAR, "tables": ("users",), "assumptions": ("가정.",)}
    answer = kept(way="generated", path=path, **about)
    said = shown(receipt_modal(answer, ORIGIN).view["blocks"])
    for part in (
        "가입자 → 가입자 수",
        "가정.",
        "틀린 곳을 규칙에 따라 고쳤어요. uesrs → users",
        "검사에서 1가지가 걸려서 모델이 다시 썼어요.",
        "기간: 2024년 1월 1일 ~ 12월 31일 · 테이블: users",
    ):
        assert part in said
    assert "internal" not in said
    assert "not to be shown" not in said


def test_a_correction_names_a_phrase_of_the_receipt() -> None:
    receipt = (
        ReceiptEntry(phrase="가입자", role="metric", meaning="가입자 수"),
        ReceiptEntry(phrase="월별로", role="grain", meaning="월별"),
    )
    view = correction_form(kept(receipt=receipt), ORIGIN).view
    phrases = view["blocks"][1]["element"]["options"]
    assert [o["value"] for o in phrases] == ["0", "1", "whole"]
    assert phrases[0]["text"]["text"] == "가입자 → 가입자 수"
    assert [b.get("block_id") for b in view["blocks"]] == [None, ids.PHRASE, ids.MEANT]
    assert view["callback_id"] == ids.CORRECTION_FORM


def test_a_reason_may_be_left_out() -> None:
    view = feedback_form(ORIGIN, "ko").view
    assert [b["optional"] for b in view["blocks"]] == [True, True]
    assert view["callback_id"] == ids.FEEDBACK_FORM


UNSET = Preference(person="U1")


def test_settings_show_what_is_set() -> None:
    set_ = Preference(person="U1", language="en", private=True)
    menu, box = (b["element"] for b in preferences_form(set_, "ko").view["blocks"])
    assert menu["initial_option"]["value"] == "en"
    assert [o["value"] for o in box["initial_options"]] == ["private"]
    menu, box = (
        b["element"] for b in preferences_form(Preference(person="U"), "ko").view["blocks"]
    )
    assert menu["initial_option"]["value"] == "auto"
    assert "initial_options" not in box


def test_the_pointer_leads_to_the_answer() -> None:
    message = pointer("ko", "https://x.slack.com/p1")
    assert elements(message)[ids.OPEN]["url"] == "https://x.slack.com/p1"
    assert kinds(pointer("ko")) == ["rich_text"]


def test_an_owner_is_asked_to_share() -> None:
    message = share_offer(TURN, "가입자 수 알려줘", "ko", asker="U1")
    assert elements(message)[ids.SHARE]["value"] == TURN
    assert message.blocks[0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U1"}
    assert "가입자 수 알려줘" in message.text


def test_owners_see_who_has_shared() -> None:
    message = shared("가입자 수 <!here>", "ko", by="U2", link="https://x.slack.com/p1")
    assert set(elements(message)) == {ids.OPEN}
    assert message.blocks[0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U2"}
    assert message.text == "님이 답변을 스레드에 공유했어요. 가입자 수 &lt;!here&gt;"


def test_a_click_says_in_the_thread_what_it_asks() -> None:
    message = asked_again("전년 대비 <!channel>", "ko", asker="U1")
    assert message.blocks[0]["elements"][0]["elements"][-1]["text"] == "전년 대비 <!channel>"
    assert message.text == "전년 대비 &lt;!channel&gt;"


def test_outsiders_are_refused_in_their_language() -> None:
    assert said(REFUSED["external"], "en") == "I give data only to people of this workspace."
    assert said(REFUSED["guest"], "ko").endswith("동료에게 부탁해 주세요.")


def test_a_step_shows_details_only_where_they_are_given() -> None:
    assert "details" not in task("understood", "complete", "ko")
    told = task("ran", "in_progress", "en", "sign-ups\nby month " + "x" * 999)
    assert told["details"].startswith("sign-ups by month")
    assert size(told["details"]) == 256


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("<@U1>", "&lt;\u200b@U1&gt;".replace("\u200b@", "@\u200b")),
        ("*bold* new_users 1 ~ 3, 1~3", "＊bold＊ new_users 1 ~ 3, 1~3"),
        ("_it_ `code` ~x~", "＿it＿ ｀code｀ ～x～"),
        ("__proto__ a_*b*_c", "＿＿proto＿＿ a＿＊b＊＿c"),
        ("https://evil.example", "https:\u200b//evil.example"),
        ("mail me@x.example", "mail me@x.example"),
        ("> quoted", "＞ quoted"),
        ("\u202eabc\u202c\r\n\td\0e", "abc d e"),
        ("", "–"),
    ],
)
def test_markup_is_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize("most", range(1, 30))
@pytest.mark.parametrize(
    "text", [f"{FAMILY} 가족", "e\u0301" * 9, "가나다라마바사아자차", "abc def"]
)
def test_a_text_is_cut_between_letters(text: str, most: int) -> None:
    found = cut(text, most)
    assert size(found) <= most
    if found != text:
        assert found[-1] == "…"
        kept_part, rest = found[:-1], text[len(found) - 1 :]
        assert text.startswith(kept_part)
        assert not kept_part.endswith("\u200d")
        assert not rest.startswith("\u0301")


def test_families_and_scripts_stay_whole() -> None:
    for text in (FAMILY, "שלום", "مرحبا", "नमस्ते", "\U0001f44d\U0001f3fd"):
        assert clean(text) == text
        assert safe_line(text, 20) == text
