"""Be a counted process of askwell, as `benchmarks.slack_process`, whose inbox is on SQS."""

import sys
from typing import Any

from botocore.httpsession import URLLib3Session

from askwell.inbox.sqs import SQSInbox
from benchmarks.slack_process import Counts, count, serve


def _count_requests(counts: Counts) -> None:
    """Count what really goes to SQS and DynamoDB, and what had to wait for another's write."""
    send = URLLib3Session.send

    def counted(self: Any, request: Any) -> Any:
        target = request.headers["X-Amz-Target"]
        name = target.decode() if isinstance(target, bytes) else target
        response = send(self, request)
        counts["sqs" if "SQS" in name else "dynamodb"] += 1
        counts[name.rpartition(".")[2]] += 1
        counts["conflicts"] += b"TransactionConflict" in response.content
        return response

    URLLib3Session.send = counted


if __name__ == "__main__":
    counted = count(float(sys.argv[1]), SQSInbox)
    _count_requests(counted)
    serve(counted)
