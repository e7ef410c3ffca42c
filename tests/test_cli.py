import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from click.testing import CliRunner, Result

from askwell import demo, wiring
from askwell.cli import main
from askwell.domain.intent import Role
from askwell.domain.turn import Kind
from askwell.errors import Misconfigured
from askwell.settings import SETTINGS, Settings, load
from cases import TODAY
from postgres_server import Server

QUESTION = "2024년 가입자 수를 월별로 알려줘"
HEAVY = ("pandas", "matplotlib", "langgraph", "duckdb", "metricflow", "kiwipiepy", "sqlglot")
KEYS: dict[str, type | tuple[type | None, ...]] = {
    "thread": str,
    "turn": str,
    "kind": str,
    "way": (str, None),
    "language": str,
    "headline": str,
    "observations": list,
    "table": (dict, None),
    "sql": (str, None),
    "dialect": (str, None),
    "chart": (dict, None),
    "intent": (dict, None),
    "receipt": list,
    "assumptions": list,
    "findings": list,
    "tables": list,
    "freshness": list,
    "choices": list,
    "suggestions": list,
    "usage": dict,
    "calls": list,
    "path": list,
    "timings_ms": dict,
    "reference": str,
}
INTENT = {
    "metrics",
    "dimensions",
    "filters",
    "period",
    "grain",
    "comparison",
    "share",
    "cumulative",
    "order",
    "limit",
}


@pytest.fixture
def environ(demo_home: Path) -> dict[str, str | None]:
    unset: dict[str, str | None] = {s.name: None for s in SETTINGS}
    return unset | {"ASKWELL_HOME": str(demo_home), "ASKWELL_TODAY": TODAY.isoformat()}


def run(environ: dict[str, str | None], *arguments: str, **other: str) -> Result:
    return CliRunner().invoke(main, arguments, env={**environ, **other})


def ask(environ: dict[str, str | None], *arguments: str) -> dict[str, Any]:
    result = run(environ, "ask", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_help_starts_light() -> None:
    code = (
        "import sys\nfrom askwell.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Korean or English" in done.stdout
    assert "click" in done.stderr.split()
    assert not set(HEAVY) & set(done.stderr.split())


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (QUESTION, "answer"),
        ("2024년 결제 알려줘", "clarify"),
        ("가입자 전화번호 보여줘", "decline"),
        ("안녕?", "chat"),
        ("", "clarify"),
        ("가" * 10_000, "decline"),
    ],
)
def test_json_is_the_contract_for_every_kind_of_answer(
    environ: dict[str, str | None], question: str, kind: str
) -> None:
    answer = ask(environ, question)
    assert answer["kind"] == kind
    assert answer["kind"] in get_args(Kind)
    assert list(answer) == list(KEYS)
    for name, kinds in KEYS.items():
        allowed = tuple(k or type(None) for k in (kinds if isinstance(kinds, tuple) else (kinds,)))
        assert isinstance(answer[name], allowed), name
    assert answer["headline"]
    assert {line["role"] for line in answer["receipt"]} <= set(get_args(Role))
    assert set(answer["usage"]) == {"model_calls", "input_tokens", "output_tokens", "repairs"}


def test_json_of_an_answer(environ: dict[str, str | None]) -> None:
    answer = ask(environ, "2024년 서울 가입자 수를 월별로 알려줘")
    assert (answer["way"], answer["dialect"], answer["language"]) == ("governed", "duckdb", "ko")
    assert set(answer["intent"]) == INTENT
    assert answer["intent"]["period"] == {"start": "2024-01-01", "end": "2024-12-31"}
    region = {"field": "user__region", "operator": "in", "values": ["서울"]}
    assert answer["intent"]["filters"] == [region]
    table = answer["table"]
    assert set(table) == {"columns", "rows", "row_count", "truncated"}
    assert all(set(c) == {"name", "label", "type", "unit"} for c in table["columns"])
    assert (table["row_count"], table["truncated"], len(table["rows"])) == (12, False, 12)
    assert table["rows"][0][0] == "2024-01-01"
    assert isinstance(table["rows"][0][1], int)
    assert answer["chart"] == {"kind": "line", "path": None}
    assert all(set(line) == {"phrase", "role", "meaning"} for line in answer["receipt"])
    assert answer["tables"] == ["users"]
    assert answer["timings_ms"]["total"] >= answer["timings_ms"]["query"]


