"""Kill askwell in the middle of an answer, at several moments, and go on in the same thread."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from askwell import wiring
from askwell.settings import SETTINGS, Settings
from cases import TODAY

FIRST = "2024년 가입자 수를 월별로 알려줘"
LOST = "2023년 거래액을 결제수단별로 알려줘"
FOLLOW_UP = "그럼 2023년은?"
# One process imports askwell; a child for each moment answers and is killed before, within or
# after that step. What killed each child is printed.
KILL = """
import os, signal, sys
from askwell import wiring
from askwell.agent import present
from askwell.cli import main
from askwell.query import QueryDoor
from askwell.stores.sqlite import Database, SQLiteResults, SQLiteTurns
from askwell.grounding.read import Grounding

def killed(owner, name, *, after):
    work = getattr(owner, name)
    def die(*arguments, **named):
        if after:
            work(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, die)

class Dying:
    def __init__(self, connection, table):
        self.connection, self.table, self.written = connection, table, False
    def __getattr__(self, name):
        return getattr(self.connection, name)
    def execute(self, sql, values=()):
        if sql == "COMMIT" and self.written:
            os.kill(os.getpid(), signal.SIGKILL)
        self.written |= f"INTO {self.table}" in sql
        return self.connection.execute(sql, values)

def in_transaction(table):
    commit = Database._commit
    def die(self, batch):
        self._connection = Dying(self._connection, table)
        return commit(self, batch)
    Database._commit = die

for moment in sys.stdin.read().splitlines():
    child = os.fork()
    if not child:
        exec(moment)
        main()
    print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)
"""
MOMENTS = {
    "before reading": "killed(Grounding, 'read', after=False)",
    "after reading": "killed(Grounding, 'read', after=True)",
    "before the query": "killed(QueryDoor, 'run', after=False)",
    "within the write of the rows": "in_transaction('results')",
    "after the rows are kept": "killed(present, 'shown_table', after=True)",
    "before the turn is written": "killed(SQLiteTurns, 'write', after=False)",
    "within the write of the turn": "in_transaction('turns')",
}


@pytest.fixture
def environ(demo_settings: Settings, tmp_path: Path) -> dict[str, str]:
    """Give each test a memory of its own beside the shared warehouse."""
    shutil.copy(demo_settings.home / "catalog.json", tmp_path)
    (tmp_path / wiring.warehouse_file(demo_settings).name).symlink_to(
        wiring.warehouse_file(demo_settings)
    )
    clean = {k: v for k, v in os.environ.items() if k not in {s.name for s in SETTINGS}}
    return clean | {"ASKWELL_HOME": str(tmp_path), "ASKWELL_TODAY": TODAY.isoformat()}


def run(environ: dict[str, str], code: str, *arguments: str, typed: str = "") -> str:
    command = [sys.executable, "-c", code, "ask", *arguments, "--json"]
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environ, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(environ: dict[str, str], *arguments: str) -> dict[str, Any]:
    return dict(json.loads(run(environ, "from askwell.cli import main; main()", *arguments)))


def killed(environ: dict[str, str], moments: list[str], *arguments: str) -> None:
    """Ask once for each moment, and die each time."""
    signals = run(environ, KILL, *arguments, typed="\n".join(moments)).split()
    assert signals == [str(int(signal.SIGKILL))] * len(moments)


def turns(home: str, thread: str) -> list[str]:
    with sqlite3.connect(Path(home) / "askwell.sqlite3") as memory:
        assert memory.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT body FROM turns WHERE thread = ? ORDER BY number"
        return [json.loads(body)["question"] for (body,) in memory.execute(query, (thread,))]


def test_killed_at_any_moment_the_thread_goes_on(environ: dict[str, str]) -> None:
    home = environ["ASKWELL_HOME"]
    first = ask(environ, FIRST)
    thread = first["thread"]
    killed(environ, list(MOMENTS.values()), LOST, "--thread", thread)
    assert turns(home, thread) == [FIRST]
    after = ask(environ, FOLLOW_UP, "--thread", thread)
    assert after["kind"] == "answer"
    assert after["intent"]["metrics"] == first["intent"]["metrics"]
    assert after["intent"]["grain"] == "month"
    assert after["intent"]["period"] == {"start": "2023-01-01", "end": "2023-12-31"}
    assert turns(home, thread) == [FIRST, FOLLOW_UP]


def test_killed_after_the_turn_is_written_nothing_is_lost(environ: dict[str, str]) -> None:
    thread = "a-thread"
    moment = "from askwell.cli import asking; killed(asking, '_print', after=False)"
    killed(environ, [moment], FIRST, "--thread", thread)
    assert turns(environ["ASKWELL_HOME"], thread) == [FIRST]
    after = ask(environ, FOLLOW_UP, "--thread", thread)
    assert after["intent"]["metrics"] == ["new_users"]
