"""How the Web API says no."""

from typing import Any


class NotOk(Exception):
    """Answer `{"ok": false, "error": …}`; `extra` goes beside it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Write the answer."""
        return {"ok": False, "error": self.error, **self.extra}


def with_messages(error: str, problems: list[str]) -> NotOk:
    """Refuse and name the places, as Slack does: bare in `errors`, marked in the metadata."""
    return NotOk(
        error,
        errors=problems,
        response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
    )


def invalid_arguments(*problems: str) -> NotOk:
    """Refuse arguments that a method cannot take."""
    return with_messages("invalid_arguments", list(problems))
