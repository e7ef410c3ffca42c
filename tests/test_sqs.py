"""What the SQS inbox does beyond the contract: repeats, round trips, dead letters, checks."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from askwell.domain.delivery import Delivery
from askwell.errors import Misconfigured, TooLarge
from askwell.inbox.sqs import SQSInbox
from askwell.inbox.sqs_ledger import Ledger
from askwell.stores.dynamodb import create_table
from sqs_inboxes import (
    REGION,
    dynamodb,
    dynamodb_url,
    name_of,
    new_queues,
    new_table,
    opened,
    session,
    sqs,
    sqs_inbox,
)


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[SQSInbox]:
    own = sqs_inbox(tmp_path)
    yield own
    await own.close()


@pytest.fixture
def queue(tmp_path: Path) -> str:
    return new_queues(name_of(tmp_path))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what really goes to a server, by its operation."""
    counts: Counter[str] = Counter()
    send = URLLib3Session.send

    def counting(self: Any, request: Any) -> Any:
        target = request.headers["X-Amz-Target"]
        name = target.decode() if isinstance(target, bytes) else target
        counts[name.rpartition(".")[2]] += 1
        return send(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(URLLib3Session, "send", counting)
        yield counts


async def taken(inbox: SQSInbox, wait: float = 0.0) -> Delivery:
    delivery = await inbox.take(wait=wait)
    assert delivery is not None
    return delivery


def in_flight(queue: str) -> dict[str, int]:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    given = sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return {name: int(given[name]) for name in names}


def changed(queue: str, **attributes: str) -> None:
    """Change attributes of a queue; `maxReceiveCount` stands within another."""
    if "maxReceiveCount" in attributes:
        given = sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
        policy = json.loads(given["Attributes"]["RedrivePolicy"]) | attributes
        attributes = {"RedrivePolicy": json.dumps(policy)}
    sqs().set_queue_attributes(QueueUrl=queue, Attributes=attributes)


def event(tmp_path: Path, identity: str) -> dict[str, Any]:
    key = {"pk": {"S": f"EVENT#{identity}"}, "sk": {"S": "EVENT"}}
    return dict(dynamodb().get_item(TableName=name_of(tmp_path), Key=key).get("Item", {}))


# Repeats


async def test_a_repeat_brings_what_died_before_it_was_sent(
    inbox: SQSInbox, tmp_path: Path
) -> None:
    where = {"region": REGION, "endpoint_url": dynamodb_url(), "session": session()}
    ledger = Ledger(name_of(tmp_path), **where)
    noted = time.time() - 60
    assert (await ledger.keep("a", "g", noted)).is_new  # and then its process is gone
    ledger.close()
    assert await inbox.take() is None
    assert await inbox.waiting("g") == ("a",)
    assert not await inbox.put("a", "g", {"n": 1})
    delivery = await taken(inbox)
    assert (delivery.body, delivery.tries, delivery.received) == ({"n": 1}, 1, noted)
    await inbox.done(delivery)
    assert await inbox.waiting("g") == ()


async def test_a_repeat_that_sqs_forgot_is_not_delivered_again(inbox: SQSInbox, queue: str) -> None:
    await inbox.put("a", "g", {})
    body = {"identity": "a", "group": "g", "received": 1.0, "body": {}}
    for later in range(3):
        sqs().send_message(
            QueueUrl=queue,
            MessageBody=json.dumps(body),
            MessageGroupId="g",
            MessageDeduplicationId=f"{later}",
        )
    await inbox.put("b", "g", {})
    await inbox.done(await taken(inbox))
    assert (await taken(inbox)).identity == "b"
    assert in_flight(queue) == {
        "ApproximateNumberOfMessages": 0,
        "ApproximateNumberOfMessagesNotVisible": 1,
    }


async def test_what_the_ledger_has_forgotten_is_delivered(inbox: SQSInbox, tmp_path: Path) -> None:
    await inbox.put("a", "g", {})
    key = {"pk": {"S": "EVENT#a"}, "sk": {"S": "EVENT"}}
    dynamodb().delete_item(TableName=name_of(tmp_path), Key=key)
    delivery = await taken(inbox)
    assert delivery.tries == 1
    assert not await inbox.put("a", "g", {})
    await inbox.done(delivery)
    assert int(event(tmp_path, "a")["ttl"]["N"]) > delivery.received + 14 * 24 * 3600


async def test_two_listeners_that_hear_the_same_at_once_keep_it_once(
    inbox: SQSInbox, tmp_path: Path
) -> None:
    other = sqs_inbox(tmp_path)
    puts = [one.put(f"{n}", "g", {}) for n in range(20) for one in (inbox, other)]
    assert sorted(await asyncio.gather(*puts)) == [False] * 20 + [True] * 20
    for _ in range(20):
        await inbox.done(await taken(inbox))
    assert await inbox.take() is None
    await other.close()


async def test_a_fence_grows_past_a_clock_that_is_ahead(inbox: SQSInbox, tmp_path: Path) -> None:
    await inbox.put("a", "g", {})
    ahead = int((time.time() + 3600) * 1e6)
    dynamodb().update_item(
        TableName=name_of(tmp_path),
        Key={"pk": {"S": "EVENT#a"}, "sk": {"S": "EVENT"}},
        UpdateExpression="SET fence = :ahead",
        ExpressionAttributeValues={":ahead": {"N": str(ahead)}},
    )
    assert (await taken(inbox)).fence == ahead + 1


async def test_the_table_may_be_that_of_the_conversation(tmp_path: Path, queue: str) -> None:
    table = f"{name_of(tmp_path)}-shared"
    create_table(dynamodb(), table)
    inbox = opened(queue, table)
    await inbox.check()
    for identity in "ab":
        await inbox.put(identity, "g", {})
    await inbox.bury(await taken(inbox), reference="R", reason="why")
    assert [one.identity for one in await inbox.dead_letters()] == ["a"]
    assert await inbox.waiting("g") == ("b",)
    await inbox.done(await taken(inbox))
    assert await inbox.waiting("g") == ()
    await inbox.close()


# Messages


@pytest.mark.parametrize("group", ["T1:C1:1.2", "스레드 1", "g" * 300, "a b", "x\u0000y"])
async def test_any_group_and_identity_will_do(inbox: SQSInbox, group: str) -> None:
    identity = f"#{group}#🙂"
    await inbox.put(identity, group, {})
    assert await inbox.waiting(group) == (identity,)
    delivery = await taken(inbox)
    assert (delivery.identity, delivery.group) == (identity, group)
    await inbox.done(delivery)


async def test_what_no_message_holds_is_refused_before_it_is_noted(inbox: SQSInbox) -> None:
    with pytest.raises(TooLarge, match="262,144"):
        await inbox.put("a", "g", {"text": "x" * 262_144})
    assert await inbox.waiting("g") == ()
    almost = {"text": "x" * 262_000}
    puts = [inbox.put(f"{n}", "g", almost) for n in range(3)]  # no two fit into one batch
    assert await asyncio.gather(*puts) == [True] * 3
    assert (await taken(inbox)).body == almost


# Round trips


async def test_an_event_costs_seven_round_trips(
    inbox: SQSInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch) as counts:
        await inbox.put("a", "g", {})
    assert counts == {"TransactWriteItems": 1, "SendMessageBatch": 1}
    with counted(monkeypatch) as counts:
        delivery = await taken(inbox, 5)
    assert counts == {"ReceiveMessage": 1, "UpdateItem": 1}
    with counted(monkeypatch) as counts:
        await inbox.extend(delivery)
    assert counts == {"ChangeMessageVisibility": 1}
    with counted(monkeypatch) as counts:
        await inbox.done(delivery)
    assert counts == {"TransactWriteItems": 1, "DeleteMessageBatch": 1}
    with counted(monkeypatch) as counts:
        assert not await inbox.put("a", "g", {})
    assert counts == {"TransactWriteItems": 1}


async def test_puts_at_once_are_sent_together_and_in_order(
    inbox: SQSInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch) as counts:
        await asyncio.gather(*(inbox.put(f"{n}", f"g{n % 2}", {}) for n in range(100)))
    assert counts["TransactWriteItems"] == 100
    assert counts["SendMessageBatch"] <= 40
    order: dict[str, list[int]] = {"g0": [], "g1": []}
    for _ in range(100):
        delivery = await taken(inbox)
        order[delivery.group].append(int(delivery.identity))
        await inbox.done(delivery)
    assert order == {"g0": [*range(0, 100, 2)], "g1": [*range(1, 100, 2)]}


async def test_takers_get_one_of_a_group_at_a_time(
    inbox: SQSInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for identity in ("a1", "a2", "a3", "b1"):
        await inbox.put(identity, identity[0], {})
    with counted(monkeypatch) as counts:
        waiting = [asyncio.ensure_future(inbox.take(wait=30)) for _ in range(4)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert counts["ReceiveMessage"] == 1  # for all that wait, not one for each
    seen: list[str] = []
    while len(seen) < 4:
        (first, *_), _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        waiting.remove(first)
        delivery = first.result()
        assert delivery is not None
        seen.append(delivery.identity)
        await inbox.done(delivery)
    assert [one for one in seen if one != "b1"] == ["a1", "a2", "a3"]


async def test_idle_takers_ask_once_for_all(
    inbox: SQSInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch) as counts:
        assert await asyncio.gather(*(inbox.take(wait=2) for _ in range(8))) == [None] * 8
    assert counts["ReceiveMessage"] <= 2


async def test_a_close_gives_back_what_comes_too_late(tmp_path: Path) -> None:
    inbox, other = sqs_inbox(tmp_path), sqs_inbox(tmp_path)
    taking = asyncio.ensure_future(inbox.take(wait=30))
    await asyncio.sleep(0.2)
    closing = asyncio.ensure_future(inbox.close())
    await asyncio.sleep(0)
    await other.put("a", "g", {})
    with pytest.raises(asyncio.CancelledError):
        await taking
    await closing
    assert (await taken(other)).tries == 1
    await other.close()


# Dead letters


async def test_a_dead_letter_is_in_the_dead_letter_queue_too(inbox: SQSInbox, queue: str) -> None:
    await inbox.put("a", "g", {"n": 1})
    await inbox.bury(await taken(inbox), reference="R-1", reason="무엇인가")
    (letter,) = await inbox.dead_letters()
    assert (letter.reference, letter.reason, letter.tries) == ("R-1", "무엇인가", 1)
    assert await inbox.waiting("g") == ()
    dead = f"{queue.removesuffix('.fifo')}-dead.fifo"
    assert sum(in_flight(dead).values()) == 1
    assert sum(in_flight(queue).values()) == 0


async def test_what_sqs_gave_up_is_a_dead_letter_as_well(tmp_path: Path) -> None:
    queue = new_queues(name_of(tmp_path))
    changed(queue, maxReceiveCount="2")
    inbox = sqs_inbox(tmp_path, lease=1)
    await inbox.put("a", "g", {"n": 1})
    await inbox.put("b", "g", {})
    for _ in range(2):
        assert (await taken(inbox, 10)).identity == "a"  # whoever has it dies
    behind = await taken(inbox, 10)
    assert behind.identity == "b"
    (letter,) = await inbox.dead_letters()
    assert (letter.identity, letter.group, letter.body) == ("a", "g", {"n": 1})
    assert "SQS gave it up" in letter.reason
    assert await inbox.waiting("g") == ("b",)
    assert await inbox.dead_letters() == (letter,)
    await inbox.close()


# Checks


async def test_a_good_queue_passes(inbox: SQSInbox) -> None:
    await inbox.check()


async def test_a_queue_that_is_not_there_is_named(tmp_path: Path, queue: str) -> None:
    table = new_table(name_of(tmp_path))
    inbox = opened(queue.replace("i-", "no-"), table)
    for work in (inbox.check(), inbox.put("a", "g", {}), inbox.take(), inbox.dead_letters()):
        with pytest.raises(Misconfigured, match=r"queue no-.*create it"):
            await work
    await inbox.close()


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"maxReceiveCount": "5"}, "set its maxReceiveCount to 100"),
        ({"VisibilityTimeout": "10"}, "set its VisibilityTimeout to 60"),
    ],
)
async def test_a_queue_that_is_not_as_it_must_be_is_told(
    inbox: SQSInbox, queue: str, attributes: dict[str, str], said: str
) -> None:
    changed(queue, **attributes)
    with pytest.raises(Misconfigured, match=said):
        await inbox.check()


@pytest.mark.parametrize(
    ("ending", "attributes", "said"),
    [("", {}, "no FIFO queue"), (".fifo", {"FifoQueue": "true"}, "no dead-letter queue")],
)
async def test_a_queue_of_another_kind_is_told(
    tmp_path: Path, ending: str, attributes: dict[str, str], said: str
) -> None:
    name = name_of(tmp_path)
    other = sqs().create_queue(QueueName=name + ending, Attributes=attributes)["QueueUrl"]
    inbox = opened(other, new_table(name))
    with pytest.raises(Misconfigured, match=said):
        await inbox.check()
    await inbox.close()


@pytest.mark.parametrize(("table", "said"), [("", "create it"), ("id", "docs/sqs.md")])
async def test_a_table_that_is_not_as_it_must_be_is_told(
    tmp_path: Path, queue: str, table: str, said: str
) -> None:
    name = f"{name_of(tmp_path)}-{table}"
    inbox = opened(queue, new_table(name, key=table) if table else name)
    with pytest.raises(Misconfigured, match=said):
        await inbox.check()
    await inbox.close()
