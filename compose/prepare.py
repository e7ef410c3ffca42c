"""Make the table and the queues of compose.yaml, once their servers answer.

The servers' addresses come from AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SQS.
"""

import sys
import time
from collections.abc import Callable

from botocore.session import get_session

from askwell.errors import Transient
from askwell.inbox.sqs_queue import create_queues
from askwell.stores.dynamodb import create_table

_PATIENCE = 60.0


def main(name: str) -> None:
    """Make a table, a queue and its dead-letter queue, all of one name, where they are not yet."""
    _when_there(lambda: create_table(get_session().create_client("dynamodb"), name))
    _when_there(lambda: create_queues(name))


def _when_there(make: Callable[[], object]) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            make()
        except Transient:
            if time.monotonic() > until:
                raise
            time.sleep(1)
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1])
