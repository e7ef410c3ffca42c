"""Time phrases, Korean and English, at four pinned days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askwell.grounding.timeframes import TimeSpan, timeframes
from askwell.grounding.timeframes.span import IMPOSSIBLE, NEEDS_START, NO_YEAR, NOT_OVER, VAGUE

LEAP = date(2024, 2, 29)  # a Thursday
NEW_YEAR = date(2025, 1, 1)
AFTER_CHUSEOK = date(2025, 10, 9)
AUTUMN = date(2026, 11, 23)  # a Monday


def _days(text: str, today: date, **options: int) -> str:
    """Return the periods of `text` as `first..last`, several with a space between."""
    spans = timeframes(text, today=today, **options)
    return " ".join(f"{s.period.start}..{s.period.end}" for s in spans if s.period)


def _only(text: str, today: date = LEAP) -> TimeSpan:
    (span,) = timeframes(text, today=today)
    return span


AT_LEAP_DAY = [
    # years
    ("2023년 가입자 수", "2023-01-01..2023-12-31"),
    ("23년 거래액", "2023-01-01..2023-12-31"),
    ("2023년도 거래액", "2023-01-01..2023-12-31"),
    ("2023년 1년간 가입자 수", "2023-01-01..2023-12-31"),
    ("2023년 한 해 동안", "2023-01-01..2023-12-31"),
    ("2023 가입자", "2023-01-01..2023-12-31"),
    ("revenue in 2023", "2023-01-01..2023-12-31"),
    ("2023 sign-ups", "2023-01-01..2023-12-31"),
    ("for the year 2023", "2023-01-01..2023-12-31"),
    ("2024년", "2024-01-01..2024-02-28"),
    ("2030년 거래액", "2030-01-01..2030-12-31"),
    # halves and quarters
    ("2023년 상반기", "2023-01-01..2023-06-30"),
    ("작년 하반기", "2023-07-01..2023-12-31"),
    ("H2 2023", "2023-07-01..2023-12-31"),
    ("1H23", "2023-01-01..2023-06-30"),
    ("the first half of 2023", "2023-01-01..2023-06-30"),
    ("2023's first half", "2023-01-01..2023-06-30"),
    ("상반기", "2024-01-01..2024-02-28"),
    ("하반기", "2023-07-01..2023-12-31"),
    ("2023년 3분기", "2023-07-01..2023-09-30"),
    ("Q3 2023", "2023-07-01..2023-09-30"),
    ("3Q23", "2023-07-01..2023-09-30"),
    ("23년 3Q", "2023-07-01..2023-09-30"),
    ("2023년 Q3", "2023-07-01..2023-09-30"),
    ("2023Q3", "2023-07-01..2023-09-30"),
    ("Q3'23", "2023-07-01..2023-09-30"),
    ("third quarter of 2023", "2023-07-01..2023-09-30"),
    ("the last quarter of 2023", "2023-10-01..2023-12-31"),
    ("3/4분기", "2023-07-01..2023-09-30"),
    ("1분기", "2024-01-01..2024-02-28"),
    ("last year's Q3", "2023-07-01..2023-09-30"),
    ("Q3 last year", "2023-07-01..2023-09-30"),
    # months and days
    ("2023년 5월", "2023-05-01..2023-05-31"),
    ("2023-05", "2023-05-01..2023-05-31"),
    ("2023.05", "2023-05-01..2023-05-31"),
    ("202305", "2023-05-01..2023-05-31"),
    ("May 2023", "2023-05-01..2023-05-31"),
    ("2023 May", "2023-05-01..2023-05-31"),
    ("revenue may 2023", "2023-05-01..2023-05-31"),
    ("revenue in may", "2023-05-01..2023-05-31"),
    ("May last year", "2023-05-01..2023-05-31"),
    ("March top 5", "2023-03-01..2023-03-31"),
    ("top 5 March merchants", "2023-03-01..2023-03-31"),
    ("5월", "2023-05-01..2023-05-31"),
    ("1월", "2024-01-01..2024-01-31"),
    ("2월", "2024-02-01..2024-02-28"),
    ("지난 2월", "2023-02-01..2023-02-28"),
    ("지난 5월", "2023-05-01..2023-05-31"),
    ("last December", "2023-12-01..2023-12-31"),
    ("작년 12월", "2023-12-01..2023-12-31"),
    ("재작년 5월", "2022-05-01..2022-05-31"),
    ("올해 1월", "2024-01-01..2024-01-31"),
    ("올 1월", "2024-01-01..2024-01-31"),
    ("5월 한 달간", "2023-05-01..2023-05-31"),
    ("2023년5월거래액", "2023-05-01..2023-05-31"),
    ("２０２３년 ５월", "2023-05-01..2023-05-31"),
    ("2023-05-01", "2023-05-01..2023-05-01"),
    ("2023.5.1", "2023-05-01..2023-05-01"),
    ("2023/05/01", "2023-05-01..2023-05-01"),
    ("20230501", "2023-05-01..2023-05-01"),
    ("2023년 5월 1일에", "2023-05-01..2023-05-01"),
    ("5월 1일", "2023-05-01..2023-05-01"),
    ("May 1", "2023-05-01..2023-05-01"),
    ("1 May 2023", "2023-05-01..2023-05-01"),
    ("1st of May 2023", "2023-05-01..2023-05-01"),
    ("May 1st, 2023", "2023-05-01..2023-05-01"),
    ("2월 29일", "2020-02-29..2020-02-29"),
    # lists share their year
    ("2023년 3월과 4월", "2023-03-01..2023-03-31 2023-04-01..2023-04-30"),
    ("January and February 2023", "2023-01-01..2023-01-31 2023-02-01..2023-02-28"),
    ("2023년 5월 대비 6월", "2023-05-01..2023-05-31 2023-06-01..2023-06-30"),
    ("2022년과 2023년", "2022-01-01..2022-12-31 2023-01-01..2023-12-31"),
    # ranges
    ("5월 1일부터 6월 15일까지", "2023-05-01..2023-06-15"),
    ("5월 1일부터 15일까지", "2023-05-01..2023-05-15"),
    ("5월 1일~7일", "2023-05-01..2023-05-07"),
    ("5월 1~7일", "2023-05-01..2023-05-07"),
    ("10/1부터 10/9까지", "2023-10-01..2023-10-09"),
    ("2023.1.1~1.31", "2023-01-01..2023-01-31"),
    ("2023.01.01-2023.03.31", "2023-01-01..2023-03-31"),
    ("2023-01-01 ~ 2023-01-31", "2023-01-01..2023-01-31"),
    ("May 1-15, 2023", "2023-05-01..2023-05-15"),
    ("between May 1 and May 15, 2023", "2023-05-01..2023-05-15"),
    ("between 2023-01-01 and 2023-01-31", "2023-01-01..2023-01-31"),
    ("from March to May 2023", "2023-03-01..2023-05-31"),
    ("from January 2023 through March 2023", "2023-01-01..2023-03-31"),
    ("January–March 2023", "2023-01-01..2023-03-31"),
    ("Q1-Q3 2023", "2023-01-01..2023-09-30"),
    ("2023년 1월~3월", "2023-01-01..2023-03-31"),
    ("2023년 1~3월", "2023-01-01..2023-03-31"),
    ("2023년 1~2분기", "2023-01-01..2023-06-30"),
    ("3월과 5월 사이", "2023-03-01..2023-05-31"),
    ("2022년부터 2023년까지", "2022-01-01..2023-12-31"),
    ("2021~2023년", "2021-01-01..2023-12-31"),
    ("2021-2023", "2021-01-01..2023-12-31"),
    ("작년 3월부터 올해 1월까지", "2023-03-01..2024-01-31"),
    ("11월부터 1월까지", "2023-11-01..2024-01-31"),
    ("2023년 11월부터 1월까지", "2023-11-01..2024-01-31"),
    ("지난달 1일부터 15일까지", "2024-01-01..2024-01-15"),
    ("2023년 1월부터 5월 말까지", "2023-01-01..2023-05-31"),
    ("어제부터 오늘까지", "2024-02-28..2024-02-29"),
    ("2023년 3월 1일부터 7일간", "2023-03-01..2023-03-07"),
    ("2023년 3월부터 3개월간", "2023-03-01..2023-05-31"),
    # open ranges
    ("since March", "2023-03-01..2024-02-28"),
    ("3월부터", "2023-03-01..2024-02-28"),
    ("2023년 3월 이후", "2023-03-01..2024-02-28"),
    ("지난달부터 지금까지", "2024-01-01..2024-02-28"),
    ("from May 1", "2023-05-01..2024-02-28"),
    ("from 2023 onwards", "2023-01-01..2024-02-28"),
    ("starting from July", "2023-07-01..2024-02-28"),
    ("after March 2023", "2023-04-01..2024-02-28"),
    ("sign-ups from last month", "2024-01-01..2024-01-31"),
    # relative
    ("오늘", "2024-02-29..2024-02-29"),
    ("어제는", "2024-02-28..2024-02-28"),
    ("그저께", "2024-02-27..2024-02-27"),
    ("이번 주", "2024-02-26..2024-02-28"),
    ("지난주", "2024-02-19..2024-02-25"),
    ("저번 주", "2024-02-19..2024-02-25"),
    ("지지난주", "2024-02-12..2024-02-18"),
    ("week before last", "2024-02-12..2024-02-18"),
    ("이달의", "2024-02-01..2024-02-28"),
    ("지난 달", "2024-01-01..2024-01-31"),
    ("지지난달", "2023-12-01..2023-12-31"),
    ("당월", "2024-02-01..2024-02-28"),
    ("지난 분기", "2023-10-01..2023-12-31"),
    ("this quarter", "2024-01-01..2024-02-28"),
    ("올해", "2024-01-01..2024-02-28"),
    ("작년 1년 동안", "2023-01-01..2023-12-31"),
    ("지난해", "2023-01-01..2023-12-31"),
    ("재작년", "2022-01-01..2022-12-31"),
    ("the year before last", "2022-01-01..2022-12-31"),
    ("yesterday", "2024-02-28..2024-02-28"),
    ("last week", "2024-02-19..2024-02-25"),
    ("last month's revenue", "2024-01-01..2024-01-31"),
    ("last Friday", "2024-02-23..2024-02-23"),
    ("지난주 금요일", "2024-02-23..2024-02-23"),
    ("Monday of last week", "2024-02-19..2024-02-19"),
    ("지난달 15일", "2024-01-15..2024-01-15"),
    ("지난 주말", "2024-02-24..2024-02-25"),
    ("3일 전", "2024-02-26..2024-02-26"),
    ("2주 전", "2024-02-12..2024-02-18"),
    ("한 달 전", "2024-01-01..2024-01-31"),
    ("3 months ago", "2023-11-01..2023-11-30"),
    ("다음 달", "2024-03-01..2024-03-31"),
    # rolling and to date
    ("최근 7일", "2024-02-22..2024-02-28"),
    ("최근 일주일간", "2024-02-22..2024-02-28"),
    ("지난 7일간", "2024-02-22..2024-02-28"),
    ("최근 한 달", "2024-01-29..2024-02-28"),
    ("최근 3개월", "2023-11-29..2024-02-28"),
    ("최근 1년", "2023-02-28..2024-02-28"),
    ("6개월간 추이", "2023-08-29..2024-02-28"),
    ("last 30 days", "2024-01-30..2024-02-28"),
    ("over the past 6 months", "2023-08-29..2024-02-28"),
    ("in the last seven days", "2024-02-22..2024-02-28"),
    ("past week", "2024-02-22..2024-02-28"),
    ("지난 두 분기", "2023-08-29..2024-02-28"),
    ("지난 3분기", "2023-07-01..2023-09-30"),
    ("YTD", "2024-01-01..2024-02-28"),
    ("month to date", "2024-02-01..2024-02-28"),
    ("올해 들어", "2024-01-01..2024-02-28"),
    # holidays
    ("설 연휴", "2024-02-09..2024-02-12"),
    ("설날", "2024-02-10..2024-02-10"),
    ("2023년 추석 연휴", "2023-09-28..2023-09-30"),
    ("작년 추석", "2023-09-29..2023-09-29"),
    ("Chuseok holiday", "2023-09-28..2023-09-30"),
    ("Lunar New Year 2023", "2023-01-22..2023-01-22"),
    ("last Christmas", "2023-12-25..2023-12-25"),
    ("어린이날", "2023-05-05..2023-05-05"),
]

ELSEWHEN = [
    (NEW_YEAR, "1분기", "2024-01-01..2024-03-31"),
    (NEW_YEAR, "1월", "2024-01-01..2024-01-31"),
    (NEW_YEAR, "12월", "2024-12-01..2024-12-31"),
    (NEW_YEAR, "1월 1일", "2024-01-01..2024-01-01"),
    (NEW_YEAR, "올해", "2025-01-01..2025-01-01"),
    (NEW_YEAR, "이번 달", "2025-01-01..2025-01-01"),
    (NEW_YEAR, "지난달", "2024-12-01..2024-12-31"),
    (NEW_YEAR, "작년", "2024-01-01..2024-12-31"),
    (NEW_YEAR, "지난주", "2024-12-23..2024-12-29"),
    (NEW_YEAR, "이번 주", "2024-12-30..2024-12-31"),
    (NEW_YEAR, "last quarter", "2024-10-01..2024-12-31"),
    (NEW_YEAR, "최근 30일", "2024-12-02..2024-12-31"),
    (NEW_YEAR, "크리스마스", "2024-12-25..2024-12-25"),
    (NEW_YEAR, "2월 29일", "2024-02-29..2024-02-29"),
    (AFTER_CHUSEOK, "추석 연휴", "2025-10-05..2025-10-08"),
    (AFTER_CHUSEOK, "추석", "2025-10-06..2025-10-06"),
    (AFTER_CHUSEOK, "이번 추석 명절", "2025-10-05..2025-10-08"),
    (AFTER_CHUSEOK, "작년 추석 연휴", "2024-09-16..2024-09-18"),
    (AFTER_CHUSEOK, "Chuseok 2024 holiday", "2024-09-16..2024-09-18"),
    (AFTER_CHUSEOK, "last monday", "2025-10-06..2025-10-06"),
    (AFTER_CHUSEOK, "10월", "2025-10-01..2025-10-08"),
    (AFTER_CHUSEOK, "지난 10월", "2024-10-01..2024-10-31"),
    (date(2025, 10, 7), "추석 연휴", "2025-10-05..2025-10-06"),
    (AUTUMN, "이번 주", "2026-11-23..2026-11-23"),
    (AUTUMN, "지난주", "2026-11-16..2026-11-22"),
    (AUTUMN, "11월부터 1월까지", "2025-11-01..2026-01-31"),
    (AUTUMN, "2024년 1년간 가입자 수를 월별 오름차순으로", "2024-01-01..2024-12-31"),
    (date(2025, 5, 31), "최근 3개월", "2025-02-28..2025-05-30"),
]

NO_PERIOD = [
    "3개월", "1주", "10시", "20대", "7일 이내", "7일", "may I see revenue", "last 5 payments",
    "over 2024 users", "2024원 이상", "users who paid 2024 won", "설정 변경", "설문 응답",
    "가입 후 7일간 결제한 유저", "second payment", "3년 전체", "가입자 수", "", "🙂", "월요일",
]  # fmt: skip

OTHER_KINDS = [
    ("일별", "grain", "day"),
    ("매일", "grain", "day"),
    ("주 단위로", "grain", "week"),
    ("월별", "grain", "month"),
    ("월 별", "grain", "month"),
    ("매달", "grain", "month"),
    ("분기별", "grain", "quarter"),
    ("연도별", "grain", "year"),
    ("년도별", "grain", "year"),
    ("by month", "grain", "month"),
    ("each quarter", "grain", "quarter"),
    ("per week", "grain", "week"),
    ("daily", "grain", "day"),
    ("하루 평균 결제 금액", "average_per", "day"),
    ("월평균", "average_per", "month"),
    ("average per day", "average_per", "day"),
    ("영업일 기준", "business_days", None),
    ("on business days", "business_days", None),
]

UNUSABLE = [
    ("3월까지", "until", NEEDS_START),
    ("until last Friday", "until", NEEDS_START),
    ("before May 2023", "until", NEEDS_START),
    ("2월 30일", "impossible", IMPOSSIBLE),
    ("13월", "impossible", IMPOSSIBLE),
    ("2023-02-30", "impossible", IMPOSSIBLE),
    ("5월 말", "impossible", VAGUE),
    ("2023년 5월 3주차", "impossible", VAGUE),
]


@pytest.mark.parametrize(("text", "days"), AT_LEAP_DAY)
def test_period_on_leap_day(text: str, days: str) -> None:
    assert _days(text, LEAP) == days


@pytest.mark.parametrize(("today", "text", "days"), ELSEWHEN)
def test_period_on_other_days(today: date, text: str, days: str) -> None:
    assert _days(text, today) == days


@pytest.mark.parametrize("text", NO_PERIOD)
def test_no_time_is_seen_where_there_is_none(text: str) -> None:
    assert timeframes(text, today=LEAP) == ()


@pytest.mark.parametrize(("text", "kind", "grain"), OTHER_KINDS)
def test_grains_and_business_days(text: str, kind: str, grain: str | None) -> None:
    span = _only(text)
    assert (span.kind, span.grain) == (kind, grain)


@pytest.mark.parametrize(("text", "kind", "why"), UNUSABLE)
def test_what_cannot_be_used_says_why(text: str, kind: str, why: str) -> None:
    span = _only(text)
    assert (span.kind, span.period) == (kind, None)
    assert [note.text for note in span.notes] == [why]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("2024년 5월에는 어땠어", "2024년 5월에는"),
        ("revenue in the last 30 days by city", "in the last 30 days"),
        ("지난달의 거래액", "지난달의"),
        ("5월 1일부터 6월 15일까지 거래액", "5월 1일부터 6월 15일까지"),
        ("2024년 1년간 가입자", "2024년 1년간"),
        ("지난 3개월 추이", "지난 3개월"),
        ("for May 2023, by city", "for May 2023"),
    ],
)
def test_span_covers_the_phrase(text: str, phrase: str) -> None:
    span = _only(text)
    assert text[span.start : span.end] == phrase


def test_unfinished_period_keeps_its_whole() -> None:
    span = _only("올해")
    assert span.partial
    assert span.whole
    assert (span.whole.start, span.whole.end) == (date(2024, 1, 1), date(2024, 12, 31))
    assert span.notes[0].text == NOT_OVER


def test_future_is_flagged_and_not_cut() -> None:
    span = _only("다음 분기")
    assert span.future
    assert span.period == span.whole


def test_rolling_knows_its_complete_units() -> None:
    span = _only("최근 3개월")
    assert (span.unit, span.count) == ("rolling", 3)
    assert span.whole
    assert (span.whole.start, span.whole.end) == (date(2023, 11, 1), date(2024, 1, 31))


def test_year_of_the_thread_places_what_has_none() -> None:
    assert _days("5월은?", LEAP, year=2022) == "2022-05-01..2022-05-31"
    assert _days("5월부터 7월까지", LEAP, year=2022) == "2022-05-01..2022-07-31"
    assert _days("2023년 5월", LEAP, year=2022) == "2023-05-01..2023-05-31"


def test_guessed_year_is_said() -> None:
    span = _only("5월")
    assert span.yearless
    assert [(note.text, note.values) for note in span.notes] == [(NO_YEAR, {"year": "2023"})]


def test_open_end_and_relative_are_flagged() -> None:
    assert _only("since March").open_ended
    assert _only("지난달").relative
    assert not _only("2023년 5월").relative


def test_two_phrases_are_apart() -> None:
    spans = timeframes("2023년 1년간 가입자 수를 월별로", today=LEAP)
    assert [(span.kind, span.grain) for span in spans] == [("period", None), ("grain", "month")]


@settings(max_examples=60, deadline=None)
@given(
    today=st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    phrase=st.sampled_from([text for text, _ in AT_LEAP_DAY]),
)
def test_every_day_gives_sound_periods(today: date, phrase: str) -> None:
    spans = timeframes(phrase, today=today)
    assert spans
    for span in spans:
        assert 0 <= span.start < span.end <= len(phrase)
        if span.period and span.whole and not span.future:
            assert span.period.start <= span.period.end <= today
        if span.partial and span.period:
            assert span.period.end >= today - timedelta(days=1)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789년월일 ~-./부터까지최근간MayQ지난 ", max_size=40))
def test_any_text_is_read_without_error(text: str) -> None:
    for span in timeframes(text, today=LEAP):
        assert span.end <= len(text)
