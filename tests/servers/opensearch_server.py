"""A real OpenSearch 3.6 with nori, k-NN and hybrid search."""

import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from servers.packages import assembled, jdk
from servers.shared import free_port, port_of

_HERE = Path(__file__).parent / "opensearch"
_VERSION = "3.6.0"
_HEAP = "512m"
# Modules come from Maven Central without their descriptors: folder, main class, parent.
_DESCRIPTORS = (
    ("modules/transport-netty4", "org.opensearch.transport.Netty4ModulePlugin", ""),
    ("modules/transport-grpc", "org.opensearch.transport.grpc.GrpcPlugin", ""),
    ("modules/lang-painless", "org.opensearch.painless.PainlessModulePlugin", ""),
    (
        "modules/analysis-common",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        "lang-painless",
    ),
    ("modules/mapper-extras", "org.opensearch.index.mapper.MapperExtrasModulePlugin", ""),
    (
        "modules/search-pipeline-common",
        "org.opensearch.search.pipeline.common.SearchPipelineCommonModulePlugin",
        "lang-painless",
    ),
    ("modules/reindex", "org.opensearch.index.reindex.ReindexModulePlugin", ""),
    ("plugins/analysis-nori", "org.opensearch.plugin.analysis.nori.AnalysisNoriPlugin", ""),
)
_JVM = (
    "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1",
    "-Dfile.encoding=UTF-8", "-Djna.nosys=true", "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.shutdownHookEnabled=false", "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true", "-Dopensearch.distribution.type=tar",
    "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
)  # fmt: skip


def opensearch_url() -> str:
    """Return the URL of the server that all tests share."""
    return f"http://127.0.0.1:{port_of('opensearch', start, is_ready)}"


@contextmanager
def own_opensearch(home: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run a server for one test, which may stop it; yield its URL and its process."""

    port = free_port()
    process = start(home, port)
    try:
        for _ in range(600):
            if is_ready(port):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@contextmanager
def temporary_opensearch() -> Iterator[tuple[str, "subprocess.Popen[bytes]", Path]]:
    """Run a server for one test; not in pytest's folders, which nobody but root may enter."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        with own_opensearch(home) as (url, process):
            yield url, process, home


def start(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start a server in a folder of its own; root starts it as nobody, for it refuses root."""
    java = jdk(21)
    packages = assembled("opensearch", _finish)
    _lay_out(home, packages)
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        for path in (home, *(p for p in home.rglob("*") if not p.is_symlink())):
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    ports = {"OS_HTTP_PORT": str(port), "OS_TRANSPORT_PORT": str(free_port())}
    arguments = [
        str(java / "bin" / "java"), f"-Xms{_HEAP}", f"-Xmx{_HEAP}", *_JVM,
        f"-Djava.io.tmpdir={home}/tmp", f"-Djna.tmpdir={home}/tmp",
        f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={home}/config",
        "-cp", f"{packages}/lib/*", "org.opensearch.bootstrap.OpenSearch",
    ]  # fmt: skip
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(
            arguments, env={**os.environ, **ports}, cwd=home, user=user, stdout=log, stderr=log
        )


def is_ready(port: int) -> bool:
    health = f"http://127.0.0.1:{port}/_cluster/health"
    try:
        with urlopen(health, timeout=2) as answer:
            return json.load(answer)["status"] in ("green", "yellow")
    except (URLError, OSError, ValueError):
        return False


def _lay_out(home: Path, packages: Path) -> None:
    for folder in ("config", "data", "logs", "tmp"):
        (home / folder).mkdir(exist_ok=True)
    for file in ("opensearch.yml", "log4j2.properties"):
        shutil.copy(_HERE / file, home / "config")
    for part in ("lib", "modules", "plugins"):
        if not (home / part).exists():
            (home / part).symlink_to(packages / part)


def _finish(home: Path) -> None:
    for folder, main, parent in _DESCRIPTORS:
        name = folder.rpartition("/")[2]
        lines = {
            "name": name, "description": name, "version": _VERSION,
            "opensearch.version": _VERSION, "java.version": "21", "classname": main,
            "extended.plugins": parent,
        }  # fmt: skip
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        (home / folder / "plugin-descriptor.properties").write_text(text)
    shutil.rmtree(home / ".markers", ignore_errors=True)
    _check(home)


def _check(home: Path) -> None:
    """Compare every file with what it was when it was proved; two zips have no checksum."""
    for line in (_HERE / "home.sha256").read_text().splitlines():
        digest, _, name = line.partition("  ")
        found = hashlib.sha256((home / name).read_bytes()).hexdigest()
        assert found == digest, f"{name} is not the file that was proved"
