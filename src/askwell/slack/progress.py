"""How far the work is, in the thread: a status at once, after two seconds the steps as tasks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError

from askwell.conversation.steps import Step, StepName
from askwell.domain.kept import Audience
from askwell.domain.noun import Language
from askwell.errors import LostLease, Transient
from askwell.slack.blocks import loading_messages, plan_title, status, task
from askwell.slack.blocks.progress import Status
from askwell.slack.doors import Budget
from askwell.slack.posting import ANSWER, Desk, Where, impatient

_LOG = logging.getLogger("askwell")

QUICK_SECONDS = 2.0  # an answer within them comes as one post
_REFRESH_SECONDS = 90.0  # Slack takes a status away after two minutes
_COALESCE_SECONDS = 1.0
# Slack's limits for a workspace (docs.slack.dev, rate limits), shared by all processes.
STARTS_PER_MINUTE = 20
APPENDS_PER_MINUTE = 100
_NEXT: dict[StepName, tuple[StepName, ...]] = {
    "understood": ("drafted",),
    "drafted": ("checked", "ran"),
    "checked": ("ran",),
    "ran": (),
}


@dataclass(slots=True)
class Progress:
    """Show one question's progress; `team` and `user` are for whom a stream is."""

    desk: Desk
    budget: Budget
    where: Where
    language: Language
    team: str
    user: str
    quick: float = QUICK_SECONDS
    audience: Audience | None = None
    _stream: str = ""
    _lasts: bool = False
    _states: dict[StepName, tuple[Status, str]] = field(default_factory=dict)
    _shown: dict[StepName, tuple[Status, str]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, step: Step, audience: Audience | None) -> None:
        """Take a step in; its detail is shown only where everybody may see it."""
        self.audience = audience or self.audience
        for name in _NEXT:
            if self._states.get(name, ("",))[0] == "in_progress":
                self._states[name] = ("complete", self._states[name][1])
            if name == step.name:
                break
        detail = step.detail if audience == "everyone" else ""
        self._states[step.name] = ("complete", detail or self._states.get(step.name, ("", ""))[1])
        for name in _NEXT[step.name]:
            self._states[name] = ("in_progress", "")
        self._changed.set()

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show the progress while somebody works; afterwards nothing more is sent."""
        self._states["understood"] = ("in_progress", "")
        tasks = [asyncio.create_task(self._status()), asyncio.create_task(self._streaming())]
        try:
            yield
        finally:
            self._ended.set()
            self._changed.set()
            # Not cancelled: a call that is on its way may have opened a stream.
            await asyncio.gather(*tasks, return_exceptions=True)

    async def over(self) -> None:
        """Say that the work is over; most posts have taken the status away."""
        await self._session("active")
        if self._stream or self._lasts or self.desk.must_look:
            await self._status_set("")

    async def _status(self) -> None:
        """Show a status and the stop button, and again before Slack takes it away."""
        while not self._ended.is_set():
            pause = await self._status_set(status(self.language))
            await self._session("processing")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), pause)
                return
            self._lasts = True

    async def _status_set(self, said: str) -> float:
        """Set the status; return after how many seconds it is to be set again."""
        try:
            await self.desk.call(
                impatient(self.desk.client).assistant_threads_setStatus,
                channel_id=self.where.channel,
                thread_ts=self.where.thread,
                status=said,
                loading_messages=list(loading_messages(self.language)) if said else None,
            )
        except Transient as error:
            return error.after or _COALESCE_SECONDS
        except (SlackApiError, LostLease) as error:
            _LOG.info("no status: %s", error)
        return _REFRESH_SECONDS

    async def _session(self, state: str) -> None:
        with suppress(SlackApiError, Transient, LostLease):
            await self.desk.call(
                impatient(self.desk.client).agents_sessions_setStatus,
                channel_id=self.where.channel,
                thread_ts=self.where.thread,
                status=state,
                initiator_user_id=self.user,
            )

    async def _streaming(self) -> None:
        """Open a stream where it takes longer, and feed it, as far as the budget goes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), self.quick)
        try:
            if self._may_stream() and await self._opened():
                await self._feed()
        except (SlackApiError, Transient, LostLease) as error:
            _LOG.info("no stream: %s", error)

    def _may_stream(self) -> bool:
        return not self._ended.is_set() and self.audience != "asker"

    async def _opened(self) -> bool:
        budget = f"startStream:{self.team}"
        if ANSWER in self.desk.known or self.desk.must_look:
            return False  # an earlier try may have left one
        if not await self.budget.spend(budget, per_minute=STARTS_PER_MINUTE):
            return False
        chunks = [plan_title(self.language), *self._news()]
        self._stream = await self.desk.start_stream(chunks, self.where, self.team, self.user)
        return True

    async def _feed(self) -> None:
        while not self._ended.is_set():
            await self._changed.wait()
            with suppress(TimeoutError):  # what comes shortly after goes along
                await asyncio.wait_for(self._ended.wait(), _COALESCE_SECONDS)
            self._changed.clear()
            if self._may_stream():
                await self._append()

    async def _append(self) -> None:
        budget = f"appendStream:{self.team}"
        if self._states == self._shown:
            return
        if await self.budget.spend(budget, per_minute=APPENDS_PER_MINUTE):
            await self.desk.append(self.where.channel, self._stream, self._news())

    def _news(self) -> list[dict[str, Any]]:
        """Return what changed since the last call, as chunks."""
        changed = {n: s for n, s in self._states.items() if self._shown.get(n) != s}
        self._shown = dict(self._states)
        return [
            task(name, state, self.language, detail) for name, (state, detail) in changed.items()
        ]
