"""Where things are in the table: its page is true, nothing scans, other layouts are read."""

import ast
import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from askwell import stores as protocols
from askwell.domain.kept import Preference, Vote
from askwell.domain.result import Result
from askwell.errors import Transient
from askwell.stores import dynamodb
from askwell.stores.dynamodb import Table, bodies
from askwell.stores.encoding import encode
from dynamodb_tables import new_bucket, open_table, s3_client, watched
from servers.dynamodb_server import dynamodb_url
from servers.throttling_proxy import proxy, throttled
from store_backends import Stores, in_table
from store_records import START, answer, posted, result, turn, vote

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dynamodb.md"
DAY = timedelta(days=1).total_seconds()


@pytest.fixture(scope="module")
def bucket() -> str:
    return new_bucket()


@pytest.fixture
def table(bucket: str) -> Iterator[Table]:
    opened = open_table(bucket=bucket)
    yield opened
    opened.close()


@pytest.fixture
def stores(table: Table) -> Stores:
    return in_table(table, [0.0])


# The page


def accesses(stores: Stores) -> dict[str, Any]:
    """Return every use of every store."""
    kept = answer("<turn>", asker="<email>")
    rows = result().model_copy(update={"id": "<result>"})
    a_turn = turn(1).model_copy(update={"id": "<turn>", "thread": "<thread>"})
    a_vote = Vote(answer="<turn>", person="<email>", ballot="up", at=START)
    return {
        "TurnStore.write": stores.turns.write(a_turn),
        "TurnStore.latest": stores.turns.latest("<thread>", limit=6),
        "AnswerStore.put": stores.answers.put(kept),
        "AnswerStore.add": stores.answers.add(answer("<turn>").model_copy(update={"id": "<t>"})),
        "AnswerStore.get": stores.answers.get("<turn>"),
        "AnswerStore.recent": stores.answers.recent("<email>"),
        "VoteStore.put": stores.votes.put(a_vote),
        "VoteStore.of": stores.votes.of("<turn>"),
        "StopStore.ask": stores.stops.ask("<turn>"),
        "StopStore.asked": stores.stops.asked("<turn>"),
        "PreferenceStore.put": stores.preferences.put(Preference(person="<email>")),
        "PreferenceStore.of": stores.preferences.of("<email>"),
        "Ledger.claim": stores.ledger.claim("<turn>", 1),
        "Ledger.record": stores.ledger.record(posted(question="<turn>"), 1),
        "ResultStore.put": stores.results.put(rows, seconds=DAY),
        "ResultStore.get": stores.results.get("<result>"),
        "AuditStore.record": stores.audit.record({"asker": "<email>"}),
        "Budget.spend": stores.budget.spend("<name>", per_minute=1),
        "KnowledgeStore.newest": stores.knowledge.newest("<kind>", "<name>"),
        "KnowledgeStore.publish": stores.knowledge.publish("<kind>", "<name>", "", after=0),
        "ValueStore.put": stores.values.put("<key>", ""),
        "ValueStore.get": stores.values.get("<key>"),
        "ValueStore.take": stores.values.take("<key>"),
    }


def is_consistent(table: Table, params: dict[str, Any]) -> bool:
    asked = params.get("RequestItems", {}).get(table.name, params)
    return bool(asked.get("ConsistentRead", False))


def described(operation: str, params: dict[str, Any]) -> list[str]:
    """Return an operation, its index, its key and its condition, as the page has them."""
    values = params.get("ExpressionAttributeValues", {})
    if operation == "BatchGetItem":
        return ["BatchGetItem", "the keys that the index gave", ""]
    if operation == "Query":
        index = f" of `{params['IndexName']}`" if "IndexName" in params else ""
        sought = [value["S"] for value in values.values()]
        return [f"Query{index}", " / ".join(f"`{_general(text)}`" for text in sought), ""]
    key = params.get("Item") or params["Key"]
    condition = params.get("ConditionExpression", "").replace("#ttl", "ttl")
    names = [f"`{_general(key[name]['S'])}`" for name in ("pk", "sk")]
    return [operation, " / ".join(names), f"`{condition}`" if condition else ""]


