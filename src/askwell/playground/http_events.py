"""Signed HTTP: Slack posts events, interactions and commands to the app's address."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from askwell.playground.delivery import NotDelivered
from askwell.playground.nouns import Json

FORM = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a request as version 0 of Slack's signatures does."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpEvents:
    """Post to the app's request URL and read its answer."""

    def __init__(self, secret: str, timeout: float = 3.0) -> None:
        self.secret = secret
        self.timeout = timeout
        self.url = ""
        self._session: aiohttp.ClientSession | None = None

    async def verify(self, url: str) -> None:
        """Prove the address by a challenge, as Slack does when it is saved.

        Raises:
            NotDelivered: the challenge did not come back.
        """
        self.url = url
        challenge = secrets.token_hex(12)
        body = {"type": "url_verification", "token": "verification", "challenge": challenge}
        answer = await self.send("events_api", body, 0, None)
        if challenge not in json.dumps(answer):
            raise NotDelivered("challenge_failed", final=True)

    async def send(self, kind: str, payload: Json, attempt: int, reason: str | None) -> Any:
        """Post a signed request; anything but 2xx within three seconds was not taken."""
        content_type, body = encode(kind, payload)
        headers = {"Content-Type": content_type, **self.signed(body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason or ""}
        try:
            async with asyncio.timeout(self.timeout):
                return await self._post(body, headers)
        except TimeoutError:
            raise NotDelivered("http_timeout") from None
        except aiohttp.ClientError:
            raise NotDelivered("connection_failed") from None

    def signed(self, body: bytes) -> dict[str, str]:
        """Write the signature's headers for a body."""
        timestamp = str(int(time.time()))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
        }

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def _post(self, body: bytes, headers: dict[str, str]) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url, data=body, headers=headers) as response:
            text = await response.text()
            if not 200 <= response.status < 300:
                final = response.headers.get("X-Slack-No-Retry") == "1"
                raise NotDelivered("http_error", final=final)
            return answer_of(text)


def encode(kind: str, payload: Json) -> tuple[str, bytes]:
    """Write events as JSON, interactions as a form's `payload`, commands as a form."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return FORM, urlencode(form).encode()


def answer_of(text: str) -> Any:
    """Read an answer: nothing, JSON, or plain text."""
    if not text:
        return None
    return json.loads(text) if text.startswith(("{", "[")) else {"text": text}
