"""Tokens, function words, normal text and numbers of both languages."""

import subprocess
import sys
from decimal import Decimal
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from askwell.language import (
    Token,
    Tokenizer,
    detect,
    function_words,
    light_forms,
    meanings,
    normalize,
    numbers,
    time_words,
)
from askwell.language import words as words_module

TOKENIZER = Tokenizer(["달나라페이"])


def _content(text: str) -> list[str]:
    return [token.form for token in TOKENIZER.tokens(text) if token.content]


def _roles(text: str) -> set[tuple[str, str, str]]:
    spans = function_words(text, TOKENIZER.tokens(text))
    return {(text[span.start : span.end], span.role, span.payload) for span in spans}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("가입자 수", "ko"),
        ("top 5 merchants를 보여줘", "ko"),
        ("ㄱㄱ", "ko"),
        ("Show revenue", "en"),
        ("今月の売上", None),
        ("مبيعات", None),
        ("🙂", None),
        ("123", None),
        ("", None),
    ],
)
def test_detect(text: str, language: str | None) -> None:
    assert detect(text) == language


def test_korean_tokens_keep_offsets_and_company_words() -> None:
    text = "달나라페이 지각율이 젤 높은 지역 알려줘"
    tokens = TOKENIZER.tokens(text)
    assert tokens[0] == Token("달나라페이", "달나라페이", "NNP", 0, 5, True)
    assert all(token.text == text[token.start : token.end] for token in tokens)
    assert _content(text) == ["달나라페이", "지각", "율", "젤", "높다", "지역"]


@pytest.mark.parametrize(
    "ask", ["알려줘", "보여줄래", "뽑아주라", "보여주세요", "어때요", "ㄱㄱ", "좀 궁금해"]
)
def test_asking_is_not_content(ask: str) -> None:
    assert _content(f"지역 {ask}") == ["지역"]


def test_affixes_and_negation_are_content() -> None:
    assert _content("비회원") == ["비", "회원"]
    assert "아니다" in _content("서울이 아닌 지역")


def test_english_tokens() -> None:
    tokens = TOKENIZER.tokens("What's the users' 2.5% sign-ups?")
    assert [token.text for token in tokens if token.content] == ["users", "2.5", "sign", "ups"]
    assert tokens[0].form == "what"
    assert _content("Show me paid merchants, please") == ["pay", "merchant"]


def test_english_never_loads_the_korean_model() -> None:
    script = (
        "import sys; from askwell.language import Tokenizer, function_words\n"
        "text = 'top 5 users by city'\n"
        "function_words(text, Tokenizer(['a']).tokens(text))\n"
        "sys.exit('kiwipiepy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [("가입자 수", "가입자수"), ("Sign-Up", "sign up"), ("ＡＢＣ", "abc"), ("가", "가")],
)
def test_normalize_drops_what_means_nothing(one: str, other: str) -> None:
    assert normalize(one).text == normalize(other).text


@given(st.text(max_size=40))
def test_normalize_finds_the_way_back(text: str) -> None:
    normal = normalize(text)
    for index in range(len(normal.text)):
        start, end = normal.original(index, index + 1)
        assert 0 <= start < end <= len(text)
        assert normal.text[index] in normalize(text[start:end]).text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("상위 5개 지역", ("상위", "limit", "top")),
        ("젤 높은 지역", ("젤 높은", "limit", "top")),
        ("가장많이 결제한", ("가장많이", "limit", "top")),
        ("하위 3개", ("하위", "limit", "bottom")),
        ("지역 오름차순으로", ("오름차순", "order", "asc")),
        ("금액 많은 순으로", ("많은 순", "order", "desc")),
        ("최신순", ("최신순", "order", "latest")),
        ("서울 제외하고", ("제외하고", "exclusion", "not in")),
        ("서울은 빼고", ("빼고", "exclusion", "not in")),
        ("서울만", ("만", "only", "keep")),
        ("10개 이상", ("이상", "operator", ">=")),
        ("10개 미만인", ("미만인", "operator", "<")),
        ("10개 넘는", ("넘는", "operator", ">")),
        ("전월 대비", ("전월 대비", "comparison", "previous_month")),
        ("전년 동기 대비", ("전년 동기 대비", "comparison", "year")),
        ("지역 비중", ("비중", "share", "")),
        ("누적 가입", ("누적", "cumulative", "")),
        ("꺾은선 그래프로", ("꺾은선 그래프", "chart", "line")),
        ("추이 보여줘", ("추이", "trend", "")),
        ("그럼 서울은?", ("그럼", "followup", "")),
        ("왜 줄었어", ("왜", "cause", "")),
        ("줄었어", ("줄", "adjective", "down")),
        ("유저 전화번호", ("전화번호", "personal", "")),
        ("총 금액", ("총", "aggregate", "sum")),
        ("평균 금액", ("평균", "aggregate", "average")),
        ("SQL 보여줘", ("SQL 보여줘", "request", "sql")),
        ("처음부터 다시", ("처음부터 다시", "request", "restart")),
        ("top 5 지역", ("top", "limit", "top")),
        ("bottom 3 cities", ("bottom", "limit", "bottom")),
        ("highest first", ("highest first", "order", "desc")),
        ("except iOS", ("except", "exclusion", "not in")),
        ("at least 10", ("at least", "operator", ">=")),
        ("month-over-month", ("month-over-month", "comparison", "previous_month")),
        ("compared to last year", ("compared to last year", "comparison", "year")),
        ("share by city", ("share", "share", "")),
        ("as a line chart", ("line chart", "chart", "line")),
        ("How many users", ("How many", "interrogative", "amount")),
        ("start over", ("start over", "request", "restart")),
        ("what about Seoul", ("what about", "followup", "")),
        ("drop table users", ("drop", "write", "")),
    ],
)
def test_function_words(text: str, found: tuple[str, str, str]) -> None:
    assert found in _roles(text)