def _general(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z#[0-9a-f]{32}", "<time>#<event>", text)
    text = re.sub(r"AUDIT#\d{4}-\d\d-\d\d#\d", "AUDIT#<day>#<shard>", text)
    text = re.sub(r"\d{12}", "<number>", text)
    return text.replace("<t>", "<turn>")


async def test_the_access_patterns_of_the_page_are_those_of_the_code(
    table: Table, stores: Stores
) -> None:
    lines = []
    for name, work in accesses(stores).items():
        traffic = watched(table)
        await work
        for operation, params in traffic.calls:
            if operation in ("GetItem", "Query", "BatchGetItem"):
                is_behind = params.get("IndexName") == "by_person"
                assert is_consistent(table, params) != is_behind
            cells = [f"`{name}`", *described(operation, params)]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    between = re.search(r"<!-- access -->\n(.*?)\n<!-- /access -->", PAGE.read_text("utf-8"), re.S)
    assert between
    assert between.group(1).splitlines()[2:] == lines


PROTOCOLS = ast.parse(Path(protocols.__file__).read_text("utf-8"))


async def test_every_use_of_a_store_is_in_the_page(stores: Stores) -> None:
    uses = {
        f"{door.name}.{method.name}"
        for door in PROTOCOLS.body
        if isinstance(door, ast.ClassDef)
        for method in door.body
        if isinstance(method, ast.AsyncFunctionDef)
    }
    works = accesses(stores)
    for work in works.values():
        work.close()
    assert uses == set(works)


def test_nothing_scans() -> None:
    for path in sorted(Path(dynamodb.__file__).parent.glob("*.py")):
        assert not re.search(r"""["'](scan|execute_statement)""", path.read_text("utf-8")), path


def test_the_lifecycle_rules_of_the_page_are_the_folders() -> None:
    text = PAGE.read_text("utf-8")
    for days in bodies.KEPT_DAYS:
        assert f"| `{days}-days/` | {days + 1} days |" in text
    assert f"| `{bodies.FOREVER}/` | never |" in text


# Bodies


def item_of(table: Table, pk: str, sk: str) -> dict[str, Any]:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    return dict(table.client.get_item(TableName=table.name, Key=key)["Item"])


def noise(count: int) -> str:
    return random.Random(7).randbytes(count // 2).hex()


@pytest.mark.parametrize(("size", "kept"), [(10, "body"), (20_000, "zip"), (900_000, "s3")])
async def test_a_body_is_where_it_fits(table: Table, stores: Stores, size: int, kept: str) -> None:
    text = noise(size)
    assert await stores.knowledge.publish("catalog", "live", text, after=0) == 1
    item = item_of(table, "KNOWLEDGE#catalog#live", "VERSION#000000000001")
    assert set(item) == {"pk", "sk", "v", kept}
    assert await stores.knowledge.newest("catalog", "live") == protocols.Published(1, text)


async def test_what_is_large_may_be_of_any_kind(table: Table, stores: Stores, bucket: str) -> None:
    long = noise(900_000)
    a_turn = turn(1).model_copy(update={"sql": long})
    said = answer().answer.model_copy(update={"headline": long})
    kept = answer().model_copy(update={"answer": said})
    rows = result(rows=((long,),))
    await stores.turns.write(a_turn)
    await stores.turns.write(a_turn.model_copy(update={"sql": "other"}))
    await stores.answers.put(kept)
    await stores.results.put(rows, seconds=DAY)
    await stores.audit.record({"sql": long})
    assert await stores.turns.latest("t") == (a_turn,)
    assert await stores.answers.recent("kim@example.com") == (kept,)
    assert await stores.results.get("r0") == rows
    folders = {
        pk: item_of(table, pk, sk)["s3"]["S"].split("/")[1]
        for pk, sk in (
            ("THREAD#t", "TURN#t-1"), ("ANSWER#a", "ANSWER"), ("RESULT#r0", "RESULT")
        )
    }  # fmt: skip
    assert folders == {"THREAD#t": "90-days", "ANSWER#a": "90-days", "RESULT#r0": "1-days"}


async def test_what_is_gone_from_s3_is_gone(table: Table, stores: Stores, bucket: str) -> None:
    rows = result(rows=((noise(900_000),),))
    await stores.results.put(rows, seconds=DAY)
    key = item_of(table, "RESULT#r0", "RESULT")["s3"]["S"]
    s3_client().delete_object(Bucket=bucket, Key=key)
    assert await stores.results.get("r0") is None


async def test_a_write_torn_between_s3_and_the_table_leaves_nothing(bucket: str) -> None:
    """What lies in S3 then is in a folder that is emptied."""
    with proxy(dynamodb_url()) as torn:
        table = open_table(url=torn.url, bucket=bucket)
        stores = in_table(table, [0.0])
        before = objects(bucket)
        torn.add(throttled(4, "PutItem"))
        rows = result(rows=((noise(900_000),),))
        with pytest.raises(Transient):
            await stores.results.put(rows, seconds=DAY)
        assert await stores.results.get("r0") is None
        (orphan,) = objects(bucket) - before
        assert orphan.startswith("askwell/1-days/")
        await stores.results.put(rows, seconds=DAY)
        assert await stores.results.get("r0") == rows
        table.close()


def objects(bucket: str) -> set[str]:
    found = s3_client().list_objects_v2(Bucket=bucket)
    return {entry["Key"] for entry in found.get("Contents", ())}


# Other layouts


def put(table: Table, pk: str, sk: str, body: object, **more: Any) -> None:
    item = {"pk": {"S": pk}, "sk": {"S": sk}, "body": {"S": encode(body)}, **more}
    table.client.put_item(TableName=table.name, Item=item)


OLDER: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"v": {"N": "0"}, "owner": {"S": "an attribute that is gone"}}, {"mood": "gone"}),
    ({"v": {"N": "2"}, "hue": {"M": {}}}, {"schema_version": 2, "mood": "of a later version"}),
]


