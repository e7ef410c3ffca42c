"""PostgreSQL servers of the tests' own, from the system's package or Maven's; databases in them."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg

from servers.missing import missing
from servers.packages import assembled
from servers.shared import free_port

READER = "reader"
LOCKED, PASSWORD = "locked", "correct-horse"
_ACCESS = f"host all {LOCKED} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")
_ROLES = f"CREATE ROLE {READER} LOGIN; CREATE ROLE {LOCKED} LOGIN PASSWORD '{PASSWORD}';"
_READS = f"""
DO $$
DECLARE name text;
BEGIN
  FOR name IN
    SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO {READER}', name);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO {READER}', name);
  END LOOP;
END $$;
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Be a running server; `url` and `create` return URLs for `warehouses.postgres`."""

    programs: Path
    home: Path
    port: int

    def url(self, database: str = "postgres", role: str = READER) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *files: Path, sql: str = "") -> str:
        """Build a database of SQL files and a script; return the URL of who may only read."""
        self.run("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.run("postgres", f'CREATE DATABASE "{database}"')
        for file in files:
            psql = [self.programs / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", file]
            subprocess.run(
                [*psql, self.url(database, "postgres")], check=True, stdout=subprocess.DEVNULL
            )
        self.run(database, sql + _READS)
        return self.url(database)

    def run(self, database: str, sql: str) -> list[tuple[object, ...]]:
        """Run SQL as the owner of everything."""
        with psycopg.connect(self.url(database, "postgres"), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server, and wait until it takes connections; it refuses root."""
        options = " ".join(f"-c {setting}" for setting in _FAST)
        options += f" -p {self.port} -h 127.0.0.1 -k ''"
        self._control("-w", "-l", self.home / "log", "-o", options, "start")

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop the server: `fast` ends every connection, `immediate` is as a crash."""
        self._control("-w", "-m", mode, "stop")

    def _control(self, *arguments: str | Path) -> None:
        command = [self.programs / "pg_ctl", "-D", self.home / "data", *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.run(command, check=False, user=_user(), cwd=self.home, **quiet)  # type: ignore[call-overload]
        assert done.returncode == 0, (self.home / "log").read_text()


def system_programs() -> Path:
    """Return the newest server that the system has."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        missing("PostgreSQL is not installed: apt-get install postgresql")
    return programs


def newer_programs() -> Path:
    """Return those of a server two versions on, which Maven brings."""
    return assembled("postgres17", _unpacked) / "bin"


def _unpacked(home: Path) -> None:
    subprocess.run(["tar", "xJf", next(home.glob("*.txz"))], cwd=home, check=True)


@contextmanager
def running(programs: Path | None = None) -> Iterator[Server]:
    """Run a server until the tests end."""
    programs = programs or system_programs()
    home = Path(tempfile.mkdtemp(prefix="askwell-postgres-"))
    if user := _user():
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    initdb = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, user=user, cwd=home, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    (home / "data" / "pg_hba.conf").write_text(_ACCESS)
    server = Server(programs, home, free_port())
    server.start()
    try:
        server.run("postgres", _ROLES)
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None