def test_function_words_respect_word_edges() -> None:
    assert not {role for _, role, _ in _roles("지배상위원회")} & {"limit"}
    assert not {role for _, role, _ in _roles("stopwatch Byron")} & {"limit", "per"}


def test_meanings_ignore_spacing() -> None:
    assert meanings("오름 차순") == meanings("오름차순")
    assert [(word.role, word.payload) for word in meanings("Except")] == [("exclusion", "not in")]
    assert meanings("가입자") == ()


def test_data_files_hold_only_text_and_no_surface_twice_in_a_list() -> None:
    for language in words_module.LANGUAGES:
        groups = words_module._load(language)
        for roles in (groups.words, groups.time):
            for role, payloads in roles.items():
                for payload, surfaces in payloads.items():
                    assert surfaces, (language, role, payload)
                    assert len(set(surfaces)) == len(surfaces), (language, role, payload)


def test_aggregates_are_never_light() -> None:
    assert not light_forms() & {"평균", "총", "누적", "제외", "average", "total", "only", "share"}


def test_time_words_come_longest_first() -> None:
    surfaces = list(time_words("en", "month"))
    assert surfaces.index("september") < surfaces.index("sep")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3만원", "30000", "KRW"),
        ("10만 건", "100000", "count"),
        ("1억", "100000000", ""),
        ("1억 2천만원", "120000000", "KRW"),
        ("1.5만", "15000", ""),
        ("2천5백만원", "25000000", "KRW"),
        ("1만2천 명", "12000", "people"),
        ("십만", "100000", ""),
        ("만원", "10000", "KRW"),
        ("다섯 명", "5", "people"),
        ("5개", "5", "count"),
        ("5개월", "5", "month"),
        ("3주", "3", "week"),
        ("50%", "50", "percent"),
        ("10 퍼센트", "10", "percent"),
        ("₩3,000", "3000", "KRW"),
        ("$20", "20", "USD"),
        ("1,000,000원", "1000000", "KRW"),
        ("10k", "10000", ""),
        ("2.5 million", "2500000", ""),
        ("2.5m won", "2500000", "KRW"),
        ("$1.5 billion", "1500000000", "USD"),
        ("ten", "10", ""),
        ("two hundred", "200", ""),
        ("three months", "3", "month"),
    ],
)
def test_number(text: str, value: str, unit: str) -> None:
    (span,) = numbers(text)
    assert (span.start, span.end, span.value, span.unit) == (0, len(text), Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "서울만 빼고",
        "천안 지역",
        "일반 회원",
        "often",
        "",
        "조회",
        "만나이",
        "사건",
        "조건",
        "구조 건",
        "이건 뭐야",
    ],
)
def test_no_number(text: str) -> None:
    assert numbers(text) == ()


def test_unit_of_something_else_is_left() -> None:
    for text in ("3분기", "20대", "5번째", "3주년"):
        (span,) = numbers(text)
        assert span.unit == ""


@given(st.integers(1, 10**12))
def test_written_integers_come_back(number: int) -> None:
    for text in (str(number), f"{number:,}", f"{number:,}원", f"{number}명"):
        (span,) = numbers(text)
        assert span.value == number


@given(st.text(max_size=40))
def test_numbers_never_fail_or_overlap(text: str) -> None:
    spans = numbers(text)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_data_files_parse_as_plain_yaml() -> None:
    folder = words_module.files("askwell.language")
    for language in words_module.LANGUAGES:
        data = yaml.safe_load(folder.joinpath(f"{language}.yaml").read_text("utf-8"))
        assert set(data) == {"words", "time", "computed"}
