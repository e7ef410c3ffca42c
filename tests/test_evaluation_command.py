"""`askwell evaluate` from end to end: several databases, both kinds of agent, reports."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import defog_cases
from askwell.cli import main
from askwell.evaluation.cases import load, variants
from askwell.evaluation.outcome import read
from askwell.settings import SETTINGS
from model_servers import Answer, Asked, Server, serving
from shop_door import build

CASES = """
- id: users
  database: east
  question: How many users are there?
  accepted: SELECT count(*) FROM users
- id: regions
  database: east
  question: How many users are there per region?
  accepted: "SELECT {region}, count(*) FROM users GROUP BY {}"
- id: orders
  database: west
  question: How many orders are there?
  accepted: SELECT count(id) FROM orders
- id: greeting
  database: west
  question: Hello!
  decline: true
"""
SQL = {
    "How many users are there?": "SELECT count(*) AS users FROM users",
    "How many users are there per region?": "SELECT region FROM users GROUP BY region",
    "How many orders are there?": "SELECT count(*) AS orders FROM orders",
    "Hello!": "SELECT 'Hello!'",
}


def scripted(asked: Asked) -> Answer:
    sql = next(sql for question, sql in SQL.items() if question in asked.question)
    return {
        "BareSQL": {"sql": sql},
        "WrittenSQL": {"sql": sql},
    }[asked.answer]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("openai", scripted) as server:
        yield server


class Command:
    """Run `askwell evaluate` over two databases in files."""

    def __init__(self, folder: Path, server: Server) -> None:
        for name in ("east", "west"):
            build(folder / f"{name}.duckdb")
        (folder / "knowledge" / "east").mkdir(parents=True)
        (folder / "knowledge" / "east" / "instructions.md").write_text("- A user is a person.\n")
        (folder / "cases.yml").write_text(CASES)
        self.folder = folder
        unset: dict[str, str | None] = {s.name: None for s in SETTINGS}
        self.environ = unset | {
            "ASKWELL_HOME": str(folder / "home"),
            "ASKWELL_WAREHOUSE_URL": f"duckdb:///{folder}/{{database}}.duckdb",
            "ASKWELL_KNOWLEDGE": str(folder / "knowledge"),
            "ASKWELL_MODEL": "openai:scripted",
            "ASKWELL_MODEL_URL": server.url,
        }

    def run(self, *arguments: str | Path, **environ: str) -> Result:
        words = ["evaluate", *map(str, arguments)]
        return CliRunner().invoke(main, words, env={**self.environ, **environ})

    def asked(self, agent: str, *more: str | Path) -> list[dict[str, Any]]:
        out = self.folder / f"{agent}.jsonl"
        cases = self.folder / "cases.yml"
        result = self.run(cases, "--agent", agent, "--out", out, *more)
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


@pytest.fixture
def command(tmp_path: Path, server: Server) -> Command:
    return Command(tmp_path, server)


def test_a_bare_model_over_two_databases(command: Command) -> None:
    report = command.folder / "bare.md"
    outcomes = command.asked("bare", "--report", report)
    assert [(o["case"], o["miss"]) for o in outcomes] == [
        ("users", ""),
        ("regions", "missing columns"),
        ("orders", ""),
        ("greeting", "should have declined"),
    ]
    learned = command.folder / "home" / "databases"
    assert {p.name for p in learned.iterdir()} == {"east", "west"}
    assert "A user is a person." in (learned / "east" / "catalog.json").read_text("utf-8")
    assert report.read_text("utf-8").startswith("# bare with openai:scripted: 2 (50%) right of 4")


def test_askwell_is_asked_like_by_anybody(command: Command) -> None:
    outcomes = {o["case"]: o for o in command.asked("askwell")}
    assert outcomes["users"]["right"], outcomes["users"]
    assert outcomes["users"]["way"] == "generated"
    assert outcomes["users"]["spent"]["calls"] >= 1
    assert outcomes["users"]["path"]
    assert outcomes["greeting"]["kind"] == "chat"
    assert outcomes["greeting"]["right"]


def test_samples_and_comparisons(command: Command) -> None:
    assert [o["case"] for o in command.asked("bare", "--every", "2")] == ["users", "orders"]
    assert len(command.asked("bare", "--database", "east", "--offset", "1", "--limit", "1")) == 3
    command.asked("bare+1", "--parallel", "2")
    runs = [command.folder / f"{agent}.jsonl" for agent in ("bare", "bare+1")]
    report = command.folder / "both.md"
    result = command.run("--compare", *runs, "--report", report)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("# A: bare with openai:scripted; B: bare+1 with")
    assert report.read_text("utf-8") in result.stdout
    only_reported = command.run("--out", runs[0])
    assert only_reported.stdout == "bare with openai:scripted: 2 (67%) right of 3\n"


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (["--agent", "naked"], {}, "There is no agent 'naked'"),
        (["--agent", "bare"], {"ASKWELL_MODEL": ""}, "a bare model needs one"),
        ([], {"ASKWELL_WAREHOUSE_URL": "duckdb:////none/{database}.duckdb"}, "no DuckDB file"),
    ],
)
def test_what_is_wrong_is_said(
    command: Command, arguments: list[str], environ: dict[str, str], said: str
) -> None:
    out = command.folder / "out.jsonl"
    result = command.run(command.folder / "cases.yml", "--out", out, *arguments, **environ)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not out.exists()


def test_a_case_without_a_database_is_said(command: Command) -> None:
    cases = command.folder / "one.yml"
    cases.write_text("- question: How many?\n  accepted: SELECT 1\n")
    result = command.run(cases, "--out", command.folder / "out.jsonl")
    assert (result.exit_code, "name one in every case" in result.stderr) == (2, True)


@pytest.mark.parametrize("database", ["geography", "restaurants"])
def test_what_is_accepted_is_right_on_postgresql(
    tmp_path: Path, defog: Callable[[str], str], database: str
) -> None:
    url, path = defog(database), defog_cases.FOLDER / "questions.csv"
    cases = [c for c in load(path) if c.database == database]

    def accepted(asked: Asked) -> Answer:
        case = next(c for c in cases if f"\n{c.question}\n" in asked.question)
        return {"sql": variants(case.accepted[-1])[-1]}

    with serving("openai", accepted) as server:
        command = Command(tmp_path, server)
        out = tmp_path / "out.jsonl"
        result = command.run(
            path,
            *("--agent", "bare", "--database", database, "--out", out),
            ASKWELL_WAREHOUSE_URL=url.removesuffix(database) + "{database}",
        )
    assert result.exit_code == 0, result.stderr
    wrong = [(o.case, o.miss, o.problem) for o in read(out) if not o.right or o.faulty]
    assert not wrong
    assert len(read(out)) == len(cases) == 25
