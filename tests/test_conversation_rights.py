"""What may be done with an answer, and by whom: see, vote, share, get as a file, correct."""

import csv
import io
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import openpyxl
import pytest

from askwell.conversation import Conversation, Step
from askwell.conversation.reads import read_by, under
from askwell.demo import ANALYST, MARKETER, PARTNER_MANAGER
from askwell.domain.answer import Answer, AnswerTable, TableColumn
from askwell.domain.catalog import Catalog
from askwell.domain.kept import KeptAnswer, Preference
from askwell.domain.noun import Language
from askwell.domain.result import Draft
from askwell.domain.rights import Asker
from askwell.errors import Refused
from shop_door import CATALOG as SHOP
from talk import Talk

T = TypeVar("T")
OUTSIDER = Asker(email="")
NOBODY = "nobody@moapay.example"
OPEN, RESTRICTED = "2024년 가입자 수는?", "2024년 정산 금액은?"


def person(talk: Talk, who: str) -> Asker:
    return talk.app.policy.asker(who)


def asked(talk: Talk, question: str, who: str = ANALYST, thread: str | None = None) -> KeptAnswer:
    answer = talk.ask(question, who=who, thread=thread)
    found = do(talk, talk.conversation.kept(answer.turn))
    assert found is not None
    return found


def do(talk: Talk, work: Coroutine[Any, Any, T]) -> T:
    return talk.runner.run(work)


def shown(talk: Talk, kept: KeptAnswer, *others: str, open_to_all: bool = False) -> str:
    people = [person(talk, who) for who in others]
    return talk.conversation.audience(kept, others=people, open_to_all=open_to_all)


def test_everyone_sees_what_everyone_could_have_got(talk: Talk) -> None:
    kept = asked(talk, OPEN)
    assert shown(talk, kept, ANALYST, MARKETER) == "everyone"
    assert shown(talk, kept, ANALYST, MARKETER, open_to_all=True) == "everyone"
    assert shown(talk, kept) == "everyone"


@pytest.mark.parametrize("others", [[NOBODY], [MARKETER, NOBODY], [PARTNER_MANAGER]])
def test_one_person_who_could_not_is_enough_to_keep_it(talk: Talk, others: list[str]) -> None:
    assert shown(talk, asked(talk, OPEN), *others) == "asker"


def test_somebody_from_outside_sees_nothing(talk: Talk) -> None:
    for question in (OPEN, "안녕", "2024년 결제 알려줘"):
        kept = asked(talk, question)
        assert not talk.conversation.may_see(kept, OUTSIDER)
        assert talk.conversation.audience(kept, others=[OUTSIDER], open_to_all=False) == "asker"


def test_restricted_data_is_for_those_who_may_and_never_open_to_all(talk: Talk) -> None:
    kept = asked(talk, RESTRICTED)
    assert kept.answer.kind == "answer"
    assert shown(talk, kept, ANALYST) == "everyone"
    assert shown(talk, kept, ANALYST, open_to_all=True) == "asker"
    assert shown(talk, kept, MARKETER) == "asker"


def test_the_rows_of_a_part_are_seen_by_whoever_sees_them_all(talk: Talk) -> None:
    part = asked(talk, "2024년 거래액은?", PARTNER_MANAGER)
    assert talk.conversation.may_see(part, person(talk, PARTNER_MANAGER))
    assert talk.conversation.may_see(part, person(talk, ANALYST))
    whole = asked(talk, "2024년 거래액은?", ANALYST)
    assert not talk.conversation.may_see(whole, person(talk, PARTNER_MANAGER))


def test_a_clarification_counts_as_what_its_choices_read(talk: Talk) -> None:
    plain = asked(talk, "2024년 결제 알려줘")
    assert plain.answer.kind == "clarify"
    assert shown(talk, plain, MARKETER, open_to_all=True) == "everyone"
    hidden = asked(talk, "2024년 정산 알려줘")
    assert hidden.answer.kind == "clarify"
    assert any("정산" in choice for choice in hidden.answer.choices)
    assert shown(talk, hidden, MARKETER) == "asker"
    assert shown(talk, hidden, ANALYST, open_to_all=True) == "asker"


def test_a_definition_counts_as_what_it_defines(talk: Talk) -> None:
    assert shown(talk, asked(talk, "거래액이 뭐야?"), MARKETER) == "everyone"
    defined = asked(talk, "정산 금액이 뭐야?")
    assert defined.answer.kind == "chat"
    assert shown(talk, defined, MARKETER) == "asker"


