"""One SQLite file that several processes share, kill -9 or not; writes that meet share an fsync."""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from askwell.errors import AskwellError, Misconfigured, Transient

_TRY_AGAIN_SECONDS = 0.02
# A commit of another process takes a few milliseconds; SQLite's own waits grow to 100.
_LOCK_SECONDS = 0.001
_PRIMARY = 0xFF  # the part of an error code that says its kind
# So that no commit holds the file for long.
_MOST_IN_ONE_COMMIT = 256
# What one write may raise without harm to those that share its commit.
_OF_ONE_ALONE = (
    AskwellError,
    sqlite3.Error,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Statement = tuple[str, Sequence[object]]


# A future, and what gives it its result.
_Told = tuple["asyncio.Future[Any]", Callable[[], None]]


@dataclass
class Traffic:
    """Count what one process did with a file.

    `waits`: how often another process had to be waited for to write; `waited`: how long, in
    seconds.
    """

    commits: int = 0
    writes: int = 0
    reads: int = 0
    waits: int = 0
    waited: float = 0.0


@dataclass(frozen=True)
class _Write:
    work: Work[Any]
    outcome: "asyncio.Future[Any]"


class File:
    """Hold a file with one connection and thread to write, and one to read beside it."""

    def __init__(self, path: Path, schema: str, *, patience: float = 10.0) -> None:
        """Open or create it; others are waited for up to `patience` seconds, also by each write.

        Raises:
            Misconfigured: it cannot be opened.
        """
        self.traffic = Traffic()
        self._path = path
        self._patience = patience
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(path, schema, patience)
            self._connection.execute("PRAGMA busy_timeout = 0")  # `_begin` waits
            self._reader = _open(path, "PRAGMA query_only = ON", patience)
        except (OSError, sqlite3.Error) as error:
            raise Misconfigured(
                f"cannot keep askwell's memory in {path}: {error}; "
                "set ASKWELL_HOME to a folder that can be written"
            ) from error
        self._closed = False
        self._waiting: deque[_Write] = deque()
        self._is_scheduled = False
        self._writing = ThreadPoolExecutor(1, "sqlite-write")
        self._reading = ThreadPoolExecutor(1, "sqlite-read")

    async def write(self, *statements: Statement) -> None:
        """Run all statements in one transaction; return when they are on disk.

        Raises:
            Transient: they could not be written, and were not.
        """
        await self.transact(partial(_run, statements))

    async def transact(self, work: Work[T]) -> T:
        """Do `work`, which may read and write; return its result when it is on disk.

        Raises:
            Transient: it could not be written, and was not; and whatever `work` raises.
        """
        return await self.submit(work)

    def submit(self, work: Work[T]) -> "asyncio.Future[T]":
        """Let `work` be done behind whatever was submitted earlier; see `transact`."""
        self._must_be_open()
        write = _Write(work, asyncio.get_running_loop().create_future())
        self._waiting.append(write)
        if not self._is_scheduled:
            self._is_scheduled = True
            self._writing.submit(self._commit_waiting)
        return write.outcome

    async def read(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, without waiting for any writer.

        Raises:
            Transient: the file could not be read.
        """
        self._must_be_open()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._read, sql, values)

    def close(self) -> None:
        """Write what waits to be written, and close."""
        self._closed = True
        self._writing.shutdown()
        self._reading.shutdown()
        self._reader.close()
        self._connection.close()

    def _read(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        self.traffic.reads += 1
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise Transient(f"cannot read {self._path}: {error}") from error

    def _must_be_open(self) -> None:
        if self._closed:
            raise Transient(f"{self._path} is closed")

    def _commit_waiting(self) -> None:
        # Before the first look, so that what comes after the last one is scheduled anew.
        self._is_scheduled = False
        while self._waiting:
            count = min(len(self._waiting), _MOST_IN_ONE_COMMIT)
            batch = [self._waiting.popleft() for _ in range(count)]
            _tell(self._committed([w for w in batch if not w.outcome.cancelled()]))

    def _committed(self, batch: Sequence[_Write]) -> list[_Told]:
        try:
            return self._commit(batch) if batch else []
        except sqlite3.Error as error:
            return self._undone(batch, Transient(f"cannot write {self._path}: {error}"))
        except Exception as error:  # noqa: BLE001  # of one write's own code: nobody may wait on
            return self._undone(batch, error)

    def _undone(self, batch: Sequence[_Write], error: Exception) -> list[_Told]:
        self._roll_back()
        return [(w.outcome, partial(w.outcome.set_exception, error)) for w in batch]

    def _commit(self, batch: Sequence[_Write]) -> list[_Told]:
        self._begin()
        told = [self._attempt(write) for write in batch]
        self._connection.execute("COMMIT")
        self.traffic.commits += 1
        self.traffic.writes += len(batch)
        return told

    def _begin(self) -> None:
        """Begin to write, as soon as no other process does."""
        if self._begun():
            return
        began = time.monotonic()
        while not self._begun(is_last=time.monotonic() - began > self._patience):
            time.sleep(_LOCK_SECONDS)
        self.traffic.waits += 1
        self.traffic.waited += time.monotonic() - began

    def _begun(self, *, is_last: bool = False) -> bool:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if is_last or error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _attempt(self, write: _Write) -> _Told:
        """Do one write; return what tells its caller, once it is on disk."""
        self._connection.execute("SAVEPOINT one")
        try:
            tell = partial(write.outcome.set_result, write.work(self._connection))
        except sqlite3.OperationalError:
            # A full disk, or one that fails: SQLite may have rolled the whole batch back.
            raise
        except _OF_ONE_ALONE as error:
            self._connection.execute("ROLLBACK TO one")
            tell = partial(write.outcome.set_exception, error)
        self._connection.execute("RELEASE one")
        return write.outcome, tell

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.rollback()


def _tell(told: Sequence[_Told]) -> None:
    for loop, of_loop in groupby(told, key=lambda told: told[0].get_loop()):
        # Nobody listens any more where the loop is closed.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_callers, list(of_loop))


def _tell_callers(told: Sequence[_Told]) -> None:
    for outcome, tell in told:
        if not outcome.cancelled():
            tell()


def _run(statements: Sequence[Statement], connection: sqlite3.Connection) -> None:
    for sql, values in statements:
        connection.execute(sql, values)


def _open(path: Path, script: str, patience: float) -> sqlite3.Connection:
    path.touch(mode=0o600)  # answers and tokens are nobody else's
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(script)
            return connection
        except sqlite3.OperationalError as error:
            # The switch to WAL does not wait for another process that is just doing it too.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_TRY_AGAIN_SECONDS)
