import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stacks import Stacks

from servers.missing import missing
from servers.shared import RUN

INFRA = Path(__file__).parents[2] / "infra"
# Everything that a parameter switches on: signed HTTP, two zones, embeddings, a global
# profile with another model behind it, a guardrail.
LARGE = {
    "slack_mode": "http",
    "certificate_arn": "arn:aws:acm:ap-northeast-2:000000000000:certificate/"
    "12345678-1234-1234-1234-123456789012",
    "search_multi_az": "true",
    "search_instance": "m7g.large.search",
    "nat_gateways": "2",
    "model": "global.anthropic.claude-sonnet-4-20250514-v1:0",
    "fallback": "amazon.nova-pro-v1:0",
    "guardrail": "ab12cd34ef56:3",
    "embeddings": "amazon.titan-embed-text-v2:0",
    "environment": "ASKWELL_KNOWLEDGE=/srv/company/knowledge,ASKWELL_ROWS=500",
}


@pytest.fixture(scope="session")
def plain() -> Stacks:
    """Synthesise the stacks as cdk.json has them."""
    return _synthesised("plain", {})


@pytest.fixture(scope="session")
def large() -> Stacks:
    """Synthesise the stacks with all that can be switched on."""
    return _synthesised("large", LARGE)


def _synthesised(name: str, parameters: dict[str, str]) -> Stacks:
    """Run infra/app.py as `cdk synth` does, once for all test processes."""
    if not shutil.which("node"):
        missing("Node is not installed, which CDK needs: apt-get install nodejs")
    folder = Path(os.environ[RUN]) / f"cdk-{name}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "manifest.json").exists():
            _run(folder, parameters)
    return Stacks(folder)


def _run(folder: Path, parameters: dict[str, str]) -> None:
    context = json.loads((INFRA / "cdk.json").read_text())["context"] | parameters
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=INFRA,
        env={**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    # Findings of cdk-nag that nobody explained end the synthesis too.
    assert done.returncode == 0, done.stderr[-4000:]