@pytest.mark.parametrize(("attributes", "change"), OLDER)
async def test_records_of_other_layouts_are_read(
    table: Table, stores: Stores, attributes: dict[str, Any], change: dict[str, Any]
) -> None:
    def without(noun: Any, *names: str) -> dict[str, Any]:
        return {k: v for k, v in noun.model_dump().items() if k not in names} | change

    at = {"at": {"S": "2026-11-28T12:00:00Z"}}
    of_turn = without(turn(1), "reads", "seen", "rows_of", "restarted", "catalog_version")
    put(table, "THREAD#t", "TURN#t-1", of_turn, **attributes, **at)
    put(table, "ANSWER#a", "ANSWER", without(answer(), "reads", "audience"), **attributes)
    put(table, "ANSWER#a", "VOTE#kim", without(vote("kim", "up"), "reason"), **attributes)
    put(table, "RESULT#r0", "RESULT", without(result(), "elapsed_ms", "sql"), **attributes)
    put(table, "PERSON#kim", "PREFERENCE", {"person": "kim", "language": "fr"} | change)
    assert [t.question for t in await stores.turns.latest("t")] == [turn(1).question]
    kept = await stores.answers.get("a")
    assert kept is not None
    assert (kept.answer.headline, kept.reads) == (answer().answer.headline, None)
    assert [v.person for v in await stores.votes.of("a")] == ["kim"]
    rows = await stores.results.get("r0")
    assert isinstance(rows, Result)
    assert rows.rows == result().rows
    assert await stores.preferences.of("kim") == Preference(person="kim")


async def test_records_that_cannot_be_read_are_passed_over(table: Table, stores: Stores) -> None:
    await stores.turns.write(turn(1))
    later = {"at": {"S": "2999-01-01T00:00:00Z"}}
    put(table, "THREAD#t", "TURN#t-2", {"nothing": "else"}, **later)
    put(table, "THREAD#t", "TURN#t-3", ["not even a record"], **later)
    bodiless = {"pk": {"S": "THREAD#t"}, "sk": {"S": "TURN#t-4"}, **later}
    table.client.put_item(TableName=table.name, Item=bodiless)
    assert await stores.turns.latest("t", limit=9) == (turn(1),)
    put(table, "KNOWLEDGE#term#gmv", "VERSION#000000000001", {"text": "of another layout"})
    assert await stores.knowledge.newest("term", "gmv") is None
    put(table, "LEDGER#q", "LEDGER", {}, fence={"N": "3"}, ttl={"N": "1"})
    assert await stores.ledger.claim("q", 1) == ()


# The audit


async def test_the_audit_is_appended_and_kept(table: Table, stores: Stores) -> None:
    for number in range(20):
        await stores.audit.record({"asker": "kim", "number": number, "at": START})
    day, found = datetime.now(UTC).date().isoformat(), []
    for shard in range(4):
        sought = {":pk": {"S": f"AUDIT#{day}#{shard}"}}
        condition = "pk = :pk"
        found += table.client.query(
            TableName=table.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=sought,
        )["Items"]
    assert len(found) == 20
    assert all("ttl" not in item for item in found)
    events = [json.loads(item["body"]["S"]) for item in sorted(found, key=lambda i: i["sk"]["S"])]
    assert [event["number"] for event in events] == list(range(20))


def test_what_is_compressed_is_plain_gzip() -> None:
    packed = bodies.pack("가" * 5_000, None, None)
    assert gzip.decompress(packed["zip"]["B"]).decode() == "가" * 5_000
