"""The inbox: one FIFO queue, a message group a thread, and where poison goes."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# askwell extends it while it works; this is how soon another worker takes over from a dead one.
_VISIBLE_AFTER = cdk.Duration.seconds(60)
# askwell gives up earlier, with an apology; this is for what ends every worker at once.
_MOST_RECEIVES = 100
_DAYS = cdk.Duration.days(14)


@dataclass(frozen=True)
class Inbox:
    """Hold the queue and its dead letters."""

    queue: sqs.Queue
    dead: sqs.Queue


def inbox(scope: Construct) -> Inbox:
    """Make the queue and its dead-letter queue, encrypted, over TLS only."""
    dead = sqs.Queue(
        scope,
        "DeadLetters",
        fifo=True,
        retention_period=_DAYS,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    queue = sqs.Queue(
        scope,
        "Inbox",
        fifo=True,
        # Each message names its own deduplication id; a thread waits for nobody else's.
        content_based_deduplication=False,
        deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
        fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        visibility_timeout=_VISIBLE_AFTER,
        receive_message_wait_time=cdk.Duration.seconds(20),
        retention_period=_DAYS,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=_MOST_RECEIVES, queue=dead),
    )
    return Inbox(queue, dead)
