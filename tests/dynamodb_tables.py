"""Tables of a test's own on DynamoDB Local, and buckets on a local S3."""

import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.session import Session

from askwell.stores.dynamodb import Table, connect, create_table
from servers.dynamodb_server import dynamodb_url
from servers.shared import free_port

REGION = "us-east-1"


@cache
def session() -> Session:
    """Return a session with credentials that open nothing but local servers."""
    own = Session()
    own.set_credentials("local", "local")
    return own


@cache
def s3_url() -> str:
    """Return the endpoint of an S3 in this process."""
    from moto.server import ThreadedMotoServer  # takes long to import

    port = free_port()
    ThreadedMotoServer("127.0.0.1", port, verbose=False).start()
    return f"http://127.0.0.1:{port}"


def new_bucket() -> str:
    """Create a bucket; return its name."""
    name = f"b-{uuid.uuid4().hex}"
    s3_client().create_bucket(Bucket=name)
    return name


@cache
def s3_client() -> Any:
    return session().create_client("s3", region_name=REGION, endpoint_url=s3_url())


def open_table(
    name: str = "",
    *,
    bucket: str = "",
    url: str = "",
    now: Callable[[], float] = time.time,
    make: bool = True,
) -> Table:
    """Open a table, which is created where it is not there yet; without a name, a new one."""
    table = connect(
        name or f"t-{uuid.uuid4().hex}",
        region=REGION,
        endpoint_url=url or dynamodb_url(),
        bucket=bucket,
        bucket_endpoint_url=s3_url() if bucket else "",
        now=now,
        session=session(),
    )
    if make:
        create_table(table.client, table.name)
    return table
