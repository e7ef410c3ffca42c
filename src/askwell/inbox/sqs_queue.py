"""The SQS FIFO queue that carries the events, and its dead-letter queue."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from askwell.domain.delivery import DeadLetter
from askwell.errors import AskwellError, Misconfigured, TooLarge
from askwell.inbox.batches import Batches, Entry
from askwell.inbox.sqs_calls import Calls, NotHeld, client_of, failure

# How often SQS delivers a message before it moves it to the dead letters on its own. The worker
# gives up long before that, with an apology: this is for what ends every worker at once.
MOST_RECEIVES = 100
LEAST_RECEIVES = 60
_MOST_BYTES = 256 * 1024  # of a message, and of a batch
_MOST_ENTRIES = 10
_RETENTION_SECONDS = 14 * 24 * 3600  # as long as SQS can
_LEAST_RETENTION_SECONDS = 24 * 3600
_GROUP = re.compile(r"[!-~]{1,128}")
_ATTRIBUTES = ["ApproximateReceiveCount"]


@dataclass(frozen=True, slots=True)
class Message:
    """Be an event as the queue hands it out; `handle` is for whoever got it."""

    identity: str
    group: str
    body: dict[str, Any]
    received: float
    handle: str
    receives: int


class Queue:
    """Call a FIFO queue by its URL; every method raises as `Calls` does."""

    def __init__(self, url: str, **where: Any) -> None:
        """Use the queue at `url`; `where`: what `Calls` takes."""
        self._url = url
        self._dead_url = ""
        self._calls = Calls("sqs", f"queue {url.rpartition('/')[2]}", **where)
        self._sends = Batches(self._send_batch, most=_MOST_ENTRIES, size=_MOST_BYTES)
        self._deletes = Batches(self._delete_batch, most=_MOST_ENTRIES, size=_MOST_BYTES)

    def send(self, message: Message) -> "asyncio.Future[None]":
        """Line a message up for its group; the future ends when SQS has it.

        SQS drops a repeat within five minutes.
        """
        entry = _entry(message)
        return self._sends.add(entry, len(entry["MessageBody"]))

    async def receive(self, most: int, wait: int, seconds: int) -> list[Message]:
        """Take messages out of free groups for `seconds`; wait for the first."""
        found = await self._calls.poll(
            "receive_message",
            QueueUrl=self._url,
            MaxNumberOfMessages=min(most, _MOST_ENTRIES),
            WaitTimeSeconds=wait,
            VisibilityTimeout=seconds,
            ReceiveRequestAttemptId=uuid4().hex,  # boto's own second try gets the same messages
            MessageSystemAttributeNames=_ATTRIBUTES,
        )
        return [_message(one) for one in found.get("Messages", [])]

    async def hide(self, handle: str, seconds: int) -> bool:
        """Let a message that is held come again in `seconds`; False if it is no longer held."""
        try:
            await self._calls.call(
                "change_message_visibility",
                QueueUrl=self._url,
                ReceiptHandle=handle,
                VisibilityTimeout=seconds,
            )
        except NotHeld:
            return False
        return True

    async def delete(self, handle: str) -> None:
        """Delete a message, and let the next of its group be taken."""
        await self._deletes.add({"ReceiptHandle": handle})

    async def send_dead(self, letter: DeadLetter, received: float) -> None:
        """Put a copy of a dead letter into the dead-letter queue, with what was told of it."""
        message = Message(letter.identity, letter.group, letter.body, received, "", 0)
        told = {"reference": letter.reference or "-", "reason": letter.reason or "-"}
        await self._calls.call(
            "send_message",
            QueueUrl=await self._dead(),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text} for name, text in told.items()
            },
            **_entry(message),
        )

    async def dead(self, seconds: int) -> list[Message]:
        """Look at up to ten dead letters; nobody else sees these for `seconds`."""
        found = await self._calls.call(
            "receive_message",
            QueueUrl=await self._dead(),
            MaxNumberOfMessages=_MOST_ENTRIES,
            VisibilityTimeout=seconds,
            MessageSystemAttributeNames=_ATTRIBUTES,
        )
        return [_message(one) for one in found.get("Messages", [])]

    async def check(self, lease: int) -> None:
        """Look whether the queue is as it must be.

        Raises:
            Misconfigured: what is wrong, and what to set instead.
        """
        given = await self._attributes()
        policy = json.loads(given.get("RedrivePolicy", "{}"))
        for is_wrong, what in (
            (given.get("FifoQueue") != "true", "is no FIFO queue; make one whose name ends .fifo"),
            (not policy, "has no dead-letter queue; give it a RedrivePolicy"),
            (
                int(policy.get("maxReceiveCount", MOST_RECEIVES)) < LEAST_RECEIVES,
                f"gives up before askwell does; set its maxReceiveCount to {MOST_RECEIVES}",
            ),
            (
                int(given["VisibilityTimeout"]) < lease,
                f"hides messages for less than a lease; set its VisibilityTimeout to {lease}",
            ),
            (
                int(given.get("MessageRetentionPeriod", _RETENTION_SECONDS))
                < _LEAST_RETENTION_SECONDS,
                "forgets within a day; set its MessageRetentionPeriod to 14 days",
            ),
        ):
            if is_wrong:
                raise Misconfigured(f"Queue {self._url} {what}.")
        await self._dead()

    async def close(self) -> None:
        """Send and delete what is lined up, and close."""
        await self._sends.close()
        await self._deletes.close()
        self._calls.close()

    async def _attributes(self) -> dict[str, str]:
        found = await self._calls.call(
            "get_queue_attributes", QueueUrl=self._url, AttributeNames=["All"]
        )
        return dict(found["Attributes"])

    async def _dead(self) -> str:
        if not self._dead_url:
            policy = json.loads((await self._attributes()).get("RedrivePolicy", "{}"))
            name = str(policy.get("deadLetterTargetArn", "")).rpartition(":")[2]
            if not name:
                raise Misconfigured(f"Queue {self._url} has no dead-letter queue.")
            found = await self._calls.call("get_queue_url", QueueName=name)
            self._dead_url = str(found["QueueUrl"])
        return self._dead_url

    async def _send_batch(self, entries: Sequence[Entry]) -> Mapping[int, AskwellError]:
        return await self._in_batch("send_message_batch", entries)

    async def _delete_batch(self, entries: Sequence[Entry]) -> Mapping[int, AskwellError]:
        return await self._in_batch("delete_message_batch", entries)

    async def _in_batch(
        self, operation: str, entries: Sequence[Entry]
    ) -> Mapping[int, AskwellError]:
        numbered = [{"Id": str(n), **entry} for n, entry in enumerate(entries)]
        told = await self._calls.call(operation, QueueUrl=self._url, Entries=numbered)
        named = f"queue {self._url}: {operation}"
        return {
            int(one["Id"]): failure(f"{named} got {one['Code']}", operation, one["Code"])
            for one in told.get("Failed", [])
        }


def create_queues(name: str, *, lease: int = 60, **where: Any) -> str:
    """Create a queue, and its dead-letter queue, where they are not there; return the URL.

    `name` is without its ending; `where`: what `client_of` takes. For tests and for local work.
    """
    client = client_of("sqs", **where)
    every = {"FifoQueue": "true", "MessageRetentionPeriod": str(_RETENTION_SECONDS)}
    dead = client.create_queue(QueueName=f"{name}-dead.fifo", Attributes=every)["QueueUrl"]
    told = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {
        "deadLetterTargetArn": told["Attributes"]["QueueArn"],
        "maxReceiveCount": str(MOST_RECEIVES),
    }
    own = {"VisibilityTimeout": str(lease), "RedrivePolicy": json.dumps(policy)}
    return str(client.create_queue(QueueName=f"{name}.fifo", Attributes=every | own)["QueueUrl"])


def must_fit(identity: str, group: str, body: Mapping[str, Any]) -> None:
    """Let only an event pass that a message can hold.

    Raises:
        TooLarge: it is larger.
    """
    # A time takes at most 20 characters.
    size = len(_entry(Message(identity, group, dict(body), 1e9, "", 0))["MessageBody"]) + 20
    if size > _MOST_BYTES:
        raise TooLarge(f"an event has {size:,} bytes; SQS takes {_MOST_BYTES:,}")


def deduplication(identity: str) -> str:
    """Return the id by which SQS knows a repeat for five minutes."""
    return hashlib.sha256(identity.encode()).hexdigest()


def _entry(message: Message) -> dict[str, str]:
    """Return a message as it is sent: plain ASCII, whatever anybody wrote."""
    text = {
        "identity": message.identity,
        "group": message.group,
        "received": message.received,
        "body": message.body,
    }
    group = message.group
    return {
        "MessageBody": json.dumps(text, separators=(",", ":")),
        "MessageGroupId": group if _GROUP.fullmatch(group) else deduplication(group),
        "MessageDeduplicationId": deduplication(message.identity),
    }


def _message(given: Mapping[str, Any]) -> Message:
    return Message(
        **json.loads(given["Body"]),
        handle=given["ReceiptHandle"],
        receives=int(given["Attributes"]["ApproximateReceiveCount"]),
    )
