"""SQS inboxes on ElasticMQ and DynamoDB Local; a folder's name stands for a queue and a table."""

import hashlib
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.session import Session

from askwell.inbox.sqs import SQSInbox, open_inbox
from askwell.inbox.sqs_queue import create_queues
from servers.dynamodb_server import dynamodb_url
from servers.elasticmq_server import sqs_url

REGION = "us-east-1"


@cache
def session() -> Session:
    """Return a session with credentials that open nothing but local servers."""
    own = Session()
    own.set_credentials("local", "local")
    return own


@cache
def sqs() -> Any:
    return session().create_client("sqs", region_name=REGION, endpoint_url=sqs_url())


@cache
def dynamodb() -> Any:
    return session().create_client("dynamodb", region_name=REGION, endpoint_url=dynamodb_url())


def name_of(folder: Path) -> str:
    """Return the name of a folder's queue and table, the same in every process."""
    return f"i-{hashlib.sha256(str(folder).encode()).hexdigest()[:24]}"


def new_table(name: str, key: str = "pk") -> str:
    """Create a table where it is not there; it forgets nothing, as clocks of tests stand still."""
    try:
        dynamodb().create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": key, "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
    return name


def new_queues(name: str, **more: Any) -> str:
    where = {"region": REGION, "endpoint_url": sqs_url(), "session": session()}
    return create_queues(name, **{**where, **more})


def opened(queue_url: str, table: str, **more: Any) -> SQSInbox:
    """Open an inbox on the local servers, where `more` does not name others."""
    local = {
        "region": REGION,
        "endpoint_url": sqs_url(),
        "table_endpoint_url": dynamodb_url(),
        "session": session(),
    }
    return open_inbox(queue_url, table, **{**local, **more})


def sqs_inbox(
    folder: Path, *, lease: float = 60.0, now: Callable[[], float] = time.time
) -> SQSInbox:
    """Open an inbox whose queue and table are made where they are not there."""
    name = name_of(folder)
    return opened(new_queues(name), new_table(name), lease=lease, now=now)
