"""Baselines over a real warehouse and a scripted model server: outcomes, going on, reports."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from askwell.domain.catalog import Catalog, Column, Table
from askwell.errors import Misconfigured
from askwell.evaluation import outcome
from askwell.evaluation.bare import bare, bare_rounds, ddl
from askwell.evaluation.cases import Case
from askwell.evaluation.outcome import Outcome
from askwell.evaluation.report import comparison, interval, mcnemar, report
from askwell.evaluation.run import Agent, Bench, Run, evaluate, sample
from askwell.models.openai import OpenAI
from askwell.query import Limits
from askwell.rights import everything
from askwell.warehouses import FoundColumn, FoundTable, Rows
from model_servers import Answer, Asked, Fail, Say, Server, serving
from shop_door import CATALOG, build, open_shop

SAID: dict[str, list[Answer]] = {
    "How many users?": [{"sql": "SELECT count(*) AS n FROM users"}],
    "Users per region": [{"sql": "SELECT region, count(*), min(id) FROM users GROUP BY region"}],
    "How many orders?": [{"sql": "SELECT count(*) FROM users"}],
    "Regions": [{"sql": "SELECT city FROM users"}, {"sql": "SELECT DISTINCT region FROM users"}],
    "Drop it": [{"sql": "DROP TABLE users"}],
    "Forecast": [{"sql": "SELECT 1"}],
    "Mumble": ["I would count the users."],
    "Salaries": [{"sql": "SELECT sum(amount) FROM salaries"}],
}
CASES = tuple(
    Case(id=str(number), question=question, accepted=tuple(accepted), decline=not accepted)
    for number, (question, accepted) in enumerate(
        [
            ("How many users?", ["SELECT count(DISTINCT id) FROM users"]),
            ("Users per region", ["SELECT count(*), {region} FROM users GROUP BY {}"]),
            ("How many orders?", ["SELECT count(*) FROM orders"]),
            ("Regions", ["SELECT region FROM users GROUP BY 1"]),
            ("Drop it", ["SELECT count(*) FROM users"]),
            ("Forecast", []),
            ("Mumble", ["SELECT count(*) FROM users"]),
            ("Salaries", ["SELECT nothing FROM salaries"]),
        ],
        1,
    )
)


def scripted(asked: Asked) -> Answer:
    """Answer by the question; once the database has said something, with the last answer."""
    question = re.search(r"<question>\n(.*?)\n</question>", asked.question, re.DOTALL)
    assert question
    answers = SAID[question[1]]
    return answers[-1] if "The database said" in asked.question else answers[0]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("openai", scripted) as server:
        yield server


class Shops:
    """Open the shop as a bench, and count how often."""

    def __init__(self, folder: Path, url: str, rounds: int = 0) -> None:
        self.path = build(folder / "shop.duckdb")
        self.model = OpenAI("scripted", base_url=url)
        self.rounds = rounds
        self.opened: list[str] = []

    @asynccontextmanager
    async def open(self, database: str) -> AsyncIterator[Bench]:
        self.opened.append(database)
        shop = open_shop(self.path)

        async def fetch(sql: str) -> Rows:
            rights = everything(CATALOG)
            return await shop.door.fetch(sql, catalog=CATALOG, rights=rights, limits=Limits())

        schema = ddl(await shop.door.tables(), CATALOG)
        agent: Agent = bare(self.model, schema, "duckdb", fetch, rounds=self.rounds)
        yield Bench(agent, fetch, "duckdb")
        await shop.warehouse.close()


async def outcomes_of(shops: Shops, run: Run, cases: tuple[Case, ...] = CASES) -> list[Outcome]:
    try:
        await evaluate(cases, shops.open, run)
    finally:
        await shops.model.close()
    return list(outcome.read(run.out))


def run_of(folder: Path, agent: str = "bare") -> Run:
    return Run(agent, "openai:scripted", folder / f"{agent}.jsonl")


async def test_every_kind_of_miss(tmp_path: Path, server: Server) -> None:
    done = await outcomes_of(Shops(tmp_path, server.url), run_of(tmp_path))
    assert [(o.question, o.miss) for o in done] == [
        ("How many users?", ""),
        ("Users per region", "extra columns"),
        ("How many orders?", "other values"),
        ("Regions", "does not run"),
        ("Drop it", "does not run"),
        ("Forecast", "should have declined"),
        ("Mumble", "no SQL"),
        ("Salaries", ""),
    ]
    assert [o.right for o in done] == [True, *[False] * 7]
    assert [o.contained for o in done] == [True, True, *[False] * 6]
    assert [o.ran for o in done] == [True, True, True, False, False, True, False, True]
    assert done[4].problem.startswith("Refused: ")
    assert done[6].problem.startswith("BadModelOutput: ")
    assert "nothing" in done[7].faulty
    assert {(o.spent.calls, o.spent.repairs) for o in done} == {(1, 0)}
    assert (done[0].spent.input_tokens, done[0].spent.output_tokens) == (10, 5)


async def test_a_repaired_baseline_is_told_what_the_database_said(
    tmp_path: Path, server: Server
) -> None:
    shops = Shops(tmp_path, server.url, rounds=2)
    done = await outcomes_of(shops, run_of(tmp_path, "bare+2"), CASES[3:5])
    mended, lost = done
    assert (mended.right, mended.spent.calls, mended.spent.repairs) == (True, 2, 1)
    assert [step.kind for step in mended.path] == ["written", "rewritten"]
    assert 'column "city"' in mended.path[0].findings[0].message
    assert (lost.miss, lost.spent.calls, lost.spent.repairs) == ("does not run", 3, 2)
    first, second = (asked.question for asked in server.asked[:2])
    assert "SELECT city FROM users" in second
    assert second.startswith(first.split("<attempts>")[0])


async def test_the_schema_comes_first_and_whole(tmp_path: Path, server: Server) -> None:
    case = CASES[0].model_copy(update={"instructions": "Count people once."})
    await outcomes_of(Shops(tmp_path, server.url), run_of(tmp_path), (case,))
    text = server.asked[0].question
    assert text.index("CREATE TABLE salaries") < text.index("Count people once.")
    assert text.index("Count people once.") < text.index("How many users?")
    assert "id integer PRIMARY KEY,\n" in text


def test_ddl_is_what_the_database_says_with_descriptions() -> None:
    found = FoundTable(
        "users",
        "main",
        (
            FoundColumn("id", "integer", primary_key=True),
            FoundColumn("phone", "varchar"),
            FoundColumn("boss", "integer", references=("users", "id")),
        ),
    )
    described = Table(
        name="users",
        description="People\nof ours",
        columns=(
            Column(name="id", type="integer", description="the id"),
            Column(name="boss", type="integer", unique=True),
        ),
    )
    unreadable = FoundTable("salaries", "main", (FoundColumn("amount", "integer"),))
    assert ddl((found, unreadable), Catalog(tables=(described,))) == (
        "CREATE TABLE users ( -- People of ours\n"
        "  id integer PRIMARY KEY, -- the id\n"
        "  boss integer REFERENCES users(id)\n"
        ");"
    )


async def test_a_killed_run_goes_on(tmp_path: Path, server: Server) -> None:
    run = run_of(tmp_path)
    before = await outcomes_of(Shops(tmp_path, server.url), run, CASES[:3])
    text = run.out.read_text()
    run.out.write_text(text[:-30])  # killed while it wrote the third one
    assert len(outcome.read(run.out)) == 2
    asked = len(server.asked)
    (tmp_path / "shop.duckdb").unlink()
    after = await outcomes_of(Shops(tmp_path, server.url), run, CASES[:4])
    assert [o.case for o in after] == ["1", "2", "3", "4"]
    assert after[:2] == before[:2]
    assert len(server.asked) == asked + 2


async def test_nothing_is_opened_where_nothing_is_left(tmp_path: Path, server: Server) -> None:
    run = run_of(tmp_path)
    await outcomes_of(Shops(tmp_path, server.url), run, CASES[:1])
    (tmp_path / "shop.duckdb").unlink()
    shops = Shops(tmp_path, server.url)
    await outcomes_of(shops, run, CASES[:1])
    assert shops.opened == []


async def test_outcomes_of_others_are_not_mixed_in(tmp_path: Path, server: Server) -> None:
    run = run_of(tmp_path)
    shops = Shops(tmp_path, server.url)
    done = await outcomes_of(shops, run, CASES[:1])
    with pytest.raises(Misconfigured, match="holds outcomes of bare with openai:scripted"):
        await evaluate(CASES, shops.open, replace(run, agent="bare+2"))
    other = CASES[0].model_copy(update={"question": "Another?"})
    with pytest.raises(Misconfigured, match="another question as '1'"):
        await evaluate([other], shops.open, run)
    outcome.append(run.out, done[0].model_copy(update={"sql": "SELECT 'a\u2028b'"}))
    assert outcome.read(run.out)[1].sql == "SELECT 'a\u2028b'"
    run.out.write_text("{}\n")
    with pytest.raises(Misconfigured, match=r"bare\.jsonl:1: not an outcome"):
        outcome.read(run.out)


async def test_a_server_that_is_away_stops_the_run_and_costs_no_case(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    with serving("openai", [Fail("busy", retry_after="0")]) as server:
        shops = Shops(tmp_path, server.url)
        with pytest.raises(Misconfigured, match=r"Stopped at 1: .* goes on"):
            await outcomes_of(shops, run)
    assert outcome.read(run.out) == ()


async def test_a_cut_off_answer_is_a_miss_that_cost_tokens(tmp_path: Path) -> None:
    cut = Say('{"sql": "SELECT', stop="cut off", tokens=(100, 2000, 40))
    with serving("openai", [cut]) as server:
        done = await outcomes_of(Shops(tmp_path, server.url), run_of(tmp_path), CASES[:1])
    assert (done[0].miss, done[0].spent.output_tokens) == ("no SQL", 2000)
    assert done[0].spent.cached_tokens == 40


def test_a_sample_is_every_kth_case() -> None:
    cases = [Case(id=str(i), question="?", database="ab"[i % 2], decline=True) for i in range(10)]
    assert [c.id for c in sample(cases, every=3)] == ["0", "3", "6", "9"]
    assert [c.id for c in sample(cases, every=3, offset=1, limit=2)] == ["1", "4"]
    assert [c.id for c in sample(cases, database="b", every=2)] == ["1", "5", "9"]


@pytest.mark.parametrize(("agent", "rounds"), [("bare", 0), ("bare+2", 2)])
def test_the_names_of_baselines(agent: str, rounds: int) -> None:
    assert bare_rounds(agent) == rounds


@pytest.mark.parametrize("agent", ["naked", "bare+", "bare+two", "bare2"])
def test_another_name_is_refused(agent: str) -> None:
    with pytest.raises(Misconfigured, match="no agent"):
        bare_rounds(agent)


async def test_a_report_shows_figures_and_each_miss(tmp_path: Path, server: Server) -> None:
    done = await outcomes_of(Shops(tmp_path, server.url), run_of(tmp_path))
    text = report(done)
    assert text.startswith("# bare with openai:scripted: 1 (14%) right of 7\n")
    assert "| all | 7 | 1 (14%) | 2 (29%) | 4 (57%) | 0 | 0 | 1.0 | 10 | 0.0 | 5.0 |" in text
    assert "| does not run | 2 |" in text
    assert "### 5: does not run\n\nDrop it\n\n> Refused: " in text
    assert "- written (warehouse: BadQuery: " in text
    assert "SELECT count(*), {region} FROM users GROUP BY {}" in text
    assert "no accepted query gives a result\n\n- 8: BadQuery:" in text
    with pytest.raises(Misconfigured, match="no outcome"):
        report(done[7:])


async def test_two_runs_are_compared_case_by_case(tmp_path: Path, server: Server) -> None:
    first = await outcomes_of(Shops(tmp_path, server.url), run_of(tmp_path))
    (tmp_path / "shop.duckdb").unlink()
    run = run_of(tmp_path, "bare+1")
    second = await outcomes_of(Shops(tmp_path, server.url, rounds=1), run, CASES[:5])
    text = comparison(first, second)
    assert text.startswith("# A: bare with openai:scripted; B: bare+1 with openai:scripted\n")
    assert "| 1 | 0 | 1 | 3 | 1 |" in text
    assert "| right | 1 (20%) | 2 (40%) |" in text
    assert "## only B right\n\n- 4: Regions (does not run)" in text
    with pytest.raises(Misconfigured, match="share no case"):
        comparison(first[:2], second[2:])


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1), (3, 3, 1), (0, 6, 0.03125), (6, 0, 0.03125), (1, 5, 0.21875)],
)
def test_mcnemar_is_exact(first: int, second: int, p: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p)


def test_wilsons_interval() -> None:
    assert interval(4, 10) == pytest.approx((0.168, 0.687), abs=0.001)
    assert interval(0, 10)[0] == 0
    assert interval(10, 10)[1] == 1
