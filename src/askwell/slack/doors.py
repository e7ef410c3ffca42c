"""What this room needs of what is kept elsewhere: `wiring` hands it in."""

from collections.abc import Callable, Sequence
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from askwell.domain.delivery import Posted
from askwell.domain.noun import Language, Message
from askwell.domain.rights import Asker


class Ledger(Protocol):
    """Keep what was posted for a question, under the fence of whoever works on it."""

    async def claim(self, question: str, fence: int) -> tuple[Posted, ...]:
        """Take the question over, and return what was posted for it so far.

        Raises:
            LostLease: a higher fence has claimed it.
        """
        ...

    async def record(self, posted: Posted, fence: int) -> None:
        """Write down a post, or its new state.

        Raises:
            LostLease: a higher fence has claimed the question.
        """
        ...


class Budget(Protocol):
    """Share a rate between all processes."""

    async def spend(self, name: str, *, per_minute: int) -> bool:
        """Take one of this minute's `per_minute` from the budget; False where none is left."""
        ...


class Values(Protocol):
    """Keep small values by key; what is kept is never logged."""

    async def put(self, key: str, value: str, *, seconds: float | None = None) -> None:
        """Keep a value, for `seconds` or for good; it replaces the one under its key."""
        ...

    async def get(self, key: str) -> str | None:
        """Return a value, or None where none is kept."""
        ...

    async def take(self, key: str) -> str | None:
        """Forget a value and return it; of several who ask, one gets it."""
        ...


class People(Protocol):
    """Know who somebody in Slack is."""

    async def asker(self, client: AsyncWebClient, team: str, user: str) -> Asker | Message:
        """Return who asks; a message says why somebody is not answered."""
        ...

    def spoken(self, team: str, user: str) -> Language | None:
        """Return somebody's language where it is known already."""
        ...

    async def members(self, client: AsyncWebClient, channel: str) -> Sequence[str]:
        """Return the ids of a channel's members."""
        ...

    async def grouped(
        self, client: AsyncWebClient, team: str, is_wanted: Callable[[Asker], bool]
    ) -> Sequence[str]:
        """Return the ids of those whom their user groups alone make wanted."""
        ...
