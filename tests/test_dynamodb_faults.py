"""DynamoDB throttles, is slow, loses answers, refuses: over a proxy before a real server."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session

from askwell.errors import LostLease, Misconfigured, TooLarge, Transient
from askwell.stores import Published, dynamodb
from askwell.stores.dynamodb import Table, check, connect
from dynamodb_tables import REGION, new_bucket, open_table, s3_client
from servers.dynamodb_server import dynamodb_url
from servers.throttling_proxy import Fault, Proxy, proxy, throttled
from store_backends import in_table
from store_records import answer, posted, turn

ATTEMPTS = 4  # of the client, in all


@pytest.fixture
def faulty() -> Iterator[Proxy]:
    with proxy(dynamodb_url()) as own:
        yield own


@pytest.fixture
def table(faulty: Proxy) -> Iterator[Table]:
    opened = open_table(url=faulty.url)
    faulty.seen.clear()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore try again at once; how long it waits is its own."""
    backoff = "botocore.retries.standard.ExponentialBackoff.delay_amount"
    monkeypatch.setattr(backoff, lambda *_: 0.0)


CODES = ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]


@pytest.mark.parametrize("code", CODES)
async def test_short_throttling_is_not_seen(faulty: Proxy, table: Table, code: str) -> None:
    stores = in_table(table, [0.0])
    faulty.add(throttled(ATTEMPTS - 1, "PutItem", code=code))
    await stores.turns.write(turn(1))
    assert await stores.turns.latest("t") == (turn(1),)
    assert [name.split(".")[-1] for name in faulty.seen] == ["PutItem"] * ATTEMPTS + ["Query"]


@pytest.mark.parametrize("code", CODES)
async def test_long_throttling_is_transient(faulty: Proxy, table: Table, code: str) -> None:
    stores = in_table(table, [0.0])
    faulty.add(throttled(ATTEMPTS, code=code))
    with pytest.raises(Transient, match="is busy") as caught:
        await stores.turns.write(turn(1))
    assert caught.value.attempts == ATTEMPTS
    assert await stores.turns.latest("t") == ()
    await stores.turns.write(turn(1))
    assert await stores.turns.latest("t") == (turn(1),)


@pytest.mark.parametrize(
    "fault",
    [Fault(99, status=500), Fault(99, status=503), Fault(99, drops="before")],
    ids=["500", "503", "dropped"],
)
async def test_a_broken_server_is_transient(faulty: Proxy, table: Table, fault: Fault) -> None:
    stores = in_table(table, [0.0])
    faulty.add(fault)
    works: list[Any] = [
        stores.turns.latest("t"), stores.answers.put(answer()), stores.answers.recent("kim"),
        stores.stops.asked("t"), stores.ledger.claim("q", 1), stores.values.take("v"),
        stores.budget.spend("n", per_minute=1), check(table),
    ]  # fmt: skip
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        assert isinstance(outcome, Transient), outcome


async def test_a_server_that_is_not_there_or_silent_is_transient(table: Table) -> None:
    gone = open_table(table.name, url="http://127.0.0.1:9", make=False)
    with pytest.raises(Transient, match="does not answer"):
        await in_table(gone, [0.0]).stops.asked("t")
    gone.close()
    with pytest.raises(Transient, match="is closed"):
        await in_table(gone, [0.0]).stops.asked("t")


async def test_a_write_whose_answer_was_lost_counts_once(faulty: Proxy, table: Table) -> None:
    """The client sends it again, and finds its own write there."""
    stores = in_table(table, [0.0])
    writes: list[Any] = [
        stores.turns.write(turn(1)), stores.ledger.record(posted(), 1), stores.audit.record({}),
        stores.answers.add(answer()), stores.knowledge.publish("term", "gmv", "a", after=0),
    ]  # fmt: skip
    for write in writes:
        faulty.add(Fault(1, drops="after"))
        faulty.seen.clear()
        await write
        assert faulty.seen[0] == faulty.seen[1]
    assert await stores.answers.get("a") == answer()
    assert await stores.knowledge.newest("term", "gmv") == Published(1, "a")
    assert await stores.turns.latest("t", limit=9) == (turn(1),)
    assert await stores.ledger.claim("q", 1) == (posted(),)


async def test_a_lost_answer_does_not_cost_the_lease(faulty: Proxy, table: Table) -> None:
    stores = in_table(table, [0.0])
    faulty.add(Fault(1, "UpdateItem", drops="after"))
    assert await stores.ledger.claim("q", 2) == ()
    with pytest.raises(LostLease):
        await stores.ledger.claim("q", 1)


