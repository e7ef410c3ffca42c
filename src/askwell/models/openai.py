"""Any server that speaks OpenAI's chat protocol: OpenAI itself, vLLM, llama.cpp, Ollama."""

from typing import Any, TypeVar

import openai
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

from askwell.errors import AskwellError, Filtered, Misconfigured, TooLarge, Transient
from askwell.models import Reply, Request, calls
from askwell.models.structured import TOO_LONG, in_words, response_format, tool

A = TypeVar("A", bound=BaseModel)

_CONNECT_SECONDS = 10.0
_NO_KEY = SecretStr("none")  # the client wants one; local servers do not read it
_TOOL_WORDS = ("support tool", "tool_choice", "tool choice", "tools")
_SCHEMA_WORDS = ("response_format", "json_schema", "structured output")


class OpenAI:
    """Answer over one model of an OpenAI-compatible server.

    `base_url` ends with `/v1`; empty for OpenAI itself. `seconds` limits a whole call;
    `max_tokens` an answer.
    """

    def __init__(
        self,
        model: str,
        base_url: str = "",
        key: str = "",
        seconds: float = 60,
        max_tokens: int = 2000,
    ) -> None:
        self._model = model
        self._key = SecretStr(key)
        self._place = base_url or "https://api.openai.com/v1"
        self._seconds = seconds
        self._chat = _chat(model, self._place, self._key if key else _NO_KEY)
        profile = self._chat.profile or {}
        self._has_json_schema = profile.get("structured_output") is not False
        self._has_tools = True
        # OpenAI's own models take the new name only, most other servers the old one only.
        self._limit = {"max_completion_tokens" if profile else "max_tokens": max_tokens}

    @property
    def name(self) -> str:
        """Return `openai:` and the model's name."""
        return f"openai:{self._model}"

    async def ask(self, request: Request, answer: type[A]) -> Reply[A]:
        """Return one answer of the promised type; see the protocol for the errors."""
        return await calls.ask(lambda: self._stream(request, answer), answer, self._seconds)

    async def close(self) -> None:
        """Close every connection."""
        await self._chat.root_async_client.close()

    async def _stream(self, request: Request, answer: type[BaseModel]) -> calls.Chunks:
        in_text = "" if self._has_json_schema or self._has_tools else in_words(answer)
        messages = [SystemMessage(request.system + in_text), HumanMessage(_question(request))]
        # As extra_body: the client's own handling of a response_format raises on a cut-off answer.
        body = self._limit | self._shape(answer)
        try:
            async for chunk in self._chat.astream(messages, extra_body=body):
                yield chunk
        except openai.APIError as error:
            raise self._translated(error) from None
        except ValueError:
            raise Transient(f"what {self._place} sends is no stream of answers") from None

    def _shape(self, answer: type[BaseModel]) -> dict[str, Any]:
        if self._has_json_schema:
            return {"response_format": response_format(answer)}
        if not self._has_tools:
            return {}
        choice = {"type": "function", "function": {"name": answer.__name__}}
        return {"tools": [tool(answer)], "tool_choice": choice}

    def _translated(self, error: openai.APIError) -> AskwellError | TimeoutError:
        said = self._said(error)
        if isinstance(error, openai.APIConnectionError):
            return Transient(f"the model server {self._place} cannot be reached")
        if TOO_LONG.search(said) or TOO_LONG.search(str(error.code)):
            return TooLarge(f"the prompt does not fit into the model's context: {said}")
        if not isinstance(error, openai.APIStatusError):
            return Transient(f"the model server broke off: {said}")
        return self._by_status(error, said)

    def _by_status(self, error: openai.APIStatusError, said: str) -> AskwellError | TimeoutError:
        match error.status_code:
            case 401 | 403:
                return Misconfigured(
                    f"The model server {self._place} does not take the key. Write one that may"
                    f" use {self._model!r} into ASKWELL_MODEL_KEY."
                )
            case 404:
                return Misconfigured(
                    f"The model server {self._place} has no {self._model!r}. Write a model that"
                    " it has into ASKWELL_MODEL, and check that ASKWELL_MODEL_URL ends with /v1."
                )
            case 408:
                return TimeoutError(said)
            case 413:
                return TooLarge(f"the prompt is larger than the model server takes: {said}")
            case 429 if error.code == "insufficient_quota":
                return Misconfigured(
                    f"The account at {self._place} has no credit left. Add credit, or write"
                    " another key into ASKWELL_MODEL_KEY."
                )
            case status if status == 429 or status >= 500:
                after = calls.retry_after(error.response.headers.get("retry-after"))
                return Transient(f"the model server is busy ({status}): {said}", after=after)
        return self._bad_request(error, said)

    def _bad_request(self, error: openai.APIStatusError, said: str) -> AskwellError:
        if error.code in ("content_filter", "content_policy_violation"):
            return Filtered(f"the model server filtered the prompt: {said}")
        if self._has_json_schema and _says(_SCHEMA_WORDS, said):
            self._has_json_schema = False
            return Transient(f"the model server knows no json_schema: {said}", after=0)
        if not self._has_json_schema and self._has_tools and _says(_TOOL_WORDS, said):
            self._has_tools = False
            return Transient(f"the model server knows no tools: {said}", after=0)
        return Misconfigured(
            f"The model server {self._place} refused a request to {self._model!r}: {said}."
            " Write a model that follows instructions into ASKWELL_MODEL."
        )

    def _said(self, error: openai.APIError) -> str:
        """Return the server's words, shortened and without the key."""
        body: Any = error.body
        said = body.get("message") if isinstance(body, dict) else None
        words = " ".join(str(said or error.message).split())[:300]
        key = self._key.get_secret_value()
        return words.replace(key, "…") if key else words


def _chat(model: str, place: str, key: SecretStr) -> ChatOpenAI:
    chat = ChatOpenAI(
        model=model,
        base_url=place,
        api_key=key,
        temperature=0,
        stream_usage=True,
        max_retries=0,
        use_responses_api=False,
        stream_chunk_timeout=None,
        http_async_client=openai.DefaultAsyncHttpxClient(
            timeout=openai.Timeout(None, connect=_CONNECT_SECONDS)
        ),
    )
    if (chat.profile or {}).get("temperature") is False:
        chat.temperature = None
    return chat


def _says(words: tuple[str, ...], said: str) -> bool:
    return any(word in said.lower() for word in words)


def _question(request: Request) -> str:
    return "\n\n".join(part for part in (request.context, request.question) if part)
