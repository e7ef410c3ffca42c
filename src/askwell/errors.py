"""The error tree: an error's class says what to do next.

::

    AskwellError
    ├── Transient        try again later; retried inside the door with back-off
    ├── BadQuery         the warehouse or a rule refused the SQL; becomes a Finding
    │   └── TimedOut     the query ran out of its seconds; never retried
    ├── Refused          the asker may not have this; told to the user
    ├── Misconfigured    stops start-up, names the setting or the file and line
    ├── Cancelled        somebody pressed stop
    ├── LostLease        another worker took the question over
    ├── Conflict         somebody else changed it first; read it again
    ├── BadModelOutput   a model's answer did not have the promised shape
    │   └── Filtered     a guardrail or content filter stopped it; never asked for again
    └── TooLarge         more than a limit allows; says which limit
"""


class AskwellError(Exception):
    """Be the root of everything that askwell raises on purpose."""


class Transient(AskwellError):
    """Say that the same call may succeed later.

    `after`: the seconds to wait, where the server said so; `attempts`: how often it was tried.
    """

    def __init__(self, message: str = "", *, after: float | None = None, attempts: int = 1) -> None:
        super().__init__(message)
        self.after = after
        self.attempts = attempts


class BadQuery(AskwellError):
    """Say that a query is wrong, with the place where it is known."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class TimedOut(BadQuery):
    """Say that a query ran out of its seconds and was cancelled."""


class Refused(AskwellError):
    """Say that the asker may not have this; `rule` names the rule that refused."""

    def __init__(self, message: str, *, rule: str = "rights") -> None:
        super().__init__(message)
        self.rule = rule


class Misconfigured(AskwellError):
    """Name the setting or file that is wrong, and what to write instead."""


class Cancelled(AskwellError):
    """Say that the asker stopped the work."""


class LostLease(AskwellError):
    """Say that another worker owns the question now."""


class Conflict(AskwellError):
    """Say that somebody else has changed what was to be changed; it must be read again."""


class BadModelOutput(AskwellError):
    """Say that a model's answer did not have the promised shape, and what it cost."""

    def __init__(
        self,
        message: str,
        *,
        input_tokens: int = 0,
        output_tokens: int = 0,
        cached_tokens: int = 0,
        attempts: int = 1,
    ) -> None:
        super().__init__(message)
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens
        self.cached_tokens = cached_tokens
        self.attempts = attempts


class Filtered(BadModelOutput):
    """Say that a guardrail or a content filter kept the model from answering."""


class TooLarge(AskwellError):
    """Say that something is larger than a limit allows."""
