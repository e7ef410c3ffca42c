"""askwell in Slack, end to end: every way to ask and everything under an answer, in both modes,
and with what it keeps in DynamoDB and SQS, over PostgreSQL.

Each mode is one company, one workspace, one app, which all tests of this file share.
"""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio
from end_to_end_aws import aws_shaped
from end_to_end_company import (
    Company,
    block,
    company_in,
    drawn,
    file_menu,
    labels,
    numbers,
    turn_of,
)
from openpyxl import load_workbook

from askwell.playground import Message
from askwell.playground.controls import controls
from askwell.settings import Settings
from askwell.slack.blocks import actions as ids
from postgres_server import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED = "2024년 1년간 가입자 수를 월별 오름차순으로 알려줘"
LAST_MONTH = "지난달 가입자 수"
BY_MONTH = """
SELECT date_trunc('month', signed_up_at)::DATE AS month, count(*) FROM users
WHERE year(signed_up_at) = {year} GROUP BY ALL ORDER BY ALL
"""
BY_CHANNEL = """
SELECT date_trunc('month', signed_up_at)::DATE AS month, signup_channel, count(*) FROM users
WHERE year(signed_up_at) = 2023 AND signup_channel NOT IN ({without}) GROUP BY month, signup_channel
QUALIFY row_number() OVER (PARTITION BY month ORDER BY count(*) DESC) <= {most}
"""
SETTLED = """
SELECT date_trunc('month', settled_at)::DATE AS month, sum(net_amount) FROM settlements
WHERE status = 'COMPLETED' AND year(settled_at) = 2024 GROUP BY ALL ORDER BY ALL
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["socket", "http", "aws"])
async def company(
    request: pytest.FixtureRequest,
    demo_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Company]:
    home = tmp_path_factory.mktemp(f"company_{request.param}")
    if request.param != "aws":
        async with company_in(demo_settings, home, request.param) as company:
            yield company
        return
    server: Server = request.getfixturevalue("postgres")
    async with aws_shaped(demo_settings, home, server) as company:
        yield company


def last_month(company: Company) -> str:
    """Return last month's sign-ups as they are said; today is 7 October 2025."""
    counted = "SELECT count(*) FROM users WHERE date_trunc('month', signed_up_at) = '2025-09-01'"
    return f"{company.one(counted):,}명"


async def test_the_seed_question_and_five_follow_ups(company: Company) -> None:
    jiwoo = company.person("jiwoo")
    root, seed = await company.asks(jiwoo, company.place("growth"), SEED)
    by_month = company.rows(BY_MONTH.format(year=2024))
    assert labels(seed) == [(f"2024년 {month.month}월",) for month, _ in by_month]
    assert numbers(seed) == drawn(seed)[0] == [n for _, n in by_month]
    assert f"{sum(n for _, n in by_month):,}명" in seed.text
    assert block(seed, "data_visualization")["chart"]["type"] == "line"

    earlier = await company.goes_on(jiwoo, root, "그럼 2023년은?")
    assert numbers(earlier) == drawn(earlier)[0] == counts(company, BY_MONTH, year=2023)

    bars = await company.goes_on(jiwoo, root, "as a bar chart please")
    assert drawn(bars) == drawn(earlier)
    assert block(bars, "data_visualization")["chart"]["type"] == "bar"

    split = await company.goes_on(jiwoo, root, "split that by signup channel")
    assert sorted(numbers(split)) == channels(company)
    assert is_pictured(company, split)  # months without a sign-up have no place in Slack's chart

    without = await company.goes_on(company.person("minseo"), root, "제휴는 빼줘")
    assert sorted(numbers(without)) == channels(company, without="'PARTNER'")
    assert is_pictured(company, without)

    top = await company.goes_on(jiwoo, root, "상위 3개만")
    assert sorted(numbers(top)) == channels(company, without="'PARTNER'", most=3)
    assert len(company.slack.answers(root)) == 6


def is_pictured(company: Company, answer: Message) -> bool:
    image = block(answer, "image")
    picture = company.slack.workspace.files[image["slack_file"]["id"]].content or b""
    return picture.startswith(b"\x89PNG") and "2023" in image["alt_text"]


def counts(company: Company, sql: str, **values: object) -> list[int]:
    return [row[-1] for row in company.rows(sql.format(**values))]


def channels(company: Company, *, without: str = "''", most: int = 9) -> list[int]:
    """Return what the sign-up channels, or the first few, had in each month of 2023; sorted."""
    return sorted(counts(company, BY_CHANNEL, without=without, most=most))


