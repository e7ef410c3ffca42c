"""The generated way end to end: a scripted model behind the real wire, a real warehouse."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import clinic
from askwell import prompts, wiring
from askwell.agent.repair import MOST_ROUNDS
from askwell.domain.answer import Answer
from askwell.settings import Settings
from model_servers import Asked, Fail, Say, Server, serving

WHO = "ann@example.com"
FEES = "SELECT SUM(v.fee) AS fees FROM visits AS v WHERE v.status = 'completed'"


@dataclass
class Clinic:
    """Hold a learned clinic; `asking` opens it with a scripted model."""

    settings: Settings
    file: Path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    home = tmp_path_factory.mktemp("clinic")
    settings = asyncio.run(clinic.learned(home))
    return Clinic(settings, home / "clinic.duckdb")


def written(sql: str, missing: tuple[str, ...] = ()) -> Any:
    """Answer with SQL; `missing` only where the prompt asks for it."""
    more = {"not_in_data": list(missing)} if missing else {}
    return {"sql": sql, **more}


def by_type(**answers: Any) -> Callable[[Asked], Any]:
    """Answer each prompt by the type that it wants; lists are used up one by one."""

    def answer(asked: Asked) -> Any:
        found = answers.get(asked.answer) or answers["WrittenSQL"]
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found

    return answer


@asynccontextmanager
async def opened(settings: Settings, server: Server) -> AsyncIterator[wiring.Askwell]:
    app = wiring.open_askwell(clinic.with_model(settings, server.url))
    try:
        yield app
    finally:
        await app.close()


async def ask(
    app: wiring.Askwell, question: str, thread: str | None = None, who: str = WHO
) -> Answer:
    asker = app.policy.asker(who)
    stream = app.conversation().answer(question, asker=asker, thread=thread)
    *_, last = [item async for item in stream]
    assert isinstance(last, Answer)
    return last


async def asked_once(plain: Clinic, question: str, answers: Any) -> tuple[Answer, Server]:
    with serving("openai", answers) as server:
        async with opened(plain.settings, server) as app:
            return await ask(app, question), server


async def test_plain_question_costs_one_call(plain: Clinic) -> None:
    answer, server = await asked_once(
        plain,
        "What were the fees of completed visits?",
        [written(FEES)],
    )
    assert (answer.kind, answer.way) == ("answer", "generated")
    assert answer.table is not None
    assert answer.table.rows == tuple(clinic.rows(plain.file, FEES))
    assert answer.headline.startswith("“What were the fees of completed visits?”:")
    assert [step.kind for step in answer.path] == ["written"]
    assert answer.usage.model_calls == len(server.asked) == 1
    assert answer.usage.input_tokens > 0
    assert answer.calls[0].prompt_hash == prompts.load("write_sql").hash
    assert answer.tables == ("visits",)


async def test_prompt_holds_the_schema_first_and_the_question_last(plain: Clinic) -> None:
    _, server = await asked_once(plain, "How many visits were there in 2024?", [written(FEES)])
    asked = server.asked[0]
    assert "visits" in asked.question
    assert asked.question.index("department_id") < asked.question.index("How many visits")
    assert "2024-01-01" in asked.question, "the period stands beside the question, resolved"
    assert "example.com" not in asked.question, "no personal value is shown to a model"


async def test_column_of_another_table_is_mended_without_a_model(plain: Clinic) -> None:
    wrong = "SELECT v.doctor_name, COUNT(*) AS visits FROM visits AS v GROUP BY v.doctor_name"
    right = (
        "SELECT d.doctor_name, COUNT(*) FROM visits v JOIN doctors d USING (doctor_id) GROUP BY 1"
    )
    answer, _ = await asked_once(plain, "How many visits did each doctor have?", [written(wrong)])
    assert answer.usage.model_calls == 1
    assert [step.kind for step in answer.path] == ["written", "mended"]
    assert answer.table is not None
    assert set(answer.table.rows) == set(clinic.rows(plain.file, right))


async def test_what_no_tree_can_mend_goes_to_the_model_with_findings(plain: Clinic) -> None:
    answer, server = await asked_once(
        plain,
        "What were the fees of completed visits?",
        by_type(
            WrittenSQL=written("SELECT SUM(v.turnover_xyz) FROM visits AS v"),
            RewrittenSQL={"sql": FEES},
        ),
    )
    assert answer.kind == "answer"
    assert [step.kind for step in answer.path] == ["written", "rewritten"]
    assert "turnover_xyz" in server.asked[1].question
    assert answer.path[1].findings[0].rule == "unknown_column"
    assert answer.usage.repairs == 1


async def test_unchanged_query_ends_the_repair(plain: Clinic) -> None:
    bad = "SELECT SUM(v.turnover_xyz) FROM visits AS v"
    answer, server = await asked_once(
        plain,
        "What were the fees of completed visits?",
        by_type(WrittenSQL=written(bad), RewrittenSQL={"sql": bad + ";"}),
    )
    assert answer.kind == "decline"
    assert answer.sql is None
    assert len(server.asked) == 2


async def test_repair_ends_after_three_rounds(plain: Clinic) -> None:
    bad = [{"sql": f"SELECT v.nonsense_{i}_q FROM visits AS v"} for i in range(9)]
    answer, server = await asked_once(
        plain,
        "What were the fees of completed visits?",
        by_type(WrittenSQL=written("SELECT v.nonsense_q FROM visits AS v"), RewrittenSQL=bad),
    )
    assert answer.kind == "decline"
    assert len(server.asked) == 1 + MOST_ROUNDS


async def test_query_that_fails_while_running_is_repaired(plain: Clinic) -> None:
    failing = (
        "SELECT SUM(CAST(v.status AS INTEGER)) AS fees FROM visits AS v"
        " WHERE v.status = 'completed'"
    )
    answer, server = await asked_once(
        plain,
        "What were the fees of completed visits?",
        by_type(WrittenSQL=written(failing), RewrittenSQL={"sql": FEES}),
    )
    assert answer.kind == "answer"
    assert len(server.asked) == 2


async def test_query_that_ran_out_of_time_is_never_tried_again(plain: Clinic) -> None:
    endless = (
        "SELECT COUNT(*) AS n FROM visits a JOIN visits b ON a.fee <= b.fee"
        " JOIN visits c ON c.fee <= b.fee JOIN visits d ON d.fee <= c.fee"
        " JOIN visits e ON e.fee <= d.fee"
    )
    settings = replace(plain.settings, query_seconds=0.3)
    answer, server = await asked_once(
        Clinic(settings, plain.file), "How many pairs of visits are there?", [written(endless)]
    )
    assert answer.kind == "decline"
    assert "too long" in answer.headline
    assert len(server.asked) == 1


MARCH = "How many visits were there in March 2024?"
EVERYTHING = "SELECT COUNT(*) AS visits FROM visits AS v"


async def test_dropped_demand_is_rewritten(plain: Clinic) -> None:
    right = EVERYTHING + " WHERE v.visited_on BETWEEN DATE '2024-03-01' AND DATE '2024-03-31'"
    answer, server = await asked_once(
        plain, MARCH, by_type(WrittenSQL=written(EVERYTHING), RewrittenSQL={"sql": right})
    )
    assert [a.answer for a in server.asked] == ["WrittenSQL", "RewrittenSQL"]
    assert answer.table is not None
    assert answer.table.rows == tuple(clinic.rows(plain.file, right))
    assert answer.path[1].findings[0].rule == "unwitnessed_period"
    assert not answer.findings


@pytest.mark.parametrize("verdict", [{"met_by": "v.visit_id between 60 and 90"}, {"asked": False}])
async def test_demand_that_the_model_insists_on_is_reviewed(plain: Clinic, verdict: Any) -> None:
    sql = EVERYTHING + " WHERE v.visit_id BETWEEN 60 AND 90"
    answer, server = await asked_once(
        plain,
        MARCH,
        by_type(
            WrittenSQL=written(sql),
            RewrittenSQL={"sql": sql},
            Review={"verdicts": [{"number": 1, **verdict}]},
        ),
    )
    assert [a.answer for a in server.asked] == ["WrittenSQL", "RewrittenSQL", "Review"]
    assert answer.kind == "answer"
    assert not answer.findings


@pytest.mark.parametrize("quote", ["", "WHERE visited in March"])
async def test_demand_that_stays_open_is_said(plain: Clinic, quote: str) -> None:
    answer, server = await asked_once(
        plain,
        MARCH,
        by_type(
            WrittenSQL=written(EVERYTHING),
            RewrittenSQL={"sql": EVERYTHING},
            Review={"verdicts": [{"number": 1, "met_by": quote}]},
        ),
    )
    assert answer.kind == "answer"
    assert "March 2024" in answer.findings[0].message
    assert len(server.asked) == 3


async def test_what_the_data_lacks_is_declined_by_name(plain: Clinic) -> None:
    answer, _ = await asked_once(
        plain,
        "How was the weather in Narnia?",
        [written("SELECT v.visited_on FROM visits AS v", missing=("weather", "Narnia"))],
    )
    assert answer.kind == "decline"
    assert "weather" in answer.headline


async def test_single_word_that_the_data_lacks_is_named_beside_the_answer(plain: Clinic) -> None:
    answer, _ = await asked_once(
        plain,
        "How many completed visits did each doctor have by weather?",
        [
            written(
                "SELECT v.doctor_id, COUNT(*) AS visits FROM visits AS v"
                " WHERE v.status = 'completed' GROUP BY v.doctor_id",
                missing=("weather",),
            )
        ],
    )
    assert answer.kind == "answer"
    assert "weather" in answer.findings[0].message


@pytest.mark.parametrize("words", [("astrology",), ("visits", "was"), ("on",)])
async def test_word_that_is_known_or_that_nobody_said_is_no_reason_to_decline(
    plain: Clinic, words: tuple[str, ...]
) -> None:
    answer, _ = await asked_once(
        plain,
        "How was the weather on visit days?",
        [written("SELECT DISTINCT v.visited_on FROM visits AS v", missing=words)],
    )
    assert answer.kind == "answer"


async def test_words_are_only_asked_about_where_some_are_in_doubt(plain: Clinic) -> None:
    _, server = await asked_once(plain, "What were the fees of completed visits?", [written(FEES)])
    assert server.asked[0].answer == "WrittenSQL"
    assert "not_in_data" not in str(server.asked[0].schema)


@pytest.mark.parametrize("first", ["I think you want all of it.", '{"sql": ', '{"query": "x"}'])
async def test_answer_of_the_wrong_shape_is_asked_for_again(plain: Clinic, first: str) -> None:
    answer, server = await asked_once(
        plain, "What were the fees of completed visits?", [first, written(FEES)]
    )
    assert answer.kind == "answer"
    assert len(server.asked) == 2
    assert [c.outcome for c in answer.calls] == ["BadModelOutput", "ok"]


@pytest.mark.parametrize("said", [Say("no", refusal="I cannot help."), "prose and nothing else"])
async def test_model_that_never_answers_in_shape_declines(plain: Clinic, said: Any) -> None:
    answer, server = await asked_once(plain, "What were the fees of completed visits?", [said])
    assert answer.kind == "decline"
    assert len(server.asked) == 2


async def test_throttled_model_is_said_in_the_askers_language(plain: Clinic) -> None:
    answer, _ = await asked_once(
        plain, "완료된 방문의 진료비 합계는?", [Fail("throttled", retry_after="0")]
    )
    assert answer.kind == "decline"
    assert "언어 모델" in answer.headline


async def test_prompt_that_is_too_long_is_sent_once_more_with_half_of_the_schema(
    plain: Clinic,
) -> None:
    answer, server = await asked_once(
        plain, "What were the fees of completed visits?", [Fail("too long"), written(FEES)]
    )
    assert answer.kind == "answer"
    assert [c.outcome for c in answer.calls] == ["TooLarge", "ok"]
    whole, half = (asked.question for asked in server.asked)
    assert 0.3 < len(half) / len(whole) < 0.9
    assert "CREATE TABLE visits" in half, "the best table stays"
    assert whole.count("CREATE TABLE") == 4
    assert half.count("CREATE TABLE") < 4


async def test_prompt_that_stays_too_long_is_said_after_two_calls(plain: Clinic) -> None:
    answer, server = await asked_once(
        plain, "What were the fees of completed visits?", [Fail("too long")]
    )
    assert answer.kind == "decline"
    assert "more than the language model can read" in answer.headline
    assert len(server.asked) == answer.usage.model_calls == 2


async def test_filtered_answer_is_declined_kindly_and_not_asked_for_again(plain: Clinic) -> None:
    answer, server = await asked_once(
        plain, "완료된 방문의 진료비 합계는?", [Say("{}", stop="filtered")]
    )
    assert answer.kind == "decline"
    assert "다른 말로" in answer.headline
    assert len(server.asked) == 1


async def test_plan_that_costs_too_much_is_rewritten(plain: Clinic) -> None:
    costly = "SELECT COUNT(*) AS n FROM visits a JOIN visits b ON a.fee <= b.fee"
    settings = replace(plain.settings, query_cost=50_000.0)
    answer, server = await asked_once(
        Clinic(settings, plain.file),
        "What were the fees of completed visits?",
        by_type(WrittenSQL=written(costly), RewrittenSQL={"sql": FEES}),
    )
    assert answer.kind == "answer"
    assert len(server.asked) == 2
    assert "50,000 is allowed" in server.asked[1].question


async def test_second_model_answers_where_the_first_is_throttled(plain: Clinic) -> None:
    def answers(asked: Asked) -> Any:
        throttled = asked.body["model"] == "scripted"
        return Fail("throttled", retry_after="0") if throttled else written(FEES)

    settings = replace(plain.settings, model_fallback="openai:second")
    answer, server = await asked_once(
        Clinic(settings, plain.file), "What were the fees of completed visits?", answers
    )
    assert answer.kind == "answer"
    assert [(c.model, c.attempts) for c in answer.calls] == [("openai:second", 4)]
    assert len(server.asked) == 4


async def test_follow_up_is_made_a_question_of_its_own(plain: Clinic) -> None:
    by_doctor = (
        "SELECT d.doctor_name, SUM(v.fee) AS fees FROM visits AS v JOIN doctors AS d"
        " ON v.doctor_id = d.doctor_id WHERE v.status = 'completed' GROUP BY d.doctor_name"
    )
    answers = by_type(
        WrittenSQL=[written(FEES), written(by_doctor)],
        Understood={
            "standalone": "What were the fees of completed visits by doctor?",
            "words": [],
            "metric_query": None,
            "decline": "no",
        },
    )
    with serving("openai", answers) as server:
        async with opened(plain.settings, server) as app:
            first = await ask(app, "What were the fees of completed visits?")
            second = await ask(app, "and by doctor?", thread=first.thread)
    assert [a.answer for a in server.asked] == ["WrittenSQL", "Understood", "WrittenSQL"]
    assert "fees of completed visits" in server.asked[1].question
    assert second.table is not None
    assert len(second.table.rows) == 4


async def test_follow_up_that_comes_to_personal_data_is_declined(plain: Clinic) -> None:
    understood = {"standalone": "Show me the phone numbers of patients", "words": []}
    answers = by_type(WrittenSQL=written(FEES), Understood=understood)
    with serving("openai", answers) as server:
        async with opened(plain.settings, server) as app:
            first = await ask(app, "What were the fees of completed visits?")
            second = await ask(app, "and how to call them?", thread=first.thread)
    assert second.kind == "decline"
    assert [a.answer for a in server.asked] == ["WrittenSQL", "Understood"]


@pytest.mark.parametrize("reason", ["forecast", "cause"])
async def test_model_may_decline_what_no_data_tells(plain: Clinic, reason: str) -> None:
    question = {"forecast": "Forecast the fees for next year", "cause": "Why did fees fall?"}
    answer, server = await asked_once(
        plain,
        question[reason],
        [{"standalone": question[reason], "words": [], "metric_query": None, "decline": reason}],
    )
    assert answer.kind == "decline"
    assert len(server.asked) == 1


async def test_cancelling_ends_the_call(plain: Clinic) -> None:
    with serving("openai", [Say("{}", breaks="stall")]) as server:
        async with opened(plain.settings, server) as app:
            work = asyncio.create_task(ask(app, "What were the fees of completed visits?"))
            await asyncio.to_thread(server.speaking.wait, 10)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            assert await asyncio.to_thread(server.hung_up.wait, 10)


async def test_who_may_read_nothing_costs_no_call(plain: Clinic, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text("groups: {}\npeople: {}\ndefault: []\n", "utf-8")
    settings = replace(plain.settings, policy=policy)
    answer, server = await asked_once(
        Clinic(settings, plain.file), "How many visits were there?", [written(FEES)]
    )
    assert answer.kind == "decline"
    assert server.asked == []
