"""Bedrock throttled half of the time, under forty questions at once: nobody is forgotten."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import clinic
from askwell import wiring
from askwell.agent.calls import UNREACHABLE
from askwell.domain.answer import Answer
from askwell.messages import say
from askwell.models import calls
from askwell.settings import Settings
from half_throttled import HalfThrottled
from model_servers import Answer as Said
from model_servers import Asked, serving

MODEL = "bedrock:amazon.nova-pro-v1:0"
OTHER = "bedrock:amazon.nova-lite-v1:0"
QUESTIONS = 40
FEES = {"sql": "SELECT SUM(v.fee) AS fees FROM visits AS v WHERE v.status = 'completed'"}
WHO = "ann@example.com"


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(calls, "FIRST_WAIT", 0.02)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    learned = await clinic.learned(tmp_path)
    return replace(learned, model=MODEL, model_region="eu-west-1", model_seconds=60)


async def ask(app: wiring.Askwell, number: int) -> list[Answer]:
    """Ask as Slack does, with a turn that is known before; return every answer that came."""
    question = f"What were the fees of completed visits? ({number})"
    asker = app.policy.asker(WHO)
    stream = app.conversation().answer(question, asker=asker, turn=f"turn-{number}")
    return [item async for item in stream if isinstance(item, Answer)]


async def answers_to_all(settings: Settings, url: str) -> list[Answer]:
    app = wiring.open_askwell(replace(settings, model_url=url))
    try:
        given = await asyncio.gather(*(ask(app, n) for n in range(QUESTIONS)))
        kept = [await app.stores.answers.get(f"turn-{n}") for n in range(QUESTIONS)]
    finally:
        await app.close()
    assert [len(one) for one in given] == [1] * QUESTIONS, "each exactly once"
    assert [k.answer if k else None for k in kept] == [one[0] for one in given]
    return [one[0] for one in given]


async def test_each_question_is_answered_or_apologised_for_once(settings: Settings) -> None:
    script = HalfThrottled(lambda asked: FEES)
    with serving("bedrock", script) as server:
        answers = await answers_to_all(settings, server.url)
    kinds = Counter(answer.kind for answer in answers)
    assert set(kinds) == {"answer", "decline"}
    sorry = say(UNREACHABLE, "en")
    assert all(a.headline.startswith(sorry) for a in answers if a.kind == "decline")
    calls_made = [call for answer in answers for call in answer.calls]
    assert len(calls_made) == QUESTIONS
    assert sum(call.attempts for call in calls_made) == len(server.asked) == script.counts.total()
    assert Counter(call.outcome for call in calls_made) == {
        "ok": kinds["answer"],
        "Transient": kinds["decline"],
    }
    assert kinds["answer"] == script.counts["WrittenOrMissed"]


async def test_a_second_model_answers_the_rest(settings: Settings) -> None:
    script = HalfThrottled(lambda asked: FEES)

    def answers(asked: Asked) -> Said:
        if OTHER.removeprefix("bedrock:").replace(":", "%3A") in asked.path:
            script.counts["by the other"] += 1
            return FEES
        return script(asked)

    with serving("bedrock", answers) as server:
        given = await answers_to_all(replace(settings, model_fallback=OTHER), server.url)
    assert {answer.kind for answer in given} == {"answer"}
    calls_made = [call for answer in given for call in answer.calls]
    assert sum(call.attempts for call in calls_made) == len(server.asked)
    by = Counter(call.model for call in calls_made)
    assert by == {MODEL: script.counts["WrittenOrMissed"], OTHER: script.counts["by the other"]}