def test_sql_that_is_shown_again_counts_as_what_it_reads(talk: Talk) -> None:
    first = asked(talk, RESTRICTED)
    again = asked(talk, "SQL 보여줘", thread=first.answer.thread)
    assert again.answer.sql
    assert shown(talk, again, MARKETER) == "asker"


def test_what_is_not_known_is_the_askers(talk: Talk) -> None:
    kept = asked(talk, OPEN).model_copy(update={"reads": None})
    assert shown(talk, kept, ANALYST) == shown(talk, kept) == "asker"
    assert not talk.conversation.may_see(kept, person(talk, ANALYST))


def test_what_is_gone_from_the_catalog_is_the_askers(talk: Talk) -> None:
    kept = asked(talk, OPEN)
    left = tuple(t for t in talk.app.catalog.tables if t.name != "users")
    changed = Catalog(version="2", tables=left)
    doors = replace(
        talk.conversation.doors,
        catalog=lambda: changed,
        rights_of=lambda asker: talk.app.policy.rights(asker, changed),
    )
    conversation = Conversation(doors)
    others = [person(talk, ANALYST)]
    assert conversation.audience(kept, others=others, open_to_all=False) == "asker"
    assert conversation.audience(kept, others=[], open_to_all=True) == "asker"


def test_a_step_has_an_audience_as_well(talk: Talk) -> None:
    async def steps(question: str) -> list[Step | Answer]:
        stream = talk.conversation.answer(question, asker=person(talk, ANALYST))
        return [item async for item in stream][:-1]

    for question, seen in ((OPEN, "everyone"), (RESTRICTED, "asker"), ("결제 알려줘", "asker")):
        first = do(talk, steps(question))[0]
        assert isinstance(first, Step)
        others = [person(talk, MARKETER)]
        assert talk.conversation.audience(first, others=others, open_to_all=False) == seen


def test_votes_are_one_a_person_and_the_last_counts(talk: Talk) -> None:
    turn = asked(talk, OPEN).id
    for who, ballot in ((ANALYST, "up"), (MARKETER, "up"), (MARKETER, "down"), (ANALYST, "up")):
        do(talk, talk.conversation.vote(turn, asker=person(talk, who), ballot=ballot, reason=" r "))
    assert do(talk, talk.conversation.tally(turn)) == (1, 1)
    votes = do(talk, talk.conversation.doors.votes.of(turn))
    assert {(v.person, v.ballot, v.reason) for v in votes} == {
        (ANALYST, "up", "r"),
        (MARKETER, "down", "r"),
    }


def test_whoever_asked_may_vote_on_what_was_declined(talk: Talk) -> None:
    turn = asked(talk, OPEN, NOBODY).id
    do(talk, talk.conversation.vote(turn, asker=person(talk, NOBODY), ballot="down"))
    assert do(talk, talk.conversation.tally(turn)) == (0, 1)


def refusals(talk: Talk, turn: str, asker: Asker) -> list[str]:
    conversation = talk.conversation
    works = [
        conversation.vote(turn, asker=asker, ballot="up"),
        conversation.export(turn, asker=asker, kind="csv"),
        conversation.share(turn, by=asker),
        conversation.correct(turn, asker=asker, phrase="a", correction="b"),
    ]
    said = []
    for work in works:
        with pytest.raises(Refused) as refused:
            do(talk, work)
        said.append(str(refused.value))
    return said


def test_nothing_may_be_done_with_what_may_not_be_seen(talk: Talk) -> None:
    turn = asked(talk, RESTRICTED).id
    for asker in (person(talk, MARKETER), person(talk, NOBODY), OUTSIDER):
        assert all("권한" in said for said in refusals(talk, turn, asker))
    english = person(talk, MARKETER).model_copy(update={"language": "en"})
    assert all("ask the data team" in said for said in refusals(talk, turn, english))
    assert do(talk, talk.conversation.tally(turn)) == (0, 0)


def test_nothing_may_be_done_with_what_is_gone(talk: Talk) -> None:
    assert all("다시 질문" in said for said in refusals(talk, "gone", person(talk, ANALYST)))


