"""Tables of a test's own on DynamoDB Local, and buckets on a local S3."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass
class Traffic:
    """Hold what a table was asked since it was watched: operations, parameters, bytes."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    received: int = 0

    @property
    def writes(self) -> list[str]:
        """Return the partitions that were written to."""
        return [p["Item"]["pk"]["S"] for o, p in self.calls if o == "PutItem"] + [
            p["Key"]["pk"]["S"] for o, p in self.calls if o in ("UpdateItem", "DeleteItem")
        ]

    @property
    def reads(self) -> list[str]:
        """Return what was read: partitions, and for queries also the index."""
        return [p["Key"]["pk"]["S"] for o, p in self.calls if o == "GetItem"] + [
            p.get("IndexName", "") for o, p in self.calls if o == "Query"
        ]


def watched(table: Table) -> Traffic:
    """Note from now on what is asked of a table."""
    traffic = Traffic()

    def called(params: dict[str, Any], model: Any, **_: Any) -> None:
        traffic.calls.append((model.name, params))

    def answered(http_response: Any, **_: Any) -> None:
        traffic.received += len(http_response.content)

    table.client.meta.events.register("provide-client-params.dynamodb", called)
    table.client.meta.events.register("after-call.dynamodb", answered)
    return traffic
