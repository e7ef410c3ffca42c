"""Where Slack's events wait for a worker."""

from askwell.errors import Misconfigured
from askwell.inbox import Inbox
from askwell.inbox.sqlite import INBOX, SQLiteInbox
from askwell.settings import Settings


def open_inbox(settings: Settings, *, lease: float = 60.0) -> Inbox:
    """Open the inbox that is set; `lease`: for how many seconds a worker holds an event.

    Raises:
        Misconfigured: the driver of SQS is not installed, or no region is set.
    """
    aws = settings.aws
    if not aws.queue_url:
        return SQLiteInbox(settings.home / INBOX, lease=lease)
    try:
        from askwell.inbox import sqs
    except ImportError as error:
        raise Misconfigured(
            "ASKWELL_INBOX is SQS, whose driver is missing; run `pip install 'askwell[aws]'`."
        ) from error
    return sqs.open_inbox(aws.queue_url, aws.table, region=aws.region, lease=lease)
