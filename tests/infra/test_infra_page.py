"""docs/deploy-aws.md, line by line: what can run here runs, the rest is listed on the page."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from stacks import Stacks

from askwell.settings import SETTINGS, Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deploy-aws.md").read_text("utf-8")
# How each command on the page begins, and whether a test runs it.
RUN = {
    "npx --yes aws-cdk@2 synth",  # its program, by the fixture `plain`
    "askwell learn",  # by the fixture `demo_settings`
    "askwell doctor",
}
NOT_RUN = {"npx --yes aws-cdk@2 bootstrap", "npx --yes aws-cdk@2 deploy", "aws", "docker"}
SHELL = {"cd infra", "cd .."}


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [c for block in blocks for c in re.sub(r"\\\n\s*", "", block).splitlines() if c]


def marked(name: str) -> str:
    found = re.search(rf"<!-- {name}\b.*?-->\n(.*?)\n<!-- /{name} -->", PAGE, re.DOTALL)
    assert found, name
    return found[1]


def rows(name: str) -> list[list[str]]:
    lines = marked(name).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _tool(command: str) -> str:
    """Return what a command runs, without what keeps its output."""
    return re.sub(r'^(eval "\$\(|\w+=\$\()', "", command)


def test_each_command_is_run_or_listed() -> None:
    assert commands()
    for command in commands():
        known = [
            b for b in RUN | NOT_RUN | SHELL if _tool(command).startswith(f"{b} ") or b == command
        ]
        assert len(known) == 1, command


def test_the_page_says_what_was_tried() -> None:
    said: dict[str, bool] = {}
    for names, tried in rows("tried"):
        for name in re.findall(r"`([^`]+)`", names):
            said[name.removesuffix(" …")] = tried.startswith("yes")
    assert {name for name, tried in said.items() if tried} == RUN
    assert {name for name, tried in said.items() if not tried} == NOT_RUN


def test_synth_makes_the_stacks_of_the_page(plain: Stacks) -> None:
    assert all(file.exists() for file in plain.files())
    named = set(re.findall(r"`(askwell-(?:base|learn|serve))`", PAGE))
    assert named == {file.name.partition(".")[0] for file in plain.files()}


def test_doctor_finds_the_demo_well(demo_settings: Settings) -> None:
    environment = {
        "ASKWELL_HOME": str(demo_settings.home),
        "ASKWELL_TODAY": str(demo_settings.today),
        "PATH": os.environ["PATH"],
    }
    doctor = [Path(sys.executable).with_name("askwell"), "doctor"]
    done = subprocess.run(doctor, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warehouse" in done.stdout


def test_outputs_become_variables(plain: Stacks, tmp_path: Path) -> None:
    (line,) = (c for c in commands() if c.startswith("eval"))
    used = set(re.findall(r"\$\{?([A-Z]\w+)", PAGE)) - {"CertificateArn"}
    assert used <= plain.outputs()
    network = "awsvpcConfiguration={subnets=[a,b],securityGroups=[c],assignPublicIp=DISABLED}"
    outputs = [{"OutputKey": n, "OutputValue": network} for n in sorted(plain.outputs())]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"Stacks": [{"Outputs": outputs}]}))
    # `aws` answers with a file; its query and the shell's quoting are real.
    aws = tmp_path / "aws"
    aws.write_text(
        f"#!{sys.executable}\nimport jmespath, json, sys\n"
        f"query = sys.argv[sys.argv.index('--query') + 1]\n"
        f"print(*jmespath.search(query, json.load(open({str(answer)!r}))), sep='\\t')\n"
    )
    aws.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f'{line}\necho "$LearnNetwork"'],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == network, done.stderr


def test_parameters_are_those_of_cdk_json() -> None:
    context = json.loads((ROOT / "infra" / "cdk.json").read_text())["context"]
    chosen = [name for name in context if not name.startswith("@")]
    assert [row[0].strip("`") for row in rows("parameters")] == chosen
    assert f":{context['image_tag']}" in PAGE


@pytest.mark.parametrize("size", ["plain", "large"])
def test_secrets_are_those_of_the_stack(size: str, request: pytest.FixtureRequest) -> None:
    stacks: Stacks = request.getfixturevalue(size)
    made = {
        secret["Name"]: secret["Description"].partition(" ")[0]
        for secret in stacks.of("AWS::SecretsManager::Secret").values()
    }
    listed = {row[0].strip("`"): row[1].split("`")[1] for row in rows("secrets")}
    assert made.items() <= listed.items()
    assert len(listed) == 4


def test_settings_on_the_page_exist() -> None:
    known = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"ASKWELL_\w+", PAGE)) <= known


def test_alarms_on_the_page_exist(large: Stacks) -> None:
    part = PAGE.partition("## When something is wrong")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert named <= set(large.of("AWS::CloudWatch::Alarm"))


def test_the_engine_of_the_package_is_that_of_the_domain(plain: Stacks) -> None:
    version = plain.one("AWS::OpenSearchService::Domain")["EngineVersion"]
    assert f"EngineVersion=='{version}'" in PAGE
