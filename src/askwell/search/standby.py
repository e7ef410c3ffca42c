"""A search engine with a copy of its last index on this machine, for when it is away."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol, TypeVar

from askwell.errors import AskwellError, Transient
from askwell.search import Document, Hit, Kind, Search, Vector

T = TypeVar("T")


class Source(Search, Protocol):
    """Be a search that can hand out all that it holds."""

    async def contents(self) -> tuple[Sequence[Document], Mapping[str, Vector]]:
        """Return every document, and the vectors by id."""
        ...


class Standby:
    """Ask `first`; while it is away or slow, `copy`, whose hits are marked.

    An answer waits `seconds` for it, once an outage: then the copy answers at once, and every
    `pause` seconds somebody looks whether it is back. A copy that is behind is brought up to
    date beside the questions.
    """

    def __init__(
        self, first: Source, copy: Search, *, seconds: float = 1.5, pause: float = 5.0
    ) -> None:
        self._first = first
        self._copy = copy
        self._seconds = seconds
        self._pause = pause
        self._away: asyncio.Task[None] | None = None
        self._copying: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Tell whether the copy answers now."""
        return self._away is not None and not self._away.done()

    async def version(self) -> str:
        """Return what the engine holds, or while it is away the copy."""
        if self.is_away:
            return await self._copy.version()
        try:
            version = await self._soon(self._first.version())
        except Transient:
            return await self._copy.version()
        if version and version != await self._copy.version() and not self._is_copying:
            self._copying = asyncio.create_task(self._catch_up(version))
        return version

    async def digests(self) -> Mapping[str, str]:
        """Return the digest of each document that the engine holds."""
        return await self._first.digests()

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Replace everything in both, the engine first; without it nothing changes."""
        await self._first.rebuild(documents, vectors, version)
        await self._copy.rebuild(documents, vectors, version)

    async def update(
        self,
        changed: Sequence[Document],
        vectors: Mapping[str, Vector],
        removed: Collection[str],
        version: str,
    ) -> None:
        """Write what changed into both; a copy that was behind is made anew."""
        before = await self._first.version()
        await self._first.update(changed, vectors, removed, version)
        if before and await self._copy.version() == before:
            await self._copy.update(changed, vectors, removed, version)
        else:
            await self._copy.rebuild(*await self._first.contents(), version)

    async def find(
        self,
        text: str,
        vector: Vector | None = None,
        *,
        kinds: Collection[Kind],
        among: Collection[str],
        limit: int,
    ) -> tuple[Hit, ...]:
        """Return the best documents; those of the copy say so."""
        if not self.is_away:
            with suppress(Transient):
                return await self._soon(
                    self._first.find(text, vector, kinds=kinds, among=among, limit=limit)
                )
        hits = await self._copy.find(text, vector, kinds=kinds, among=among, limit=limit)
        return tuple(replace(hit, copied=True) for hit in hits)

    async def back(self) -> None:
        """Wait until the engine answers again."""
        if self._away:
            await self._away

    async def caught_up(self) -> None:
        """Wait until the copy is no longer being made."""
        if self._copying:
            await self._copying

    async def close(self) -> None:
        """Let go of both."""
        for task in filter(None, (self._away, self._copying)):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._first.close()
        await self._copy.close()

    @property
    def _is_copying(self) -> bool:
        return self._copying is not None and not self._copying.done()

    async def _soon(self, answer: Awaitable[T]) -> T:
        """Return an answer of the engine.

        Raises:
            Transient: there was none in time; it is taken to be away.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await answer
        except (Transient, TimeoutError) as error:
            if not self.is_away:
                self._away = asyncio.create_task(self._until_back())
            raise Transient(str(error) or "the search engine is slow") from None

    async def _until_back(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            with suppress(AskwellError, TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._first.version()
                return

    async def _catch_up(self, version: str) -> None:
        with suppress(AskwellError):
            documents, vectors = await self._first.contents()
            await self._copy.rebuild(documents, vectors, version)
