"""What the app called, to read and to count."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Called:
    """One call of the Web API; `response` is None until it was answered, `at` is monotonic."""

    method: str
    arguments: dict[str, Any]
    token: str | None
    at: float
    status: int | None = None
    response: dict[str, Any] | None = None
    seconds: float | None = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Tell whether it was done, whether or not the app came to know."""
        return bool(self.response and self.response.get("ok"))


@dataclass
class CallLog:
    """Keep every call in the order of arrival."""

    calls: list[Called] = field(default_factory=list)

    def named(self, method: str) -> list[Called]:
        """List the calls of one method."""
        return [call for call in self.calls if call.method == method]

    def counts(self) -> dict[str, int]:
        """Count the calls by method."""
        found: dict[str, int] = {}
        for call in self.calls:
            found[call.method] = found.get(call.method, 0) + 1
        return found
