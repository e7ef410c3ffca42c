"""What time it is: injected, because a server's "today" moves and a test's must not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """Tell the time in the company's time zone, never the asker's.

    With `today` pinned, the day stands still and the time of day goes on.
    """

    def __init__(
        self,
        time_zone: str,
        today: date | None = None,
        now: Callable[[ZoneInfo], datetime] = datetime.now,
    ) -> None:
        self.zone = ZoneInfo(time_zone)
        self._pinned = today
        self._now = now

    def now(self) -> datetime:
        """Return the time, with its zone."""
        now = self._now(self.zone)
        return now if self._pinned is None else now + (self._pinned - now.date())

    def today(self) -> date:
        """Return the company's day."""
        return self.now().date()

    def yesterday(self) -> date:
        """Return the last complete day."""
        return self.today() - timedelta(days=1)
