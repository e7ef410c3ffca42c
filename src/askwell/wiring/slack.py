"""A worker for Slack, over one running askwell."""

from askwell.inbox import Inbox
from askwell.slack.doors import People
from askwell.slack.respond import ClientOf, Means
from askwell.slack.worker import Worker
from askwell.wiring.app import Askwell

_GRACE_SECONDS = 20.0  # whoever runs the process gives it 30 from SIGTERM to SIGKILL


def slack_means(app: Askwell, client_of: ClientOf, people: People) -> Means:
    """Return what answering in Slack needs."""
    return Means(
        client_of=client_of,
        conversation=app.conversation(),
        ledger=app.stores.ledger,
        budget=app.stores.budget,
        people=people,
    )


def slack_worker(
    app: Askwell, inbox: Inbox, client_of: ClientOf, people: People, *, parallel: int = 20
) -> Worker:
    """Return a worker that answers what is in the inbox, `parallel` threads side by side."""
    means = slack_means(app, client_of, people)
    return Worker(means, inbox, parallel=parallel, grace=_GRACE_SECONDS)
