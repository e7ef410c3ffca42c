"""What Slack gives out for a while: trigger ids for views, and response URLs."""

import itertools
import time
from dataclasses import dataclass, field

from askwell.playground.refusal import NotOk

RESPONSES = 5  # D/interactivity/handling-user-interaction: up to 5 times within 30 minutes


@dataclass
class ResponseUrl:
    """Where an app may answer an interaction, and beside which message."""

    channel: str
    user: str
    team: str
    message_ts: str | None = None
    thread_ts: str | None = None
    left: int = RESPONSES


@dataclass
class Tickets:
    """Remember what was given out; `trigger_life` is in seconds (Slack: 3)."""

    trigger_life: float = 3.0
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def trigger(self, user: str) -> str:
        """Give out a trigger id for what this person just did."""
        trigger = f"{next(self._count)}.trigger"
        self._triggers[trigger] = (user, time.monotonic())
        return trigger

    def exchange(self, trigger: str) -> str:
        """Take a trigger id back, once and in time, and name its person.

        Raises:
            NotOk: invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        if trigger not in self._triggers:
            raise NotOk("invalid_trigger_id")
        if trigger in self._used:
            raise NotOk("exchanged_trigger_id")
        self._used.add(trigger)
        user, at = self._triggers[trigger]
        if time.monotonic() - at > self.trigger_life:
            raise NotOk("expired_trigger_id")
        return user

    def response_url(self, place: ResponseUrl) -> str:
        """Give out the path of a response URL."""
        path = f"/response/{next(self._count)}"
        self.response_urls[path] = place
        return path
