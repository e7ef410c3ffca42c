"""The inbox in a SQLite file of its own, for all processes of one machine."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from askwell.domain.delivery import DeadLetter, Delivery
from askwell.errors import LostLease
from askwell.inbox import queries
from askwell.sqlite import File, Traffic

# How soon an event that another process put, or whose lease ran out, is seen.
_LOOK_SECONDS = 0.05
# Slack waits 3 seconds for its ack, and sends again.
_PATIENCE_SECONDS = 2.0


INBOX = "inbox.sqlite3"  # the file's name in askwell's home


class SQLiteInbox:
    """Keep events until they are done; an `Inbox`."""

    def __init__(
        self, path: Path, *, lease: float = 60.0, now: Callable[[], float] = time.time
    ) -> None:
        """Open or create the file; `lease`: how many seconds a delivery is held.

        Raises:
            Misconfigured: it cannot be opened.
        """
        self._file = File(path, queries.SCHEMA, patience=_PATIENCE_SECONDS)
        self._lease_seconds = lease
        self._now = now
        self._line = asyncio.Lock()
        self._news = asyncio.Event()

    @property
    def traffic(self) -> Traffic:
        """Return what this process did with the file so far."""
        return self._file.traffic

    async def put(self, identity: str, group: str, body: Mapping[str, Any]) -> bool:
        """Keep an event durably; False if its identity was kept within the last 24 hours.

        Raises:
            Transient: it could not be written; the sender must send it again.
        """
        put = partial(queries.put, identity, group, json.dumps(body), self._now())
        is_new = await self._file.transact(put)
        self._news.set()
        return is_new

    async def take(self, *, wait: float = 0.0) -> Delivery | None:
        """Lease the oldest event whose group is free; wait up to `wait` seconds for one.

        Raises:
            Transient: the file could not be written.
        """
        delivery = await self._lease()
        if delivery is not None or wait <= 0:
            return delivery
        with suppress(TimeoutError):
            # Whoever stands first in the line looks for all of this process.
            async with asyncio.timeout(wait), self._line:
                return await self._first_in_line()
        return None

    async def extend(self, delivery: Delivery) -> Delivery:
        """Hold the lease for its full time again; return the delivery with its new end.

        Raises:
            LostLease: somebody else has it now.
        """
        until = self._now() + self._lease_seconds
        await self._with_lease(queries.extend, delivery, until)
        return delivery.model_copy(update={"until": until})

    async def done(self, delivery: Delivery) -> None:
        """Forget the event's body; its identity stays known for 24 hours.

        Raises:
            LostLease: somebody else has it now.
        """
        await self._with_lease(queries.done, delivery)

    async def give_back(self, delivery: Delivery, *, after: float = 0.0) -> None:
        """End the lease; the event is delivered again after `after` seconds, before its group's.

        Raises:
            LostLease: somebody else has it now.
        """
        await self._with_lease(queries.give_back, delivery, self._now() + after)

    async def bury(self, delivery: Delivery, *, reference: str, reason: str) -> None:
        """Move an event that cannot be answered to the dead letters.

        Raises:
            LostLease: somebody else has it now.
        """
        await self._with_lease(queries.bury, delivery, reference, reason, self._now())

    async def waiting(self, group: str) -> tuple[str, ...]:
        """Return the identities of a group's events that are not done, the oldest first.

        Raises:
            Transient: the file could not be read.
        """
        rows = await self._file.read(queries.WAITING, (group,))
        return tuple(identity for (identity,) in rows)

    async def dead_letters(self, *, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters, newest first."""
        rows = await self._file.read(queries.DEAD_LETTERS, (limit,))
        return tuple(queries.dead_letter(row) for row in rows)

    async def check(self) -> None:
        """Look whether the file can be read; raises Transient."""
        await self.dead_letters(limit=1)

    async def close(self) -> None:
        """Write what waits to be written, and close."""
        await asyncio.to_thread(self._file.close)

    async def _first_in_line(self) -> Delivery:
        while True:
            self._news.clear()
            delivery = await self._lease()
            if delivery is not None:
                return delivery
            await self._something_is_due()

    async def _something_is_due(self) -> None:
        while not await self._file.read(queries.IS_DUE, (self._now(),)):
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._news.wait()
                    return

    async def _lease(self) -> Delivery | None:
        taken: list[Delivery] = []
        take = partial(queries.lease, taken, self._now(), self._lease_seconds)
        leased = self._file.submit(take)
        try:
            return await leased
        except asyncio.CancelledError:
            # It may have been leased already, or be within the commit: undone right behind it.
            self._file.submit(partial(queries.untake, taken))
            raise

    async def _with_lease(
        self, change: Callable[..., bool], delivery: Delivery, *values: object
    ) -> None:
        def changed(connection: sqlite3.Connection) -> None:
            if not change(delivery, *values, connection):
                raise LostLease(f"{delivery.identity} is no longer held by fence {delivery.fence}")

        await self._file.transact(changed)
        self._news.set()
