"""Slack's rate limits, for tests that switch them on."""

import time
from collections import deque
from dataclasses import dataclass, field

from askwell.playground.nouns import Json

# method -> calls allowed, within seconds; from D/apis/web-api/rate-limits and the methods' pages
TIERS: dict[str, tuple[int, float]] = {
    "chat.postMessage": (1, 1.0),  # for each channel
    "chat.startStream": (20, 60.0),
    "chat.stopStream": (20, 60.0),
    "chat.appendStream": (100, 60.0),
    "chat.update": (50, 60.0),
    "views.open": (100, 60.0),
    "views.publish": (100, 60.0),
    "users.info": (100, 60.0),
    "usergroups.list": (20, 60.0),
    "conversations.members": (100, 60.0),
    "conversations.replies": (50, 60.0),
}
BURST = {"chat.postMessage": 3}  # "short bursts are allowed"


@dataclass
class Rates:
    """Count calls in sliding windows; off unless a test wants them."""

    on: bool = False
    tiers: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(TIERS))
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def wait_for(self, method: str, team: str, arguments: Json) -> float:
        """Say how many seconds a call comes too early; 0 lets it pass and counts it."""
        if not self.on or method not in self.tiers:
            return 0.0
        allowed, seconds = self.tiers[method]
        burst = BURST.get(method, 1)
        place = str(arguments.get("channel")) if method == "chat.postMessage" else team
        window = self._seen.setdefault((method, place), deque())
        now = time.monotonic()
        while window and now - window[0] >= seconds * burst:
            window.popleft()
        if len(window) >= allowed * burst:
            return seconds * burst - (now - window[0])
        window.append(now)
        return 0.0
