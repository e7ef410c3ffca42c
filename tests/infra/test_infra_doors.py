"""The doors find on AWS what they need: what the template says is made here, and looked at."""

import json
import os
import re
import subprocess
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from stacks import Stacks

from askwell.inbox.sqs_queue import Queue
from askwell.stores.dynamodb import Table, check
from askwell.stores.dynamodb.bodies import KEPT_DAYS, Bucket
from dynamodb_tables import open_table
from servers.elasticmq_server import sqs_url

_LEASE = 60


async def test_the_stores_accept_the_table(plain: Stacks) -> None:
    wanted = plain.one("AWS::DynamoDB::Table")
    table: Table = open_table(make=False)
    made = (
        "KeySchema", "AttributeDefinitions", "BillingMode",
        "LocalSecondaryIndexes", "GlobalSecondaryIndexes",
    )  # fmt: skip
    table.client.create_table(TableName=table.name, **{key: wanted[key] for key in made})
    table.client.update_time_to_live(
        TableName=table.name, TimeToLiveSpecification=wanted["TimeToLiveSpecification"]
    )
    await check(table)
    own = open_table()
    assert _indexes(own) == _indexes(table)


def _indexes(table: Table) -> list[Any]:
    described = table.client.describe_table(TableName=table.name)["Table"]
    return sorted(
        (index["IndexName"], sorted(index["Projection"].items()))
        for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        for index in described[kind]
    )


async def test_the_inbox_accepts_the_queue(plain: Stacks, monkeypatch: "Any") -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    client = Session().create_client("sqs", region_name="us-east-1", endpoint_url=sqs_url())
    queues, name = plain.of("AWS::SQS::Queue"), uuid.uuid4().hex
    dead = client.create_queue(
        QueueName=f"{name}-dead.fifo", Attributes=_attributes(queues["DeadLetters"])
    )
    arn = client.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    tries = queues["Inbox"]["RedrivePolicy"]["maxReceiveCount"]
    redrive = (
        f'{{"deadLetterTargetArn": "{arn["Attributes"]["QueueArn"]}", "maxReceiveCount": {tries}}}'
    )
    attributes = _attributes(queues["Inbox"]) | {"RedrivePolicy": redrive}
    made = client.create_queue(QueueName=f"{name}.fifo", Attributes=attributes)
    queue = Queue(made["QueueUrl"], region="us-east-1", endpoint_url=sqs_url())
    await queue.check(_LEASE)
    await queue.close()
    client.close()


def _attributes(queue: dict[str, Any]) -> dict[str, str]:
    """Return what ElasticMQ knows of a queue's properties."""
    known = ("VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds")
    return {"FifoQueue": "true"} | {key: str(queue[key]) for key in known if key in queue}


def test_the_bucket_deletes_what_the_stores_let_go(plain: Stacks) -> None:
    rules = plain.of("AWS::S3::Bucket")["Objects"]["LifecycleConfiguration"]["Rules"]
    ends = {r["Prefix"]: r["ExpirationInDays"] for r in rules if "ExpirationInDays" in r}
    prefix = Bucket(None, "any").prefix
    assert ends == {f"{prefix}{days}-days/": days + 1 for days in KEPT_DAYS}


def test_docker_file_and_stack_agree_on_health(plain: Stacks) -> None:
    dockerfile = (Path(__file__).parents[2] / "Dockerfile").read_text()
    (asked,) = re.findall(r"^  CMD (\[.*\])$", dockerfile, re.MULTILINE)
    for name in ("ListenerTask", "WorkerTask"):
        (container,) = plain.of("AWS::ECS::TaskDefinition")[name]["ContainerDefinitions"]
        given = {v["Name"]: v["Value"] for v in container["Environment"]}
        assert f"ASKWELL_HEALTH_PORT={given['ASKWELL_HEALTH_PORT']}" in dockerfile
        assert container["HealthCheck"]["Command"] == ["CMD", *json.loads(asked)]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_alive_from_not(plain: Stacks, status: int, code: int) -> None:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            self.send_response(status if self.path == "/live" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    (container,) = plain.of("AWS::ECS::TaskDefinition")["WorkerTask"]["ContainerDefinitions"]
    command = [sys.executable, *container["HealthCheck"]["Command"][2:]]
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.handle_request).start()
        port = {**os.environ, "ASKWELL_HEALTH_PORT": str(server.server_port)}
        done = subprocess.run(command, env=port, capture_output=True, check=False)
    assert done.returncode == code
