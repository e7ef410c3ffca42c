"""One call to the model: a prompt filled, a typed answer, and what it cost."""

import logging
import time
from typing import TypeVar

from pydantic import BaseModel

from askwell import prompts
from askwell.agent.state import Context
from askwell.domain.model import ModelCall
from askwell.domain.noun import Message
from askwell.errors import AskwellError, BadModelOutput, Filtered, TooLarge, Transient
from askwell.models import Reply, Request

A = TypeVar("A", bound=BaseModel)
_LOG = logging.getLogger("askwell")
_REMINDER = "\n\nAnswer with one JSON object and nothing else."
UNREACHABLE = Message(text="The language model cannot be reached right now. Please try again soon.")
TOO_LARGE = Message(text="That is more than the language model can read at once.")
FILTERED = Message(
    text="The language model is not allowed to write about this. Please ask in other words."
)
UNUSABLE = Message(text="I could not find a safe way to answer this from the data.")


async def ask(
    context: Context, name: str, answer: type[A], **inputs: str
) -> tuple[A | Message, tuple[ModelCall, ...]]:
    """Return the model's answer to a prompt, or why there is none, and the calls it took.

    An answer of the wrong shape is asked for once more, with a reminder.
    """
    prompt = prompts.load(name)
    request = prompt.fill(**inputs)
    tried = []
    for reminder in ("", _REMINDER):
        said, call = await _once(context, prompt, _reminded(request, reminder), answer)
        tried.append(call)
        if said is not None:
            return said, tuple(tried)
    return UNUSABLE, tuple(tried)


async def _once(
    context: Context, prompt: prompts.Prompt, request: Request, answer: type[A]
) -> tuple[A | Message | None, ModelCall]:
    """Return the answer; a message where asking again does not help; None where it may."""
    assert context.model is not None
    call = ModelCall(prompt=prompt.name, prompt_hash=prompt.hash, model=context.model.name)
    started = time.perf_counter()
    try:
        reply = await context.model.ask(request, answer)
    except Filtered as error:
        return FILTERED, _spent(call, error, started)
    except BadModelOutput as error:
        return None, _spent(call, error, started)
    except TooLarge as error:
        return TOO_LARGE, _spent(call, error, started)
    except Transient as error:
        return UNREACHABLE, _spent(call, error, started)
    return reply.answer, _ended(call, reply, started)


def _reminded(request: Request, reminder: str) -> Request:
    return Request(request.system, request.context, request.question + reminder)


def _ended(call: ModelCall, reply: Reply[A], started: float) -> ModelCall:
    return call.model_copy(
        update={
            "model": reply.model or call.model,
            "input_tokens": reply.input_tokens,
            "output_tokens": reply.output_tokens,
            "cached_tokens": reply.cached_tokens,
            "attempts": reply.attempts,
            "seconds": round(time.perf_counter() - started, 3),
        }
    )


def _spent(call: ModelCall, error: AskwellError, started: float) -> ModelCall:
    """Return a call that failed: it may have cost tokens all the same."""
    _LOG.warning("model call %s (%s) failed: %s", call.prompt, call.prompt_hash, error)
    return call.model_copy(
        update={
            "input_tokens": getattr(error, "input_tokens", 0),
            "output_tokens": getattr(error, "output_tokens", 0),
            "cached_tokens": getattr(error, "cached_tokens", 0),
            "attempts": getattr(error, "attempts", 1),
            "seconds": round(time.perf_counter() - started, 3),
            "outcome": type(error).__name__,
        }
    )
