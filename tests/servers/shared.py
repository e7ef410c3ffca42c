"""Servers that all test processes share: whoever needs one first starts it, the last run stops it.

pytest-xdist runs several processes; a server of each kind is enough for all of them, as every
test names its own tables, indexes and queues.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RUN = "ASKWELL_TEST_RUN"  # the folder of this run, which its processes inherit
Start = Callable[[Path, int], "subprocess.Popen[bytes]"]
Ready = Callable[[int], bool]


def begin() -> None:
    """Make the folder of a run; only the first process does."""
    if RUN not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="askwell-servers-"))
        folder.chmod(0o755)  # OpenSearch and PostgreSQL run as nobody where root tests
        os.environ[RUN] = str(folder)


def end() -> None:
    """Stop all servers of a run, and remove its folder."""
    folder = Path(os.environ.pop(RUN))
    for file in folder.glob("*.json"):
        _stop(json.loads(file.read_text())["pid"])
    shutil.rmtree(folder, ignore_errors=True)


def port_of(name: str, start: Start, is_ready: Ready, *, seconds: float = 120.0) -> int:
    """Return the port of a server, which is started where nobody has done so yet."""
    folder = Path(os.environ[RUN])
    known = folder / f"{name}.json"
    with _alone(folder / f"{name}.lock"):
        if not known.exists():
            home, port = folder / name, free_port()
            home.mkdir(mode=0o755)
            process = start(home, port)
            _wait(name, process, lambda: is_ready(port), seconds, home)
            known.write_text(json.dumps({"pid": process.pid, "port": port}))
            process.returncode = 0  # the run's end stops it; else Popen warns of it here
        return int(json.loads(known.read_text())["port"])


def pid_of(name: str) -> int:
    """Return the process of a server that runs."""
    return int(json.loads((Path(os.environ[RUN]) / f"{name}.json").read_text())["pid"])


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wait(
    name: str,
    process: "subprocess.Popen[bytes]",
    is_ready: Callable[[], bool],
    seconds: float,
    home: Path,
) -> None:
    until = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            log = home / "server.log"
            pytest.fail(f"{name} did not start:\n{log.read_text()[-4000:] if log.exists() else ''}")
        time.sleep(0.1)


def _stop(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            time.sleep(0.05)
            os.kill(pid, 0)
            os.waitpid(pid, os.WNOHANG)
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, ChildProcessError):
        return
