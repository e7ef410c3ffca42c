"""ElasticMQ: an SQS with FIFO queues that keeps what SQS promises."""

import subprocess
from pathlib import Path

from servers.packages import assembled, jdk
from servers.shared import listens, port_of

_CONFIG = """
include classpath("application.conf")
node-address {{ protocol = http, host = "127.0.0.1", port = {port}, context-path = "" }}
rest-sqs {{ enabled = true, bind-port = {port}, bind-hostname = "127.0.0.1", sqs-limits = strict }}
rest-stats {{ enabled = false }}
generate-node-address = false
queues-storage {{ enabled = false }}
messages-storage {{ enabled = false }}
aws {{ region = us-east-1, accountId = 000000000000 }}
"""


def sqs_url() -> str:
    """Return the endpoint of the server that all tests share."""
    return f"http://127.0.0.1:{port_of('elasticmq', start, listens)}"


def start(home: Path, port: int) -> "subprocess.Popen[bytes]":
    packages = assembled("elasticmq")
    config = home / "elasticmq.conf"
    config.write_text(_CONFIG.format(port=port))
    arguments = [
        str(jdk(17) / "bin" / "java"), "-Xmx256m", "-XX:TieredStopAtLevel=1",
        f"-Dconfig.file={config}", "-cp", f"{packages}/lib/*", "org.elasticmq.server.Main",
    ]  # fmt: skip
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(arguments, cwd=home, stdout=log, stderr=log)
