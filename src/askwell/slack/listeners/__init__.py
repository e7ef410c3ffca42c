"""What askwell listens to in Slack; each file registers its listeners."""

from slack_bolt.async_app import AsyncApp

from askwell.slack.ears import Ears
from askwell.slack.listeners import commands, forms, looks, messages, questions, workspace


def register(app: AsyncApp, ears: Ears) -> None:
    """Register every listener."""
    for each in (messages, questions, looks, forms, commands, workspace):
        each.register(app, ears)
