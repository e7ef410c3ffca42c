"""One call over any door: streamed, limited in time, tried again where that may help."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from pydantic import BaseModel

from askwell.errors import Transient
from askwell.models import Reply
from askwell.models.structured import Spoken, read

A = TypeVar("A", bound=BaseModel)
Chunks = AsyncGenerator[AIMessageChunk, None]

ATTEMPTS = 3
FIRST_WAIT = 0.5
LONGEST_STALL = 20.0


async def ask(stream: Callable[[], Chunks], answer: type[A], seconds: float) -> Reply[A]:
    """Return the typed answer of a stream; `seconds` limits everything, waits included.

    What a stream raises as Transient is tried again; a TimeoutError was paid for, and is not.

    Raises:
        BadModelOutput: what was said is no such answer.
        Transient: the time ran out, or the last attempt failed.
    """
    attempts, loop = 0, asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds) as limit:
            while True:
                attempts += 1
                try:
                    spoken = await _collected(stream(), min(LONGEST_STALL, seconds / 3))
                    break
                except Transient as error:
                    wait = _wait(attempts, error.after)
                    if attempts == ATTEMPTS or loop.time() + wait > (limit.when() or 0):
                        raise Transient(str(error), after=error.after, attempts=attempts) from None
                await asyncio.sleep(wait)
    except TimeoutError:
        raise Transient(
            f"the model did not answer within {seconds:g} seconds;"
            " a higher ASKWELL_MODEL_SECONDS gives it more time",
            attempts=attempts,
        ) from None
    return Reply(
        read(spoken, answer, attempts),
        spoken.input_tokens,
        spoken.output_tokens,
        spoken.cached_tokens,
        attempts,
    )


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, be it a number or a date."""
    try:
        return max(0.0, float(header or ""))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _wait(attempts: int, after: float | None) -> float:
    """Return the seconds before the next attempt: the server's wish, or twice as long each time."""
    if after is not None:
        return after
    return FIRST_WAIT * (1 << attempts - 1) * random.uniform(0.5, 1.5)


async def _collected(chunks: Chunks, stall: float) -> Spoken:
    """Return what a stream says. It may be silent for `stall` seconds once it has begun to speak.

    Raises:
        Transient: it fell silent, or ended without saying why.
    """
    heard: list[AIMessageChunk] = []
    begun = False
    async with aclosing(chunks):
        while True:
            try:
                async with asyncio.timeout(stall if begun else None) as patience:
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return _spoken(heard)
            except TimeoutError:
                if not patience.expired():
                    raise
                raise Transient(f"the model fell silent for {stall:g} seconds") from None
            heard.append(chunk)
            begun = begun or bool(chunk.text or chunk.tool_call_chunks)


def _spoken(heard: list[AIMessageChunk]) -> Spoken:
    if not heard:
        raise Transient("the model said nothing at all; check ASKWELL_MODEL_URL")
    stop = _stop(heard)
    if not stop:
        raise Transient("the model's stream ended in the middle")
    calls = [part["args"] or "" for chunk in heard for part in chunk.tool_call_chunks]
    usage = [chunk.usage_metadata for chunk in heard if chunk.usage_metadata]
    last = usage[-1] if usage else UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
    return Spoken(
        text="".join(calls) or "".join(chunk.text for chunk in heard),
        stop=stop,
        input_tokens=last["input_tokens"],
        output_tokens=last["output_tokens"],
        cached_tokens=last.get("input_token_details", {}).get("cache_read", 0),
    )


def _stop(heard: list[AIMessageChunk]) -> str:
    """Return why the model stopped, in the words of either wire format."""
    said = [
        chunk.response_metadata.get(key)
        for chunk in heard
        for key in ("finish_reason", "stopReason", "stop_reason")
    ]
    return next((str(reason) for reason in reversed(said) if reason), "")
