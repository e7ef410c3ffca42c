"""A connection to OpenSearch: who askwell is to it, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from opensearchpy import (
    AIOHttpConnection,
    AsyncHttpConnection,
    AsyncOpenSearch,
    AWSV4SignerAsyncAuth,
    exceptions,
)

from askwell.errors import AskwellError, Misconfigured, Transient

# The name of serverless collections as a service that requests are signed for; domains are `es`.
SERVERLESS = "aoss"
_CONNECTIONS = 16


def opened(
    url: str, *, aws_region: str = "", aws_service: str = "es", seconds: float = 2.0
) -> AsyncOpenSearch:
    """Connect, once something is asked.

    `url` may hold a user and password. With an `aws_region` requests are signed instead, with
    AWS's usual credentials: for a managed domain, or `aoss` for a serverless collection.

    Raises:
        Misconfigured: the URL is none, or AWS has no credentials.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(
            f"ASKWELL_SEARCH must look like https://host:9200, not {_without_login(url)!r}."
        )
    auth: Any = None
    if aws_region:
        auth = AWSV4SignerAsyncAuth(_credentials(), aws_region, aws_service)
    elif parts.username:
        auth = (unquote(parts.username), unquote(parts.password or ""))
    default = 443 if parts.scheme == "https" else 80
    return AsyncOpenSearch(
        hosts=[{"host": parts.hostname, "port": parts.port or default}],
        url_prefix=parts.path.strip("/"),
        use_ssl=parts.scheme == "https",
        http_auth=auth,
        # Only this one can sign; only the other one takes a login without a deprecated call.
        connection_class=AsyncHttpConnection if aws_region else AIOHttpConnection,
        timeout=seconds,
        max_retries=0,  # whoever asks decides
        pool_maxsize=_CONNECTIONS,
    )


@contextmanager
def meaning() -> Iterator[None]:
    """Turn the client's errors into askwell's."""
    try:
        yield
    except (exceptions.OpenSearchException, exceptions.ImproperlyConfigured) as error:
        raise translated(error) from None


def translated(error: Exception) -> AskwellError:
    """Return what an error of the client means to askwell."""
    status = error.status_code if isinstance(error, exceptions.TransportError) else None
    said = _said(error)
    if isinstance(error, exceptions.ConnectionTimeout):
        return Transient("OpenSearch did not answer in time")
    if isinstance(error, exceptions.SSLError):
        return Misconfigured(f"OpenSearch's certificate is not trusted: {said}")
    if isinstance(error, exceptions.ConnectionError):
        return Transient("OpenSearch cannot be reached; check ASKWELL_SEARCH if that stays so")
    if status in (401, 403):
        return Misconfigured(
            f"OpenSearch does not let askwell in ({status}). Check the login in"
            " ASKWELL_SEARCH, or the domain's access policy for askwell's role."
        )
    if status == 404:
        return Transient(f"OpenSearch lacks an index: {said}. Run `askwell learn`")
    if status == 429 or (isinstance(status, int) and status >= 500):
        return Transient(f"OpenSearch is busy ({status}): {said}")
    if "nori" in said:
        return Misconfigured(
            "OpenSearch lacks the analyzer for Korean. Install its plugin `analysis-nori`"
            " (managed domains have it)."
        )
    return Misconfigured(f"OpenSearch refused what askwell asked ({status}): {said}")


def _said(error: Exception) -> str:
    info = getattr(error, "info", None)
    cause = info.get("error", {}) if isinstance(info, dict) else {}
    reason = cause.get("reason", "") if isinstance(cause, dict) else cause
    nested = cause.get("caused_by", {}).get("reason", "") if isinstance(cause, dict) else ""
    return " ".join(f"{reason} {nested}".split())[:300] or type(error).__name__


def _credentials() -> Any:
    from botocore.session import Session

    found = Session().get_credentials()
    if found is None:
        raise Misconfigured(
            "AWS has no credentials to sign for OpenSearch with. Give askwell a role, a profile"
            " or AWS_ACCESS_KEY_ID, or set ASKWELL_SEARCH_AUTH to none."
        )
    return found


def _without_login(url: str) -> str:
    return url.rpartition("@")[2]
