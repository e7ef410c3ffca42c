"""A PostgreSQL server of the tests' own, from the system's package, and databases in it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from servers.missing import missing
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


@contextmanager
def running() -> Iterator[Server]:
    """Run a server until the tests end; it refuses root, so root starts it as nobody."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        missing("PostgreSQL is not installed: apt-get install postgresql")
    user = "nobody" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="askwell-postgres-"))
    if user:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    initdb = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, user=user, cwd=home, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    (home / "data" / "pg_hba.conf").write_text(_ACCESS)
    server = Server(programs, free_port())
    process = start(server, home, user)
    try:
        server.run("postgres", _ROLES)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def start(server: Server, home: Path, user: str | None) -> "subprocess.Popen[bytes]":
    options = [part for setting in _FAST for part in ("-c", setting)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [server.programs / "postgres", "-D", home / "data", "-p", str(server.port),
             "-h", "127.0.0.1", "-k", "", *options],
            user=user, cwd=home, stderr=log, stdout=log,
        )  # fmt: skip
    for _ in range(200):
        ready = [server.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(server.port)]
        if subprocess.run(ready, check=False).returncode == 0:
            return process
        assert process.poll() is None, (home / "log").read_text()
        time.sleep(0.05)
    raise AssertionError("PostgreSQL did not start")
