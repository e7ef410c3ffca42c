"""One SQLite file: what shares a commit, what fails alone, what fails together."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from askwell.errors import LostLease, Misconfigured, Transient
from askwell.sqlite import File

SCHEMA = "CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, body BLOB)"
COUNT = "SELECT count(*) FROM notes"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.sqlite3"


@pytest.fixture
def file(path: Path) -> Iterator[File]:
    file = File(path, SCHEMA, patience=0.2)
    yield file
    file.close()


def note(name: str, size: int = 1) -> tuple[str, tuple[object, ...]]:
    return "INSERT INTO notes (id, body) VALUES (?, zeroblob(?))", (name, size)


def insert(name: str, connection: sqlite3.Connection) -> None:
    connection.execute(*note(name))


@contextmanager
def full_disk(path: Path, spare: int) -> Iterator[None]:
    """Let no file of this process grow past the write-ahead log and `spare` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + spare, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def holding_up(file: File) -> Iterator[None]:
    """Keep the writing thread busy, so that writes gather."""
    free = threading.Event()
    file.submit(lambda _: free.wait())
    try:
        yield
    finally:
        free.set()


async def gathered(file: File, *works: Callable[[sqlite3.Connection], object]) -> list[object]:
    with holding_up(file):
        outcomes = [file.submit(work) for work in works]
    return await asyncio.gather(*outcomes, return_exceptions=True)


async def test_writes_that_meet_share_a_commit(file: File) -> None:
    with holding_up(file):
        writes = [asyncio.ensure_future(file.write(note(str(n)))) for n in range(100)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    assert await file.read(COUNT) == [(100,)]
    assert (file.traffic.commits, file.traffic.writes) == (2, 101)


async def test_what_fails_alone_leaves_no_trace(file: File) -> None:
    def losing(connection: sqlite3.Connection) -> None:
        connection.execute(*note("half"))
        raise LostLease("lost")

    outcomes = await gathered(
        file,
        lambda c: c.execute(*note("first")).rowcount,
        losing,
        lambda c: c.execute(*note("first")),
        lambda c: c.execute(*note("half a letter \ud83d")),
        lambda c: c.execute(*note("last")).rowcount,
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [int, LostLease, sqlite3.IntegrityError, UnicodeEncodeError, int]
    assert await file.read("SELECT id FROM notes ORDER BY id") == [("first",), ("last",)]


async def test_a_full_disk_is_told_to_all_of_the_batch(file: File, path: Path) -> None:
    await file.write(note("before"))
    with full_disk(path, spare=20_000):
        outcomes = await gathered(
            file,
            lambda c: c.execute(*note("small")),
            lambda c: c.execute(*note("large", 100_000)),
            lambda c: c.execute(*note("small too")),
        )
        assert [type(outcome) for outcome in outcomes] == [Transient] * 3
        assert await file.read(COUNT) == [(1,)]
    await file.write(note("after"))
    assert await file.read("SELECT id FROM notes ORDER BY id") == [("after",), ("before",)]


async def test_a_file_that_another_holds_is_waited_for_and_then_told(
    file: File, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Transient, match="locked"):
        await file.write(note("early"))
    assert await file.read(COUNT) == [(0,)]
    waiting = asyncio.ensure_future(file.write(note("late")))
    await asyncio.sleep(0.05)
    other.execute("COMMIT")
    await waiting
    assert await file.read(COUNT) == [(1,)]
    assert file.traffic.waited > 0.03
    other.close()


async def test_a_write_that_is_cancelled_in_the_queue_is_not_done(file: File) -> None:
    with holding_up(file):
        write = asyncio.ensure_future(file.write(note("a")))
        await asyncio.sleep(0)
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
    await file.write(note("b"))
    assert await file.read("SELECT id FROM notes") == [("b",)]


async def test_close_writes_what_waits(path: Path) -> None:
    file = File(path, SCHEMA)
    with holding_up(file):
        writes = [file.submit(partial(insert, str(n))) for n in range(5)]
    file.close()
    await asyncio.wait_for(asyncio.gather(*writes), 5)
    with pytest.raises(Transient, match="closed"):
        await file.write(note("late"))
    with pytest.raises(Transient, match="closed"):
        await file.read(COUNT)
    again = File(path, SCHEMA)
    assert await again.read(COUNT) == [(5,)]
    again.close()


async def test_what_was_read_is_never_written(file: File) -> None:
    with pytest.raises(Transient, match="readonly"):
        await file.read(*note("a"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="ASKWELL_HOME"):
        File(tmp_path / "file" / "notes.sqlite3", SCHEMA)


async def test_an_error_that_nobody_foresaw_leaves_nobody_waiting(file: File) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute(*note("half"))
        raise AttributeError("a mistake in the code")

    outcomes = await gathered(file, partial(insert, "one"), broken)
    assert all(isinstance(outcome, AttributeError) for outcome in outcomes)
    await file.write(note("two"))
    assert await file.read(COUNT) == [(1,)]
