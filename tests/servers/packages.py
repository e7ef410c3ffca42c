"""Java servers, assembled once from Maven Central into a folder that later runs find again."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.missing import missing

_HERE = Path(__file__).parent
_JVMS = "/usr/lib/jvm"


def cache() -> Path:
    """Return where assembled servers are kept between runs; also nobody may enter it."""
    default = f"/var/tmp/askwell-servers-{os.getuid()}"  # owned and checked below
    folder = Path(os.environ.get("ASKWELL_TEST_SERVERS", default))
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        pytest.fail(f"{folder} belongs to somebody else; set ASKWELL_TEST_SERVERS")
    return folder


def jdk(least: int) -> Path:
    """Return the home of a JDK that is new enough."""
    homes = [Path(h) for h in (os.environ.get("JAVA_HOME"),) if h]
    homes += sorted(Path(_JVMS).glob("*")) if Path(_JVMS).is_dir() else []
    found = [(_version(home), home) for home in homes if (home / "bin" / "java").exists()]
    enough = [one for one in found if one[0] >= least]
    if not enough:
        missing(f"a JDK {least} or newer is not installed (JAVA_HOME, {_JVMS})")
    return min(enough)[1]


def _version(home: Path) -> int:
    release = home / "release"
    known = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
    return int(known[1]) if known else 0


def assembled(name: str, finish: Callable[[Path], None] = lambda _: None) -> Path:
    """Return a folder with a server's packages, as its `pom.xml` pins them.

    `finish` completes what Maven brought; it runs once.
    """
    pom = _HERE / name / "pom.xml"
    files = sorted(p for p in (_HERE / name).iterdir() if p.is_file())
    content = b"".join(p.read_bytes() for p in files)
    home = cache() / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / ".assembled").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            _maven(pom, home)
            finish(home)
            (home / ".assembled").touch()
    return home


def _maven(pom: Path, home: Path) -> None:
    if not shutil.which("mvn"):
        missing("Maven is not installed: apt-get install maven")
    arguments = ["mvn", "-B", "-q", "-ntp", "-f", str(pom), f"-Dhome={home}", "generate-resources"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"Maven could not fetch {pom.parent.name}:\n{done.stdout[-2000:]}")
