"""Calls of AWS for the SQS inbox: in threads, with time-outs, and with askwell's errors.

A message names the operation, AWS's code and the request's number, never AWS's own text: that
may hold the names of roles, and of what was to be written.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from botocore import exceptions as boto
from botocore.config import Config
from botocore.session import Session

from askwell.aws import BUSY, MISSING, REFUSED, SERVER_ERROR, UNSET, Unmet
from askwell.errors import AskwellError, Misconfigured, Transient

POLL_SECONDS = 5  # the longest that one call waits for an event

_THREADS = 16
_CONNECT_SECONDS = 1.0
_READ_SECONDS = 2.0  # Slack waits 3 seconds for its ack, and sends again
_ATTEMPTS = 3
_ATTEMPTS_IN_CONFLICT = 6
_CONFLICT_SECONDS = 0.02
_NOT_HELD = {"InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"}
_NOT_HELD |= {f"AWS.SimpleQueueService.{code}" for code in _NOT_HELD}


class NotHeld(Exception):
    """Say that a receipt handle is old: its message is no longer held by whoever got it."""


class Calls:
    """Call one service of AWS with its usual credentials.

    `place` is named in errors. Every call raises Transient where the service is throttled or out
    of reach, and Misconfigured where what is called is missing or refused.
    """

    def __init__(
        self,
        service: str,
        place: str,
        *,
        region: str = "",
        endpoint_url: str = "",
        session: Session | None = None,
    ) -> None:
        self._place = place
        opened = partial(
            client_of, service, region=region, endpoint_url=endpoint_url, session=session
        )
        try:
            self._client = opened()
            self._poller = opened(wait=POLL_SECONDS) if service == "sqs" else self._client
        except boto.BotoCoreError as error:
            raise self._translated(error) from None
        self._threads = ThreadPoolExecutor(_THREADS, service)

    async def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation by boto's name.

        Raises:
            Unmet: a condition did not hold; NotHeld: a receipt handle is old.
        """
        return await self._in_thread(partial(self._call, self._client, operation, arguments))

    async def poll(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation that may wait for `POLL_SECONDS` before it answers."""
        return await self._in_thread(partial(self._call, self._poller, operation, arguments))

    def close(self) -> None:
        """End when what is on its way has ended."""
        self._threads.shutdown()
        self._client.close()
        self._poller.close()

    async def _in_thread(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            job = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError as error:
            raise Transient(f"{self._place} is closed") from error
        return await job

    def _call(self, client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        for attempt in range(_ATTEMPTS_IN_CONFLICT):
            try:
                return dict(getattr(client, operation)(**arguments))
            except boto.ClientError as error:
                if attempt + 1 == _ATTEMPTS_IN_CONFLICT or not _is_conflict(error):
                    raise self._translated(error) from None
            except boto.ParamValidationError:
                raise  # askwell's own mistake
            except boto.BotoCoreError as error:
                raise self._translated(error) from None
            time.sleep(_CONFLICT_SECONDS * 2**attempt)  # in a thread of its own
        raise AssertionError

    def _translated(self, error: Any) -> Exception:
        if isinstance(error, boto.ClientError):
            return self._of_answer(error)
        if isinstance(error, UNSET):
            return Misconfigured(
                f"{self._place} needs AWS's usual settings: {error}."
                " Give the process a role and a region."
            )
        kind = type(error).__name__
        return Transient(f"{self._place} does not answer ({kind}); it is asked again later")

    def _of_answer(self, error: Any) -> Exception:
        about = error.response.get("ResponseMetadata", {})
        for code, item in _reasons(error):
            if code in ("ConditionalCheckFailed", "ConditionalCheckFailedException"):
                return Unmet(item)
            if code in _NOT_HELD and error.operation_name == "ChangeMessageVisibility":
                return NotHeld()
        code = _reasons(error)[0][0]
        named = f"{self._place}: {error.operation_name} got {code} ({about.get('RequestId', '?')})"
        attempts = about.get("RetryAttempts", 0) + 1
        if about.get("HTTPStatusCode", 0) >= SERVER_ERROR:
            code = "ServiceUnavailable"
        return failure(named, error.operation_name, code, attempts)


def client_of(
    service: str,
    *,
    region: str = "",
    endpoint_url: str = "",
    session: Session | None = None,
    wait: float = 0.0,
) -> Any:
    """Return a client of a service that may wait for `wait` seconds before it answers."""
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS + wait,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_THREADS,
    )
    return (session or Session()).create_client(
        service, region_name=region or None, endpoint_url=endpoint_url or None, config=config
    )


def failure(named: str, operation: str, code: str, attempts: int = 1) -> AskwellError:
    """Return what a code of AWS's means to askwell."""
    if code in BUSY:
        return Transient(f"{named}; it is busy", attempts=attempts)
    if code in REFUSED:
        return Misconfigured(f"{named}; allow {operation} to the role of this process")
    if code in MISSING:
        return Misconfigured(f"{named}; create it, or set the right name and region")
    return Misconfigured(f"{named}; docs/sqs.md says how the queue and the table must be")


def _reasons(error: Any) -> list[tuple[str, dict[str, Any] | None]]:
    """Return the codes of an answer; of a transaction, those of its parts."""
    given = error.response.get("CancellationReasons") or []
    parts = [(r["Code"], r.get("Item")) for r in given if r.get("Code") not in (None, "None")]
    return parts or [(error.response["Error"].get("Code", "?"), error.response.get("Item"))]


def _is_conflict(error: Any) -> bool:
    return any(code.startswith("TransactionConflict") for code, _ in _reasons(error))
