"""What AWS answers when it does not do as asked, as askwell's errors.

A message names the operation, AWS's code and the request's number, never AWS's own text: that
may hold the names of roles, and of what was to be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import exceptions as boto

from askwell.aws import BUSY, MISSING, REFUSED, SERVER_ERROR, UNSET, Unmet
from askwell.errors import AskwellError, Misconfigured, TooLarge, Transient


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Let AWS's failures at `place` leave as askwell's.

    Raises:
        Unmet: a condition did not hold.
        Transient: throttled for too long, out of reach, or broken on the other side.
        Misconfigured: no such table, index or bucket, no access, no credentials.
        TooLarge: more than an item may hold.
    """
    try:
        yield
    except boto.ClientError as error:
        raise _of_answer(error, place) from None
    except UNSET as error:
        raise Misconfigured(
            f"{place} needs AWS's usual settings: {error}. Give the process a role, and set"
            " ASKWELL_AWS_REGION."
        ) from None
    except boto.ParamValidationError:
        raise  # askwell's own mistake
    except boto.BotoCoreError as error:
        kind = type(error).__name__
        raise Transient(f"{place} does not answer ({kind}); it is asked again later") from None


def _of_answer(error: Any, place: str) -> AskwellError | Unmet:
    code = error.response["Error"].get("Code", "")
    about = error.response.get("ResponseMetadata", {})
    named = f"{place}: {error.operation_name} got {code} (request {about.get('RequestId', '?')})"
    if code == "ConditionalCheckFailedException":
        return Unmet(error.response.get("Item"))
    if code in BUSY or about.get("HTTPStatusCode", 0) >= SERVER_ERROR:
        attempts = about.get("RetryAttempts", 0) + 1
        return Transient(f"{named} {attempts} times; it is busy", attempts=attempts)
    if code in REFUSED:
        return Misconfigured(f"{named}; allow {error.operation_name} to the role of this process")
    if code in MISSING:
        return Misconfigured(
            f"{named}; create it as docs/dynamodb.md has it, or correct its name or"
            " ASKWELL_AWS_REGION"
        )
    if "size" in error.response["Error"].get("Message", "").lower():
        return TooLarge(f"{named}; an item holds at most 400 KB")
    return Misconfigured(f"{named}; its keys and indexes must be those of docs/dynamodb.md")