def test_an_owner_shares_and_nobody_else(talk: Talk) -> None:
    kept = asked(talk, RESTRICTED)
    analyst = person(talk, ANALYST)
    with pytest.raises(Refused, match=r"finance@moapay\.example"):
        do(talk, talk.conversation.share(kept.id, by=analyst))
    owner = analyst.model_copy(update={"email": "Finance@moapay.example"})
    shared = do(talk, talk.conversation.share(kept.id, by=owner))
    assert shared == do(talk, talk.conversation.kept(kept.id))
    assert shown(talk, shared, MARKETER, NOBODY, open_to_all=True) == "everyone"
    marketer = person(talk, MARKETER)
    do(talk, talk.conversation.vote(kept.id, asker=marketer, ballot="up"))
    with pytest.raises(Refused):
        do(talk, talk.conversation.export(kept.id, asker=marketer, kind="csv"))


def test_an_owner_who_may_not_see_it_does_not_share(talk: Talk) -> None:
    kept = asked(talk, RESTRICTED)
    owner = person(talk, MARKETER).model_copy(update={"name": "finance@moapay.example"})
    with pytest.raises(Refused, match="권한"):
        do(talk, talk.conversation.share(kept.id, by=owner))


def test_a_file_holds_all_rows_in_both_kinds(talk: Talk) -> None:
    kept = asked(talk, "2024년 결제수단별 거래액은?")
    assert kept.answer.table is not None
    analyst = person(talk, ANALYST)
    plain = do(talk, talk.conversation.export(kept.id, asker=analyst, kind="csv"))
    lines = list(csv.reader(io.StringIO(plain.content.decode("utf-8-sig"))))
    assert lines[0] == [c.label for c in kept.answer.table.columns]
    assert len(lines) - 1 == plain.rows == kept.answer.table.row_count
    assert [row[0] for row in lines[1:]] == [row[0] for row in kept.answer.table.rows]
    assert (plain.name, plain.truncated) == ("2024년-결제수단별-거래액은.csv", False)
    book = do(talk, talk.conversation.export(kept.id, asker=analyst, kind="xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert sheet.max_row == book.rows + 1
    assert book.mime.startswith("application/vnd.openxml")


def test_a_file_has_the_rows_of_whoever_asks_for_it(talk: Talk) -> None:
    kept = asked(talk, "2024년 지역별 거래액은?", PARTNER_MANAGER)
    files = [
        do(talk, talk.conversation.export(kept.id, asker=person(talk, who), kind="csv"))
        for who in (PARTNER_MANAGER, ANALYST)
    ]
    assert files[0].content != files[1].content


def test_a_file_shows_no_column_that_the_answer_did_not(talk: Talk) -> None:
    """A star means more columns to whoever may read more; the thread gets those of the answer."""
    draft = Draft(sql="SELECT * FROM merchants LIMIT 3", dialect="duckdb", way="generated")
    marketer, analyst = person(talk, MARKETER), person(talk, ANALYST)
    context = do(talk, talk.app.context_of(marketer))
    result = do(talk, context.run(draft))
    labels = [TableColumn(name=c.name, label=c.name.upper(), type=c.type) for c in result.columns]
    table = AnswerTable(columns=tuple(labels), rows=result.rows, row_count=result.row_count)
    kept = asked(talk, OPEN, MARKETER)
    ran = read_by(draft, context.catalog)
    assert ran is not None
    starred = kept.model_copy(
        update={
            "draft": draft,
            "answer": kept.answer.model_copy(update={"table": table}),
            "reads": under(context.rights, *ran),
        }
    )
    do(talk, talk.conversation.doors.answers.put(starred))
    for asker in (marketer, analyst):
        file = do(talk, talk.conversation.export(kept.id, asker=asker, kind="csv"))
        lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert {len(line) for line in lines} == {len(labels)}
        assert "FEE_RATE" not in lines[0]
    assert talk.conversation.audience(file, others=[marketer], open_to_all=False) == "asker"


def test_a_long_file_says_that_it_is_cut(talk: Talk) -> None:
    kept = asked(talk, "2024년 일별 가입자 수는?")
    talk.app.settings, before = replace(talk.app.settings, export_rows=3), talk.app.settings
    try:
        cut = do(talk, talk.conversation.export(kept.id, asker=person(talk, ANALYST), kind="csv"))
    finally:
        talk.app.settings = before
    assert (cut.rows, cut.truncated) == (3, True)


def test_there_is_no_file_without_rows(talk: Talk) -> None:
    kept = asked(talk, "2024년 결제 알려줘")
    with pytest.raises(Refused, match="파일"):
        do(talk, talk.conversation.export(kept.id, asker=person(talk, ANALYST), kind="csv"))


@pytest.mark.parametrize(
    ("question", "phrase", "correction", "again"),
    [
        (OPEN, "가입자 수", "거래액", "2024년 거래액은?"),
        (OPEN, "2024년", "2023년", "2023년 가입자 수는?"),
        ("2024년 거래액을 월별로", "거래액", "가입자 수", "2024년 가입자 수를 월별로"),
        ("GMV in 2024", "gmv", "refund rate", "refund rate in 2024"),
        (OPEN, "없는 말", "서울만", "2024년 가입자 수는? 서울만"),
        (OPEN, "", "서울만", "2024년 가입자 수는? 서울만"),
    ],
)
def test_a_correction_replaces_what_was_misread(
    talk: Talk, question: str, phrase: str, correction: str, again: str
) -> None:
    kept = asked(talk, question)
    work = talk.conversation.correct(
        kept.id, asker=person(talk, ANALYST), phrase=phrase, correction=correction
    )
    assert do(talk, work) == again


def test_a_corrected_follow_up_stands_alone(talk: Talk) -> None:
    first = asked(talk, OPEN)
    follow = asked(talk, "그럼 2023년은?", thread=first.answer.thread)
    work = talk.conversation.correct(
        follow.id, asker=person(talk, ANALYST), phrase="가입자 수", correction="거래액"
    )
    answer = talk.ask(do(talk, work))
    assert answer.intent is not None
    assert answer.intent.metrics == ("gmv",)
    assert answer.intent.period is not None
    assert answer.intent.period.start.year == 2023


def test_recent_answers_are_ones_own_and_still_allowed(talk: Talk) -> None:
    newest = [asked(talk, OPEN, MARKETER).id for _ in range(2)][::-1]
    marketer = person(talk, MARKETER)
    found = do(talk, talk.conversation.recent(marketer, limit=2))
    assert [k.id for k in found] == newest
    assert do(talk, talk.conversation.recent(marketer.model_copy(update={"groups": ()}))) == ()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("who", [ANALYST, MARKETER, PARTNER_MANAGER])
def test_the_catalogue_holds_what_may_be_asked_and_its_examples_are_answered(
    talk: Talk, who: str, language: Language
) -> None:
    offered = do(talk, talk.conversation.catalogue(person(talk, who), language))
    assert offered.metrics
    assert offered.topics
    assert len(offered.examples) >= 2
    for question in offered.examples:
        assert talk.ask(question, who=who, language=language).kind == "answer", question
    names = {m.name for m in offered.metrics}
    assert ("settlement_amount" in names) is (who != MARKETER)


def test_the_catalogue_of_nobody_is_empty(talk: Talk) -> None:
    offered = do(talk, talk.conversation.catalogue(person(talk, NOBODY), "ko"))
    assert (offered.metrics, offered.topics, offered.examples) == ((), (), ())


def test_a_preference_is_kept(talk: Talk) -> None:
    assert do(talk, talk.conversation.preference("new@moapay.example")).private is False
    wish = Preference(person="new@moapay.example", language="en", private=True)
    do(talk, talk.conversation.prefer(wish))
    assert do(talk, talk.conversation.preference("new@moapay.example")) == wish


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT count(*) FROM salaries", set()),
        ("SELECT name FROM users", {"name"}),
        ("SELECT * FROM salaries", {"user_id", "amount"}),
        ("SELECT s.* FROM salaries AS s", {"user_id", "amount"}),
        ("SELECT s FROM salaries AS s", {"user_id", "amount"}),
        ("SELECT b FROM salaries AS s(a, b)", {"user_id", "amount"}),
        ("SELECT count(*) FROM orders NATURAL JOIN salaries", None),
        ("WITH x AS (SELECT * FROM salaries) SELECT count(*) FROM x", {"user_id", "amount"}),
        ("SELECT (SELECT max(amount) FROM salaries) FROM users", {"amount"}),
        ('SELECT "AMOUNT" FROM SALARIES', {"amount"}),
    ],
)
def test_of_written_sql_every_column_counts_that_it_could_read(
    sql: str, columns: set[str] | None
) -> None:
    ran = read_by(Draft(sql=sql, dialect="duckdb", way="generated"), SHOP)
    assert ran is not None
    refs, tables = ran
    assert tables
    if columns is None:
        assert {(r.table, r.column) for r in refs} >= {("salaries", "amount"), ("orders", "status")}
    else:
        assert {r.column for r in refs} == columns


@pytest.mark.parametrize("sql", ["SELECT 1 FROM elsewhere", "SELECT FROM WHERE"])
def test_of_sql_that_reads_what_is_not_known_nothing_is_known(sql: str) -> None:
    assert read_by(Draft(sql=sql, dialect="duckdb", way="generated"), SHOP) is None
