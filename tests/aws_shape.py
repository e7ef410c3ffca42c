"""A table and a queue of a test's own, found by boto3 as it finds AWS."""

import uuid
from typing import Any

import boto3
import pytest

from askwell.inbox.sqs_queue import create_queues
from askwell.settings import AWSSettings
from askwell.stores.dynamodb import create_table
from dynamodb_tables import s3_url
from servers.dynamodb_server import dynamodb_url
from servers.elasticmq_server import sqs_url

REGION = "us-east-1"


def made(patch: pytest.MonkeyPatch) -> AWSSettings:
    """Make a table and a queue on local servers, and let boto3 find these."""
    patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url())
    patch.setenv("AWS_ENDPOINT_URL_SQS", sqs_url())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "local")
    name = f"askwell-{uuid.uuid4().hex[:8]}"
    create_table(client("dynamodb"), name)
    queue_url = create_queues(name, region=REGION)
    return AWSSettings(table=name, bucket="", queue_url=queue_url, region=REGION)


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def new_bucket(patch: pytest.MonkeyPatch) -> str:
    """Make a bucket for what no item can hold."""
    patch.setenv("AWS_ENDPOINT_URL_S3", s3_url())
    name = f"askwell-{uuid.uuid4().hex}"
    client("s3").create_bucket(Bucket=name)
    return name