async def test_a_thread_goes_on_without_a_mention_and_leaves_people_alone(
    company: Company,
) -> None:
    slack, general = company.slack, company.place("general")
    jiwoo, minseo, seoyeon = map(company.person, ("jiwoo", "minseo", "seoyeon"))
    root, answer = await company.asks(minseo, general, LAST_MONTH)
    assert last_month(company) in answer.text
    for who, said in (
        (seoyeon, f"<@{jiwoo.id}> 이 숫자 봤어요?"),
        (minseo, "고마워요!"),
        (seoyeon, "thanks, see you at lunch"),
        (jiwoo, "회의 언제 하죠?"),
    ):
        await slack.says(who, general, said, root)
    await slack.says(seoyeon, general, "가입자 수가 궁금하네요")  # to the channel, not to askwell
    await company.quiet()
    assert len(slack.answers(root)) == 1
    women = await company.goes_on(minseo, root, "여성만")
    counted = (
        "SELECT count(*) FROM users WHERE gender = 'F'"
        " AND date_trunc('month', signed_up_at) = '2025-09-01'"
    )
    assert f"{company.one(counted):,}명" in women.text
    assert len([m for m in slack.messages(general) if m.bot_id]) == 2


async def test_direct_messages_and_the_messages_tab(company: Company) -> None:
    slack, minseo = company.slack, company.person("minseo")
    direct = slack.direct(minseo)
    question = await slack.says(minseo, direct, "how many users signed up last month?")
    answer = await company.answered(question)
    assert last_month(company).removesuffix("명") in answer.text
    await slack.opens_home(minseo, "messages")
    await company.quiet()
    suggested = slack.workspace.prompts[direct.id]["prompts"][0]["message"]
    again = await slack.says(minseo, direct, suggested)
    assert turn_of(await company.answered(again))


async def test_a_command_a_shortcut_and_a_changed_question(company: Company) -> None:
    slack, jiwoo, growth = company.slack, company.person("jiwoo"), company.place("growth")
    await slack.runs(jiwoo, growth, f"/askwell {LAST_MONTH}")
    asked = await company.until(lambda: begun_by_askwell(company))
    assert last_month(company) in (await company.answered(asked)).text

    said = await slack.says(jiwoo, growth, "지난달 가입자 수가 얼마였죠?")
    await slack.uses_shortcut(jiwoo, "ask_askwell", said)
    assert last_month(company) in (await company.answered(said)).text

    question, _ = await company.asks(jiwoo, growth, LAST_MONTH)
    await slack.edits(question, f"<@{slack.bot}> 2024년 환불 건수")
    offer = (await company.until(lambda: slack.ephemerals(jiwoo, growth)))[-1]
    await slack.clicks(jiwoo, offer, ids.AGAIN)
    again = await company.answered(question, 2)
    counted = (
        "SELECT count(*) FROM refunds WHERE status = 'COMPLETED' AND year(completed_at) = 2024"
    )
    assert f"{company.one(counted):,}건" in again.text


def begun_by_askwell(company: Company) -> Message | None:
    messages = company.slack.messages(company.place("growth"))
    return next((m for m in messages if m.bot_id and not m.thread_ts), None)


@pytest.mark.parametrize("way", ["button", "typed"])
async def test_it_asks_back_and_goes_on(company: Company, way: str) -> None:
    slack, jiwoo, growth = company.slack, company.person("jiwoo"), company.place("growth")
    question, asked_back = await company.asks(jiwoo, growth, "2024년 결제 알려줘")
    choices = [c.element["text"]["text"] for c in controls(asked_back)]
    assert choices == ["결제 건수", "거래액"]
    if way == "button":
        await slack.clicks(jiwoo, asked_back, ids.CHOICE, "거래액")
        answer = await company.answered(question, 3)  # what was chosen is said as well
    else:
        answer = await company.goes_on(jiwoo, question, "거래액이요")
    paid = "SELECT sum(amount) FROM payments WHERE status = 'APPROVED' AND year(approved_at) = 2024"
    assert f"{company.one(paid):,.0f}원" in answer.text


async def test_stop_ends_the_query_in_the_warehouse(company: Company) -> None:
    slack, jiwoo = company.slack, company.person("jiwoo")
    question = await slack.says(jiwoo, slack.direct(jiwoo), "2025년 3월 앱 방문자 수")
    stream = await company.until(lambda: opened_stream(company, question))
    assert company.works()
    await slack.presses_stop(jiwoo, question)
    stopped = await company.answered(question)
    assert not company.works()
    assert '"outcome": "CancelledError"' in company.audited()
    assert stopped is stream
    assert "멈췄어요" in stopped.text
    assert slack.status(question) is None
    assert last_month(company) in (await company.goes_on(jiwoo, question, LAST_MONTH)).text


def opened_stream(company: Company, question: Message) -> Message | None:
    said = company.slack.answers(question)
    return next((m for m in said if company.slack.workspace.streaming(m)), None)


