"""The table as it must be: made for tests and local servers, checked for `askwell doctor`."""

from typing import Any

from botocore.exceptions import ClientError

from askwell.errors import Misconfigured
from askwell.stores.dynamodb.failures import translated
from askwell.stores.dynamodb.keys import BY_PERSON, BY_TIME
from askwell.stores.dynamodb.table import Table

_KEYS = {"pk": "HASH", "sk": "RANGE"}
# Name: keys, and whether it is the table's own or has partitions of its own.
_INDEXES = {
    BY_TIME: ({"pk": "HASH", "at": "RANGE"}, "LocalSecondaryIndexes", "ALL"),
    BY_PERSON: ({"person": "HASH", "asked": "RANGE"}, "GlobalSecondaryIndexes", "KEYS_ONLY"),
}
_TTL = "ttl"


def create_table(client: Any, name: str) -> None:
    """Create the table with its indexes and its TTL, and wait until it is there.

    Raises:
        Misconfigured, Transient: it cannot be created.
    """
    with translated(f"table {name}"):
        try:
            client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **_layout())
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceInUseException":
                raise
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        if not _has_ttl(client, name):
            wanted = {"Enabled": True, "AttributeName": _TTL}
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


async def check(table: Table) -> None:
    """Look at the table, and at the bucket where one is set.

    Raises:
        Misconfigured: something is not as it must be; says what to do.
        Transient: nobody answers.
    """
    found = await table.ask(lambda client: client.describe_table(TableName=table.name)["Table"])
    wrong = [*_wrong(found)]
    if not await table.ask(lambda client: _has_ttl(client, table.name)):
        wrong.append(f"switch TTL on, for the attribute {_TTL}")
    if wrong:
        raise Misconfigured(f"table {table.name} is not as docs/dynamodb.md has it: {wrong[0]}")
    if bucket := table.bucket:
        with translated(f"bucket {bucket.name}"):
            await table.in_thread(lambda: bucket.client.head_bucket(Bucket=bucket.name))


def _layout() -> dict[str, Any]:
    named = {name for keys in (_KEYS, *(keys for keys, _, _ in _INDEXES.values())) for name in keys}
    layout: dict[str, Any] = {
        "KeySchema": _schema(_KEYS),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in sorted(named)
        ],
    }
    for name, (keys, kind, projected) in _INDEXES.items():
        index = {"IndexName": name, "KeySchema": _schema(keys)}
        layout[kind] = [index | {"Projection": {"ProjectionType": projected}}]
    return layout


def _schema(keys: dict[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()]


def _wrong(found: dict[str, Any]) -> list[str]:
    """Return what is not as `create_table` makes it."""
    wrong = []
    if found["TableStatus"] not in ("ACTIVE", "UPDATING"):
        wrong.append(f"it is {found['TableStatus']}; wait until it is active")
    if _of(found) != _KEYS:
        wrong.append(f"create it anew with the keys {_KEYS}")
    for name, (keys, kind, _) in _INDEXES.items():
        index = next((i for i in found.get(kind, ()) if i["IndexName"] == name), None)
        if index is None or _of(index) != keys:
            local = kind.startswith("Local")
            how = "create the table anew with" if local else "add"
            wrong.append(f"{how} the {'local' if local else 'global'} index {name}, keys {keys}")
    return wrong


def _of(found: dict[str, Any]) -> dict[str, str]:
    return {key["AttributeName"]: key["KeyType"] for key in found["KeySchema"]}


def _has_ttl(client: Any, name: str) -> bool:
    about = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    is_on = about["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
    return bool(is_on and about.get("AttributeName") == _TTL)
