"""Plain calls to Amazon Bedrock, made in threads: embeddings and reranking."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore import exceptions as boto
from botocore.config import Config
from botocore.session import Session

from askwell.errors import AskwellError, Misconfigured, Transient
from askwell.models import calls

SIDE_BY_SIDE = 8
_BUSY = (408, 424, 429)
_CONNECT_SECONDS = 5.0


class BedrockCalls:
    """Hold one of Bedrock's services, with AWS's usual credentials."""

    def __init__(self, service: str, region: str, endpoint_url: str, seconds: float) -> None:
        config = Config(
            connect_timeout=min(_CONNECT_SECONDS, seconds),
            read_timeout=seconds,
            max_pool_connections=SIDE_BY_SIDE,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        try:
            self._client: Any = Session().create_client(
                service, region or None, endpoint_url=endpoint_url or None, config=config
            )
        except (boto.BotoCoreError, ValueError) as error:
            raise Misconfigured(
                f"Bedrock cannot be opened: {error} Check the region and AWS's own settings."
            ) from None
        self._threads = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix=service)

    async def call(self, made: Callable[[Any], Any]) -> Any:
        """Return what a call of the client returns.

        Raises:
            Transient: throttled, slow, or not reachable.
            Misconfigured: no right to call it, or no such model.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, made, self._client)
        except (boto.ClientError, boto.BotoCoreError) as error:
            raise _translated(error) from None

    async def close(self) -> None:
        """Close every connection."""
        self._threads.shutdown(wait=False)
        self._client.close()


def _translated(error: Exception) -> AskwellError:
    if isinstance(error, boto.ClientError):
        detail, meta = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        status, said = meta.get("HTTPStatusCode", 0), " ".join(detail.get("Message", "").split())
        if status in _BUSY or status >= 500:
            after = calls.retry_after(meta.get("HTTPHeaders", {}).get("retry-after"))
            return Transient(f"Bedrock is busy ({detail.get('Code')})", after=after)
        if status in (401, 403):
            return Misconfigured(
                f"AWS lets askwell not call this model ({detail.get('Code')}). Give its role"
                " bedrock:InvokeModel or bedrock:Rerank on it, and the account access."
            )
        return Misconfigured(
            f"Bedrock refused a call: {said[:300]} Check the model's ID and region."
        )
    if isinstance(error, (boto.HTTPClientError, boto.ConnectionError)):
        return Transient("Bedrock cannot be reached, or is slow")
    return Misconfigured(f"AWS takes no call: {error}. Give askwell a role or credentials.")