def unprocessed(table: Table, *names: str) -> dict[str, Any]:
    keys = [{"pk": {"S": f"ANSWER#{name}"}, "sk": {"S": "ANSWER"}} for name in names]
    left = {table.name: {"Keys": keys, "ConsistentRead": True}}
    return {"Responses": {table.name: []}, "UnprocessedKeys": left}


async def test_what_a_batch_left_out_is_asked_for_again(faulty: Proxy, table: Table) -> None:
    stores = in_table(table, [0.0])
    for name in ("a", "b"):
        await stores.answers.put(answer(name))
    left_out = Fault(2, "BatchGetItem", status=200, body=unprocessed(table, "a", "b"))
    faulty.add(left_out)
    recent = await stores.answers.recent("kim@example.com")
    assert {kept.id for kept in recent} == {"a", "b"}
    left_out.times = 9
    with pytest.raises(Transient, match="is busy"):
        await stores.answers.recent("kim@example.com")


# What is set up wrongly


async def test_a_table_that_is_not_there_is_named() -> None:
    table = open_table("nowhere", make=False)
    for work in (in_table(table, [0.0]).turns.write(turn(1)), check(table)):
        with pytest.raises(Misconfigured, match=r"table nowhere: .*; create it"):
            await work
    table.close()


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException"])
async def test_what_may_not_be_done_is_named_and_no_more(
    faulty: Proxy, table: Table, code: str
) -> None:
    secret = "arn:aws:sts::123456789012:assumed-role/secret"
    faulty.add(Fault(9, status=400, body={"__type": f"any#{code}", "message": secret}))
    with pytest.raises(Misconfigured, match="allow PutItem to the role") as caught:
        await in_table(table, [0.0]).values.put("bot", "xoxb-token")
    assert "secret" not in str(caught.value)
    assert "xoxb" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_credentials_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Misconfigured, match="region"):
        connect("t", session=Session())
    table = connect("t", region=REGION, endpoint_url=dynamodb_url(), session=Session())
    with pytest.raises(Misconfigured, match="credentials"):
        await in_table(table, [0.0]).stops.asked("t")
    table.close()


async def test_the_layout_of_a_table_is_checked() -> None:
    table = open_table()
    await check(table)
    dynamodb.create_table(table.client, table.name)
    off = {"Enabled": False, "AttributeName": "ttl"}
    table.client.update_time_to_live(TableName=table.name, TimeToLiveSpecification=off)
    with pytest.raises(Misconfigured, match="switch TTL on"):
        await check(table)
    table.close()


async def test_a_table_of_another_layout_is_named() -> None:
    table = open_table("plain", make=False)
    schema: dict[str, Any] = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    table.client.create_table(TableName="plain", BillingMode="PAY_PER_REQUEST", **schema)
    with pytest.raises(Misconfigured, match="create it anew with the keys"):
        await check(table)
    stores = in_table(table, [0.0])
    for work in (stores.turns.latest("t"), stores.answers.get("a")):
        with pytest.raises(Misconfigured, match="keys and indexes"):
            await work
    table.client.delete_table(TableName="plain")
    table.close()


async def test_a_table_without_its_indexes_is_named() -> None:
    table = open_table("bare", make=False)
    schema: dict[str, Any] = {
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}
        ],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
    }  # fmt: skip
    table.client.create_table(TableName="bare", BillingMode="PAY_PER_REQUEST", **schema)
    with pytest.raises(Misconfigured, match="create the table anew with the local index by_time"):
        await check(table)
    with pytest.raises(Misconfigured, match="keys and indexes"):
        await in_table(table, [0.0]).turns.latest("t")
    table.client.delete_table(TableName="bare")
    table.close()


# S3


LARGE = "".join(f"{n * 2654435761 % 2**32:08x}" for n in range(100_000))


async def test_what_no_item_holds_needs_a_bucket() -> None:
    table = open_table()
    stores = in_table(table, [0.0])
    with pytest.raises(TooLarge, match="ASKWELL_STORES_BUCKET"):
        await stores.knowledge.publish("catalog", "live", LARGE, after=0)
    assert await stores.knowledge.newest("catalog", "live") is None
    table.close()


async def test_a_bucket_that_is_not_there_leaves_nothing_half_written() -> None:
    bucket = new_bucket()
    table = open_table(bucket=bucket)
    await check(table)
    s3_client().delete_bucket(Bucket=bucket)
    with pytest.raises(Misconfigured, match=rf"bucket {bucket}: .*create it"):
        await check(table)
    stores = in_table(table, [0.0])
    with pytest.raises(Misconfigured, match=f"bucket {bucket}"):
        await stores.knowledge.publish("catalog", "live", LARGE, after=0)
    assert await stores.knowledge.newest("catalog", "live") is None
    assert await stores.knowledge.publish("catalog", "live", "small", after=0) == 1
    table.close()
