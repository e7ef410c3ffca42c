"""Faults that a test puts between the app and Slack."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["rate_limited", "status", "error", "drop", "slow", "hold"]


@dataclass
class Fault:
    """Strike calls of `method` (None: of any): every n-th one, at most `times` times."""

    kind: Kind
    method: str | None = None
    every: int = 1
    times: int | None = None
    retry_after: int = 1
    status: int = 500
    error: str = ""
    seconds: float = 0.0
    before: bool = False
    seen: int = 0
    struck: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, method: str) -> bool:
        """Count a call and tell whether it is struck."""
        if self.method not in (None, method) or self.struck == self.times:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        self.struck += 1
        return True

    def release(self) -> None:
        """Let a held call go on."""
        self.released.set()


@dataclass
class Faults:
    """Hold what is wrong today; `copies` and `shuffle` are about events to the app."""

    faults: list[Fault] = field(default_factory=list)
    copies: int = 1
    shuffle: float = 0.0  # seconds over which events are spread at random
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def rate_limit(
        self,
        method: str | None = None,
        *,
        every: int = 1,
        times: int | None = None,
        retry_after: int = 1,
    ) -> Fault:
        """Answer 429 with Retry-After in seconds."""
        return self._add(Fault("rate_limited", method, every, times, retry_after=retry_after))

    def fail(
        self,
        method: str | None = None,
        *,
        every: int = 1,
        times: int | None = None,
        status: int = 500,
    ) -> Fault:
        """Answer with an HTTP status; nothing was done."""
        return self._add(Fault("status", method, every, times, status=status))

    def refuse(self, method: str, error: str, *, every: int = 1, times: int | None = None) -> Fault:
        """Answer `ok: false` with an error; nothing was done."""
        return self._add(Fault("error", method, every, times, error=error))

    def drop_response(
        self, method: str | None = None, *, every: int = 1, times: int | None = 1
    ) -> Fault:
        """Do what was asked, then close the connection without an answer."""
        return self._add(Fault("drop", method, every, times))

    def slow(
        self,
        method: str | None = None,
        *,
        seconds: float,
        every: int = 1,
        times: int | None = None,
    ) -> Fault:
        """Wait before doing what was asked."""
        return self._add(Fault("slow", method, every, times, seconds=seconds))

    def hold(self, method: str, *, before: bool = False, times: int | None = 1) -> Fault:
        """Stop a call, after it was done or before; `reached` is set then, `release()` frees it."""
        return self._add(Fault("hold", method, 1, times, before=before))

    def clear(self) -> None:
        """Heal everything; held calls go on."""
        for fault in self.faults:
            fault.release()
        self.faults.clear()
        self.copies, self.shuffle = 1, 0.0

    def struck(self, method: str) -> list[Fault]:
        """Name the faults that strike this call."""
        return [fault for fault in self.faults if fault.strikes(method)]

    def _add(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault
