"""Delivery to the app: events with retries, interactions with an answer within three seconds."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from askwell.playground.app import App
from askwell.playground.faults import Faults
from askwell.playground.nouns import Json


class NotDelivered(Exception):
    """Say that the app did not take it; `reason` is in Slack's words."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Line(Protocol):
    """One way to the app."""

    async def send(self, kind: str, payload: Json, attempt: int, reason: str | None) -> Any:
        """Hand a payload over and return the app's answer.

        Raises:
            NotDelivered: it was not taken.
        """
        ...


@dataclass
class Delivered:
    """One event and what became of it."""

    event: Json
    attempts: int = 0
    taken: bool = False
    reasons: list[str] = field(default_factory=list)


class Delivery:
    """Send to the app whatever happens; keep a record of it."""

    def __init__(
        self, app: App, faults: Faults, line: Line, retry_after: tuple[float, ...]
    ) -> None:
        self.app = app
        self.faults = faults
        self.line = line
        self.retry_after = retry_after  # seconds before each further attempt
        self.events: list[Delivered] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = itertools.count(1)

    def event(self, team: str, event: Json, *, shared: bool = False) -> None:
        """Send an event to the app in the background, and again while it is not taken."""
        installation = self.app.installed(team)
        if installation is None:
            return
        number = next(self._count)
        payload: Json = {
            "token": "verification",
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:010d}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": installation.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{number}",
        }
        for _ in range(self.faults.copies):
            record = Delivered(payload)
            self.events.append(record)
            self._start(self._deliver(record))

    async def ask(self, kind: str, payload: Json) -> Any:
        """Send an interaction or a command once, and return the app's answer.

        Raises:
            NotDelivered: no answer came within three seconds; the person sees a warning sign.
        """
        return await self.line.send(kind, payload, 0, None)

    async def settle(self) -> None:
        """Wait until every event is taken or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, record: Delivered) -> None:
        if self.faults.shuffle:
            await asyncio.sleep(self.faults.chance.random() * self.faults.shuffle)
        reason = None
        for attempt in range(len(self.retry_after) + 1):
            if attempt:
                await asyncio.sleep(self.retry_after[attempt - 1])
            record.attempts += 1
            try:
                await self.line.send("events_api", record.event, attempt, reason)
            except NotDelivered as failure:
                reason = failure.reason
                record.reasons.append(reason)
                if failure.final:
                    return
            else:
                record.taken = True
                return

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
