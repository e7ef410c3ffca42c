"""The demo's golden questions: neither hand-written nor compiled SQL misses a demand."""

import asyncio

import cases
from askwell import demo, wiring
from askwell.agent.state import Context
from askwell.grounding.constraints import constraints
from askwell.settings import Settings
from askwell.sql.checks import Subject
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.parse import parse


async def context(settings: Settings) -> Context:
    app = wiring.open_askwell(settings)
    try:
        return await app.context_of(app.policy.asker(demo.ANALYST))
    finally:
        await app.close()


def test_no_golden_query_misses_a_demand(demo_settings: Settings) -> None:
    golden = [
        case
        for language in ("ko", "en")
        for case in cases.read_cases(demo.HERE / f"golden_{language}.yml")
        if case.get("sql") and "follows" not in case
    ]
    outcomes = asyncio.run(cases.run_cases(demo_settings, golden, default_asker=demo.ANALYST))
    compiled = {o.id: o.answer.sql for o in outcomes if o.answer.kind == "answer"}
    known = asyncio.run(context(demo_settings))
    checked = 0
    for case in golden:
        intent = known.grounding.read(case["question"]).intent
        demanded = constraints(case["question"], known.grounding, intent=intent)
        for sql in filter(None, (case["sql"], compiled.get(case["id"]))):
            subject = Subject(parse(sql, "duckdb"), known.catalog, demanded, known.clock.today())
            assert not list(unwitnessed(subject)), (case["question"], sql)
            checked += len(demanded)
    assert checked > 300