def test_the_language_is_the_askers_or_the_one_that_is_wished(
    environ: dict[str, str | None],
) -> None:
    assert ask(environ, QUESTION, "--lang", "en")["headline"].isascii()
    assert ask(environ, "Number of new users in 2024")["language"] == "en"
    assert run(environ, "ask", QUESTION, "--lang", "fr").exit_code == 2


def test_a_thread_goes_on_in_another_process(environ: dict[str, str | None]) -> None:
    first = ask(environ, QUESTION)
    second = ask(environ, "그럼 2023년은?", "--thread", first["thread"])
    assert second["thread"] == first["thread"] != ""
    assert second["intent"]["metrics"] == first["intent"]["metrics"]
    assert second["intent"]["period"]["start"] == "2023-01-01"


def test_rights_are_those_of_as(environ: dict[str, str | None]) -> None:
    all_of_it = ask(environ, "2024년 거래액은?")
    part = ask(environ, "2024년 거래액은?", "--as", demo.PARTNER_MANAGER)
    assert part["table"]["rows"] != all_of_it["table"]["rows"]
    stranger = ask(environ, "2024년 거래액은?", "--as", "nobody@nowhere.example")
    assert stranger["kind"] != "answer"
    assert stranger["table"] is None
    assert not stranger["choices"]


