"""DynamoDB: all stores in one table, shared by all processes; docs/dynamodb.md has its design."""

import time
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.session import Session

from askwell.stores.dynamodb.answers import DynamoDBAnswers
from askwell.stores.dynamodb.audit import DynamoDBAudit
from askwell.stores.dynamodb.bodies import Bucket
from askwell.stores.dynamodb.budget import DynamoDBBudget
from askwell.stores.dynamodb.failures import translated
from askwell.stores.dynamodb.knowledge import DynamoDBKnowledge
from askwell.stores.dynamodb.ledger import DynamoDBLedger
from askwell.stores.dynamodb.preferences import DynamoDBPreferences
from askwell.stores.dynamodb.results import DynamoDBResults
from askwell.stores.dynamodb.schema import check, create_table
from askwell.stores.dynamodb.stops import DynamoDBStops
from askwell.stores.dynamodb.table import CONCURRENT, Table
from askwell.stores.dynamodb.turns import DynamoDBTurns
from askwell.stores.dynamodb.values import DynamoDBValues
from askwell.stores.dynamodb.votes import DynamoDBVotes

__all__ = [
    "Bucket",
    "DynamoDBAnswers",
    "DynamoDBAudit",
    "DynamoDBBudget",
    "DynamoDBKnowledge",
    "DynamoDBLedger",
    "DynamoDBPreferences",
    "DynamoDBResults",
    "DynamoDBStops",
    "DynamoDBTurns",
    "DynamoDBValues",
    "DynamoDBVotes",
    "Table",
    "check",
    "connect",
    "create_table",
]

_CONNECT_SECONDS = 2.0
_READ_SECONDS = {"dynamodb": 5.0, "s3": 15.0}
_ATTEMPTS = 4


def connect(
    table: str,
    *,
    region: str = "",
    endpoint_url: str = "",
    bucket: str = "",
    bucket_endpoint_url: str = "",
    now: Callable[[], float] = time.time,
    session: Any = None,
) -> Table:
    """Return the table, over connections that are opened when they are needed.

    `region` empty: as AWS is set. `endpoint_url`: a server of one's own. `bucket`: where
    records go that no item can hold; empty: none. `session`: botocore's, with credentials.

    Raises:
        Misconfigured: no region, or no such profile.
    """
    with translated(f"table {table}"):
        own = session or Session()
        client = _client(own, "dynamodb", region, endpoint_url)
        s3 = _client(own, "s3", region, bucket_endpoint_url) if bucket else None
    large = Bucket(s3, bucket) if bucket else None
    return Table(client, table, bucket=large, now=now)


def _client(session: Any, service: str, region: str, endpoint_url: str) -> Any:
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS[service],
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=CONCURRENT,
        tcp_keepalive=True,
        s3={"addressing_style": "path"} if endpoint_url else None,
    )
    return session.create_client(
        service, region_name=region or None, endpoint_url=endpoint_url or None, config=config
    )