async def test_votes_with_a_reason_and_a_change_of_mind(company: Company) -> None:
    slack, jiwoo, minseo = company.slack, company.person("jiwoo"), company.person("minseo")
    _, answer = await company.asks(jiwoo, company.place("growth"), LAST_MONTH)
    conversation, turn = company.here.ears.conversation, turn_of(answer)
    await slack.gives_feedback(minseo, answer, positive=True)
    await slack.gives_feedback(jiwoo, answer, positive=False)
    form = await company.until(lambda: slack.modal(jiwoo))
    await slack.submits(jiwoo, form, {ids.REASONS: ["misread"], ids.REMARK: "지난주예요"})
    await company.quiet()
    assert await conversation.tally(turn) == (1, 1)
    votes = {v.person: v.reason for v in await conversation.doors.votes.of(turn)}
    assert votes == {minseo.email: "", jiwoo.email: "misread: 지난주예요"}
    await slack.gives_feedback(jiwoo, answer, positive=True)
    await company.quiet()
    assert await conversation.tally(turn) == (2, 0)


async def test_a_correction_is_answered_again(company: Company) -> None:
    slack, jiwoo = company.slack, company.person("jiwoo")
    root, answer = await company.asks(jiwoo, company.place("growth"), SEED)
    await slack.clicks(jiwoo, answer, ids.CORRECT)
    form = await company.until(lambda: slack.modal(jiwoo))
    misread = next(
        option["value"]
        for option in form.body["blocks"][1]["element"]["options"]
        if option["text"]["text"].startswith("2024년")
    )
    await slack.submits(jiwoo, form, {ids.PHRASE: misread, ids.MEANT: "2023년"})
    corrected = await company.answered(root, 3)  # what is asked now is said as well
    assert slack.modal(jiwoo) is None
    assert numbers(corrected) == counts(company, BY_MONTH, year=2023)


async def test_files_hold_what_the_warehouse_holds(company: Company) -> None:
    slack, jiwoo = company.slack, company.person("jiwoo")
    _, answer = await company.asks(jiwoo, company.place("growth"), SEED)
    for kind in ("csv", "xlsx"):
        await slack.picks(jiwoo, answer, *file_menu(answer, kind))
    await company.quiet()
    files = {f.name.rpartition(".")[2]: f for f in slack.workspace.files.values() if f.shares}
    assert {place for f in files.values() for place, _ in f.shares} == {answer.channel}
    by_month = company.rows(BY_MONTH.format(year=2024))
    header, *rows = csv.reader(io.StringIO((files["csv"].content or b"").decode("utf-8-sig")))
    assert header[-1] == "가입자 수"
    assert [(date.fromisoformat(day), int(n)) for day, n in rows] == by_month
    sheet = load_workbook(io.BytesIO(files["xlsx"].content or b"")).active
    assert sheet is not None
    cells = [*sheet.iter_rows(min_row=2, values_only=True)]
    assert [(day.date(), n) for day, n in cells] == by_month  # type: ignore[union-attr]


async def test_the_home_tabs_of_two_people_differ_by_their_rights(company: Company) -> None:
    slack, homes = company.slack, {}
    asked = {"jiwoo": "2024년 1월 환불 건수", "minseo": "2024년 2월 환불 건수"}
    for name, question in asked.items():
        who = company.person(name)
        await company.answered(await slack.says(who, slack.direct(who), question))
        await slack.opens_home(who)
        await company.quiet()
        homes[name] = str((slack.home(who) or pytest.fail("no Home tab")).body)
    assert "정산" in homes["jiwoo"]
    assert "정산" not in homes["minseo"]
    for name, home in homes.items():
        assert "거래액" in home
        assert [n for n, question in asked.items() if question in home] == [name]


async def test_who_may_not_see_it_sees_it_only_once_its_owner_shares(company: Company) -> None:
    slack, growth = company.slack, company.place("growth")
    jiwoo, minseo, seoyeon = map(company.person, ("jiwoo", "minseo", "seoyeon"))
    question, pointer = await company.asks(jiwoo, growth, "2024년 정산 금액을 월별로 알려줘")
    settled = company.rows(SETTLED)
    private = slack.messages(slack.direct(jiwoo))[-1]
    assert numbers(private) == [amount for _, amount in settled]
    link = next(c.element["url"] for c in controls(pointer) if "url" in c.element)
    assert private.ts.replace(".", "") in link
    total = f"{sum(amount for _, amount in settled):,}원"
    assert total in private.text
    assert total not in str(slack.messages(growth))

    offer = slack.messages(slack.direct(seoyeon))[-1]
    assert not [m for m in slack.messages(slack.direct(minseo)) if "정산" in str(m.blocks)]
    await slack.clicks(seoyeon, offer, ids.SHARE)
    shared = await company.answered(question, 2)
    assert numbers(shared) == numbers(private)
    assert "공유했어요" in offer.text
    assert ids.SHARE not in str(offer.blocks)
    assert minseo.id in growth.members
    await slack.clicks(minseo, shared, ids.SQL)
    assert await company.until(lambda: slack.modal(minseo))
