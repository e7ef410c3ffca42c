"""DynamoDB Local, on loopback only."""

import subprocess
from pathlib import Path

from servers.packages import assembled, jdk
from servers.shared import listens, port_of

_HERE = Path(__file__).parent / "dynamodb"
_JDK = 17
_NATIVE = "libsqlite4java-linux-amd64.so"


def dynamodb_url() -> str:
    """Return the endpoint of the server that all tests share."""
    return f"http://127.0.0.1:{port_of('dynamodb', start, listens)}"


def start(home: Path, port: int) -> "subprocess.Popen[bytes]":
    packages = assembled("dynamodb", _finish)
    arguments = [
        str(jdk(_JDK) / "bin" / "java"), "-Xmx384m", "-XX:TieredStopAtLevel=1",
        f"-Djava.library.path={packages}/lib", "-cp", f"{packages}/lib:{packages}/lib/*",
        "LoopbackDynamo", "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port),
    ]  # fmt: skip
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(arguments, cwd=home, stdout=log, stderr=log)


def _finish(home: Path) -> None:
    """Compile the twelve lines that keep it on loopback; it has no option for that."""
    lib = home / "lib"
    javac = [str(jdk(_JDK) / "bin" / "javac"), "-cp", f"{lib}/*", "-d", str(lib)]
    subprocess.run([*javac, str(_HERE / "LoopbackDynamo.java")], check=True, capture_output=True)
    for native in lib.glob("libsqlite4java-linux-amd64-*.so"):
        (lib / _NATIVE).symlink_to(native.name)
