"""The workspace that the browser's tests look at."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User


@dataclass
class Office:
    """Hold the workspace: all three are in #general, Ann and Ben also in #secret."""

    slack: Slack
    client: AsyncWebClient
    ann: User
    ben: User
    cho: User
    general: Channel
    secret: Channel