def test_csv_and_chart_are_written(environ: dict[str, str | None], tmp_path: Path) -> None:
    rows, picture = tmp_path / "rows.csv", tmp_path / "chart.png"
    answer = ask(environ, QUESTION, "--csv", str(rows), "--chart", str(picture))
    written = list(csv.reader(rows.read_text("utf-8-sig").splitlines()))
    assert written[0] == [c["label"] for c in answer["table"]["columns"]]
    assert [r[1] for r in written[1:]] == [str(r[1]) for r in answer["table"]["rows"]]
    assert answer["chart"]["path"] == str(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", ["--csv", "--chart"])
def test_a_file_that_cannot_be_written_is_named(
    environ: dict[str, str | None], option: str, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "file"
    result = run(environ, "ask", QUESTION, option, str(path))
    assert (result.exit_code, str(path) in result.stderr) == (2, True)


WRONG = {
    "ASKWELL_HOME": ("/dev/null/home", "folder"),
    "ASKWELL_WAREHOUSE_URL": ("me:secret@host/db", "postgresql://"),
    "ASKWELL_DBT_PROJECT": ("/missing/project", "folder"),
    "ASKWELL_KNOWLEDGE": ("/missing/knowledge", "folder"),
    "ASKWELL_POLICY": ("/missing/policy.yml", "file"),
    "ASKWELL_MODEL": ("some-model", "openai:"),
    "ASKWELL_MODEL_URL": ("http://me:secret@127.0.0.1:8000/v1", "ASKWELL_MODEL_KEY"),
    "ASKWELL_MODEL_FALLBACK": ("openai:other", "kind of ASKWELL_MODEL."),
    "ASKWELL_MODEL_GUARDRAIL": ("gr-1", "ID:VERSION"),
    "ASKWELL_MODEL_SECONDS": ("0", "number above 0"),
    "ASKWELL_MODEL_TOKENS": ("many", "whole number"),
    "ASKWELL_TODAY": ("tomorrow", "2024-02-29"),
    "ASKWELL_TIMEZONE": ("Mars/Olympus", "Asia/Seoul"),
    "ASKWELL_LANGUAGE": ("fr", "ko or en"),
    "ASKWELL_ROWS": ("0.5", "whole number"),
    "ASKWELL_EXPORT_ROWS": ("-1", "whole number"),
    "ASKWELL_QUERY_SECONDS": ("soon", "number above 0"),
    "ASKWELL_QUERY_COST": ("-5", "number above 0"),
    "ASKWELL_QUERY_MEMORY": ("lots", "2GB"),
    "ASKWELL_RESULT_HOURS": ("inf", "number above 0"),
    "ASKWELL_SLACK_MODE": ("carrier pigeon", "socket or http"),
    "ASKWELL_SLACK_ROLE": ("boss", "listener, worker or both"),
    "ASKWELL_SLACK_PARALLEL": ("0", "whole number"),
    "ASKWELL_SLACK_BOT_TOKEN": ("xapp-secret", "xoxb-"),
    "ASKWELL_SLACK_APP_TOKEN": ("xoxb-secret", "xapp-"),
    "ASKWELL_SLACK_PORT": ("70000", "port from 1"),
    "ASKWELL_SEARCH": ("elastic:http://host", "opensearch:https"),
    "ASKWELL_SEARCH_AUTH": ("password", "sigv4"),
    "ASKWELL_EMBEDDINGS": ("openai:small", "LENGTH"),
    "ASKWELL_EMBEDDINGS_URL": ("http://me:secret@host/v1", "http://127.0.0.1:8000/v1"),
    "ASKWELL_RERANKER": ("cohere", "bedrock:cohere"),
    "ASKWELL_STORES": ("mongodb:things", "dynamodb:askwell"),
    "ASKWELL_INBOX": ("sqs:https://sqs.eu-west-1.amazonaws.com/1/plain", ".fifo"),
    "ASKWELL_HEALTH_PORT": ("-1", "0 for none"),
    "ASKWELL_SLACK_API_URL": ("https://me:secret@slack.com/api", "https://slack.com/api/"),
}


# Any text will do for these; the server or AWS says what is wrong with it.
FREE = {
    "ASKWELL_MODEL_KEY",
    "ASKWELL_MODEL_REGION",
    "ASKWELL_STORES_BUCKET",
    "ASKWELL_AWS_REGION",
    "ASKWELL_SLACK_SIGNING_SECRET",
    "ASKWELL_SLACK_CLIENT_ID",
    "ASKWELL_SLACK_CLIENT_SECRET",
    "ASKWELL_SLACK_HOST",
}


@pytest.mark.parametrize("name", [s.name for s in SETTINGS if s.name not in FREE])
def test_a_wrong_setting_is_named_with_what_to_write_instead(
    environ: dict[str, str | None], name: str
) -> None:
    value, instead = WRONG[name]
    result = run(environ, "ask", QUESTION, **{name: value})
    assert result.exit_code == 2
    assert name in result.stderr
    assert instead in result.stderr
    assert "secret" not in result.output


def test_the_defaults_of_the_settings_are_right() -> None:
    assert load({}).rows == 1000
    assert load({}).time_zone == ""
    assert (load({}).model, load({}).model_seconds, load({}).model_tokens) == ("", 60, 2000)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ASKWELL_MODEL": "bedrock:a", "ASKWELL_MODEL_FALLBACK": "openai:b"}, "kind"),
        ({"ASKWELL_MODEL": "openai:a", "ASKWELL_MODEL_FALLBACK": "b"}, "ASKWELL_MODEL_FALLBACK"),
        ({"ASKWELL_MODEL": "openai:a", "ASKWELL_MODEL_GUARDRAIL": "gr:1"}, "bedrock"),
    ],
)
def test_settings_of_a_model_fit_the_model(given: dict[str, str], says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        load(given)


def test_the_key_of_the_model_is_never_shown() -> None:
    settings = load({"ASKWELL_MODEL": "openai:any", "ASKWELL_MODEL_KEY": "sk-secret"})
    assert settings.model_key == "sk-secret"
    assert "sk-secret" not in repr(settings)


def test_an_error_of_its_own_ends_with_a_reference_that_the_log_knows(
    environ: dict[str, str | None], demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(settings: Settings) -> None:
        raise RuntimeError("the inner reason")

    monkeypatch.setattr(wiring, "open_newest", broken)
    result = run(environ, "ask", QUESTION)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "inner reason" not in result.output
    reference = result.stderr.split()[-1]
    log = (demo_home / "askwell.log").read_text("utf-8")
    assert f"reference {reference}\nTraceback" in log


def test_a_failing_question_apologises_with_a_reference(
    environ: dict[str, str | None], demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the inner reason")

    monkeypatch.setattr(wiring.Askwell, "context_of", broken)
    result = run(environ, "ask", QUESTION, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["kind"], list(answer)) == (1, "error", list(KEYS))
    assert answer["reference"] in answer["headline"]
    assert answer["reference"] in (demo_home / "askwell.log").read_text("utf-8")
    assert "Traceback" not in result.output


def test_nothing_learned_yet(environ: dict[str, str | None], tmp_path: Path) -> None:
    result = run(environ, "ask", QUESTION, ASKWELL_HOME=str(tmp_path))
    assert (result.exit_code, "askwell demo" in result.stderr) == (2, True)


def test_a_missing_warehouse_says_what_to_do(
    environ: dict[str, str | None], demo_home: Path, tmp_path: Path
) -> None:
    shutil.copy(demo_home / "catalog.json", tmp_path)
    result = run(environ, "ask", QUESTION, ASKWELL_HOME=str(tmp_path))
    assert (result.exit_code, "askwell demo" in result.stderr) == (2, True)
    assert run(environ, "doctor", ASKWELL_HOME=str(tmp_path)).exit_code == 2


def test_a_file_that_is_no_warehouse_is_named(
    environ: dict[str, str | None], tmp_path: Path
) -> None:
    (tmp_path / "shop.duckdb").write_text("no database")
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    result = run(environ, "learn", ASKWELL_HOME=str(tmp_path), ASKWELL_WAREHOUSE_URL=url)
    assert result.exit_code == 2
    assert "ASKWELL_WAREHOUSE_URL" in result.stderr


def test_postgresql_is_learned_and_opened(
    environ: dict[str, str | None], postgres: Server, tmp_path: Path
) -> None:
    url = postgres.create("cli", sql="CREATE TABLE shops (id integer PRIMARY KEY, name text);")
    home = {"ASKWELL_HOME": str(tmp_path), "ASKWELL_WAREHOUSE_URL": url}
    assert run(environ, "learn", **home).exit_code == 0
    doctor = run(environ, "doctor", **home)
    assert (doctor.exit_code, "✗" in doctor.output) == (0, False)


@pytest.mark.parametrize(
    ("database", "says"),
    [
        ("postgresql://locked:secret@127.0.0.1:{port}/cli", "password"),
        ("postgresql://locked:se@cret@127.0.0.1:{port}/cli", "%-escapes"),
        ("mysql://locked:secret@127.0.0.1:{port}/cli", "mysql://…"),
    ],
)
def test_postgresql_that_cannot_be_opened_is_said_without_its_password(
    environ: dict[str, str | None], postgres: Server, tmp_path: Path, database: str, says: str
) -> None:
    url = database.format(port=postgres.port)
    result = run(environ, "learn", ASKWELL_HOME=str(tmp_path), ASKWELL_WAREHOUSE_URL=url)
    assert (result.exit_code, says in result.stderr) == (2, True)
    assert "cret" not in result.output


def test_a_locked_warehouse_is_a_kind_answer(
    environ: dict[str, str | None], demo_settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(demo_settings.home / "catalog.json", tmp_path)
    file = tmp_path / wiring.warehouse_file(demo_settings).name
    duckdb.connect(str(file)).close()
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    command = [sys.executable, "-c", hold, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        result = run(environ, "ask", QUESTION, "--json", ASKWELL_HOME=str(tmp_path))
        writer.communicate(b"\n")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["kind"], answer["table"]) == (0, "decline", None)
    assert "Traceback" not in result.output


def test_a_broken_dbt_file_is_named_with_its_line(
    environ: dict[str, str | None], demo_home: Path, tmp_path: Path
) -> None:
    project = tmp_path / "dbt"
    shutil.copytree(demo.DBT_PROJECT, project)
    broken = project / "models" / "users.yml"
    lines = broken.read_text("utf-8").splitlines()
    broken.write_text("\n".join([*lines[:6], "   - name: [", *lines[6:]]), "utf-8")
    before = (demo_home / "catalog.json").read_bytes()
    result = run(environ, "learn", ASKWELL_DBT_PROJECT=str(project))
    assert result.exit_code == 2
    assert f"{broken}:" in result.stderr
    assert "Traceback" not in result.output
    assert (demo_home / "catalog.json").read_bytes() == before


def test_chat_goes_on_in_one_thread_until_an_empty_line(environ: dict[str, str | None]) -> None:
    typed = f"{QUESTION}\n그럼 2023년은?\n\n"
    result = CliRunner().invoke(main, ["chat"], input=typed, env=environ)
    assert result.exit_code == 0
    assert "2023년 가입자 수" in result.output


def test_the_demo_shows_three_answers(tmp_path: Path) -> None:
    keep = {k: v for k, v in os.environ.items() if not k.startswith("ASKWELL_")}
    environ = keep | {"ASKWELL_HOME": str(tmp_path), "ASKWELL_TODAY": TODAY.isoformat()}
    code = "from askwell.cli import main; main()"
    command = [sys.executable, "-c", code, "demo", "--scale", "0.01", "--no-chat"]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    for question in (demo.FIRST_QUESTION, demo.FOLLOW_UP, demo.ENGLISH_QUESTION):
        assert question in done.stdout
    assert len(list(tmp_path.glob("*.png"))) == 3
